"""The search: for every arm the same sampler, as many tries, the same training worlds, in rounds that no number of workers changes."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from logging import WARNING
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from ...agents.declare import InputError
from ...sim.metrics.headline import HEADLINE
from ..ensemble import Identity, ensemble
from ..extras import need
from ..kept import Folder, Kept, keep
from ..setting import Setting
from ..store import Progress, check_result, identity_of, manifest_of
from .free import Free, free_numbers

if TYPE_CHECKING:
    import pyarrow as pa

    from ...scenarios.schema import Scenario

ROUND = 8
"""Tries that are made up before any of them is looked at: the search is the same on one worker as on many."""
TRAINING = (1000, 1001, 1002, 1003)
"""Seeds of the training worlds: none of these may be judged on."""
SEED = 1


@dataclass(frozen=True)
class Tuning(Kept):
    """Arms as they were tuned.

    trials      arm, number, value (mean of the objective over training seeds), best (so far), numbers (JSON): a row per try
    scenario    with the tuned arms in it
    """

    question: ClassVar[str] = "tuning"
    scenario: Scenario
    arms: list[str]
    trials: pa.Table
    manifest: dict[str, Any]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        return {"trials": self.trials}

    @property
    def objective(self) -> str:
        """What was searched for."""
        return str(self.manifest["identity"]["objective"])

    def rows(self, arm: str) -> list[dict[str, Any]]:
        """The tries of an arm in order."""
        return [row for row in self.trials.to_pylist() if row["arm"] == arm]

    def to_json(self) -> dict[str, Any]:
        """The tuning as one JSON document."""
        arms = {arm: {"first": self.rows(arm)[0]["value"], "best": self.rows(arm)[-1]["best"],
                      "options": self.scenario.arms[arm].model_dump(mode="json")} for arm in self.arms}  # fmt: skip
        return {"scenario": self.scenario.name, "objective": self.objective, "arms": arms, "manifest": self.manifest}

    def write_page(self, path: Path) -> None:
        """The page of the tuning and its figure."""
        from .page import write_tuning

        write_tuning(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The tuning that lies in a folder."""
        return cls(scenario, folder.identity["arms"], folder.table("trials"), folder.manifest)


def tune(
    setting: Setting, arms: Sequence[str], trials: int, *, objective: str = "profit", training: Sequence[int] = TRAINING, workers: int = 1,
    out: str | Path | None = None, progress: Progress | None = None,
) -> Tuning:  # fmt: skip
    """Find the free numbers of every arm that are best for an objective, with `trials` tries each; the first is the arm as it is.

    Deterministic: the same search whatever the number of workers. Raises InputError.
    """
    begun = time.perf_counter()
    need("optuna", "analysis", "--tuned").logging.set_verbosity(WARNING)
    names = [metric.name for metric in HEADLINE]
    if objective not in names:
        raise InputError("nothing that can be searched for", key="objective", given=objective, allowed=", ".join(names))
    if not 2 <= trials <= 100_000:
        raise InputError("so many tries are not made", key="tuned", given=trials, allowed="2 to 100,000")
    free = [free_numbers(setting.scenario, arm) for arm in arms]
    identity = identity_of(
        "tuning", setting.scenario, arms, None, **setting.digests, trials=trials, objective=objective, training=list(training)
    )
    if out is not None:
        check_result(out, manifest_of(identity, begun), setting.scenario)
    studies = [study_of(one) for one in free]
    rows: list[dict[str, Any]] = []
    for first in range(0, trials, ROUND):
        many = min(ROUND, trials - first)
        asked = [[study.ask() for _ in range(many)] for study in studies]
        values = [[suggested(trial, one) for trial in some] for some, one in zip(asked, free, strict=True)]
        scored = scores(setting, free, values, objective, training, workers, told(progress, first, trials))
        for one, study, some, given, found in zip(free, studies, asked, values, scored, strict=True):
            for k, (trial, numbers, value) in enumerate(zip(some, given, found, strict=True)):
                study.tell(trial, value)
                rows.append({"arm": one.arm, "number": first + k, "value": value, "best": study.best_value, "numbers": json.dumps(numbers)})
    tuned = {one.arm: setting.scenario.arms[one.arm].model_copy(update=one.seat(best_of(rows, one.arm))) for one in free}
    scenario = setting.scenario.model_copy(update={"arms": {**setting.scenario.arms, **tuned}})
    result = Tuning(scenario, list(arms), table_of(rows), manifest_of(identity, begun, workers=workers))
    if out is not None:
        keep(result, out, progress)
    return result


def study_of(free: Free) -> Any:
    """A search for the largest value that begins with the arm as it is."""
    import warnings

    import optuna

    with warnings.catch_warnings():  # it says of some options that they are new
        warnings.simplefilter("ignore")
        sampler = optuna.samplers.TPESampler(seed=SEED, multivariate=True, constant_liar=True, n_startup_trials=ROUND)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.enqueue_trial({name: start for name, (_, _, start) in free.numbers.items()})
    return study


def suggested(trial: Any, free: Free) -> dict[str, float]:
    """The numbers of a try."""
    return {name: round(float(trial.suggest_float(name, low, high)), 6) for name, (low, high, _) in free.numbers.items()}


def scores(
    setting: Setting, free: Sequence[Free], values: Sequence[Sequence[dict[str, float]]], objective: str, training: Sequence[int],
    workers: int, progress: Progress | None,
) -> list[list[float]]:  # fmt: skip
    """The mean of the objective over the training seeds, [arm][try]; all tries of a seed branch from one burn-in."""
    identities = []
    for seed in training:
        for one, some in zip(free, values, strict=True):
            for numbers in some:
                seat = setting.scenario.arms[one.arm].model_copy(update=one.seat(numbers))
                scenario = setting.scenario.model_copy(update={"arms": {**setting.scenario.arms, one.arm: seat}})
                identities.append(Identity(scenario, seed, one.arm))
    found = ensemble(identities, **setting.given, workers=workers, progress=progress).outcomes
    measured = [outcome.metrics[objective] for outcome in found]
    table = np.array([np.nan if value is None else value for value in measured], dtype=np.float64).reshape(len(training), -1)
    if np.isnan(table).any():
        raise InputError("the objective has no value in some worlds", key="objective", given=objective, allowed="profit or value_in_use")
    means = table.mean(axis=0).tolist()
    ends = np.cumsum([0, *(len(some) for some in values)])
    return [means[begin:end] for begin, end in pairwise(ends)]


def best_of(rows: Sequence[dict[str, Any]], arm: str) -> dict[str, float]:
    """The numbers of the best try of an arm, the first of equal ones."""
    mine = [row for row in rows if row["arm"] == arm]
    best = max(mine, key=lambda row: row["value"])
    return json.loads(best["numbers"])  # type: ignore[no-any-return]


def told(progress: Progress | None, first: int, trials: int) -> Progress | None:
    """A progress over all rounds."""
    if progress is None:
        return None
    return lambda done, total, what: progress(first * total // ROUND + done, trials * total // ROUND, f"tuning, {what}")


def table_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """The tries as a table."""
    import pyarrow as pa

    kinds = [("arm", pa.string()), ("number", pa.int64()), ("value", pa.float64()), ("best", pa.float64()), ("numbers", pa.string())]
    return pa.Table.from_pylist(list(rows), schema=pa.schema(kinds))
