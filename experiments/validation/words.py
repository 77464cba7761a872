"""What a validation says in words, and the table of trust that the README shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .judged import BUILT_IN, FAIL, FEWEST, NOT_COMPUTED, PASS, Judged, counts


def percent(share: float | None) -> str:
    """A share in whole per cent, or nothing."""
    return "" if share is None else f"{100 * share:.0f} %"


def sentence(judged: Sequence[Judged], seeds: int) -> str:
    """How many rows pass, fail, are built in or not computed; with too few seeds, that this is a first look."""
    found = counts(judged)
    of_class = {kind: sum(one.verdict == PASS and one.row.kind == kind for one in judged) for kind in ("calibrate", "validate")}
    few = "" if seeds >= FEWEST else f" A first look: {seeds} {'seed' if seeds == 1 else 'seeds'}, and it takes {FEWEST} for a verdict."
    return (
        f"Of {len(judged)} published facts {found[PASS]} pass ({of_class['calibrate']} that the model was calibrated on, "
        f"{of_class['validate']} that it was not), {found[FAIL]} fail, {found[BUILT_IN]} are built in (a parameter was taken from the "
        f"fact's own source, or it follows from facts that were tuned to), "
        f"and {found[NOT_COMPUTED]} {'is' if found[NOT_COMPUTED] == 1 else 'are'} not computed.{few}"
    )


def headline(rows: Sequence[tuple[str, str]]) -> str:
    """The shortest true answer from (class, verdict): of the facts that the model was neither tuned to nor given, how many it shows."""
    fair = [verdict for kind, verdict in rows if kind == "validate" and verdict in (PASS, FAIL)]
    shown = fair.count(PASS)
    if not fair:
        return f"{sum(verdict == PASS for _, verdict in rows)} of {len(rows)} facts pass"
    return f"Of {len(fair)} facts that the model was neither tuned to nor given, it shows {shown} and misses {len(fair) - shown}"


def trust_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The README's table of trust in Markdown, from published rows: seeds, counts by class, and every failing row by name and why."""
    seeds = max(part["seeds"] for row in rows for part in row["parts"])
    few = "" if seeds >= FEWEST else f" (a first look: it takes {FEWEST} for a verdict)"

    def names(kind: str, verdict: str) -> str:
        return ", ".join(f"{row['id']}" for row in rows if row["class"] == kind and row["verdict"] == verdict) or "-"

    first = headline([(row["class"], row["verdict"]) for row in rows])
    head = [f"On {seeds} seeds{few}. {first}.", "", "| class | passed | failed | built in | not computed |", "|---|---|---|---|---|"]
    said = {"calibrate": "calibrate (tuned to)", "validate": "validate (not tuned to)"}
    lines = [f"| {said[kind]} | {' | '.join(_counted(names(kind, verdict)) for verdict in (PASS, FAIL, BUILT_IN, NOT_COMPUTED))} |"
             for kind in said]  # fmt: skip
    failing = [
        f"- **{row['id']} {row['fact'][0].lower()}{row['fact'][1:]}.** {_upper(row['why'])}" for row in rows if row["verdict"] == FAIL
    ]
    return "\n".join([*head, *lines, "", "What fails, and why:", "", *failing])


def _counted(names: str) -> str:
    return "0" if names == "-" else f"{names.count(',') + 1}: {names}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
