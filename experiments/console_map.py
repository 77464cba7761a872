"""The map for a terminal: how often who wins, what moves the difference, and what would turn the verdict round."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ..sim.metrics.headline import BOARDS
from .console import WIDTH, say, show
from .map import words
from .map.moved import counts_of, is_sure, strongest
from .wording import BOARD_NAMES

if TYPE_CHECKING:
    from .map.phase_map import PhaseMap


def show_map(found: PhaseMap) -> None:
    """The answer, then board by board: wins by horizon, rank correlations, flips."""
    first, second = found.arms
    say(*textwrap.wrap(words.answer(found), WIDTH), "")
    for board in BOARDS:
        rows = [row for row in counts_of(found) if row["board"] == board]
        show(f"{BOARD_NAMES[board]}: wins in {rows[0]['points']} worlds of the design", ["days", second, first, "no winner shown"],
             [[f"{row['days']:,}", str(row[second]), str(row[first]), str(row["none"])] for row in rows])  # fmt: skip
        show(f"What moves {second} - {first}: rank correlation with a 95 % interval (* leaves out 0)", ["axis", "correlation"],
             [[found.plan.axis(row["axis"]).words, words.rho_text(row) + (" *" if is_sure(row) else "  ")]
              for row in strongest(found, board)])  # fmt: skip
        say(*textwrap.wrap(words.flips(found, board), WIDTH), "")
