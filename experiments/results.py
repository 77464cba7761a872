"""What a results folder holds, read back as what it is."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from ..agents.declare import InputError
from .store import read_manifest

KINDS = {
    "run": ("run", "Run"), "compare": ("compare", "Comparison"), "contest": ("contest", "Contest"), "matrix": ("matrix", "Matrix"),
    "damage": ("damage", "Damage"), "replays": ("replays", "Replays"),
    "influence": ("influence", "Influence"), "knockout": ("knockout", "Knockout"),
    "map": ("map.phase_map", "PhaseMap"), "sweep": ("sweep.result", "Ensemble"),
    "hypotheses": ("hypotheses.run", "Hypotheses"), "tuning": ("tuning.tune", "Tuning"),
    "sensitivity": ("sensitivity.sensitivity", "Sensitivity"),
    "controls": ("controls.result", "Controls"), "validation": ("validation.validate", "Validation"),
}  # fmt: skip
"""Question -> module and class of its result."""


def read_result(folder: str | Path) -> Any:
    """The result that was saved in a folder; an InputError where it holds something else."""
    asked = read_manifest(folder)["identity"].get("question")
    if asked not in KINDS:
        raise InputError("no report is made of this", file=folder, given=asked, allowed=f"the folder of a {', '.join(KINDS)}")
    module, name = KINDS[asked]
    return getattr(import_module(f".{module}", __package__), name).read(folder)
