"""What the runs of a plan say: the value of an outcome in some cells, world by world and seed by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .schema import Cells, Plan
from .worlds import REGION, column_of

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]


class Runs:
    """The rows of a sweep with their coordinates: arm, the arms' own coordinates, levels of factors, day."""

    def __init__(self, plan: Plan, table: pa.Table, at: Sequence[Cells]) -> None:
        self.plan = plan
        self.seed = table["seed"].to_numpy()
        arm, point, day = np.array(table["arm"].to_pylist()), table["point"].to_numpy(), table["day"].to_numpy()
        self.where: dict[str, npt.NDArray[Any]] = {"arm": arm, "day": day.astype(np.float64)}
        for name in sorted({name for one in plan.arms.values() for name in one.at}):
            places = {label: one.at.get(name, np.nan) for label, one in plan.arms.items()}
            self.where[name] = np.array([places[label] for label in arm], dtype=np.float64)
        for name in (*plan.factors, REGION):
            if any(name in one for one in at):
                levels = np.array([one.get(name) for one in at])
                self.where[name] = levels[point]
        self.values: dict[str, Floats] = {}
        for name, outcome in plan.outcomes.items():
            self.values[name] = table[column_of(outcome)].to_numpy(zero_copy_only=False).astype(np.float64)

    def rows(self, cells: Cells) -> npt.NDArray[np.bool_]:
        """Which rows lie in cells; the last day unless they name another."""
        last = self.where["day"].max()
        picked: Mapping[str, Any] = {"day": last, **cells}
        inside = np.ones(len(self.seed), dtype=bool)
        for name, place in picked.items():
            inside &= self.where[name] == place
        return inside

    def by_seed(self, outcome: str, cells: Cells, sign: float = 1.0) -> dict[int, float]:
        """Seed -> mean of an outcome over all that the cells do not tell apart; seeds without any value are left out."""
        inside = self.rows(cells)
        seeds, values = self.seed[inside], self.values[outcome][inside] * sign
        found = {}
        for seed in np.unique(seeds):
            here = values[seeds == seed]
            here = here[~np.isnan(here)]
            if len(here):
                found[int(seed)] = float(here.mean())
        return found

    def size_of(self, outcome: str) -> float:
        """Mean over all rows of the size of an outcome: what a relative smallest effect is taken of."""
        values = np.abs(self.values[outcome])
        return float(np.nanmean(values)) if np.isfinite(values).any() else 0.0

    def at(self, point: float) -> Runs:
        """The runs of one point of the region."""
        part = object.__new__(Runs)
        inside = self.where[REGION] == point
        part.plan, part.seed = self.plan, self.seed[inside]
        part.where = {name: values[inside] for name, values in self.where.items() if name != REGION}
        part.values = {name: values[inside] for name, values in self.values.items()}
        return part

    @property
    def points(self) -> list[float]:
        """The points of the region, none for the plan's own worlds."""
        return sorted({float(one) for one in self.where.get(REGION, ())})


def minus(one: Mapping[int, float], other: Mapping[int, float]) -> dict[int, float]:
    """One minus the other in the seeds that both have."""
    return {seed: value - other[seed] for seed, value in one.items() if seed in other}
