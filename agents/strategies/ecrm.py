"""Traditional ECRM: five engines run through Identify, Differentiate, Interact, Customize; closed channels only.

Written out as a class because its process is worth reading; what it decides is claimed (and tested) to equal the dial
table with all dials at 0, but for the `steps` that it leaves in the log.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..declare import InputError, nearest
from ..prices import LINES, money_per_day
from ..view import Decision, FirmView, Push, spread_evenly
from .dials import ECRM_ROW

ENGINES = ("information_storage", "customer_segmentation", "personalization", "multi_channel_broadcast", "transaction")


class Ecrm:
    """Stores deals, segments by them, personalises the pitch, broadcasts by mail and e-mail, closes orders and cases.

    `off` names engines that are missing; what they would have cost stays unspent.
    """

    def __init__(self, *, claim: float = ECRM_ROW.claim, off: Sequence[str] = ()) -> None:
        self.claim, self.off = claim, (off,) if isinstance(off, str) else tuple(off)
        for name in self.off:
            if name not in ENGINES:
                raise InputError(
                    "no such engine", key="options.off", given=name, allowed=", ".join(ENGINES), nearest=nearest(name, ENGINES)
                )
        self.store: dict[str, int] = {}
        self.steps: list[str] = []

    def decide(self, view: FirmView) -> Decision:
        """One turn of the IDIC cycle; each engine adds its part of the decision."""
        self.steps = []
        self.identify(view)
        target = self.differentiate()
        pushes = self.interact(view, target)
        levers = self.customize(view)
        levers |= self.transact(view)
        return Decision(pushes=pushes, claim=self.claim, steps=tuple(self.steps), **levers)

    def _take(self, step: str, engine: str) -> None:
        self.steps += [f"idic:{step}", *([] if engine in self.off else [f"engine:{engine}"])]

    def _level(self, view: FirmView, line: str, cap: float, target: str = "all") -> float:
        """The level of a lever that this line's share of an even daily budget buys."""
        unit = money_per_day(line, view.prices, view.audience.get((line, target), 0), view.people, view.deals_reserved)
        return spread_evenly(ECRM_ROW.shares[line] * view.daily_budget, unit, cap)

    def identify(self, view: FirmView) -> None:
        """Information storage engine: keep the counts of own deals and contacts."""
        self._take("identify", "information_storage")
        self.store = {} if "information_storage" in self.off else dict(view.recent)

    def differentiate(self) -> str:
        """Segmentation engine: whom letters go to; with equal margins on all, everybody is worth a letter."""
        self._take("differentiate", "customer_segmentation")
        return ECRM_ROW.mail_target if not {"information_storage", "customer_segmentation"} & set(self.off) else "all"

    def interact(self, view: FirmView, target: str) -> tuple[Push, ...]:
        """Multi-channel broadcast engine: e-mail to all, letters to the target."""
        self._take("interact", "multi_channel_broadcast")
        if "multi_channel_broadcast" in self.off:
            return ()
        email = self._level(view, "email", 7.0)
        mail = self._level(view, "mail", 7.0, target)
        return Push(channel="email", volume=email), Push(channel="mail", volume=mail, target=target)

    def customize(self, view: FirmView) -> dict[str, float]:
        """Personalisation engine: the pitch by own deals, and skill built into the good."""
        self._take("customize", "personalization")
        lines = [] if "personalization" in self.off else ["targeting", "embedded"]
        if "information_storage" in self.off and lines:
            lines.remove("targeting")  # a pitch by own deals needs to know them
        return {LINES[line].lever: self._level(view, line, 1.0) for line in lines}

    def transact(self, view: FirmView) -> dict[str, float]:
        """Transaction engine: orders, and a desk that closes cases."""
        if "transaction" in self.off:
            return {}
        self.steps.append("engine:transaction")
        return {"desk_hours": self._level(view, "desk", 1e6)}
