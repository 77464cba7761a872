"""Damage in the words of a reader, the same on a page, in a picture and in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10
from typing import TYPE_CHECKING, Any

from .damage_days import TOO_SHORT, Days
from .verdict import number
from .wording import MINUS, NONE

if TYPE_CHECKING:
    from .damage import Damage

MONEY = {
    "loss": "profit lost, discounted", "spent": "of that: more spent, discounted", "lost_margin": "of that: margin lost, discounted",
    "loss_per_customer": "profit lost per customer of the firm", "lost_share": "part of the margin lost, %",
}  # fmt: skip
FIGURES = {
    "mean": "mean", "median": "median", "zero": "exactly 0, %", "gain": "below 0: the trigger paid, %", "var95": "value at risk 95 %",
    "var99": "value at risk 99 %", "es95": "expected shortfall 95 %", "es99": "expected shortfall 99 %",
    "top_1_percent": "lost in the worst 1 %, %", "tail_index": "tail index (Hill)", "luck_share": "variance that is luck, %",
}  # fmt: skip
PERCENT = {"zero", "gain", "top_1_percent", "luck_share"}
NAMES = {
    "profit": "Profit", "margin": "Margin", "deals": "Deals", "net_sentiment": "Praise minus blame", "mentions": "Public mentions",
    "attachment": "Mean attachment", "consideration": "Would consider the firm", "value": "Net value of all jobs",
}  # fmt: skip
HEADS = {
    "onset": "First difference, day", "peak": "Worst week", "peak_day": "Its end, day", "area": "To the end",
    "half_life": "Half-life, days",
}  # fmt: skip
TAIL_INDEX = (
    "Tail index: how fast losses grow rarer; a loss twice as large is 2 to the power of the index times as rare. Below 1 a mean "
    "would not exist if the tail went on for ever, below 2 a variance would not."
)


def brief(value: float) -> str:
    """A number in a sentence: two significant digits, three from 100 on."""
    if not value:
        return "0"
    places = (2 if abs(value) < 100 else 3) - 1 - floor(log10(abs(value)))
    return f"{round(value, places) + 0.0:,.{max(0, places)}f}".replace("-", MINUS)


def about(row: Mapping[str, Any], sign: float = 1.0) -> str:
    """The interval of a mean in brackets and whether it may be chance; empty where there is none."""
    if row["low"] is None or row["low"] == row["high"]:
        return ""
    low, high = sorted((sign * row["low"], sign * row["high"]))
    return f" ({brief(low)} to {brief(high)}{', may be chance' if low <= 0 <= high else ''})"


def answer_of(found: Damage) -> str:
    """What the trigger cost in profit, what of it was spent and what was margin: each number with its own interval."""
    money = found.money()
    loss, spent, lost, share = (money[name] for name in ("loss", "spent", "lost_margin", "lost_share"))
    if loss["mean"] == 0 and loss["zeros"] == 1:
        return "The trigger cost nothing."
    sign = 1.0 if loss["mean"] >= 0 else -1.0
    said = f"The trigger {'cost' if sign > 0 else 'brought'} {brief(sign * loss['mean'])} of profit{about(loss, sign)}"
    of_margin = "" if share["mean"] is None else f", {brief(abs(100 * share['mean']))} % of the margin without it from that day on"
    if spent["zeros"] == 1:  # all of it is margin: one number says it
        return f"{said}{of_margin}."
    parts = [f"{brief(abs(spent['mean']))} {'spent on it' if spent['mean'] > 0 else 'less spent'}"]
    if lost["zeros"] < 1:
        turn = 1.0 if lost["mean"] >= 0 else -1.0
        parts.append(f"{brief(turn * lost['mean'])} of {'lost' if turn > 0 else 'gained'} margin{about(lost, turn)}{of_margin}")
    else:
        parts.append("no margin lost")
    return f"{said}: {' and '.join(parts)}."


def counted(share: Mapping[str, Any], count: int) -> str:
    """So many of all replays, with the share and its interval."""
    hits, ends = round(share["value"] * count), f"{100 * share['low']:.1f} to {100 * share['high']:.1f}"
    return f"{hits:,} of {count:,} replays ({100 * share['value']:.1f} %; {ends} %)"


def answer_of_replays(losses: Mapping[str, Any]) -> str:
    """How often the trigger cost more than 1 % of the margin, and how often nothing."""
    count = losses["replays"]
    big = next((row for row in losses["odds"] if row["share"] == 0.01), losses["odds"][0])
    return (f"In {counted(big, count)} the trigger cost more than {100 * big['share']:.4g} % of the margin without it; in "
            f"{round(losses['zero']['value'] * count):,} of {count:,} exactly nothing.")  # fmt: skip


def tail_verdict(losses: Mapping[str, Any]) -> str:
    """What shape the tail has, or why that cannot be said; without a full stop."""
    apart = losses["tail_against_lognormal"]
    if apart["ratio"] is None:
        return str(apart["why"])
    said = f"favours a {apart['favours']}" if apart["favours"] else apart["why"]
    return f"{said} (p = {apart['p']:.2g})"


def days_text(days: Days, seeds: int) -> str:
    """The median of days, their range, and in how many of the seeds there is one; else a dash, or that they are too short to say."""
    if days.median is None:
        return "too short to say" if TOO_SHORT in (days.why or "") else NONE
    span = f" ({number(days.least)} to {number(days.most)})" if days.least != days.most else ""
    return number(days.median) + span + (f", {days.seeds} of {seeds}" if days.seeds < seeds else "")


def half_life_notes(found: Damage) -> list[str]:
    """Why some series have no half-life, a sentence for each reason."""
    reasons: dict[str, list[str]] = {}
    for name, row in found.estimates.items():
        if row["half_life"].why:
            reasons.setdefault(row["half_life"].why, []).append(NAMES[name])
    return [f"No half-life ({', '.join(names)}): {why}." for why, names in reasons.items()]
