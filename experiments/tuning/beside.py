"""A comparison of tuned arms: the search first, kept beside the comparison, then the judgement on seeds that it has not seen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...agents.declare import InputError
from ..kept import keep
from ..store import Progress, default_folder
from .tune import TRAINING, tune

if TYPE_CHECKING:
    from ..setting import Setting


def tuned_setting(
    setting: Setting, arms: Sequence[str], trials: int, seeds: Sequence[int], objective: str, workers: int, out: Path | None,
    progress: Progress | None,
) -> Setting:  # fmt: skip
    """The setting with its arms tuned; the search lies in OUT-tuning, or in a folder of its own under results/runs.

    An InputError where a seed that is to be judged on is one of the training worlds.
    """
    seen = sorted({*seeds} & {*TRAINING})
    if seen:
        raise InputError("a seed that arms are tuned on cannot judge them", key="seeds", given=seen[0], allowed=f"none of {TRAINING}")
    found = tune(setting, arms, trials, objective=objective, workers=workers, progress=progress)
    where = default_folder(found.manifest) if out is None else out.with_name(f"{out.name}-tuning")
    keep(found, where, progress)
    print(f"tuning: {where}", file=sys.stderr)
    setting.scenario = found.scenario
    setting.provenance |= {"tuned": {"trials": trials, "objective": objective, "folder": str(where)}}
    return setting
