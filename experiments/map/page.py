"""The page of the map: in words where each side wins and what would turn it round, then the pictures and what was fixed beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...sim.metrics.headline import BOARDS
from ..page_setup import FEW, assumed, words_of_page, write_question
from ..report_setup import assumptions
from ..wording import BOARD_NAMES, BOARD_QUESTIONS, face_of, primary_of
from . import words
from .pictures import cut_panels, winner_panels

if TYPE_CHECKING:
    from .phase_map import PhaseMap

SHAPES = ("●", "■")


def write_map(found: PhaseMap, path: Path) -> Path:
    """Write the page of the map to `path`, and its figures to `figures/` beside it."""
    plan, scenario = found.plan, found.scenario
    figures = {f"cuts_{primary_of(board).name}": cut_panels(found, board) for board in BOARDS}
    figures |= {f"winners_{primary_of(board).name}": winner_panels(found, board) for board in BOARDS}
    figures = {name: panels for name, panels in figures.items() if panels}
    return write_question(
        "map.html.j2", path, figures,
        **words_of_page(found, found.seeds[0], f"valuescape map{' --quick' if found.effort == 'quick' else ''}"),
        arms=found.arms, answer=words.answer(found), cards=[card_of(found, board) for board in BOARDS], single=len(found.seeds) == 1,
        boards=[{"title": BOARD_NAMES[board], "outcome": face_of(primary_of(board)).label, "name": primary_of(board).name}
                for board in BOARDS],
        plan=plan, axes=axes_of(found), seeds=len(found.seeds), worlds=len({row["cell"] for row in found.rows}),
        last=words.days_text(found.horizons[-1]), limits=limits_of(found), known=assumptions(scenario),
        marks=f"{SHAPES[0]} {found.arms[0]} wins, {SHAPES[1]} {found.arms[1]} wins, × no winner is shown",
        setup=f"{scenario.days:,} days, {scenario.world.customers.number:,} people, {len(found.seeds)} seeds a world",
    )  # fmt: skip


def card_of(found: PhaseMap, board: str) -> dict[str, Any]:
    """What the first screen says of a board."""
    row = words.counted(found, board, found.horizons[-1])
    first, second = found.arms
    return {
        "board": BOARD_NAMES[board], "question": BOARD_QUESTIONS[board],
        "verdict": f"{second} {row[second]}, {first} {row[first]}, no winner {row['none']} of {row['points']}",
        "typical": words.typical(found, board), "moved": words.moved(found, board), "flips": words.flips(found, board),
        "over_time": words.over_time(found, board),
    }  # fmt: skip


def axes_of(found: PhaseMap) -> list[dict[str, Any]]:
    """Each axis with its ends, its place in the scenario's own world, and what it moves."""
    own = found.on(BOARDS[0], part="own")[0]
    return [{"words": axis.words, "unit": axis.unit, "reason": axis.reason, "scale": axis.scale, "low": words.place(axis.ends[0]),
             "high": words.place(axis.ends[1]), "own": words.place(own[axis.name]),
             "paths": [(path, words.place(low), words.place(high)) for path, (low, high) in axis.paths.items()]}
            for axis in found.plan.axes]  # fmt: skip


def limits_of(found: PhaseMap) -> list[str]:
    """What the numbers cannot say, in plain words."""
    count = len(found.seeds)
    few = [f"{count} seeds a world are few: many worlds without a winner shown may have one."] if count < FEW else []
    absent = [f"On the {BOARD_NAMES[board].lower()} {arm} wins in none of these worlds. Other axes and other settings of the arms are not "
              "on the map, and may hold worlds in which it does."
              for board in BOARDS for arm in found.arms if not words.counted(found, board, found.horizons[-1])[arm]]  # fmt: skip
    return [
        *few, *absent, found.plan.left_out,
        "Who wins in how many worlds is a matter of the ranges: wider or narrower ones give other shares. What can be read is where.",
        "A world's verdict stands alone: with so many worlds some intervals miss the truth by chance.",
        *assumed(found.scenario),
    ]  # fmt: skip
