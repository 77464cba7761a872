"""Damage as a difference of worlds: what the trigger cost, series by series, against the same worlds without it.

A loss is the world without the trigger minus the world with it; below 0 the trigger paid. With one seed it is one history.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..agents.declare import InputError
from ..sim.metrics.headline import HEADLINE
from .damage_days import DAYS, WHY_NOT, Days, days_of, half_life
from .ensemble import Identity, Rules
from .kept import Folder, Kept, keep
from .setting import Setting, Settings, seeds_of
from .store import Progress, check_result, identity_of, manifest_of
from .twins import SERIES, Floats, Pair, run_pairs, trigger_day, twins
from .verdict import ONE_HISTORY, Estimate, estimate

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario
    from ..sim.network import Network

WEEK = 7
MEASURES = {
    "onset": "days from the trigger to the first day on which the worlds differ",
    "peak": "loss in the worst week: its sum, of a level its mean",
    "peak_day": "days from the trigger to the end of that week",
    "area": "loss from the trigger to the end: the sum over days, of a level too",
    "half_life": "days from the peak until a week's loss is half of it",
}
PRIMARY = tuple(metric.name for metric in HEADLINE if metric.primary)


# --- what is measured in a pair ---------------------------------------------------------------------------------------


def weekly(loss: Floats, flow: bool) -> Floats:
    """Loss of the seven days up to and including each day, along the last axis: the sum of a flow, the mean of a level."""
    before = np.concatenate([np.zeros((*loss.shape[:-1], WEEK - 1)), loss], axis=-1)
    week = np.add.reduce([before[..., k : k + loss.shape[-1]] for k in range(WEEK)])  # a week without loss is exactly 0
    return np.asarray(week if flow else week / WEEK)


def measures(loss: Floats, flow: bool) -> dict[str, float | None]:
    """The MEASURES of a loss by day from the trigger; None where there is none."""
    found: dict[str, float | None] = dict.fromkeys(MEASURES)
    if not len(loss):
        return found | {"peak": 0.0, "area": 0.0}
    differs = np.flatnonzero(loss)
    if not len(differs):  # not even rounding may speak of a loss
        return found | {"peak": 0.0, "area": 0.0}
    week = np.round(weekly(loss, flow), 9)  # rounding of floats decides neither between equal weeks nor about a half
    at = int(np.argmax(week))
    found |= {"onset": float(differs[0]), "peak": float(week[at]), "area": float(loss.sum())}
    if week[at] > 0:
        found["peak_day"] = float(at)
        found["half_life"], _ = half_life(week, WEEK)
    return found


def row_of(pair: Pair) -> dict[str, Any]:
    """One pair as a row: `loss` (discounted profit), the lost margin, its part of what there was, and MEASURES by series."""
    first = min(max(pair.day or 0, 0), len(pair.there["profit"]))
    lost = {name: pair.away[name][first:] - pair.there[name][first:] for name in SERIES}
    worth = (1.0 + pair.discount) ** (-np.arange(first, len(pair.there["profit"])) / 365.0)
    spared = float(np.sum(pair.away["margin"][first:] * worth))
    row: dict[str, Any] = {
        "seed": pair.seed, "luck": pair.luck, "day": first, "customers": pair.customers,
        "no_trace": not any(part.any() for part in lost.values()),
        "loss": _exact(lost["profit"], worth), "lost_margin": _exact(lost["margin"], worth), "spared_margin": spared,
    }  # fmt: skip
    row["lost_share"] = row["lost_margin"] / spared if spared > 0 else None
    row["loss_per_customer"] = row["loss"] / pair.customers if pair.customers else None
    for name, part in lost.items():
        row |= {f"{name}_{measure}": value for measure, value in measures(part, SERIES[name].flow).items()}
    for metric in PRIMARY:
        row |= {f"{metric}_with": pair.metrics[metric], f"{metric}_without": pair.spared[metric]}
    return row


def _exact(lost: Floats, worth: Floats) -> float:
    """Discounted money; exactly 0 where no day differs."""
    return float(np.sum(lost * worth)) if lost.any() else 0.0


def losses_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A row per pair; money is discounted to day 0 in `loss`, `lost_margin` and `spared_margin`, plain in the series."""
    import pyarrow as pa

    whole = ("seed", "luck", "day", "customers")
    kinds = {name: pa.int64() if name in whole else pa.bool_() if name == "no_trace" else pa.float64() for name in rows[0]}
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})


def worlds_table(pairs: Sequence[Pair]) -> pa.Table:
    """A row per pair and day from 0: seed, luck, day, and each series as NAME_with and NAME_without."""
    import pyarrow as pa

    days = [len(pair.there["profit"]) for pair in pairs]
    columns: dict[str, Any] = {
        "seed": np.repeat(np.array([pair.seed for pair in pairs], dtype=np.int64), days),
        "luck": np.repeat(np.array([pair.luck for pair in pairs], dtype=np.int64), days),
        "day": np.concatenate([np.arange(count, dtype=np.int32) for count in days]),
    }
    for name in SERIES:
        columns[f"{name}_with"] = np.concatenate([pair.there[name] for pair in pairs])
        columns[f"{name}_without"] = np.concatenate([pair.away[name] for pair in pairs])
    return pa.table(columns)


# --- the result -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Damage(Kept):
    """Worlds with and without the trigger, a pair for each seed.

    losses      a row per seed: loss (discounted profit), lost_margin, loss_per_customer, ..., then SERIES_MEASURE
    worlds      a row per seed and day: seed, luck, day, then SERIES_with and SERIES_without of the focal firm
    manifest    {format, run_id, identity, provenance}
    """

    question = "damage"
    scenario: Scenario
    arm: str
    seeds: list[int]
    losses: pa.Table
    worlds: pa.Table
    manifest: dict[str, Any]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        return {"losses": self.losses, "worlds": self.worlds}

    @property
    def one_history(self) -> bool:
        """Whether there is only one seed, so that nothing has an interval."""
        return len(self.seeds) == 1

    @property
    def day(self) -> int:
        """Day of the trigger, counted from 0."""
        return int(self.losses["day"][0].as_py())

    def column(self, name: str) -> list[float | None]:
        """A column of the losses, in the order of the seeds."""
        return self.losses[name].to_pylist()  # type: ignore[no-any-return]

    def series(self, name: str) -> tuple[Floats, Floats]:
        """A series with and without the trigger: float64 [seed, day]."""
        shape = (len(self.seeds), -1)
        return tuple(self.worlds[f"{name}_{world}"].to_numpy().reshape(shape) for world in ("with", "without"))  # type: ignore[return-value]

    @cached_property
    def estimates(self) -> dict[str, dict[str, Any]]:
        """series -> measure -> Estimate, of a day Days, over the seeds in which the measure exists."""
        found: dict[str, dict[str, Any]] = {}
        for name in SERIES:
            columns = {measure: self.column(f"{name}_{measure}") for measure in MEASURES}
            found[name] = {m: days_of(values, self._why(name, m)) if m in DAYS else estimate(values) for m, values in columns.items()}
        return found

    def _why(self, name: str, measure: str, mean: bool = False) -> str:
        """Why a series has no such day: of a half-life each seed's reason once, or that of the mean curve."""
        if measure != "half_life":
            return WHY_NOT[measure]
        there, away = self.series(name)
        lost = (away - there)[:, self.day :]
        weeks = np.round(weekly(lost.mean(axis=0, keepdims=True) if mean else lost, SERIES[name].flow), 9)
        return "; ".join(dict.fromkeys(why for week in weeks if (why := half_life(week, WEEK)[1])))

    @cached_property
    def mean_curve(self) -> dict[str, dict[str, float | None]]:
        """series -> MEASURES of the mean loss over seeds, which chance in single worlds blurs less."""
        found = {}
        for name in SERIES:
            there, away = self.series(name)
            found[name] = measures((away - there)[:, self.day :].mean(axis=0), SERIES[name].flow)
        return found

    def zeros(self, column: str) -> float:
        """Share of seeds in which a loss is exactly 0."""
        return float(np.mean([value == 0 for value in self.column(column)]))

    def money(self) -> dict[str, dict[str, Any]]:
        """Loss in money: profit and what of it was spent and was margin (discounted), per customer, as a part of the margin."""
        columns = {name: self.column(name) for name in ("loss", "lost_margin", "loss_per_customer", "lost_share")}
        pairs = zip(columns["loss"], columns["lost_margin"], strict=True)
        columns["spent"] = [round((loss or 0.0) - (lost or 0.0), 6) for loss, lost in pairs]  # sums of floats differ a little
        return {name: _said(estimate(values, "the firm had no customers")) | {"zeros": float(np.mean([v == 0 for v in values]))}
                for name, values in columns.items()}  # fmt: skip

    def primary(self) -> dict[str, dict[str, Any]]:
        """What the trigger did to the primary outcomes: means with it, without it, and their difference (with - without)."""
        found: dict[str, dict[str, Any]] = {}
        for metric in PRIMARY:
            there, away = self.column(f"{metric}_with"), self.column(f"{metric}_without")
            gap = estimate([None if a is None or b is None else a - b for a, b in zip(there, away, strict=True)])
            found[metric] = {"with": estimate(there).mean, "without": estimate(away).mean, "difference": gap.mean,
                             "low": gap.low, "high": gap.high, **({"why": gap.why} if gap.why else {})}  # fmt: skip
        return found

    def figures(self) -> dict[str, Any]:
        """All numbers of the damage as plain data."""
        series = {
            name: {"unit": SERIES[name].unit, "means": SERIES[name].sentence, "zeros": self.zeros(f"{name}_area"),
                   **{measure: _said(found) for measure, found in row.items()},
                   "of_the_mean_curve": {m: {"value": None, "why": self._why(name, m, mean=True)} if value is None else value
                                         for m, value in self.mean_curve[name].items()}}
            for name, row in self.estimates.items()
        }  # fmt: skip
        one = {"history": "one history", "why": ONE_HISTORY} if self.one_history else {}
        return one | {
            **self.primary(), "trigger_day": self.day, "seeds": len(self.seeds), "money": self.money(),
            "no_trace": float(np.mean(self.losses["no_trace"].to_pylist())), "series": series,
        }  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """The damage as one JSON document; a missing value is null with `why`."""
        return {"scenario": self.scenario.name, "arm": self.arm, "seeds": self.seeds, "damage": self.figures(), "manifest": self.manifest}

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The damage that lies in a folder."""
        losses, worlds = (folder.table(name) for name in ("losses", "worlds"))
        return cls(scenario, folder.identity["arm"], folder.identity["seeds"], losses, worlds, folder.manifest)


def _said(e: Estimate | Days) -> dict[str, Any]:
    why = {} if e.why is None else {"why": e.why}
    if isinstance(e, Days):
        return {"median": e.median, "least": e.least, "most": e.most, "of": e.seeds} | why
    return {"mean": e.mean, "low": e.low, "high": e.high, "of": e.seeds} | why


def damage_of(scenario: Scenario, arm: str, pairs: Sequence[Pair], manifest: dict[str, Any]) -> Damage:
    """The damage in pairs of worlds, one for each seed."""
    rows = [row_of(pair) for pair in pairs]
    return Damage(scenario, arm, [pair.seed for pair in pairs], losses_table(rows), worlds_table(pairs), manifest)


def need_trigger(scenario: Scenario) -> None:
    """Refuse a scenario to which nothing happens."""
    if trigger_day(scenario) is None:
        raise InputError("the scenario has no trigger", key=f"scenario {scenario.name}", allowed="one with a shock of trigger = true")


def damage(
    scenario: str | Path | Scenario | Setting, seeds: int | str | Iterable[int] = range(3), *, arm: str | None = None,
    days: int | None = None, customers: int | None = None, network: str | Path | Network | None = None,
    customers_table: str | Path | None = None, set: Settings | None = None, mode: str | None = None,  # noqa: A002
    luck: int | None = None, threads: int = 1, workers: int = 1,
    rules: Rules | None = None, out: str | Path | None = None, progress: Progress | None = None,
) -> Damage:  # fmt: skip
    """What the trigger of a scenario costs: for each seed a world with it and its twin without, and the difference.

    The twin leaves its world on the day of the trigger; before it nothing differs. `luck` is the seed of chance after day
    0, by default each seed's own. Other arguments as for `run`; `workers` runs seeds in processes with the same result.
    Raises InputError, also where the scenario has no trigger.
    """
    begun = time.perf_counter()
    setting, numbers = Setting.of(scenario, days, customers, network, set, mode, customers_table), seeds_of(seeds)
    need_trigger(setting.scenario)
    chosen = arm or setting.scenario.default_arm
    identities = [Identity(setting.scenario, seed, chosen, luck) for seed in numbers]
    seated = identities[0].seated
    seat = identities[0].marks["arm"]
    identity = identity_of("damage", seated, [chosen] if chosen else [], rules, **setting.digests, seeds=numbers, arm=seat, luck=luck)
    if out is not None:
        check_result(out, manifest_of(identity, begun), seated)
    pairs = twins(identities, run_pairs, **setting.given, threads=threads, workers=workers, rules=rules, progress=progress)
    result = damage_of(seated, seat, pairs, manifest_of(identity, begun, threads=threads, workers=workers, **setting.provenance))
    if out is not None:
        keep(result, out, progress)
    return result
