"""The firm as a Mesa agent: a name, a proposition, a strategy, and the decision in force."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import mesa

from .declare import InputError
from .offer import Proposition
from .view import Decision, FirmView

if TYPE_CHECKING:
    from .strategies.protocol import Strategy


class Firm(mesa.Agent):  # type: ignore[misc]
    """One firm in the market; its acts follow from `decide`, charged and carried out by the market."""

    def __init__(self, model: Any, name: str, number: int, proposition: Proposition, strategy: Strategy) -> None:
        super().__init__(model)
        self.name, self.number, self.proposition, self.strategy = name, number, proposition, strategy
        self.decision = Decision()

    def decide(self, view: FirmView) -> Decision:
        """Ask the strategy; what it returns must be a Decision."""
        try:
            decision: Any = self.strategy.decide(view)
            if isinstance(decision, Decision):  # copies and constructs of pydantic's are not checked by it
                decision = Decision.model_validate(decision.model_dump(warnings=False))
        except InputError:
            raise
        except ValueError as error:
            # pydantic's refusals are ValueErrors: a lever out of range, an unknown field
            text = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()) if hasattr(error, "errors") else error
            raise InputError(f"{self.name} on day {view.day}: the decision cannot be carried out: {text}",
                             key=f"firms.{self.name}.strategy") from error  # fmt: skip
        except (Exception, SystemExit) as error:  # a user's own class may fail in any way
            raise InputError(f"{self.name} on day {view.day}: decide raised {type(error).__name__}: {error}",
                             key=f"firms.{self.name}.strategy") from error  # fmt: skip
        if inspect.iscoroutine(decision):
            decision.close()  # else Python says on its own that nobody waited for it
        if not isinstance(decision, Decision):
            raise InputError(f"{self.name} on day {view.day}: decide must return a Decision", key=f"firms.{self.name}.strategy",
                             given=type(decision).__name__, allowed="Decision")  # fmt: skip
        self.decision = decision
        return decision
