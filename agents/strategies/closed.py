"""Another strategy with one thing closed: what a firm does without its community is the difference to the same firm with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..view import Decision, FirmView
from .protocol import make_strategy


class WithoutCommunity:
    """Decides what another strategy decides, but keeps no community; what that would have cost stays unspent."""

    def __init__(self, *, strategy: str, options: Mapping[str, Any] | None = None, file: str | None = None) -> None:
        self.strategy = make_strategy(strategy, dict(options or {}), file)

    def decide(self, view: FirmView) -> Decision:
        """The other strategy's decision with no hours for the community."""
        return self.strategy.decide(view).model_copy(update={"community_hours": 0.0})
