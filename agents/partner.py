"""The partner as a Mesa agent: a name, what it brings to customers' jobs, and whether it is still there."""

from __future__ import annotations

from typing import Any

import mesa

from .offer import Complement


class Partner(mesa.Agent):  # type: ignore[misc]
    """One partner; it decides nothing. By an alliance of a firm, or found by a customer, it takes part in episodes."""

    def __init__(self, model: Any, name: str, number: int, complement: Complement) -> None:
        super().__init__(model)
        self.name, self.number, self.complement = name, number, complement

    @property
    def here(self) -> bool:
        """Whether it is still in the market."""
        return bool(self.model.columns.partners[self.number]["here"])
