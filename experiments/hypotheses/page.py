"""The page of the hypotheses: a verdict each, the contrasts that decide it with their controls beside, and what was fixed beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..page_setup import assumed, provenance_of, write_question
from ..verdict import number
from ..wording import NONE
from .load import hypothesis
from .pictures import contrast_panels

if TYPE_CHECKING:
    from .run import Hypotheses


def write_hypotheses(found: Hypotheses, path: Path) -> Path:
    """Write the page to `path`, and its figures to `figures/` beside it."""
    figures = {row["id"]: contrast_panels(found, row["id"]) for row in found.verdicts}
    return write_question(
        "hypotheses.html.j2", path, {name: panels for name, panels in figures.items() if panels}, answer=answer(found),
        rows=[_shown(found, row) for row in found.verdicts], quick=found.quick, limits=limits_of(found),
        provenance=provenance_of(found.manifest),
    )  # fmt: skip


def answer(found: Hypotheses) -> str:
    """How many came out how."""
    words = [row["verdict"] for row in found.verdicts]
    parts = [f"{words.count(kind)} {kind}" for kind in dict.fromkeys(words)]
    return f"Of {len(words)} hypothes{'is' if len(words) == 1 else 'es'}: {', '.join(parts)}" + (
        ". A first look: nothing is called supported or refuted by it." if found.quick else "."
    )


def _shown(found: Hypotheses, row: dict[str, Any]) -> dict[str, Any]:
    one = hypothesis(row["id"])
    plan = one.plan
    contrasts = found.rows("contrasts", row["id"])
    controls = list(dict.fromkeys(line["control"] for line in contrasts if line["control"] and line["contrast"] != "playback"))
    own = {line["contrast"]: line for line in contrasts if line["part"] == "own"}
    lines = [{
        "name": name, "formula": line["formula"], "own": interval(line),
        "controls": [next((interval(other) for other in contrasts if (other["control"], other["contrast"]) == (control, name)), NONE)
                     for control in controls],
    } for name, line in own.items()]  # fmt: skip
    playback = next((line["formula"] for line in contrasts if line["contrast"] == "playback"), "")
    return {**row, "p": p_text(row, "p"), "corrected": p_text(row, "corrected"), "lines": lines, "playback": playback, "controls": controls,
            "readings": [] if plan is None else [(control.name, control.reading) for control in plan.controls],
            "conditions": found.rows("conditions", row["id"]), "supports": one.supports, "refutes": one.refutes,
            "refuting_result": plan.refuting_result if plan else "", "left_out": plan.left_out if plan else "",
            "amended": [f"{change.day}: {change.what}" for change in one.amended]}  # fmt: skip


def p_text(row: dict[str, Any], name: str) -> str:
    """A p as it is shown: of an undecided hypothesis there is none."""
    return NONE if row["verdict"] == "undecided" or row[name] is None else "below 0.0001" if row[name] < 1e-4 else number(row[name])


def interval(line: dict[str, Any]) -> str:
    """A contrast with its interval."""
    if line["mean"] is None:
        return NONE
    if line["low"] is None:
        return number(line["mean"])
    wide = (line["high"] - line["low"]) / 2
    return f"{number(line['mean'], wide)} ({number(line['low'], wide)} to {number(line['high'], wide)})".replace("-", "−")


def limits_of(found: Hypotheses) -> list[str]:
    """What the verdicts cannot say."""
    return [
        "A verdict is about the model and its worlds. It says of markets what the model can be trusted to say.",
        "Verdicts are corrected by Holm for being several. That something is absent is judged by how narrow its interval is.",
        *assumed(found.scenario),
    ]
