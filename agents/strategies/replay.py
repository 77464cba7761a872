"""Play back stored decisions: the placebo that shows that nothing but decisions matters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..declare import InputError
from ..view import Decision, FirmView


class Replay:
    """Returns on each day the decision that was taken on that day in the stored run."""

    def __init__(self, *, decisions: Sequence[Mapping[str, Any]] | str, firm: str | None = None) -> None:
        if isinstance(decisions, str):
            path = Path(decisions)
            if not path.is_file():
                raise InputError("no such file of decisions", file=path, key="decisions", allowed="a JSON list of stored decisions")
            rows: Sequence[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        else:
            rows = decisions
        self.by_day = {
            int(row["day"]): Decision.model_validate(row["decision"]) for row in rows if firm is None or row.get("firm", firm) == firm
        }

    def decide(self, view: FirmView) -> Decision:
        """The stored decision of this day; an InputError where the store has none."""
        if view.day not in self.by_day:
            raise InputError("no stored decision for this day", key=f"replay of {view.firm}", given=view.day,
                             allowed=f"{min(self.by_day, default=0)} to {max(self.by_day, default=0)}")  # fmt: skip
        return self.by_day[view.day]
