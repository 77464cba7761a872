"""The controls as a kept result: a folder with tables and a page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..kept import Folder, Kept
from .row import Control

if TYPE_CHECKING:
    import pyarrow as pa

    from ...scenarios.schema import Scenario


@dataclass(frozen=True)
class Controls(Kept):
    """Every control as a row, and the tables that its numbers come from.

    controls    id, title, done, measured, passes_when, verdict (pass, fail or shown), why
    headlines   headline, condition, arm, baseline, metric, difference, low, high, ...: each headline under each condition
    claims      headline, claim, condition, mean, low, high: claims about talk and ties by shuffle
    capability  world, argued, seed, pushing, serving: what both arms of each capability world reached
    cues        lever, price, user_land, built_in, alike: what customers can perceive and who can do it
    runs        headline, condition, arm, seed, talk, profit, value_in_use, alike: the worlds of the headlines
    """

    question = "controls"
    scenario: Scenario
    named: dict[str, pa.Table]
    manifest: dict[str, Any]

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables that are written, by name."""
        return self.named

    @cached_property
    def rows(self) -> list[Control]:
        """The controls in their order."""
        return [Control(**row) for row in self.named["controls"].to_pylist()]

    @property
    def failed(self) -> list[Control]:
        """Those that do not pass."""
        return [row for row in self.rows if row.verdict == "fail"]

    def sentence(self) -> str:
        """How many pass, and which do not; all capability worlds together are one control."""
        worlds = [row for row in self.rows if row.id.startswith("A4 ")]
        others = [row for row in self.rows if not row.id.startswith("A4 ")]
        judged = [row for row in others if row.verdict != "shown"]
        failed = [row for row in judged if row.verdict == "fail"]
        argued = sum(row.verdict == "pass" for row in worlds)
        beside = f"; {argued} of {len(worlds)} capability worlds come out as argued" if worlds else ""
        open_ = len(others) - len(judged)
        beside += f"; {open_} comparison{'s' if open_ > 1 else ''} shown without a verdict" if open_ else ""
        if not failed:
            return f"All {len(judged)} controls pass{beside}."
        names = ", ".join(f"{row.id} {row.title}" for row in failed)
        return f"{len(judged) - len(failed)} of {len(judged)} controls pass{beside}. Failing: {names}."

    def to_json(self) -> dict[str, Any]:
        """The controls as one JSON document; a missing value is null with `why`."""
        from ..verdict import ONE_HISTORY

        lines = self.named["headlines"].to_pylist()
        for line in lines:
            if line["low"] is None:
                line["why"] = ONE_HISTORY
        return {"controls": [row._asdict() for row in self.rows], "passed": not self.failed, "sentence": self.sentence(),
                "headlines": lines, "manifest": self.manifest}  # fmt: skip

    def write_page(self, path: Path) -> None:
        """The page of the controls and its figure."""
        from .page import write_controls

        write_controls(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The controls that lie in a folder."""
        return cls(scenario, {name: folder.table(name) for name in TABLES}, folder.manifest)


TABLES = ("controls", "headlines", "claims", "capability", "cues", "runs")
