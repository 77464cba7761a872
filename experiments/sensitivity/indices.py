"""Designs and indices, by SALib: elementary effects over a grid of levels, and shares of variance over a Sobol sequence."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .ranges import LUCK, Range

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]
Measured = Callable[[Floats], dict[str, Floats]]
LEVELS = 4
RESAMPLES = 500
SEED = 1
GOLDEN = (5**0.5 - 1) / 2


def problem_of(ranges: Sequence[Range]) -> dict[str, Any]:
    """The unit cube of the parameters, with chance as the last dimension."""
    names = [one.path for one in ranges] + [LUCK]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def screened(ranges: Sequence[Range], trajectories: int, measured: Measured) -> pa.Table:
    """Elementary effects of every parameter on every outcome, as the table `screening` says.

    An effect is per whole range. Chance has no range: its effect is the distance between two seeds, which each trajectory
    draws anew.
    """
    import pyarrow as pa
    from SALib.analyze import morris as analyze
    from SALib.sample import morris as sample

    problem = problem_of(ranges)
    units = sample.sample(problem, trajectories, num_levels=LEVELS, seed=SEED)
    numbers = ("effect", "low", "high", "mean", "spread")
    rows = []
    step = LEVELS / (2 * (LEVELS - 1))
    for outcome, y in measured(shifted(units, len(problem["names"]) + 1)).items():
        found = _quietly(
            lambda y=y: analyze.analyze(problem, units, y, num_levels=LEVELS, num_resamples=RESAMPLES, seed=SEED)  # type: ignore[misc]
        )
        for k, name in enumerate(problem["names"]):
            row: dict[str, Any] = {"outcome": outcome, "parameter": name} | dict.fromkeys(numbers)
            if found is not None:
                size = step if name == LUCK else 1.0
                at, wide = size * float(found["mu_star"][k]), size * float(found["mu_star_conf"][k])
                row |= {"effect": at, "low": max(0.0, at - wide), "high": at + wide, "mean": size * float(found["mu"][k]),
                        "spread": size * float(found["sigma"][k])}  # fmt: skip
            rows.append(row)
    kinds = {"outcome": pa.string(), "parameter": pa.string()} | dict.fromkeys(numbers, pa.float64())
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))


def shifted(units: Floats, stretch: int) -> Floats:
    """The points of a screening with other seeds in each of its trajectories: four levels alone would mean four seeds in all."""
    turns = (np.arange(len(units)) // stretch) * GOLDEN
    return np.column_stack([units[:, :-1], (units[:, -1] + turns) % 1.0])


def first_and_total(ranges: Sequence[Range], base: int, measured: Measured) -> pa.Table:
    """First-order and total shares of variance of every parameter in every outcome, as the table `indices` says."""
    import pyarrow as pa
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    problem = problem_of(ranges)
    units = sample.sample(problem, base, calc_second_order=False, seed=SEED)
    rows: list[dict[str, Any]] = []
    for outcome, y in measured(units).items():
        found = _quietly(
            lambda y=y: analyze.analyze(problem, y, calc_second_order=False, num_resamples=RESAMPLES, seed=SEED) if np.ptp(y) > 0 else None  # type: ignore[misc]
        )
        for k, name in enumerate(problem["names"]):
            row: dict[str, Any] = {"outcome": outcome, "parameter": name}
            for order, key in (("first", "S1"), ("total", "ST")):
                row |= dict.fromkeys((order, f"{order}_low", f"{order}_high", f"{order}_unclear"))
                if found is not None:
                    at, wide = float(found[key][k]), float(found[f"{key}_conf"][k])
                    row |= {order: at, f"{order}_low": at - wide, f"{order}_high": at + wide, f"{order}_unclear": 2 * wide > abs(at)}
            rows.append(row)
    kinds = {"outcome": pa.string(), "parameter": pa.string()}
    for order in ("first", "total"):
        kinds |= dict.fromkeys((order, f"{order}_low", f"{order}_high"), pa.float64()) | {f"{order}_unclear": pa.bool_()}
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))


def _quietly(analyze: Callable[[], Any]) -> Any:
    """What an analysis finds; None where values are missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = analyze()
    if found is None or not np.isfinite(np.asarray(found["mu_star" if "mu_star" in found else "ST"], dtype=np.float64)).all():
        return None
    return found
