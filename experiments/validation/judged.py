"""From measured values to verdicts: a row passes if its median and seven seeds in ten are inside the band, in all its parts.

A row that would pass is called built in where a parameter was taken from its own source, or where it follows from rows that were tuned
to; one that fails in spite of that fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .rows import Part, Row

SHARE = 0.7
FEWEST = 20
"""Seeds that a verdict takes; with fewer, as with --quick, it is a first look and says so."""
PASS, FAIL, BUILT_IN, NOT_COMPUTED = "pass", "fail", "built in", "not computed"
VERDICTS = (PASS, FAIL, BUILT_IN, NOT_COMPUTED)
Values = Mapping[str, Sequence[float | None]]
"""Values by seed (or pool of seeds) of each part of a row."""


class Spread(NamedTuple):
    """What one part came to over the seeds; all None where no seed gave a value."""

    part: Part
    median: float | None
    p10: float | None
    p90: float | None
    inside: float | None
    """Share of seeds inside the band; None where the part has none."""
    seeds: int


class Judged(NamedTuple):
    """A row and what became of it."""

    row: Row
    verdict: str
    holds: bool
    """Whether median and share are inside, whatever the verdict is called."""
    share_inside: float | None
    """Share of seeds in which all parts are inside; the least of the parts' where they were pooled apart."""
    spreads: tuple[Spread, ...]
    why: str

    def as_dict(self) -> dict[str, Any]:
        """The row as published: `median`, `low` and `high` are of its first part and band; all parts stand in `parts`."""
        first = self.spreads[0]
        return {
            "id": self.row.id, "class": self.row.kind, "fact": self.row.fact, "statistic": self.row.statistic, "source": self.row.source,
            "verdict": self.verdict, "median": first.median, "low": first.part.low, "high": first.part.high,
            "share_inside": self.share_inside, "holds": self.holds, "why": self.why, "remark": self.row.remark,
            "parts": [{"name": s.part.name, "what": s.part.what, "low": s.part.low, "high": s.part.high, "median": s.median,
                       "p10": s.p10, "p90": s.p90, "share_inside": s.inside, "seeds": s.seeds} for s in self.spreads],
        }  # fmt: skip


def spread_of(part: Part, values: Sequence[float | None]) -> Spread:
    """Median, middle eight tenths and share inside of the values that are there; a seed without one is outside."""
    there = np.array([value for value in values if value is not None and value == value], dtype=np.float64)
    if not len(there):
        return Spread(part, None, None, None, None, 0)
    low, middle, high = np.quantile(there, [0.1, 0.5, 0.9])
    inside = float(np.mean([part.holds(value) for value in values])) if part.judges else None
    return Spread(part, float(middle), float(low), float(high), inside, len(there))


def judge(row: Row, values: Values | None, set_by: Sequence[str]) -> Judged:
    """The verdict of a row; `values` is None where nothing was measured, `set_by` names parameters that set it."""
    if row.not_computed or values is None:
        nothing = tuple(spread_of(part, ()) for part in row.parts)
        return Judged(row, NOT_COMPUTED, False, None, nothing, row.not_computed or "not asked for")
    spreads = tuple(spread_of(part, values.get(part.name, ())) for part in row.parts)
    judging = [one for one in spreads if one.part.judges]
    gone = [one.part.what for one in judging if one.median is None]
    if gone:
        return Judged(row, NOT_COMPUTED, False, None, spreads, f"no seed gave a value: {', '.join(gone)}")
    share = share_inside(row, values)
    holds = share >= SHARE - 1e-9 and all(one.part.holds(one.median) for one in judging)
    if holds and (set_by or row.follows_from):
        why = [f"set by {', '.join(set_by)}, taken from the same source"] if set_by else []
        why += [f"follows from {' and '.join(row.follows_from)}, which were tuned to"] if row.follows_from else []
        return Judged(row, BUILT_IN, True, share, spreads, "; ".join(why))
    if holds:
        return Judged(row, PASS, True, share, spreads, "")
    outside = [f"{one.part.what} {short(one.median)} (published: {one.part.band})" for one in judging if not one.part.holds(one.median)]
    said = f"median outside: {'; '.join(outside)}. " if outside else f"the medians are inside, only {share:.0%} of the seeds are. "
    return Judged(row, FAIL, False, share, spreads, (said + row.if_failing).strip())


def short(value: float | None) -> str:
    """A median as it stands in a sentence."""
    from ..verdict import number

    return number(value).replace("-", "−")


def share_inside(row: Row, values: Values) -> float:
    """Share of seeds inside in all parts at once; where parts were pooled apart, the least of their shares."""
    judging = [part for part in row.parts if part.judges]
    lists = [list(values.get(part.name, ())) for part in judging]
    if len({len(one) for one in lists}) == 1:
        return float(np.mean([all(part.holds(v) for part, v in zip(judging, seed, strict=True)) for seed in zip(*lists, strict=True)]))
    return min(float(np.mean([part.holds(v) for v in one])) if one else 0.0 for part, one in zip(judging, lists, strict=True))


def counts(judged: Sequence[Judged]) -> dict[str, int]:
    """Rows by verdict, all verdicts named."""
    return {verdict: sum(one.verdict == verdict for one in judged) for verdict in VERDICTS}
