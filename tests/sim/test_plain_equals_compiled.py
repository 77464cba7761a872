"""The compiled day is the plain-Python day, bit by bit; so are days on threads, in other processes, with other buffers.

`make check` runs this file once more with every array access checked.
"""

import copy
import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.agents.rule import rule
from valuescape.agents.view import TARGETS
from valuescape.sim import columns as c
from valuescape.sim import day as day_of
from valuescape.sim import world as world_of
from valuescape.sim.day import DAY, engine
from valuescape.sim.events import EVENT, KIND, ROOM, S_TOLD
from valuescape.sim.jit import Binder
from valuescape.sim.kernels.take_in import take_in

BUSY = {
    "customers": {"need_rate": 30},
    "talk": {"feed_base": 0.1, "sees": 0.5, "reshare_median": 0.5, "reshare_cap": 1.0},
    "service": {"question": 0.5, "complain": 1.0},
    "attention": {"follow": 0.2},
    "community": {"join": 0.5, "centreless": 0.2, "reciprocity": 0.3},
    "ideas": {"herding": 0.2, "delay": 5.0, "develop_hours": 2.0},
}
STATE = ("people", "pairs", "due", "items", "email_ok", "mail_ok", "member_count", "fan_count", "desks")
SHOCK = {"day": 9, "trigger": True, "vividness": 4.0}


def differing(one, other):
    """Names of what is not the same bit by bit in two worlds: columns, log, totals, money, queues."""
    found = []
    for name in c.Columns._fields:
        if name == "log":
            found += [f"log.{k}" for k in one.columns.log._fields if k != "rows" and not equal(one.columns.log, other.columns.log, k)]
        elif not equal(one.columns, other.columns, name):
            found.append(name)
    found += [table for table in one.totals.TABLES if getattr(one.totals, table).tobytes() != getattr(other.totals, table).tobytes()]
    found += ["events"] if one.events.tobytes() != other.events.tobytes() else []
    found += ["cents"] if one.spent_cents() != other.spent_cents() else []
    return found + (["decisions"] if one.decisions != other.decisions else [])


def equal(one, other, name):
    return getattr(one, name).dtype == getattr(other, name).dtype and getattr(one, name).tobytes() == getattr(other, name).tobytes()


@pytest.fixture(scope="module")
def scenario(make_scenario, steady):
    """Four firms that pull every lever, a shock, and burn-in before it."""
    scenario = make_scenario(300, focal="sd", rival="crossroads", rivals=3, burn_in=14, shocks=[SHOCK], **BUSY)
    design = {"codesign": 1.0, "community_hours": 2.0, "review_hours": 4.0, "credit": 1.0, "adoption": 0.4, "support": 0.5}
    seats = {"rival_2": {"strategy": "ecrm"}, "rival_3": {"strategy": steady, "options": design, "budget": 2.0}}
    firms = {name: scenario.firms[name].model_copy(update=seat) for name, seat in seats.items()}
    return scenario.model_copy(update={"firms": scenario.firms | firms})


@pytest.fixture(scope="module")
def machine(scenario, live):
    """The compiled world after sixty days."""
    return live(scenario, 60, compiled=True, ledger=True)


def test_the_compiled_days_are_the_plain_ones(machine, scenario, live):
    plain = live(scenario, 60, compiled=False)
    assert differing(machine, plain) == []


def test_every_way_to_reach_is_the_same_compiled(make_scenario, live):
    """A firm that uses each target rule, a schedule, content, a console, every source of data and disclosure, under opt-in."""
    pushes = [{"channel": "mail", "volume": 2.0, "target": target} for target in TARGETS]
    pushes += [{"channel": "email", "volume": 5.0, "after": 2, "until": 9}]
    focal = {"pushes": pushes, "targeting": 0.5, "scope": 0.7, "research": 1.0}
    focal |= {"analysis": 0.8, "console": 0.7, "content": 0.6, "listening": 0.9, "intrusive": 0.4, "transparency": 0.5, "tools": 0.3}
    attention = {"follow": 0.2, "consent_start": 0.4, "consent_back": 0.2, "mail": 1.0, "email": 1.0, "optout": 0.05, "console_use": 0.1}
    scenario = make_scenario(150, focal=focal, rival={}, rivals=1, budget=100.0, shocks=[{"day": 20, "kind": "revelation"}],
                             **(BUSY | {"attention": attention}))  # fmt: skip
    machine, plain = live(scenario, 40, compiled=True), live(scenario, 40, compiled=False)
    assert differing(machine, plain) == []
    assert {"msg_pull", "msg_push", "response", "refused", "shock"} <= {k for k, n in KIND.items() if (plain.events["kind"] == n).any()}


def test_compiled_deals_are_the_plain_ones(make_scenario, live):
    """Prices, discounts, contracts, notice and prices by outcome."""
    focal = {"outcome": 0.6, "price": 1.1, "discount": 0.3, "discount_to": "prospects", "pushes": [{"channel": "mail", "volume": 2.0}]}
    offer = {"term": 30, "notice": 5, "switching_cost": 0.3}
    scenario = make_scenario(100, focal=focal, rival="crossroads", budget=1.0, offer=offer, **BUSY | {"integration": {"failure": 0.3}})
    machine, plain = (live(scenario, 60, compiled=compiled) for compiled in (True, False))
    happened = set(machine.events["kind"].tolist())
    assert {KIND[kind] for kind in ("accept", "churn", "return")} <= happened
    assert differing(machine, plain) == []


def test_that_world_has_something_of_everything(machine):
    """What never happens is not compared."""
    happened = {kind for kind, number in KIND.items() if (machine.events["kind"] == number).any()}
    assert happened >= {
        "msg_push", "exposure", "follow", "purchase", "episode_start", "resource_used", "episode_end", "question", "answer",
        "complaint", "reply", "resolved_firm", "effective_customer", "utterance", "relay", "service_given", "comm_join", "shock",
        "response", "refused", "step", "referral_join", "looked_up", "idea", "vote", "idea_adopt", "launch", "loop_closed",
    }  # fmt: skip
    tallied = machine.totals.tally.sum(axis=(0, 1))
    assert (tallied[: len(day_of.DAY)] > 0).all()
    assert machine.columns.counter[c.C_QUEUE] > 0, "visits of later days lie in the queue"
    bonds, pairs, left = machine.columns.bonds, machine.columns.pairs, machine.columns.unread["left"]
    assert (bonds["mood"] < 0).any()
    assert (bonds["mood"] > 0).any()
    assert len(np.unique(bonds["mood_day"])) > 10, "moods of many days, that have passed by as much"
    assert ((left > 1.0) & (left % 1.0 > 0)).any(), "unread messages that count less today"
    assert (pairs["irritation"] > machine.params.attention.patience).any(), "somebody is annoyed"


def test_every_rule_says_the_same_compiled(machine):
    """The rules one by one, on numbers that a small world may never meet."""
    from valuescape.agents import attention, customer, integration, judgement, talk

    rng = np.random.default_rng(1)
    binder = Binder(compiled=True)
    binder.folder = None
    cases = [
        (customer.lasts, lambda: (rng.random(), rng.uniform(0.1, 900), int(rng.integers(0, 4000)))),
        (customer.normal_from, lambda: (rng.random(), rng.random())),
        (integration.fit, lambda: (rng.normal(0, 3), rng.uniform(0.05, 10))),
        (integration.is_left, lambda: (rng.random(), rng.random())),
        (attention.burdens, lambda: (rng.uniform(0, 10), rng.uniform(0, 5), rng.uniform(0, 50))),
        (talk.is_news, lambda: (rng.exponential(20), rng.uniform(0.1, 1000))),
        (talk.is_touched, lambda: (rng.uniform(-1, 1), rng.uniform(-1, 1), rng.random())),
        (talk.tone, lambda: (rng.normal(0, 2), rng.normal(0, 1))),
        (judgement.attaches, lambda: tuple(rng.normal(0, 1, 7))),
    ]
    for function, arguments in cases:
        compiled, plain = binder.bind(function), Binder(compiled=False).bind(function)
        for _ in range(300):
            given = arguments()
            assert compiled(*given) == plain(*given), (function.__name__, given)


# --- threads, blocks, buffers ---------------------------------------------------------------------------------------


def test_threads_change_nothing(scenario, live, monkeypatch):
    """Six blocks by one thread and by three."""
    monkeypatch.setattr(world_of, "ROWS_PER_BLOCK", 50)
    one, three = (live(scenario, 30, threads=threads, compiled=True) for threads in (1, 3))
    three.runner.close()
    assert len(one.runner.bounds) == 6
    assert differing(one, three) == []


def test_blocks_change_the_order_of_sums_and_nothing_else(make_scenario, live, monkeypatch):
    """A world cut into blocks is the same world: strategies here leave sums alone (no research, no support)."""
    scenario = make_scenario(300, focal="crossroads", rival="ecrm", **BUSY)
    whole = live(scenario, 30)
    monkeypatch.setattr(world_of, "ROWS_PER_BLOCK", 50)
    cut = live(scenario, 30)
    assert cut.events.tobytes() == whole.events.tobytes()
    for table in ("kind", "place", "tally", "cents"):
        assert equal(cut.totals, whole.totals, table), table
    for state in STATE:
        assert equal(cut.columns, whole.columns, state), state


def small_buffers(make_columns):
    """`make_columns` with every buffer as small as a kernel can start with."""

    def make(*arguments):
        w = make_columns(*arguments)
        blocks = len(w.episodes)
        changes = {
            "episodes": w.episodes[:, :4].copy(), "said": w.said[:, :8].copy(), "joined": w.joined[:, :64].copy(),
            "fans": w.fans[:, :4].copy(), "members": w.members[:, :4].copy(), "ring": w.ring[:, :4].copy(),
            "heard": w.heard[: 2 * ROOM].copy(), "queue": w.queue[: 2 * ROOM].copy(),
            "log": w.log._replace(rows=c.table(w.log.rows.dtype, blocks, 2 * ROOM)),
        }  # fmt: skip
        for name, place in (("posts", c.C_POSTS), ("relays", c.C_RELAYS), ("cases", c.C_CASES)):
            changes[name] = getattr(w, name)[: 2 * ROOM].copy()
            changes[f"free_{name}"] = np.arange(2 * ROOM)[::-1].copy()
            w.counter[place] = 2 * ROOM
        return w._replace(**changes)

    return make


@pytest.mark.parametrize("plainly", [False, True])
def test_kernels_that_pause_for_room_go_on_where_they_were(plainly, scenario, live, monkeypatch):
    """Buffers that are too small all the time give the same log as large ones."""
    from valuescape.sim import model as model_of

    days = 6 if plainly else 40
    monkeypatch.setattr(world_of, "ROWS_PER_BLOCK", 100)
    large = live(scenario, days, compiled=not plainly)
    monkeypatch.setattr(model_of, "make_columns", small_buffers(model_of.make_columns))
    small = live(scenario, days, compiled=not plainly)
    assert small.events.tobytes() == large.events.tobytes()
    assert small.totals.tally.tobytes() == large.totals.tally.tobytes()
    for state in STATE:
        assert equal(small.columns, large.columns, state), state


# --- other processes, other caches, other rules ---------------------------------------------------------------------

AGAIN = """
import hashlib, json, sys
from valuescape.scenarios.schema import Scenario
from valuescape.sim.model import ServiceEcosystem
model = ServiceEcosystem(Scenario.model_validate(json.load(sys.stdin)), 1, detail="full", ledger=True)
for _ in range(60):
    model.step()
kernels = model.runner.engine.kernels
print(json.dumps({
    "digest": hashlib.sha256(model.events.tobytes()).hexdigest(),
    "hits": {name: sum(kernel.stats.cache_hits.values()) for name, kernel in kernels.items()},
    "misses": {name: sum(kernel.stats.cache_misses.values()) for name, kernel in kernels.items()},
    "signatures": {name: len(kernel.signatures) for name, kernel in kernels.items()},
    "hash": hash("x"),
}))
"""


@pytest.mark.parametrize("seed", ["0", "12345"])
def test_a_fresh_process_repeats_the_run_and_compiles_nothing(seed, machine, scenario):
    """Whatever PYTHONHASHSEED is: the same log, one hit per kernel in the cache, one signature per kernel."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", AGAIN], input=scenario.model_dump_json(), capture_output=True, check=True, encoding="utf-8",
        env=os.environ | {"PYTHONHASHSEED": seed},
    )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["digest"] == hashlib.sha256(machine.events.tobytes()).hexdigest()
    assert set(said["hits"].values()) == {1}
    assert set(said["misses"].values()) == {0}
    assert set(said["signatures"].values()) == {1}


def test_twice_in_one_process_is_the_same(machine, scenario, live):
    assert differing(machine, live(scenario, 60, compiled=True)) == []


@rule
def deaf(expectation, value, step, openness, credibility, weight):
    """Nobody is moved by anything."""
    return expectation


@rule
def credulous(expectation, value, step, openness, credibility, weight):
    """Everybody believes the last word."""
    return value


def with_rule(replaced, scenario, live):
    """The compiled world with one rule replaced; only the kernel that asks this rule is compiled anew."""
    model = live(scenario, compiled=True)
    usual = model.runner.engine
    model.runner.engine = changed = copy.copy(usual)
    changed.kernels = usual.kernels | {"take_in": Binder(True, {"is_moved": replaced}).bind(take_in)}
    for _ in range(20):
        model.step()
    return model


def test_a_replaced_rule_changes_the_run_though_the_default_is_cached(scenario, live):
    """Also one of two in the same file, of the same length: the cache must not hand out the other one's code."""
    short = scenario.model_copy(update={"world": scenario.world.model_copy(update={"burn_in_days": 0})})
    usual = live(short, 20, compiled=True)
    logs = [usual.events.tobytes()]
    for replaced in (deaf, credulous):
        plain = live(short, 20, compiled=False, rules={"is_moved": replaced})
        changed = with_rule(replaced, short, live)
        assert changed.events.tobytes() == plain.events.tobytes()
        logs.append(changed.events.tobytes())
    assert len(set(logs)) == 3


def test_rules_that_are_asked_outside_the_kernels_are_replaced_too(scenario, live):
    short = scenario.model_copy(update={"world": scenario.world.model_copy(update={"burn_in_days": 0})})
    model = live(short, 15, compiled=False, rules={"redesigns": lambda offer, belief, research, rate: offer + 1.0})
    assert model.columns.firms[0]["o0"] == (model.totals.total[:15, 0, S_TOLD] > 0).sum() > 10, "once on every day that told something"


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"is_movd": deaf}, "rules: no such rule, given 'is_movd'.*did you mean 'is_moved'"),
        ({"is_moved": lambda expectation, value: value}, "rules.is_moved: .*'expectation, value'.*credibility"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(rules, sentence, scenario, live):
    with pytest.raises(InputError, match=sentence):
        live(scenario, compiled=False, rules=rules)


def test_no_field_of_a_record_is_something_else_in_plain_python():
    """A recarray's record has attributes of its own: `row.size` would be read as 1 whatever the column holds."""
    tables = [value for value in vars(c).values() if isinstance(value, np.dtype)] + [EVENT]
    assert len(tables) > 10
    assert {name for table in tables for name in table.names if hasattr(np.record, name)} == set()


def test_a_damaged_cache_is_built_anew(tmp_path, monkeypatch, capsys):
    """Bytes lost in the machine code, or in the index: one line of notice, and the same numbers."""
    monkeypatch.setenv("VALUESCAPE_CACHE", str(tmp_path))
    first = Binder(compiled=True)
    assert not first.is_warm()
    from valuescape.agents.customer import lasts

    value = first.bind(lasts)(1.0, 30.0, 7)
    first.seal()
    assert Binder(compiled=True).is_warm()
    for path in tmp_path.rglob("*.nb[ic]"):
        path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)
    again = Binder(compiled=True)
    assert not again.is_warm()
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not list(tmp_path.rglob("*.nb[ic]"))
    assert again.bind(lasts)(1.0, 30.0, 7) == value


def test_machine_code_that_another_process_has_written_anew_is_no_damage(tmp_path, monkeypatch, capsys):
    """Two processes that compile at once: one seals while the other still writes, and what it writes is as good."""
    monkeypatch.setenv("VALUESCAPE_CACHE", str(tmp_path))
    from valuescape.agents.customer import lasts

    first = Binder(compiled=True)
    first.bind(lasts)(1.0, 30.0, 7)
    seal = first.folder / "seal.json"
    first.seal()
    seal.write_text(json.dumps(dict.fromkeys(json.loads(seal.read_text(encoding="utf-8")), 1)), encoding="utf-8")  # of other files
    for path in tmp_path.rglob("*.nb[ic]"):
        os.utime(path, ns=(seal.stat().st_mtime_ns + 1,) * 2)
    assert Binder(compiled=True).is_warm()
    assert not capsys.readouterr().err
    for path in tmp_path.rglob("*.nb[ic]"):
        os.utime(path, ns=(seal.stat().st_mtime_ns - 1,) * 2)
    assert not Binder(compiled=True).is_warm()  # older than the seal, and not what it says


def test_the_day_has_ten_phases_and_each_has_a_kernel_or_a_method(machine):
    assert len(DAY) == 10
    for phase in DAY:
        assert phase in machine.runner.engine.kernels or hasattr(machine, f"_{phase}"), phase
    assert engine(True) is engine(True)


def test_no_field_of_a_row_is_hidden_by_an_attribute_of_numpys():
    """In plain Python `row.size` is NumPy's own size of a scalar, compiled it would be the field."""
    tables = {name: kind for name, kind in vars(c).items() if isinstance(kind, np.dtype)} | {"EVENT": EVENT}
    assert len(tables) > 10
    assert [(table, field) for table, kind in tables.items() for field in kind.names or () if hasattr(np.record, field)] == []
