"""The worlds of a plan: its own, those of its region, and itself once more under each control, each a sweep."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import product
from typing import Any, NamedTuple

from ..setting import Setting, seeds_of
from ..sweep.design import Design, Sampled, spread
from ..sweep.plan import Plan as Runs
from ..sweep.reading import DAMAGE, STATE, reading_of
from .checks import world
from .schema import Cells, Control, Hypothesis, Outcome, Plan

OWN, REGION = "own", "region"


class Worlds(NamedTuple):
    """The runs of one part of a plan, and where each of its points lies: levels of factors, and in the region which of its points."""

    runs: Runs
    at: tuple[Cells, ...]


def column_of(outcome: Outcome) -> str:
    """The column of a sweep that holds an outcome."""
    return {"metric": "", "damage": DAMAGE, "state": STATE}[outcome.of] + outcome.name


def worlds_of(found: Hypothesis) -> dict[str, Worlds]:
    """Part -> its worlds: own, region, and control_K by the number of the control; a placebo has none of its own."""
    plan = _planned(found)
    parts = {OWN: _worlds(found.id, OWN, plan, {}, [{}], plan.seeds), REGION: _region(found, plan)}
    for k, control in enumerate(plan.controls):
        if control.kind != "placebo":
            parts[f"control_{k}"] = _worlds(found.id, f"control_{k}", plan, settings_of(control), [{}], plan.seeds)
    return parts


def _planned(found: Hypothesis) -> Plan:
    if found.plan is None:
        raise ValueError(f"{found.id} has no plan")
    return found.plan


def settings_of(control: Control) -> dict[str, Any]:
    """The settings of a control: its own, or the neutral value of every bias."""
    if control.kind == "settings":
        return dict(control.set)
    from ..levers import biases

    return {bias["name"]: bias["neutral"] for bias in biases()}


def _region(found: Hypothesis, plan: Plan) -> Worlds:
    """The region's points: a Latin hypercube over its axes, seeded by the hypothesis's id."""
    region = plan.region
    sampled = Sampled(points=region.points, seed=int(hashlib.sha256(found.id.encode()).hexdigest()[:8], 16),
                      paths={axis.path: (axis.low, axis.high) for axis in region.axes})  # fmt: skip
    return _worlds(found.id, REGION, plan, {}, list(spread(sampled, "lhs")), region.seeds)


def _worlds(name: str, part: str, plan: Plan, more: Mapping[str, Any], places: list[dict[str, Any]], seeds: str) -> Worlds:
    """The plan's arms at every combination of levels, at each of some places, with settings of a control under the levels'."""
    scenario = world(plan, dict(more))
    points, at = [], []
    for number, place in enumerate(places):
        for levels in product(*plan.factors.values()):
            points.append({**place, **{path: value for level in levels for path, value in level.set.items()}})
            lies: Cells = {factor: level.name for factor, level in zip(plan.factors, levels, strict=True)}
            at.append(lies | ({REGION: float(number)} if len(places) > 1 else {}))
    columns = list(dict.fromkeys(column_of(outcome) for outcome in plan.outcomes.values()))
    days = [day for day in plan.days_read if day != plan.days]
    said = Design(name=f"{name}-{part}", scenario=[plan.scenario], arms=list(plan.arms), seeds=seeds, lucks=plan.lucks, days=plan.days,
                  days_read=days, outcomes=columns)  # fmt: skip
    runs = Runs(
        said, (Setting(scenario),), (tuple(plan.arms),), tuple(seeds_of(seeds)), reading_of(columns, days, [scenario]), tuple(points)
    )
    return Worlds(runs, tuple(at))
