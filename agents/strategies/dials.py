"""Six transitional shifts as dials: one table says which budget lines each moves; a strategy is a row of it.

A row spreads a firm's daily budget over lines. A dial at d moves the fraction d of its part of some lines to others,
linearly, so nothing jumps at 0 and a dial of 0.01 moves at most 1 % of the budget. Categories are columns of the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from ..declare import InputError, nearest, parameters
from ..prices import LINES, money_per_day
from ..view import Decision, FirmView, Push, spread_evenly

# dial: what it moves, as (part of each source line at full dial), and where the freed money goes (shares sum to 1)
DIALS: Mapping[str, tuple[str, Mapping[str, float], Mapping[str, float]]] = {
    "ts1": ("making things to assisting use", {"email": 0.4, "mail": 0.5}, {"support": 1.0}),
    "ts2": ("produced to co-created value", {"email": 0.3, "mail": 0.4}, {"tools": 1.0}),
    "ts3": ("isolated customers to networks", {"desk": 0.7}, {"open_desk": 0.5, "community": 0.5}),
    "ts4": ("operand to operant resources", {"embedded": 1.0}, {"research": 0.4, "teaching": 0.6}),
    "ts5": ("targets to resources", {"targeting": 1.0}, {"scope": 0.8, "asking": 0.2}),
    "ts6": ("efficiency to effectiveness", {}, {}),
}


@dataclass(frozen=True)
class Row:
    """One strategy as a row: shares of the budget by line, dials in [0, 1], and its categories."""

    shares: Mapping[str, float]
    dials: Mapping[str, float] = field(default_factory=dict)
    claim: float = 0.5
    """Promise in messages and posts, on the customer's value scale; it costs nothing and is open to every row."""
    mail_target: str = "all"

    def spending(self) -> dict[str, float]:
        """Shares of the budget by line after the dials have moved their parts."""
        after = dict.fromkeys(LINES, 0.0) | dict(self.shares)
        for dial, (_, sources, goals) in DIALS.items():
            level = self.dials.get(dial, 0.0)
            freed = sum(level * part * self.shares.get(line, 0.0) for line, part in sources.items())
            for line, part in sources.items():
                after[line] -= level * part * self.shares.get(line, 0.0)
            for line, part in goals.items():
                after[line] += part * freed
        return after


ECRM_ROW = Row(
    shares={"email": 0.08, "mail": 0.42, "targeting": 0.1, "desk": 0.2, "embedded": 0.18}, claim=0.75,
)  # fmt: skip
GD_SOCIAL_ROW = Row(
    shares={"email": 0.08, "mail": 0.42, "targeting": 0.1, "desk": 0.1, "open_desk": 0.1, "embedded": 0.06, "posts": 0.12}, claim=0.75,
)  # fmt: skip
STATUS_QUO_ROW = Row(shares={"email": 0.04, "mail": 0.24, "desk": 0.042}, claim=0.6)
CROSSROADS_ROW = Row(
    shares={"email": 0.08, "mail": 0.26, "targeting": 0.1, "desk": 0.2, "embedded": 0.18, "posts": 0.16},
    dials={"ts2": 0.15, "ts3": 0.5}, claim=0.7,
)  # fmt: skip
SD_ROW = replace(ECRM_ROW, dials=dict.fromkeys(DIALS, 1.0), claim=0.6)


def decision_of(row: Row, view: FirmView) -> Decision:
    """The decision that spends the row's shares of an even daily budget; what a full lever cannot use stays unspent."""
    levers: dict[str, float] = {}
    for line, share in row.spending().items():
        if share <= 0.0:
            continue
        target = row.mail_target if line == "mail" else "all"
        audience = view.audience.get((line, target), 0)
        unit = money_per_day(line, view.prices, audience, view.people, view.deals_reserved)
        cap = {"message": 7.0, "post": 56.0, "week": 1e6, "hour": 1e6}.get(LINES[line].per, 1.0)
        levers[LINES[line].lever] = spread_evenly(share * view.daily_budget, unit, cap)
    pushes = (
        Push(channel="email", volume=levers.pop("email", 0.0)),
        Push(channel="mail", volume=levers.pop("mail", 0.0), target=row.mail_target),
    )
    return Decision(pushes=pushes, claim=row.claim, handling=row.dials.get("ts6", 0.0), **levers)


CLAIM = next((row.low, row.high) for row in parameters(Decision) if row.path == "claim")


def need_number(given: Any, key: str, low: float, high: float, what: str = "out of range") -> None:
    """Refuse what is no number between `low` and `high`, also true and false."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not low <= given <= high:
        raise InputError(what, key=key, given=given, allowed=f"a number from {low:g} to {high:g}")


def need_part(given: Any, key: str, what: str) -> None:
    """Refuse what is no part of a whole."""
    need_number(given, key, 0.0, 1.0, what)


class Dials:
    """A row of the table, with any of its dials, shares and categories set by options.

    `levers` sets fields of the decision as they are, over what the row says: prompts, orders, a frame. What they cost comes
    out of the same budget, so the row's shares must leave room for it.
    """

    row: Row = ECRM_ROW

    def __init__(
        self, *, claim: float | None = None, shares: Mapping[str, float] | None = None, levers: Mapping[str, Any] | None = None,
        **dials: float,
    ) -> None:  # fmt: skip
        unknown = set(dials) - set(DIALS)
        if unknown:
            raise InputError("unknown dial", key="options", given=min(unknown), allowed=", ".join(DIALS))
        for dial, level in dials.items():
            need_part(level, f"options.{dial}", "a dial is out of range")
        for name, given in (("shares", shares), ("levers", levers)):
            if given is not None and not isinstance(given, Mapping):
                raise InputError("does not fit", key=f"options.{name}", given=given, allowed="a table")
        for line, share in (shares or {}).items():
            if line not in LINES:
                raise InputError("no line of the price list", key=f"options.shares.{line}", given=line, allowed=", ".join(LINES))
            need_part(share, f"options.shares.{line}", "a share is not usable")
        if claim is not None:
            need_number(claim, "options.claim", *CLAIM)
        all_shares = {**self.row.shares, **(shares or {})}
        if sum(all_shares.values()) > 1.0 + 1e-9:
            raise InputError("the shares exceed the budget", key="options.shares", given=round(sum(all_shares.values()), 6),
                             allowed="at most 1 in all")  # fmt: skip
        self.row = replace(self.row, dials={**self.row.dials, **dials}, shares=all_shares, claim=self.row.claim if claim is None else claim)

        self.levers = dict(levers or {})
        try:
            Decision.model_validate(self.levers)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            near = nearest(place, Decision.model_fields) if first["type"] == "extra_forbidden" else None
            shown = first["input"] if isinstance(first["input"], str | int | float) else None
            raise InputError(f"a lever cannot be set so: {first['msg']}", key=f"options.levers.{place}", given=shown,
                             nearest=near) from None  # fmt: skip

    def decide(self, view: FirmView) -> Decision:
        """Spend an even daily budget by the row, levers set as they are on top."""
        decision = decision_of(self.row, view)
        return Decision.model_validate({**decision.model_dump(), **self.levers}) if self.levers else decision


class StatusQuo(Dials):
    """Steady advertising and a small desk, chosen once; most of the budget stays unspent."""

    row = STATUS_QUO_ROW


class GdSocial(Dials):
    """Pushes as ever, and now in open places too: the pitch is posted, and the same staff answers in the open."""

    row = GD_SOCIAL_ROW


class Crossroads(Dials):
    """Talks in open places by quota and listens at the design stage, while the unit of its process stays the deal."""

    row = CROSSROADS_ROW


class ServiceDominant(Dials):
    """All six dials at one."""

    row = SD_ROW
