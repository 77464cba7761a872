"""The page of a validation: what passed and what did not, every row, why, and what it cannot say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..page_setup import provenance_of, write_question
from ..verdict import number
from ..wording import MINUS, NONE
from .bands_plot import bands_panels
from .judged import SHARE
from .words import headline, percent, sentence

if TYPE_CHECKING:
    from .judged import Judged
    from .validate import Validation

LIMITS = (
    "A pass says that an everyday market of the model looks like measured ones in this respect, not that it is right about a strategy.",
    "Rows of class calibrate were tuned to; only rows of class validate test anything. While values were chosen the others were seen, too.",
    "A row is built in where a parameter was taken from the fact's own source: inside the band it is no pass, outside it fails.",
    "Facts come from many markets, products and years; this one market is none of them.",
)


def write_validation(found: Validation, path: Path) -> Path:
    """Write the page to `path`, and its figure to `figures/` beside it."""
    return write_question(
        "validation.html.j2", path, {"bands": bands_panels(found)},
        headline=headline([(one.row.kind, one.verdict) for one in found.judged]), answer=sentence(found.judged, found.seeds),
        counts=found.counts,
        rows=[_shown(one) for one in found.judged], baselines=found.baselines.to_pylist(), limits=LIMITS,
        setup=f"{found.seeds} seeds of each experiment. A row passes if its median and at least {percent(SHARE)} of the seeds lie inside "
              "the band, in all its parts.",
        provenance=provenance_of(found.manifest),
    )  # fmt: skip


def _shown(one: Judged) -> dict[str, Any]:
    parts = [
        {"what": s.part.what, "band": s.part.band.replace("-", MINUS), "median": number(s.median).replace("-", MINUS) if s.seeds else NONE,
         "range": "" if s.p10 is None or s.p90 is None else f"{_signed(s.p10)} to {_signed(s.p90)}", "inside": percent(s.inside)}
        for s in one.spreads
    ]  # fmt: skip
    return {
        "id": one.row.id, "kind": one.row.kind, "fact": one.row.fact, "statistic": one.row.statistic, "source": one.row.source,
        "verdict": one.verdict, "css": one.verdict.replace(" ", "-"), "why": one.why, "remark": one.row.remark, "parts": parts,
        "inside": percent(one.share_inside),
    }  # fmt: skip


def _signed(value: float) -> str:
    return number(value).replace("-", MINUS)
