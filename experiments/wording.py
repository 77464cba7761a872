"""Metrics in the words of a reader: a short name, how its numbers are written, which way is better, what it means.

The declarations of the metrics themselves stand in sim/metrics; a metric without words here is shown as declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10
from typing import Any, NamedTuple

from ..sim.metrics.headline import HEADLINE, Metric

FACTS_MET = (
    "The model meets some published facts about markets and misses others (valuescape validate); that does not make it right about "
    "a strategy."
)
MINUS, NONE = "−", "–"
SAME, IDENTICAL = "the same in every seed", "identical"
"""An interval without width; a difference of nothing in every seed."""
BOARD_NAMES = {"goods_dominant": "Goods-dominant board", "service_dominant": "Service-dominant board"}
BOARD_QUESTIONS = {
    "goods_dominant": "What does the firm earn from closing deals?",
    "service_dominant": "How much better off are people, all of them?",
}


class Face(NamedTuple):
    """How a metric is shown: `kind` is money, share, rate, value, score or count; `better` is 1 (more), -1 (less) or 0."""

    label: str
    kind: str
    better: int
    means: str


FACES = {
    "profit": Face("Profit", "money", 1, "Margin on all deals minus everything the levers cost; later money counts less"),
    "revenue": Face("Revenue", "money", 1, "What customers paid to the firm"),
    "share_of_market": Face("Share of market", "share", 1, "The firm's part of what all firms took in"),
    "clv": Face("Lifetime value so far", "money", 1, "Discounted margin per customer of the firm, up to the last day"),
    "clv_end_value": Face("End value of the base", "money", 1, "What the customers may still bring after the last day; not in profit"),
    "response_rate": Face("Responses", "rate", 1, "Deals closed on a message, per message pushed or content found"),
    "opt_out_rate": Face("Opt-outs", "rate", -1, "People who refuse further messages, per message pushed"),
    "value_in_use": Face("Value in use per head", "value", 1, "What jobs brought to people, minus price and own time; everybody counts"),
    "value_reached_share": Face("Desired outcome reached", "share", 1, "Part of a person's jobs that came up to her own desired level"),
    "value_p10": Face("Value of the worst-off tenth", "value", 1, "One person in ten has less net value per job than this"),
    "value_per_episode": Face("Value per completed episode", "value", 1, "Value of completed use of the offer, before price and time"),
    "crv": Face("Referral value, attributed", "money", 1, "First-year margin of customers who came on a friend's praise, per customer"),
    "advocacy_rate": Face("Advocates", "share", 1, "Customers who praised the firm at least twice, and more than they blamed it"),
    "net_sentiment": Face("Net sentiment", "score", 1, "Praise minus blame, as part of all talk about the firm: −1 to 1"),
    "trust": Face("Trust", "score", 1, "How far those who know the firm believe what it says: 0 to 1"),
    "share_of_voice": Face("Share of voice", "share", 0, "The firm's part of all public mentions; posts can be bought"),
    "community_size": Face("Community size", "count", 0, "Members of the firm's community on the last day"),
}  # fmt: skip
LABELS = {
    "nps": "Net promoter score", "ckv": "Knowledge value (CKV)", "roi": "Return on investment", "recency": "Days since the last deal",
    "clv_own": "Lifetime value credited to nobody", "clv_predicted": "Lifetime value by the books", "monetary": "Money per customer",
    "clv_crv_correlation": "CLV and CRV, rank correlation", "ewom_volume": "Word of mouth on-line", "frequency": "Deals per customer",
    "ewom_half_hours": "Time to half of a post's relays", "again_yield": "Cross- and up-sell yield", "cascade_largest": "Largest cascade",
    "context_share": "Value in context", "customer_engagement_value": "Customer engagement value (CEV)",
}  # fmt: skip
"""Names of other metrics where their own would not do."""
KINDS = {"money": "money", "value": "value", "people": "count", "1": "score"}
UNITS = {
    "money": "money", "share": "%", "rate": "per 1,000 messages", "value": "value scale", "score": "score", "count": "people",
}  # fmt: skip
MOST_PLACES = {"money": 2, "count": 1, "share": 3, "rate": 3, "value": 5, "score": 4}
"""Decimals of a difference at most."""
SCALES = {"share": 100.0, "rate": 1000.0}

LINE_NAMES = {
    "email": "E-mail", "mail": "Letters", "posts": "Posts in the feed", "targeting": "Targeting", "desk": "Closed desk",
    "open_desk": "Open desk", "community": "Community", "support": "Use-phase support", "tools": "Tools to adapt",
    "embedded": "Skill in the good",
    "research": "Research", "teaching": "Teaching", "scope": "Consent and data", "asking": "Asking customers", "unspent": "Not spent",
}  # fmt: skip


def metrics_of(board: str) -> list[Metric]:
    """The headline metrics of a board, the primary outcome first, activities last."""
    order = {"outcome": 0, "activity": 1}
    return sorted((m for m in HEADLINE if m.board == board), key=lambda m: (not m.primary, order[m.mark]))


def primary_of(board: str) -> Metric:
    """The outcome that decides a board."""
    return next(m for m in HEADLINE if m.board == board and m.primary)


def face_of(metric: Metric | str) -> Face:
    """The words for a metric, made from its declaration where none are written."""
    found = next((m for m in HEADLINE if m.name == metric), None) if isinstance(metric, str) else metric
    if found is None:
        return Face(str(metric).replace("_", " ").capitalize(), "score", 0, "")
    return FACES.get(found.name) or Face(
        LABELS.get(found.name, found.name.replace("_", " ").capitalize()), KINDS.get(found.unit, "score"), 0, found.sentence
    )


def scale_of(kind: str) -> float:
    """What a stored value is multiplied by before it is shown."""
    return SCALES.get(kind, 1.0)


def shown(value: float | None, kind: str) -> str:
    """A value as a reader wants it: money with thousands, shares in %, rates per 1,000; a dash where there is none."""
    if value is None or value != value:
        return NONE
    scaled = value * scale_of(kind)
    if kind in ("money", "count"):
        digits = 0 if abs(scaled) >= 1000 or (kind == "count" and scaled == int(scaled)) else 1 if abs(scaled) >= 100 else 2
    else:
        digits = {"share": 1, "rate": 2, "value": 3, "score": 3}[kind]
    text = f"{abs(scaled):,.{digits}f}"
    zero = not any(c in "123456789" for c in text)
    return f"{MINUS if scaled < 0 and not zero else ''}{text}{' %' if kind == 'share' else ''}"


def unit_of(kind: str, difference: bool = False) -> str:
    """The unit in words; differences of shares are points."""
    return "% points" if difference and kind == "share" else UNITS[kind]


def interval_text(low: float | None, high: float | None, kind: str) -> str:
    """An interval as "low to high", or a dash."""
    if low is None or high is None or low != low or high != high:
        return NONE
    if is_same(low, high):
        return SAME
    return f"{shown(low, kind)} to {shown(high, kind)}"


def is_same(low: float | None, high: float | None) -> bool:
    """Whether an interval has no width, but for what rounding leaves."""
    return low is not None and high is not None and high - low <= 1e-9 * max(abs(low), abs(high))


def difference_text(gap: Mapping[str, Any] | None, kind: str, interval: bool = True) -> str:
    """A difference with its interval, with as many decimals as it takes to tell it from zero; a dash with the reason."""
    if gap is None or gap["difference"] is None:
        why = (gap or {}).get("why")
        return f"{NONE} {why}" if why else NONE
    scale = scale_of(kind)
    middle = float(gap["difference"]) * scale
    low, high = (None if gap[name] is None else float(gap[name]) * scale for name in ("low", "high"))
    if is_same(low, high):
        if not middle:
            return IDENTICAL
        text = _signed(middle, min(MOST_PLACES[kind], max(0, 2 - floor(log10(abs(middle))))))
        return f"{text} ({SAME})" if interval else text
    size = abs(middle) if low is None or high is None else max((high - low) / 2, abs(middle) / 100)
    places = min(MOST_PLACES[kind], max(0, 1 - floor(log10(size)))) if size > 0 else MOST_PLACES[kind]
    if not interval or low is None or high is None:
        return _signed(middle, min(places, max(0, 2 - floor(log10(abs(middle)))) if middle else places))
    return f"{_signed(middle, places)} ({_signed(low, places)} to {_signed(high, places)})"


def _signed(value: float, places: int) -> str:
    text = f"{abs(value):,.{places}f}"
    return text if not any(c in "123456789" for c in text) else ("+" if value > 0 else MINUS) + text
