"""A4, capability worlds: extreme worlds whose sign an argument on paper fixes; the run must give that sign, on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..ensemble import Identity, ensemble
from ..verdict import Estimate, difference, number
from .capability_file import World, Worlds
from .row import Control, verdict_of

if TYPE_CHECKING:
    from ..store import Progress

PASSES = "the 95 % interval leaves out 0 on the side that the argument fixes; for `neither`, no difference at all in any seed"
EITHER = "The model can say either: where an argument gives one side the lead, that side has it, and where nothing can differ nothing does."
OUTCOMES = {"profit": "profit", "value_in_use": "value in use per head", "revenue": "revenue"}


class Found(NamedTuple):
    """A world, what both arms reached in each seed, and what they spent on average."""

    world: World
    pushing: tuple[float | None, ...]
    serving: tuple[float | None, ...]
    spent: tuple[float, float]

    @property
    def gap(self) -> Estimate:
        """Serving minus pushing."""
        return difference(self.serving, self.pushing)

    @property
    def ahead(self) -> str:
        """Who came out ahead: pushing, serving, neither (to the last digit), or `open` where it may be chance."""
        if None in (*self.pushing, *self.serving):
            return "open"
        if self.pushing == self.serving:
            return "neither"
        low, high = self.gap.low, self.gap.high
        if low is None or high is None or low <= 0.0 <= high:
            return "open"
        return "serving" if low > 0.0 else "pushing"

    @property
    def passed(self) -> bool:
        """Whether it is as the argument says."""
        return self.ahead == self.world.ahead


def found_in(asked: Worlds, seeds: Sequence[int] | None = None, workers: int = 1, progress: Progress | None = None) -> list[Found]:
    """Both arms of every world, seed by seed; the file's number of seeds unless given."""
    numbers = list(range(asked.seeds)) if seeds is None else list(seeds)
    scenarios = [asked.scenario_of(world) for world in asked.worlds]
    runs = [
        Identity(scenario, seed, arm)
        for world, scenario in zip(asked.worlds, scenarios, strict=True)
        for seed in numbers
        for arm in (world.pushing, world.serving)
    ]
    outcomes = iter(ensemble(runs, workers=workers, progress=progress).outcomes)
    found = []
    for world in asked.worlds:
        pairs = [(next(outcomes), next(outcomes)) for _ in numbers]
        spent = [sum(sum(outcome.spending.values()) for outcome in arm) / len(numbers) for arm in zip(*pairs, strict=True)]
        values = [tuple(outcome.metrics[world.outcome] for outcome in arm) for arm in zip(*pairs, strict=True)]
        found.append(Found(world, values[0], values[1], (spent[0], spent[1])))
    return found


def days_of(asked: Worlds, seeds: int) -> int:
    """Days that all worlds take."""
    return sum(seeds * (int(one.world.burn_in_days) + 2 * one.days) for one in map(asked.scenario_of, asked.worlds))


def capability(found: Sequence[Found]) -> list[Control]:
    """A row for all worlds, then one for each."""
    sides = {side: [one for one in found if one.world.ahead == side] for side in ("pushing", "serving", "neither")}
    failed = [one.world.id for one in found if not one.passed]
    counted = "; ".join(f"{side} {sum(one.passed for one in ones)} of {len(ones)}" for side, ones in sides.items())
    both = all(any(one.passed for one in sides[side]) for side in ("pushing", "serving"))
    why = f"Not as argued: {', '.join(failed)}." if failed else EITHER
    done = (
        f"{len(found)} extreme worlds built by hand, signs fixed by an argument before any was run (experiments/controls/capability.toml)"
    )
    whole = Control("A4", "Capability worlds", done, f"as argued: {counted}", PASSES, verdict_of(not failed and both), why)
    return [whole, *(_row(one) for one in found)]


def _row(one: Found) -> Control:
    world = one.world
    came = {"pushing": f"{world.pushing} ahead", "serving": f"{world.serving} ahead", "neither": "identical in every seed",
            "open": "no side surely ahead"}  # fmt: skip
    if one.passed:
        why = f"As argued: {came[world.ahead]}."
    else:
        why = (f"Not as argued: {came[one.ahead]}. For the argument to hold, {came[world.ahead]} would have to be true: a step of the "
               "argument, or the way the world was built, is wrong.")  # fmt: skip
    measured = (f"{OUTCOMES[world.outcome]}, {world.serving} minus {world.pushing}: {gap_text(one.gap)}; spent "
                f"{number(one.spent[0])} and {number(one.spent[1])}")  # fmt: skip
    passes = f"{came[world.ahead]}: {' '.join(world.argument.split())}"
    return Control(f"A4 {world.id}", f"argued ahead: {world.ahead}", world.what, measured, passes, verdict_of(one.passed), why)


def gap_text(gap: Estimate) -> str:
    """A difference with its interval in words."""
    if gap.mean is None:
        return f"none ({gap.why})"
    if gap.low is None or gap.high is None or gap.low == gap.high:
        return number(gap.mean, sign="+" if gap.mean else "")
    half = (gap.high - gap.low) / 2
    return f"{number(gap.mean, half, '+')} ({number(gap.low, half, '+')} to {number(gap.high, half, '+')})"


def capability_table(found: Sequence[Found]) -> Any:
    """A row per world and seed: what was argued, what both arms reached."""
    import pyarrow as pa

    rows: list[Mapping[str, Any]] = [
        {"world": one.world.id, "condition": one.world.condition, "outcome": one.world.outcome, "argued": one.world.ahead, "seed": seed,
         "pushing": pushing, "serving": serving}
        for one in found
        for seed, (pushing, serving) in enumerate(zip(one.pushing, one.serving, strict=True))
    ]  # fmt: skip
    kinds = {"world": pa.string(), "condition": pa.string(), "outcome": pa.string(), "argued": pa.string(), "seed": pa.int64(),
             "pushing": pa.float64(), "serving": pa.float64()}  # fmt: skip
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
