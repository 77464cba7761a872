"""What of an arm is free: how its budget is spread over the lines that it spends on, how much is left unspent, what it promises.

An arm keeps to its practice: a line that it does not use is not opened to it, and money can move between its own lines only.
An arm whose strategy is no row of the dial table is free in what the scenario declares as its levers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...agents.declare import InputError
from ...agents.strategies.dials import CLAIM, ECRM_ROW, Dials
from ...agents.strategies.ecrm import Ecrm
from ...agents.strategies.protocol import make_strategy

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

LEAST = 0.02
"""Of a line's weight: none is given up altogether, so that an arm stays what it is."""
SPENT = (0.3, 1.0)
"""Share of the budget that is spent, at least and at most."""


@dataclass(frozen=True)
class Free:
    """The free numbers of an arm: name -> (low, high, built-in value), and how they become options of a strategy."""

    arm: str
    numbers: Mapping[str, tuple[float, float, float]]
    lines: tuple[str, ...] = ()
    """Budget lines, for a row of the dial table."""
    handling: float = 0.0
    target: str = "all"
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Options that stay as they are."""

    def seat(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Strategy and options of the arm with these numbers."""
        if not self.lines:
            return {"options": {**self.fixed, **values}}
        weights = {line: values[line] for line in self.lines}
        total = sum(weights.values())
        shares = {line: round(values["spent"] * weight / total, 6) for line, weight in weights.items()}
        away = {line: 0.0 for line in ECRM_ROW.shares if line not in shares}
        handling = {"ts6": self.handling} if self.handling else {}
        return {"strategy": "dials", "options": {"claim": values["claim"], "shares": {**away, **shares}, **handling}}


def free_numbers(scenario: Scenario, arm: str) -> Free:
    """What is free in an arm; an InputError where nothing is."""
    seat = scenario.arms[arm]
    strategy = make_strategy(seat.strategy, dict(seat.options), scenario.file)
    row = strategy.row if isinstance(strategy, Dials) else ECRM_ROW if isinstance(strategy, Ecrm) and not strategy.off else None
    if row is not None and not getattr(strategy, "levers", None):
        shares = {line: share for line, share in row.spending().items() if share > 0}
        claim = strategy.claim if isinstance(strategy, Ecrm) else row.claim
        spent = min(SPENT[1], max(SPENT[0], sum(shares.values())))
        most = max(shares.values())
        numbers = {line: (LEAST, 1.0, max(LEAST, share / most)) for line, share in shares.items()}
        numbers |= {"spent": (*SPENT, spent), "claim": (*CLAIM, claim)}
        return Free(arm, numbers, tuple(shares), row.dials.get("ts6", 0.0), row.mail_target)
    prefix = f"arms.{arm}.options."
    levers = {path.removeprefix(prefix): ends for path, ends in scenario.levers.items() if path.startswith(prefix)}
    if not levers:
        raise InputError("nothing is free in this arm", key=f"arms.{arm}", given=seat.strategy,
                         allowed=f"ranges under [levers], such as {prefix}NAME = [0, 1]")  # fmt: skip
    numbers = {name: (low, high, float(seat.options.get(name, (low + high) / 2))) for name, (low, high) in levers.items()}
    return Free(arm, numbers, fixed=dict(seat.options))
