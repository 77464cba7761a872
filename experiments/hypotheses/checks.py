"""A plan is held to the model: scenario, arms, paths, outcomes, coordinates; an InputError says what there is not.

Nothing is run: worlds are resolved and strategies are made once, as a run would do before its first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from ...agents.declare import InputError, nearest
from ..sweep.reading import damages, states
from .schema import Cells, Contrast, Plan

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

NEEDS = {
    "difference": ("minus",), "trend": ("over",), "interaction": ("minus", "across"), "crossing": ("over", "minus"),
    "effect_gap": ("over", "across"), "top_share": ("share",), "correlation": ("minus_outcome",), "prediction": ("minus_outcome", "by"),
}  # fmt: skip
"""What a contrast of each form must say beside formula and outcome."""
OF_CROSSINGS = ("turns", "keeps")
OF_TRENDS = ("rising", "falling")
SIGNS = ("above", "below", "less", "within", "not_above", "not_below")


def check_plan(plan: Plan, file: str) -> None:
    """Refuse a plan that the model could not carry out, or that does not say what its rules refer to."""
    worlds = [scenario for _, scenario in resolved(plan, file)]
    _check_region(plan, worlds[0], file)
    for k, control in enumerate(plan.controls):
        _known(f"plan.controls.{k}", file, lambda control=control: world(plan, control.set))  # type: ignore[misc]
    if plan.days_read and (plan.days_read != sorted(set(plan.days_read)) or plan.days_read[-1] != plan.days):
        raise InputError("days are ascending and end with the last day", file=file, key="plan.days_read", given=str(plan.days_read),
                         allowed=f"days up to {plan.days}")  # fmt: skip
    from ..setting import seeds_of

    for key, seeds in (("plan.seeds", plan.seeds), ("plan.region.seeds", plan.region.seeds)):
        _known(key, file, lambda seeds=seeds: seeds_of(seeds))  # type: ignore[misc]
    _check_outcomes(plan, worlds[0], file)
    for name, contrast in plan.contrasts.items():
        _check_contrast(plan, name, contrast, file)
    for kind in ("supported_if", "refuted_if"):
        for k, rule in enumerate(getattr(plan, kind)):
            for condition in rule.all:
                _check_condition(plan, condition, f"plan.{kind}.{k}", file)


# --- worlds -----------------------------------------------------------------------------------------------------------


def world(plan: Plan, more: dict[str, Any]) -> Scenario:
    """The plan's scenario with its own settings, those of levels or a control on top, and the plan's arms in it."""
    from ...scenarios.checks import Origins, checked
    from ...scenarios.load import load

    scenario = load(plan.scenario, set={**plan.set, **more}, days=plan.days)
    arms = {name: {"strategy": arm.strategy, "options": arm.options} for name, arm in plan.arms.items()}
    data = scenario.model_dump(exclude={"file", "arms", "default_arm", "levers", "uncertainties"}, exclude_none=True)
    return checked({**data, "arms": arms}, Origins(plan.scenario))


def resolved(plan: Plan, file: str) -> Iterator[tuple[Cells, Scenario]]:
    """Each combination of levels with its world; an InputError names the plan's file where there is no such path or arm."""
    for levels in product(*plan.factors.values()):
        settings = {path: value for level in levels for path, value in level.set.items()}
        at: Cells = {factor: level.name for factor, level in zip(plan.factors, levels, strict=True)}
        yield at, _known("plan", file, lambda settings=settings: world(plan, settings))  # type: ignore[misc]


def _known(key: str, file: str, made: Any) -> Any:
    """What `made()` gives; what the loader refuses is refused with the name of the hypothesis's file."""
    try:
        return made()
    except InputError as error:
        raise InputError(f"{error.key}: {error.what}" if error.key else error.what, file=file, key=key, given=error.given,
                         allowed=error.allowed, nearest=error.nearest) from None  # fmt: skip


def _check_region(plan: Plan, scenario: Scenario, file: str) -> None:
    from ...scenarios.checks import numbers

    known = numbers(scenario)
    for axis in plan.region.axes:
        key = f"plan.region.{axis.path}"
        if axis.path not in known:
            raise InputError("no number of this scenario", file=file, key=key, nearest=nearest(axis.path, known))
        row = known[axis.path]
        if not row.low <= axis.low < axis.high <= row.high:
            raise InputError("leaves the declared range", file=file, key=key, given=[axis.low, axis.high],
                             allowed=f"low below high, within {row.low:g} to {row.high:g}")  # fmt: skip
        fixed = [factor for factor, levels in plan.factors.items() if any(axis.path in level.set for level in levels)]
        if fixed:
            raise InputError("is set by a factor already", file=file, key=key, given=fixed[0], allowed="a path that no level sets")


# --- what is measured -------------------------------------------------------------------------------------------------


def _check_outcomes(plan: Plan, scenario: Scenario, file: str) -> None:
    known = {"metric": metrics(), "damage": damages(), "state": states()}
    for name, outcome in plan.outcomes.items():
        names = known[outcome.of]
        if outcome.name not in names:
            raise InputError(f"no such {outcome.of}", file=file, key=f"plan.outcomes.{name}", given=outcome.name,
                             allowed="see valuescape metrics" if outcome.of == "metric" else None,
                             nearest=nearest(outcome.name, names))  # fmt: skip
        if outcome.of == "damage" and not any(shock.trigger for shock in scenario.shocks):
            raise InputError("damage needs a trigger", file=file, key=f"plan.outcomes.{name}", given=plan.scenario,
                             allowed="a scenario with a shock of trigger = true")  # fmt: skip
    for small in plan.smallest:
        _among(small.outcome, plan.outcomes, "outcome", "plan.smallest", file)


def metrics() -> list[str]:
    """Names of metrics that a run of detail counts gives."""
    from ...sim.metrics.catalogue import METRICS

    return [metric.name for metric in METRICS if metric.detail == "counts"]


# --- contrasts and rules ----------------------------------------------------------------------------------------------


def coordinates(plan: Plan) -> dict[str, list[Any]]:
    """Coordinate -> its places in order: arms by name, arms' own coordinates, factors' levels, days."""
    own = {name for arm in plan.arms.values() for name in arm.at}
    found: dict[str, list[Any]] = {"arm": list(plan.arms)}
    found |= {name: sorted({arm.at[name] for arm in plan.arms.values() if name in arm.at}) for name in sorted(own)}
    found |= {factor: [level.name for level in levels] for factor, levels in plan.factors.items()}
    return found | {"day": plan.days_read or [plan.days]}


def _check_contrast(plan: Plan, name: str, contrast: Contrast, file: str) -> None:
    key, known = f"plan.contrasts.{name}", coordinates(plan)
    for needed in NEEDS[contrast.form]:
        if not getattr(contrast, needed) and getattr(contrast, needed) != {}:
            raise InputError(f"a {contrast.form} needs it", file=file, key=f"{key}.{needed}")
    for outcome in (contrast.outcome, contrast.minus_outcome, *contrast.by):
        if outcome is not None:
            _among(outcome, plan.outcomes, "outcome", key, file)
    for where in (contrast.over, contrast.across):
        if where is not None:
            _among(where, known, "coordinate", key, file)
            if len(known[where]) < 2:
                raise InputError("has one level only", file=file, key=key, given=where, allowed="two levels or more")
    for cells in (contrast.cells, contrast.minus or {}):
        for where, place in cells.items():
            _among(where, known, "coordinate", key, file)
            if place not in known[where]:
                raise InputError(f"no such place on {where}", file=file, key=key, given=place, allowed=", ".join(map(str, known[where])))
        if not _arms_in(plan, cells):
            raise InputError("no arm lies there", file=file, key=key, given=str(cells))
    if contrast.form == "prediction" and len(known["day"]) < 2:
        raise InputError("a prediction is from the first to the last of two days or more", file=file, key="plan.days_read")
    if contrast.form == "top_share" and plan.outcomes[contrast.outcome].of != "damage":
        raise InputError("a share of losses is of damage", file=file, key=key, given=contrast.outcome)


def _arms_in(plan: Plan, cells: Cells) -> list[str]:
    """The arms that cells pick."""
    return [name for name, arm in plan.arms.items()
            if all((name if where == "arm" else arm.at.get(where)) == place for where, place in cells.items()
                   if where not in plan.factors and where != "day")]  # fmt: skip


def _check_condition(plan: Plan, condition: Any, key: str, file: str) -> None:
    _among(condition.contrast, plan.contrasts, "contrast", key, file)
    contrast = plan.contrasts[condition.contrast]
    fits = {"crossing": OF_CROSSINGS, "trend": (*OF_TRENDS, *SIGNS)}
    allowed = fits.get(contrast.form, SIGNS)
    if condition.holds not in allowed:
        raise InputError(f"cannot hold of a {contrast.form}", file=file, key=key, given=condition.holds, allowed=", ".join(allowed))
    if condition.by is None and contrast.outcome not in {small.outcome for small in plan.smallest}:
        raise InputError("its outcome has no smallest effect, so say `by`", file=file, key=key, given=condition.contrast)
    if (condition.where == "region") != (condition.share is not None):
        raise InputError("a share belongs to the region, and the region needs one", file=file, key=key, given=condition.share)


def _among(given: str, known: Iterable[str], what: str, key: str, file: str) -> None:
    names = list(known)
    if given not in names:
        raise InputError(f"no such {what}", file=file, key=key, given=given, allowed=", ".join(names), nearest=nearest(given, names))
