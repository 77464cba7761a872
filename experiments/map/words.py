"""The map in words: where each arm wins, which axes move the verdict, and what would turn it round."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from ..wording import BOARD_NAMES, MINUS, difference_text, face_of
from .moved import counts_of, flips_of, is_sure, strongest

if TYPE_CHECKING:
    from .phase_map import PhaseMap

MOST = 3
"""Axes that are named in a sentence."""


def place(value: float) -> str:
    """A place on an axis, short."""
    return f"{value:.3g}".replace("-", MINUS)


def days_text(days: int) -> str:
    """A horizon in words."""
    years = days // 364
    return f"{days:,} days" + (f" ({years} year{'' if years == 1 else 's'})" if years and days % 364 == 0 else "")


def winner_text(winner: str | None) -> str:
    """The winner of a cell."""
    return f"{winner} wins" if winner else "no winner is shown"


def counted(found: PhaseMap, board: str, days: int) -> dict[str, Any]:
    """In how many of the design's points who wins."""
    return next(row for row in counts_of(found) if (row["board"], row["days"]) == (board, days))


def answer(found: PhaseMap) -> str:
    """The first sentence of the page: both boards at the last horizon, in worlds spread over all axes."""
    days = found.horizons[-1]
    parts = []
    for board, name in BOARD_NAMES.items():
        row = counted(found, board, days)
        first, second = found.arms
        parts.append(f"on the {name.lower()} {second} wins in {row[second]}, {first} in {row[first]}, and none is shown in {row['none']}")
    points = counted(found, next(iter(BOARD_NAMES)), days)["points"]
    return f"Of {points} worlds spread over {len(found.plan.axes)} axes, after {days_text(days)}: {'; '.join(parts)}."


def over_time(found: PhaseMap, board: str) -> str:
    """How the number of wins changes with the horizon."""
    first, second = found.arms
    rows = [counted(found, board, days) for days in found.horizons]
    said = "; ".join(f"{row['days']:,} days: {second} {row[second]}, {first} {row[first]}, none {row['none']}" for row in rows)
    return f"By horizon, of {rows[0]['points']} worlds: {said}."


def moved(found: PhaseMap, board: str) -> str:
    """Which axes move the difference, the strongest first, and in which direction; those that may be chance are not named."""
    ranked = strongest(found, board)
    sure = [row for row in ranked if is_sure(row)]
    if not ranked:
        return "Which axis moves the difference most cannot be told: " + _why(found, board)
    if not sure:
        row = ranked[0]
        return (f"No axis moves the difference beyond what may be chance; the largest rank correlation is that of "
                f"{_named(found, row['axis'])}, {rho_text(row)}.")  # fmt: skip
    parts = [f"{_named(found, row['axis']).lower()} ({'more' if row['rho'] > 0 else 'less'} of it favours {found.arms[1]}: {rho_text(row)})"
             for row in sure[:MOST]]  # fmt: skip
    rest = f" {len(sure) - MOST} more may be told from nought." if len(sure) > MOST else ""
    return f"The difference is moved most by {_joined(parts)}.{rest}"


def _why(found: PhaseMap, board: str) -> str:
    rows = [row for row in found.moves if row["board"] == board and row["days"] == found.horizons[-1]]
    return f"{rows[0]['why']}."


def rho_text(row: dict[str, Any]) -> str:
    """A rank correlation with its interval."""
    if row["rho"] is None:
        return str(row["why"])
    if row["low"] is None:
        return f"{row['rho']:.2f} ({row['why']})".replace("-", MINUS)
    return f"{row['rho']:.2f} ({row['low']:.2f} to {row['high']:.2f})".replace("-", MINUS)


def typical(found: PhaseMap, board: str) -> list[dict[str, Any]]:
    """Per arm, and for no winner: on the axes that move the board most, the median place of the design's points it holds."""
    design = found.on(board, part="design")
    ranked = strongest(found, board)
    axes = [row["axis"] for row in ([row for row in ranked if is_sure(row)] or ranked[:1])[:MOST]]
    rows = []
    for winner in (*reversed(found.arms), None):
        held = [row for row in design if row["winner"] == winner]
        if held and axes:
            places = [f"{_named(found, axis).lower()} {place(median(row[axis] for row in held))}" for axis in axes]
            rows.append(
                {"winner": winner, "worlds": len(held), "words": f"in {len(held)} of {len(design)}: at the median, {_joined(places)}"}
            )
    return rows


def flips(found: PhaseMap, board: str) -> str:
    """What turns the verdict of the scenario's own world round, one axis at a time, at the last horizon and at earlier ones."""
    days = found.horizons[-1]
    own = found.on(board, days, "own")[0]
    begins = f"In the scenario's own world {winner_text(own['winner'])} ({gap_text(own)})."
    rows = [row for row in flips_of(found) if row["board"] == board and row["days"] == days]
    if not rows:
        return f"{begins} Nothing that was tried on a single axis turns that round."
    by: dict[tuple[str, str | None], list[float]] = {}
    for row in rows:
        by.setdefault((row["axis"], row["winner"]), []).append(row["value"])
    parts = [f"{winner_text(winner)} with {_named(found, axis).lower()} at {_joined([place(value) for value in values])}"
             for (axis, winner), values in by.items()]  # fmt: skip
    return f"{begins} Moved alone from there: {'; '.join(parts)}."


def gap_text(row: dict[str, Any]) -> str:
    """A difference with its interval, in the unit of its metric."""
    return difference_text(row, face_of(row["metric"]).kind)


def _named(found: PhaseMap, axis: str) -> str:
    return found.plan.axis(axis).words


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
