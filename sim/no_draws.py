"""What stands where Mesa expects generators: drawing from it raises, since a draw must have a name."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from .draws import DRAW_BY_NAME


class NoDraws(random.Random):
    """Stands where Mesa expects a generator; drawing from it raises, since a draw must have a name."""

    def random(self) -> float:
        """Refused."""
        raise RuntimeError(DRAW_BY_NAME)

    def getrandbits(self, k: int) -> int:
        """Refused."""
        raise RuntimeError(DRAW_BY_NAME)


class NoGenerator(np.random.Generator):
    """The same for NumPy's generator."""

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") or name in ("bit_generator", "spawn"):
            return super().__getattribute__(name)
        raise RuntimeError(DRAW_BY_NAME)
