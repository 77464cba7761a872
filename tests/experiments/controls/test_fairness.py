"""Controls of fairness: each passes on a small world, and fails on the one that it is there to find out."""

import pytest

from valuescape import load
from valuescape.agents.strategies.ecrm import Ecrm
from valuescape.agents.strategies.replay import Replay
from valuescape.experiments.controls import cues as perceived
from valuescape.experiments.controls.blindness import blindness, columns_indexed, indexed, parameter_groups, sources
from valuescape.experiments.controls.cues import Cue, no_proxy
from valuescape.experiments.controls.replay import days_of, replays
from valuescape.experiments.controls.seats import swap, swaps_of, worlds_of
from valuescape.experiments.levers import fields
from valuescape.sim.market import Account


def quiet(what):
    """A tick that nobody counts."""


def tiny(**more):
    """crossroads, a few people for some weeks."""
    return load("crossroads", **{"days": 42, "customers": 60, **more}, set={"world.burn_in_days": 14, "world.customers.need_rate": 60})


# --- A1a ------------------------------------------------------------------------------------------------------------


def test_decisions_played_back_are_the_same_world(compiled):
    ticks = []
    row = replays(tiny(), 3, ticks.append, compiled=compiled)
    assert row.verdict == "pass"
    assert row.measured.startswith("3 of 3 arms identical")
    assert len(ticks) == days_of(tiny())


def test_a_rule_that_reads_who_decides_is_found_out(monkeypatch):
    seated = {}
    for cls in (Ecrm, Replay):

        def decide(self, view, own=cls.decide, name=cls.__name__):
            seated[view.firm] = name
            return own(self, view)

        monkeypatch.setattr(cls, "decide", decide)

    def rigged(salience, gain):
        return salience + (0.5 * gain if seated.get("focal") == "Ecrm" else gain) * (1.0 - salience)

    row = replays(tiny(days=21, customers=30), 3, quiet, rules={"grows_salient": rigged}, compiled=False)
    assert row.verdict == "fail"
    assert "ecrm: log" in row.why
    assert "sd:" not in row.why


# --- A1b ------------------------------------------------------------------------------------------------------------


def test_equal_firms_may_swap_seats():
    row = swap(tiny(), ("ecrm", "sd"), range(12, 24))
    assert row.verdict == "pass"
    assert "lead in profit" in row.measured


def test_unequal_firms_may_not():
    better = tiny().with_({"firms.rival_1.quality": 0.2, "firms.rival_1.share": 0.05})
    row = swap(better, ("ecrm", "sd"), range(12, 24))
    assert row.verdict == "fail"
    assert "lead in profit" in row.why


def test_a_swap_seats_both_arms_both_ways():
    one, other = worlds_of(tiny(), ("ecrm", "sd"), [5])
    assert [one.seated.firms[firm].strategy for firm in ("focal", "rival_1", "rival_2")] == ["ecrm", "sd", "status_quo"]
    assert [other.seated.firms[firm].strategy for firm in ("focal", "rival_1", "rival_2")] == ["sd", "ecrm", "status_quo"]


def test_one_seed_has_no_interval_and_does_not_pass():
    assert swap(tiny(days=7), ("ecrm", "sd"), [0]).verdict == "fail"
    assert swaps_of([])["profit"].change.mean is None


# --- A1c ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found():
    """Every lever, set twice."""
    return perceived.cues()


def test_every_lever_is_open_to_all_at_one_price(found):
    assert {cue.lever for cue in found} == {field.name for field in fields()}
    assert no_proxy(found).verdict == "pass"
    assert {cue.lever for cue in found if cue.free} == {"claim", "theme", "frame", "adoption", "honesty"}
    assert all(cue.user_land > 0 for cue in found if cue.lever in ("posts", "desk_hours", "tools", "pushes.volume", "orders.act"))


def test_a_cue_without_price_or_word_fails(found, monkeypatch):
    monkeypatch.setattr(perceived, "OTHERWISE", {name: text for name, text in perceived.OTHERWISE.items() if name != "honesty"})
    row = no_proxy(perceived.cues({"honesty", "claim"}))
    assert row.verdict == "fail"
    assert "neither priced nor declared open: honesty" in row.why


def test_a_discount_for_one_strategy_fails(monkeypatch):
    settle, seats = Account.settle, iter(range(10**6))

    def favours(self, used):
        if self.firm == "focal" and next(seats) % (2 * perceived.DAYS) >= perceived.DAYS:  # every second world
            self.plan = {line: money / 2 for line, money in self.plan.items()}
        return settle(self, used)

    monkeypatch.setattr(Account, "settle", favours)
    row = no_proxy(perceived.cues({"posts", "tools"}))
    assert row.verdict == "fail"
    assert "not alike: posts, tools" in row.why


def test_no_cue_is_no_pass():
    assert no_proxy([]).verdict == "fail"
    assert no_proxy([Cue("posts", "1", "posts", False, 1, 2, False)]).verdict == "fail"


# --- A1d ------------------------------------------------------------------------------------------------------------


def test_the_sources_know_no_strategy():
    row = blindness()
    assert row.verdict == "pass"
    assert "agents/talk.py" in sources()
    assert "sim/kernels/choose.py" in sources()


@pytest.mark.parametrize(
    "text",
    ["from .strategies import ecrm", "if name == 'sd':\n    pass", "x = firm.strategy", "bonus_crossroads = 2",
     "import valuescape.agents.strategies"],
)  # fmt: skip
def test_one_line_is_enough_to_fail(text):
    row = blindness({**sources(), "agents/talk.py": text})
    assert row.verdict == "fail"
    assert "agents/talk.py" in row.why


def test_parameters_and_columns_by_strategy_are_found():
    import numpy as np
    from pydantic import create_model

    assert list(indexed(parameter_groups())) == []
    rigged = create_model("Rigged", moved_sd=(float, 0.1), step=(dict[str, float], {}), volume=(float, 1.0))
    assert list(indexed({"world": rigged})) == ["parameter world.moved_sd", "parameter world.step"]
    assert list(columns_indexed({"FIRM": np.dtype([("claim", "f8"), ("logic", "i8")])})) == ["column FIRM.logic"]


def test_nothing_read_is_no_pass():
    assert blindness({}).verdict == "fail"
