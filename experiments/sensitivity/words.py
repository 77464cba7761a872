"""Sensitivity in words, and on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..console import say, show
from .pictures import text_of
from .ranges import LUCK

if TYPE_CHECKING:
    from .sensitivity import Sensitivity

MOST = 3


def answer(found: Sensitivity, outcome: str) -> str:
    """Which parameters move an outcome most, how much of it is chance, and what the indices cannot tell."""
    effects = [row for row in found.rows("screening", outcome) if row["effect"] is not None]
    shares = {row["parameter"]: row for row in found.rows("indices", outcome) if row["total"] is not None}
    if not effects or not shares:
        return f"{title(outcome)}: it does not vary over the design, or some of its runs have no value."
    strong = [row for row in effects if row["parameter"] != LUCK][:MOST]
    named = "; ".join(f"{found.names[row['parameter']].lower()} ({text_of(outcome, row['effect'])} over its range)" for row in strong)
    luck, unclear = shares[LUCK], [name for name, row in shares.items() if row["unclear"] and name != LUCK]
    said = f"{title(outcome)}: moved most by {named}. Chance has a part in {100 * max(0.0, luck['total']):.0f} % of the variance."
    if unclear:
        said += f" Too uncertain to rank: {', '.join(found.names[name].lower() for name in unclear)}."
    return said


def title(outcome: str) -> str:
    """An outcome as the page names it."""
    return outcome[:1].upper() + outcome[1:].replace("_", " ")


def shown(found: Sensitivity) -> None:
    """The answers and both tables, for the outcomes of both boards."""
    from textwrap import wrap

    from ..console import WIDTH

    for outcome in found.shown:
        say(*wrap(answer(found, outcome), WIDTH), "")
        shares = {row["parameter"]: row for row in found.rows("indices", outcome)}
        lines = []
        for row in found.rows("screening", outcome):
            share = shares.get(row["parameter"])
            known = share is not None and share["total"] is not None
            lines.append([
                found.names[row["parameter"]], "none" if row["effect"] is None else text_of(outcome, row["effect"]),
                "" if row["effect"] is None else f"{text_of(outcome, row['low'])} to {text_of(outcome, row['high'])}",
                f"{share['first']:.2f}" if share and known else "", f"{share['total']:.2f}" if share and known else "",
                f"{share['total_low']:.2f} to {share['total_high']:.2f}{' ?' if share['unclear'] else ''}" if share and known else "",
            ])  # fmt: skip
        show(title(outcome), ["parameter", "effect", "95 %", "alone", "in all", "95 % (?: wider than the index)"], lines)
