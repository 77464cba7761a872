"""From contrasts to a verdict: supported, refuted or undecided, by rules that were fixed before anything was run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..verdict import Estimate
from .cells import Runs
from .contrasts import Found, contrast_of
from .schema import Condition, Contrast, Plan, Rule

SUPPORTED, REFUTED, UNDECIDED = "supported", "refuted", "undecided"
LEVEL = 0.05


class Held(NamedTuple):
    """Whether a condition holds, by how much chance (two-sided), and in which share of the region's points."""

    holds: bool
    p: float
    share: float | None = None


class Verdict(NamedTuple):
    """What became of a hypothesis: the verdict, in which words, its p before and after correction for several hypotheses."""

    verdict: str
    words: str
    p: float
    corrected: float | None = None


def margin(condition: Condition, contrast: Contrast, plan: Plan, runs: Runs) -> float:
    """What a condition is judged by: its own `by`, else the smallest effect of its outcome."""
    if condition.by is not None:
        return condition.by
    smallest = next(one for one in plan.smallest if one.outcome == contrast.outcome)
    return smallest.value * (runs.size_of(contrast.outcome) if smallest.relative else 1.0)


def holds(kind: str, found: Found, by: float) -> Held:
    """Whether a contrast is what a condition says, and by how much chance it would seem so.

    That something is not there is judged by how narrow its interval is; such a condition has no p of its own and asks none (0).
    """
    value = found.value
    if value.mean is None or value.low is None or value.high is None:
        return Held(False, 1.0)
    low, high = value.low, value.high
    if kind == "above":
        return Held(low > by, chance(value, by))
    if kind == "below":
        return Held(high < -by, chance(value, -by))
    if kind == "less":
        return Held(high < by, chance(value, by))
    if kind == "within":
        return Held(-by < low and high < by, max(chance(value, -by), chance(value, by)))
    if kind in ("not_above", "not_below"):
        narrow = high - low <= 2 * by
        return Held(narrow and (low <= by if kind == "not_above" else high >= -by), 0.0 if narrow else 1.0)
    if kind in ("rising", "falling"):
        sign = 1.0 if kind == "rising" else -1.0
        back = any(
            step.low is not None and step.high is not None and (step.high < 0 if sign > 0 else step.low > 0) for step in found.levels
        )
        return Held((low > by if sign > 0 else high < -by) and not back, chance(value, sign * by))
    first, *_, last = found.levels
    if kind == "turns":
        sure = first.high is not None and last.low is not None and first.high < -by and last.low > by
        return Held(sure, max(chance(first, -by), chance(last, by)))
    # keeps: at no two levels beyond `by` on opposite sides, and nowhere wider than twice `by`
    ends = [(one.low, one.high) for one in found.levels]
    if any(one is None or other is None for one, other in ends):
        return Held(False, 1.0)
    above, below = any(one > by for one, _ in ends), any(other < -by for _, other in ends)  # type: ignore[operator]
    narrow = all(other - one <= 2 * by for one, other in ends)  # type: ignore[operator]
    return Held(narrow and not (above and below), 0.0 if narrow else 1.0)


def chance(found: Estimate, by: float) -> float:
    """Two-sided p that the true value is `by`, from the estimate and its 95 % t-interval."""
    from scipy import stats

    if found.mean is None or found.low is None or found.high is None:
        return 1.0
    half = (found.high - found.low) / 2
    if half == 0:
        return 0.0 if found.mean != by else 1.0
    free = max(1, found.seeds - 1)
    return float(2 * stats.t.sf(abs(found.mean - by) / (half / stats.t.ppf(0.975, free)), free))


def condition_holds(condition: Condition, plan: Plan, own: Runs, region: Runs | None) -> Held:
    """Whether a condition holds in the plan's own worlds, or in enough points of its region."""
    contrast = plan.contrasts[condition.contrast]
    if condition.where == "defaults":
        return holds(condition.holds, contrast_of(contrast, own), margin(condition, contrast, plan, own))
    if region is None:
        return Held(False, 1.0, None)
    kept = []
    for point in region.points:
        runs = region.at(point)
        kept.append(holds(condition.holds, contrast_of(contrast, runs), margin(condition, contrast, plan, runs)).holds)
    share = sum(kept) / len(kept)
    return Held(share >= float(condition.share or 0.0), 0.0, share)  # a count of points, not a test


def rule_holds(rule: Rule, plan: Plan, own: Runs, region: Runs | None) -> Held:
    """Whether all conditions of a rule hold; its p is the largest of theirs."""
    found = [condition_holds(condition, plan, own, region) for condition in rule.all]
    return Held(all(one.holds for one in found), max(one.p for one in found))


def verdict_of(plan: Plan, own: Runs, region: Runs | None) -> Verdict:
    """Supported where a supporting rule holds and no refuting one, refuted the other way round, else undecided."""
    for_, against = ([(rule, rule_holds(rule, plan, own, region)) for rule in rules] for rules in (plan.supported_if, plan.refuted_if))
    yes = [(rule, held) for rule, held in for_ if held.holds]
    no = [(rule, held) for rule, held in against if held.holds]
    if yes and no:
        return Verdict(UNDECIDED, f"both hold: {yes[0][0].words} And: {no[0][0].words}", 1.0)
    if yes:
        return Verdict(SUPPORTED, yes[0][0].words, min(held.p for _, held in yes))
    if no:
        return Verdict(REFUTED, no[0][0].words, min(held.p for _, held in no))
    return Verdict(UNDECIDED, "neither a supporting nor a refuting rule holds", 1.0)


def corrected(verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """The verdicts after Holm's correction over all hypotheses: who is sure no longer is undecided."""
    names: Sequence[str] = sorted(verdicts, key=lambda name: verdicts[name].p)
    found, worst = {}, 0.0
    for place, name in enumerate(names):
        one = verdicts[name]
        worst = max(worst, min(1.0, one.p * (len(names) - place)))
        weak = one.verdict != UNDECIDED and worst > LEVEL
        words = f"{one.words} Not beyond chance once {len(names)} hypotheses are looked at together." if weak else one.words
        found[name] = Verdict(UNDECIDED if weak else one.verdict, words, one.p, worst)
    return {name: found[name] for name in verdicts}
