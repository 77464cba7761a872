"""A1b, swap of seats: with equal firms it does not matter which of them plays what.

Draws are named by a firm's key, so the two worlds of a seed do not share their luck: the swap holds in distribution only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..ensemble import Identity, ensemble
from ..verdict import Estimate, difference, estimate, number
from .row import Control, verdict_of

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario
    from ..ensemble import Outcome
    from ..store import Progress

FIRST, OTHER = "focal", "rival_1"
OWN = ("profit", "value_per_episode")
"""What is measured of each firm, and compared between the two."""
TITLES = {"profit": "lead in profit", "value_per_episode": "lead in value per episode", "value_in_use": "value in use of everybody"}
PASSES = "the interval of what the swap changes holds 0, for each measure"


class Swap(NamedTuple):
    """A measure with the arms in their seats and swapped: both estimates, and the paired change between them."""

    seated: Estimate
    swapped: Estimate
    change: Estimate


def worlds_of(scenario: Scenario, arms: tuple[str, str], seeds: Sequence[int]) -> list[Identity]:
    """For each seed a world with the arms in the seats of firms 0 and 1, and one with the seats swapped."""
    one, other = arms
    both = (((FIRST, one), (OTHER, other)), ((FIRST, other), (OTHER, one)))
    return [Identity(scenario, seed, seats=seats) for seed in seeds for seats in both]


def swaps_of(outcomes: Sequence[Outcome]) -> dict[str, Swap]:
    """What the swap changed in the lead of the second arm's firm over the first's, and in everybody's value in use."""
    seated, swapped = outcomes[::2], outcomes[1::2]

    def lead(outcome: Outcome, metric: str, ahead: str, behind: str) -> float | None:
        one, other = (outcome.by_firm[firm][metric] for firm in (ahead, behind))
        return None if one is None or other is None else one - other

    pairs = {
        metric: ([lead(one, metric, OTHER, FIRST) for one in seated], [lead(one, metric, FIRST, OTHER) for one in swapped])
        for metric in OWN
    }
    pairs["value_in_use"] = ([one.metrics["value_in_use"] for one in seated], [one.metrics["value_in_use"] for one in swapped])
    return {name: Swap(estimate(a), estimate(b), difference(b, a)) for name, (a, b) in pairs.items()}


def swap(
    scenario: Scenario, arms: tuple[str, str], seeds: Sequence[int], workers: int = 1, progress: Progress | None = None,
) -> Control:  # fmt: skip
    """The control, run."""
    outcomes = ensemble(worlds_of(scenario, arms, seeds), workers=workers, progress=progress).outcomes
    return judged(swaps_of(outcomes), scenario, arms, len(seeds))


def judged(found: Mapping[str, Swap], scenario: Scenario, arms: tuple[str, str], seeds: int) -> Control:
    """The row of what was measured."""
    changed = [name for name, one in found.items() if not holds_nought(one.change)]
    measured = "; ".join(
        f"{TITLES[name]}: {_said(one.seated)} seated, {_said(one.swapped)} swapped, change {_said(one.change)}"
        for name, one in found.items()
    )
    done = (f"{scenario.name}, {scenario.world.customers.number:,} people, {scenario.days:,} days, {seeds} seeds: {arms[0]} and "
            f"{arms[1]} play {FIRST} and {OTHER}, then {OTHER} and {FIRST}")  # fmt: skip
    if changed:
        why = f"The seat matters: the interval of the change leaves out 0 for {' and '.join(TITLES[name] for name in changed)}."
    else:
        noticed = " and ".join(f"{number(half_of(found[name].change), half_of(found[name].change))} of {TITLES[name]}" for name in OWN)
        vague = [TITLES[name] for name in OWN if holds_nought(found[name].seated) and holds_nought(found[name].swapped)]
        why = f"The seat makes no difference that shows; a change beyond {noticed} would have."
        why += " By chance alone one interval in twenty misses 0."
        why += f" Of {' and '.join(vague)} it says little, since no lead is sure in either seat." if vague else ""
    return Control("A1b", "Swap of seats", done, measured, PASSES, verdict_of(not changed), why)


def holds_nought(e: Estimate) -> bool:
    """Whether there is an interval, and 0 lies in it."""
    return e.low is not None and e.high is not None and e.low <= 0.0 <= e.high


def half_of(e: Estimate) -> float:
    """Half of the width of an interval, 0 where there is none."""
    return 0.0 if e.low is None or e.high is None else (e.high - e.low) / 2


def _said(e: Estimate) -> str:
    if e.low is None or e.high is None:
        return number(e.mean)
    half = (e.high - e.low) / 2
    return f"{number(e.mean, half)} ({number(e.low, half)} to {number(e.high, half)})"
