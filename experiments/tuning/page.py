"""The page of a tuning: how far the search came with each arm, and what the arms became."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..figures import Panel, looks, money_text
from ..page_setup import assumed, provenance_of, write_question
from ..report_setup import assumptions
from ..verdict import number
from ..wording import face_of

if TYPE_CHECKING:
    from .tune import Tuning


def write_tuning(found: Tuning, path: Path) -> Path:
    """Write the page to `path`, and its figure to `figures/` beside it."""
    scenario, who = found.scenario, found.manifest["identity"]
    return write_question(
        "tuning.html.j2", path, {"search": [search_panel(found)]}, about=scenario.about, name=scenario.name, arms=found.arms,
        rows=[_shown(found, arm) for arm in found.arms], objective=found.objective.replace("_", " "), trials=who["trials"],
        training=who["training"], known=assumptions(scenario), network=None, limits=limits_of(found),
        size=f"{scenario.world.customers.number:,} people over {scenario.days:,} days",
        provenance=provenance_of(found.manifest) | {"again": f"valuescape compare {scenario.name} --tuned {who['trials']}"},
    )  # fmt: skip


def _shown(found: Tuning, arm: str) -> dict[str, Any]:
    rows = found.rows(arm)
    options = found.scenario.arms[arm].options
    shares = {line: share for line, share in options.get("shares", {}).items() if share > 0}
    said = ", ".join(f"{line.replace('_', ' ')} {100 * share:.1f} %" for line, share in sorted(shares.items(), key=lambda row: -row[1]))
    rest = ", ".join(f"{name} {number(value)}" for name, value in options.items() if isinstance(value, int | float))
    return {"arm": arm, "first": text_of(found, rows[0]["value"]), "best": text_of(found, rows[-1]["best"]), "said": said, "rest": rest,
            "at": next(row["number"] for row in rows if row["value"] == rows[-1]["best"]) + 1}  # fmt: skip


def text_of(found: Tuning, value: float) -> str:
    """A value of the objective."""
    return money_text(value) if face_of(found.objective).kind == "money" else number(value)


def search_panel(found: Tuning) -> Panel:
    """The best so far, try by try, a line per arm."""
    said = "; ".join(
        f"{arm} from {text_of(found, found.rows(arm)[0]['value'])} to {text_of(found, found.rows(arm)[-1]['best'])}" for arm in found.arms
    )
    return Panel(
        "search", f"Best {found.objective} on the training worlds, try by try: {said}.", partial(_draw, found=found), width=7.0, height=3.8
    )


def _draw(figure: Any, *, found: Tuning) -> None:
    from matplotlib.ticker import FuncFormatter

    axes, look = figure.subplots(), looks(found.arms)
    for arm in found.arms:
        rows, style = found.rows(arm), look[arm]
        tries = [row["number"] + 1 for row in rows]
        axes.plot(tries, [row["value"] for row in rows], style.marker, color=style.color, alpha=0.3, markersize=4)
        axes.step(tries, [row["best"] for row in rows], where="post", color=style.color, linestyle=style.dash, label=arm)
    axes.set_xlabel("try (the first is the arm as it is)")
    axes.set_ylabel(found.objective.replace("_", " "))
    if face_of(found.objective).kind == "money":
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: money_text(v)))
    axes.legend(frameon=False)


def limits_of(found: Tuning) -> list[str]:
    """What a tuning cannot say."""
    return [
        "The best of many tries looks better on its training worlds than it is: it is judged on other seeds, in the comparison.",
        "Every arm had as many tries, and not as many free numbers: who has more of them is searched less well by the same number.",
        "An arm keeps to its own budget lines. What a wholly different practice would earn is not asked.",
        *assumed(found.scenario),
    ]
