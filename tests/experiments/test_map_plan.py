"""The map's plan is as it was fixed, its ranges are admissible, and its worlds are what it says."""

import pytest

from valuescape.agents.declare import InputError
from valuescape.experiments.fixed import digest_of
from valuescape.experiments.map import plan as map_plans
from valuescape.experiments.map.plan import cells_of, digests, fixed_plan, map_plan, not_as_fixed, parsed, value_in
from valuescape.experiments.setting import seeds_of
from valuescape.scenarios.load import load
from valuescape.sim.totals import is_looked_at


@pytest.fixture(scope="module")
def text(root):
    """The file of the plan."""
    return (root / "experiments" / "map" / "axes.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def scenario():
    """The scenario of the map."""
    plan = map_plan()
    return load(plan.scenario, customers=plan.customers, days=plan.fine.days)


def test_the_plan_is_as_it_was_fixed():
    assert not_as_fixed(map_plan(), digests()) is None
    assert fixed_plan() == map_plan()


def test_a_plan_that_was_changed_quietly_is_not_run(monkeypatch):
    changed = map_plan().model_copy(update={"design_seed": 1})
    monkeypatch.setattr(map_plans, "map_plan", lambda: changed)
    with pytest.raises(InputError, match="is not as it was fixed"):
        fixed_plan()


@pytest.mark.parametrize(("old", "new"), [("[10.0, 60.0]", "[10.0, 90.0]"), ("points = 28", "points = 60"),
                                          ("design_seed = 20261128", "design_seed = 3"),
                                          ('arms = ["ecrm", "sd"]', 'arms = ["sd", "ecrm"]')])  # fmt: skip
def test_a_range_widened_after_the_fact_is_noticed(text, old, new):
    first, fixed = text.partition("\n[[amended]]")[0] + "\n", digests()[:1]
    assert not_as_fixed(parsed(first), fixed) is None
    changed = first.replace(old, new)
    assert changed != first
    assert "no amendment is stated" in not_as_fixed(parsed(changed), fixed)
    amended = parsed(changed + '\n[[amended]]\nday = "2026-12-01"\nwhat = "A range."\nwhy = "A reason."\n')
    assert "of 2026-12-01" in not_as_fixed(amended, fixed)
    assert not_as_fixed(amended, [*fixed, digest_of(amended)]) is None
    quietly = parsed(changed)
    assert "no amendment is stated" in not_as_fixed(quietly, [*fixed, digest_of(quietly)])  # a new digest alone will not do
    assert "is not as it was fixed" in not_as_fixed(amended, [digest_of(amended)])  # nor may the first one be taken out


@pytest.mark.parametrize("effort", ["quick", "fine"])
def test_every_world_of_it_is_accepted(effort, scenario):
    plan = map_plan()
    chosen = getattr(plan, effort)
    cells = cells_of(plan, chosen, scenario)
    assert [cell.number for cell in cells] == list(range(len(cells)))
    assert [cell.part for cell in cells].count("design") == chosen.points
    assert cells[0].part == "own"
    for cell in cells:
        world = load(scenario, set=dict(cell.settings))
        assert all(value_in(world, axis) == pytest.approx(cell.at[axis.name]) for axis in plan.axes)
    assert {cell.axis for cell in cells if cell.part == "cut"} == {axis.name for axis in plan.axes}
    assert len(seeds_of(chosen.seeds)) > 2


def test_value_in_use_is_known_on_every_horizon():
    for effort in (map_plan().quick, map_plan().fine):
        assert effort.horizons[-1] == effort.days
        assert all(is_looked_at(days - 1) for days in effort.horizons)
    assert not is_looked_at(90 - 1)


def test_the_design_fills_every_axis_from_end_to_end(scenario):
    """A Latin hypercube has one point in each of as many equal parts of every axis; points drawn freely have not."""
    plan = map_plan()
    design = [cell for cell in cells_of(plan, plan.quick, scenario) if cell.part == "design"]
    for axis in plan.axes:
        low, high = axis.ends
        places = sorted(cell.at[axis.name] for cell in design)
        assert low <= places[0] < places[-1] <= high
        edges = [axis.value(k / len(design)) for k in range(len(design) + 1)]
        assert all(edges[k] <= place <= edges[k + 1] for k, place in enumerate(places))
    again = [cell for cell in cells_of(plan, plan.quick, scenario) if cell.part == "design"]
    assert again == design
    other = plan.model_copy(update={"design_seed": plan.design_seed + 1})
    assert [cell for cell in cells_of(other, plan.quick, scenario) if cell.part == "design"] != design


def test_cuts_move_one_axis_and_leave_the_scenario_as_it_is(scenario):
    plan = map_plan()
    cells = cells_of(plan, plan.quick, scenario)
    for cell in cells:
        if cell.part == "cut":
            assert set(cell.settings) == set(plan.axis(cell.axis).paths)
            assert {name: value for name, value in cell.at.items() if name != cell.axis} == {
                name: value for name, value in cells[0].at.items() if name != cell.axis
            }
    assert cells[0].settings == {}
    assert cells[0].at["rivals_push"] == 0.24  # what the row of the practice says


def test_a_plan_that_does_not_fit_is_refused(text):
    with pytest.raises(InputError, match=r"axes.toml: axes.0.scale: "):
        parsed(text.replace('name = "openness"', 'name = "openness"\nscale = "steps"'))
    with pytest.raises(InputError, match=r"axes.toml: is not TOML"):
        parsed("[")
