"""Hypotheses: all are there, the primary ones are planned in full and as they were fixed, and no plan asks for what there is not."""

import json
import re

import pytest

from valuescape.agents.declare import InputError
from valuescape.experiments.cli import main
from valuescape.experiments.ensemble import Identity, ensemble
from valuescape.experiments.fixed import digest_of
from valuescape.experiments.hypotheses.checks import coordinates, metrics, resolved
from valuescape.experiments.hypotheses.load import IDS, digests, hypotheses, hypothesis, not_as_fixed, parsed, state_of

PRIMARY = ("H01", "H02", "H03", "H07", "H08", "H09", "H14", "H16", "H24", "H28")


@pytest.fixture(scope="module")
def texts(root):
    """File name -> text of all hypotheses."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((root / "experiments" / "hypotheses").glob("*.toml"))}


def test_all_58_are_there_and_ten_are_primary(texts):
    assert list(texts) == [f"{name}.toml" for name in IDS]
    assert len(IDS) == 58
    found = hypotheses()
    assert [one.id for one in found] == list(IDS)
    assert tuple(one.id for one in found if one.status == "primary") == PRIMARY
    assert len({one.wording for one in found}) == 58
    for one in found:
        assert min(len(part) for part in (one.wording, one.origin, one.conflict, one.supports, one.refutes)) > 5, one.id
        assert one.supports != one.refutes


def test_the_plans_are_as_they_were_fixed():
    fixed = digests()
    assert tuple(fixed) == PRIMARY
    assert [not_as_fixed(hypothesis(name), fixed[name]) for name in PRIMARY] == [None] * len(PRIMARY)


def as_fixed(text):
    """A plan as it was before it was amended."""
    return text.partition("\n[[amended]]")[0] + "\n"


@pytest.mark.parametrize(("old", "new"), [("value = 0.02", "value = 0.01"), ('seeds = "0-39"', 'seeds = "0-40"'),
                                          ("high = 0.6", "high = 0.5")])  # fmt: skip
def test_a_changed_plan_is_noticed(texts, old, new):
    """A smaller effect of interest, another seed, a narrower region: each is seen, until an amendment and its digest are there."""
    first, fixed = as_fixed(texts["H03.toml"]), digests()["H03"][:1]
    assert not_as_fixed(parsed(first, "H03.toml"), fixed) is None
    text = first.replace(old, new, 1)
    assert text != first
    said = not_as_fixed(parsed(text, "H03.toml"), fixed)
    assert "no amendment is stated" in said
    amended = parsed(text + '\n[[amended]]\nday = "2026-12-01"\nwhat = "A number."\nwhy = "It was wrong."\n', "H03.toml")
    assert "last stated amendment is of 2026-12-01" in not_as_fixed(amended, fixed)
    assert not_as_fixed(amended, [*fixed, digest_of(amended)]) is None
    quietly = parsed(text, "H03.toml")
    assert "no amendment is stated" in not_as_fixed(quietly, [*fixed, digest_of(quietly)])  # a new digest alone will not do
    assert "is not as it was fixed" in not_as_fixed(amended, [digest_of(amended)])  # nor may the first one be taken out


def test_a_plan_that_was_changed_quietly_is_shown_as_such(texts):
    changed = parsed(texts["H03.toml"].replace("value = 0.02", "value = 0.01", 1), "H03.toml")
    assert state_of(changed) == "changed since it was fixed, without stating it"
    assert {state_of(hypothesis(name)) for name in PRIMARY} == {"fixed, not yet run"}


def test_the_layout_of_a_file_is_no_change(texts):
    wider = re.sub(r"(?m)^(\w+) = ", r"\1   =  ", as_fixed(texts["H03.toml"]))
    assert wider != as_fixed(texts["H03.toml"])
    assert digest_of(parsed(wider, "H03.toml")) == digests()["H03"][0]


@pytest.mark.parametrize("name", PRIMARY)
def test_every_arm_of_every_world_is_accepted_and_one_runs(name, compiled):
    """Decisions are taken and paid in a tiny world; no outcome is looked at."""
    plan = hypothesis(name).plan
    worlds = list(resolved(plan, name))
    assert len({json.dumps(at, sort_keys=True) for at, _ in worlds}) == len(worlds)
    _, scenario = worlds[-1]
    soon = [shock.model_copy(update={"day": 3}) for shock in scenario.shocks]
    people = scenario.world.customers.model_copy(update={"number": 200 if compiled else 40})
    world = scenario.world.model_copy(update={"burn_in_days": 0, "customers": people})
    tiny = scenario.model_copy(update={"days": 8, "shocks": soon, "world": world})
    without = "trigger" if plan.scenario == "hijacked_tag" and not compiled else None  # too dear for forty people
    done = ensemble([Identity(tiny, 0, arm, without=without) for arm in plan.arms])
    assert len(done.outcomes) == len(plan.arms)
    assert all(outcome.decisions for outcome in done.outcomes)


@pytest.mark.parametrize("name", PRIMARY)
def test_a_plan_says_everything_that_judging_takes(name):
    plan = hypothesis(name).plan
    used = {condition.contrast for rule in (*plan.supported_if, *plan.refuted_if) for condition in rule.all}
    assert used <= set(plan.contrasts)
    assert {control.kind for control in plan.controls} >= {"neutral"}
    assert min(map(len, (plan.refuting_result, plan.known, plan.left_out))) > 40
    for small in plan.smallest:
        assert len(small.reason) > 10
    for outcome in plan.outcomes.values():
        assert outcome.of != "metric" or outcome.name in metrics()
    assert set(plan.factors) <= set(coordinates(plan))


@pytest.mark.parametrize(("old", "new", "said"), [
    ('name = "value_in_use"', 'name = "value_in_uses"', r"H03.toml: plan.outcomes.value: no such metric, .*did you mean"),
    ('"world.talk.openness" = 0.25', '"world.talk.opennes" = 0.25', r"H03.toml: plan: world.talk.opennes: unknown key"),
    ('"world.talk.openness" = 1.0', '"world.talk.openness" = 1.5', r"H03.toml: plan: world.talk.openness: out of range"),
    ('path = "world.customers.skill"', 'path = "world.customers.skil"', r"plan.region.world.customers.skil: no number .*did you mean"),
    ('path = "world.customers.skill"', 'path = "world.customers.online"', r"is set by a factor already, given 'online'"),
    ("low = 0.2, high = 0.8", "low = 0.8, high = 0.2", r"leaves the declared range"),
    ('strategy = "sd"', 'strategy = "sdd"', r"H03.toml: plan: arms.sd.strategy: unknown strategy, given 'sdd'"),
    ('arm = "sd", online = "many"', 'arm = "sd", online = "lots"', r"no such place on online, given 'lots'; allowed: few, many"),
    ('arm = "sd", online = "many"', 'arm = "SD", online = "many"', r"no such place on arm, given 'SD'"),
    ('holds = "turns"', 'holds = "rising"', r"cannot hold of a crossing, given 'rising'; allowed: turns, keeps"),
    ('contrast = "profit_many"', 'contrast = "profit_more"', r"no such contrast, given 'profit_more'"),
    ('share = 0.5', 'share = 1.5', r"H03.toml: plan.supported_if.0.all.1.share: "),
    ('days = 1092', 'days = 1092\nhorizon = 3', r"H03.toml: plan.horizon: Extra inputs"),
    ('status = "primary"', 'status = "screened"', r"a primary hypothesis has a plan, a screened one has none"),
    ('seeds = "0-39"', 'seeds = "many"', r"H03.toml: plan.seeds: .*not a list of seeds"),
    ('format = 1', 'format = 1\n[', r"H03.toml: is not TOML"),
])  # fmt: skip
def test_a_plan_that_asks_for_what_there_is_not_is_refused(texts, old, new, said):
    text = texts["H03.toml"].replace(old, new, 1)
    assert text != texts["H03.toml"]
    with pytest.raises(InputError, match=said):
        parsed(text, "H03.toml")


def test_damage_needs_a_trigger(texts):
    text = texts["H03.toml"].replace('{ of = "metric", name = "profit" }', '{ of = "damage", name = "loss" }')
    with pytest.raises(InputError, match="damage needs a trigger"):
        parsed(text, "H03.toml")


def test_a_prediction_needs_a_first_and_a_last_day(texts):
    text = texts["H24.toml"].replace("days_read = [364, 728]", "days_read = [728]")
    with pytest.raises(InputError, match="a prediction is from the first to the last of two days or more"):
        parsed(text, "H24.toml")


def test_the_command_lists_and_shows(capsys):
    assert main(["hypotheses", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == list(IDS)
    assert {row["kind"]: row["status"] for row in rows} == {"primary": "fixed, not yet run", "screened": "worded, not yet fixed"}
    assert main(["hypotheses"]) == 0
    said = capsys.readouterr().out
    assert "58 hypotheses; 10 are primary" in said
    assert main(["hypotheses", "h03"]) == 0
    said = capsys.readouterr().out
    for heading in ("WORDING", "ARMS", "CONTRASTS", "SUPPORTED IF, one of", "REFUTED IF, one of", "REFUTING RESULT", "REGION", "CONTROLS"):
        assert f"\n{heading}\n" in said
    assert main(["hypotheses", "H04", "--json"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert one["plan"] is None
    assert "worded, not yet fixed" in one["why"]["plan"]
    assert main(["hypotheses", "H59"]) == 2
    assert "no such hypothesis, given 'H59'; allowed: H01 to H58" in capsys.readouterr().err
