"""What a scenario file may say: a world, firms, arms, shocks, levers, uncertainties, and the texts that teach it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from ..agents.declare import Declared, InputError, nearest, par
from ..agents.offer import Complement, Proposition
from ..sim.settings import Shock, WorldParams

FORMAT = 1


class About(Declared):
    """The texts of a scenario, under the headings that teachers know."""

    title: str = ""
    what_is_it: str = ""
    things_to_notice: list[str] = Field(default_factory=list)
    things_to_try: list[str] = Field(default_factory=list)
    when_the_moral_fails: str = ""

    @field_validator("*")
    @classmethod
    def _flowing(cls, value: str | list[str]) -> str | list[str]:
        """Line breaks of the file are not those of the text; empty lines part paragraphs."""
        if isinstance(value, list):
            return [" ".join(text.split()) for text in value]
        return "\n\n".join(" ".join(part.split()) for part in value.split("\n\n")).strip()


class Arm(Declared):
    """A named strategy with options, to be seated in the focal firm."""

    strategy: str
    options: dict[str, Any] = Field(default_factory=dict)


class Winner(Declared):
    """Smallest differences of interest: an arm wins a board only beyond them."""

    profit: float = par(0.02, "1", 0, 1, "assumption", "Part of the mean over arms of |profit| that matters.")
    value_in_use: float = par(0.01, "1", 0, 10, "assumption", "Difference on the value scale that matters.")


class Scenario(Declared):
    """A resolved scenario: every number in it, frozen."""

    format: Literal[1] = 1
    name: str = "baseline"
    about: About = About()
    days: int = par(364, "days", 1, 4380, "assumption", "Horizon, counted from the branch.")
    mode: Literal["substitution", "contest"] = "substitution"
    era: str | None = None
    """The era whose settings lie under what was said; they stand in the numbers already."""
    default_arm: str | None = None
    world: WorldParams = WorldParams()
    firms: dict[str, Proposition] = Field(default_factory=lambda: {"focal": Proposition()})
    partners: dict[str, Complement] = Field(default_factory=dict)
    arms: dict[str, Arm] = Field(default_factory=dict)
    shocks: list[Shock] = Field(default_factory=list)
    levers: dict[str, list[float]] = Field(default_factory=dict)
    uncertainties: dict[str, list[float]] = Field(default_factory=dict)
    winner: Winner = Winner()
    file: str | None = None
    """Where the scenario was read from: strategy files are looked for beside it. Not part of its identity."""

    def seated(self, arm: str, firm: str = "focal") -> Scenario:
        """This scenario with a named arm in a firm's seat, the focal one unless said; an InputError that lists the arms."""
        if arm not in self.arms:
            raise InputError("unknown arm", key=f"scenario {self.name}", given=arm, allowed=", ".join(self.arms) or "none",
                             nearest=nearest(arm, self.arms))  # fmt: skip
        chosen = self.arms[arm]
        seat = self.firms[firm].model_copy(update={"strategy": chosen.strategy, "options": chosen.options})
        named = {"default_arm": arm} if firm == "focal" else {}
        return self.model_copy(update={"firms": {**self.firms, firm: seat}, **named})

    def with_(self, changes: Mapping[str, Any] | Iterable[str]) -> Scenario:
        """This scenario with changes by dotted path, checked as those of a file are."""
        from .load import load  # which imports this module

        return load(self, set=changes)
