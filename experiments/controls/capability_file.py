"""The file of capability worlds: what stands in it, checked, and the scenario that each world is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from ...agents.declare import Declared, InputError
from ...agents.offer import Complement
from ...scenarios.load import load
from ...scenarios.schema import Arm, Scenario

OWN = Path(__file__).with_name("capability.toml")
Side = Literal["pushing", "serving", "neither"]


class World(Declared):
    """A world whose sign an argument on paper fixes: its settings, its two arms, the outcome, and who is ahead in it."""

    id: str
    condition: str
    what: str
    argument: str
    pushing: str
    serving: str
    parts: tuple[str, ...] = ()
    settings: dict[str, Any] = Field(default_factory=dict)
    partners: dict[str, Complement] = Field(default_factory=dict)
    customers: int | None = None
    days: int | None = None
    outcome: Literal["profit", "value_in_use", "revenue"]
    ahead: Side


class Worlds(Declared):
    """All capability worlds, and what they share."""

    format: Literal[1]
    scenario: str
    customers: int
    days: int
    seeds: int
    settings: dict[str, Any]
    parts: dict[str, dict[str, Any]]
    arms: dict[str, Arm]
    worlds: tuple[World, ...]

    def scenario_of(self, world: World) -> Scenario:
        """The scenario of a world, with its two arms and no other; later settings lie over earlier ones."""
        settings = dict(self.settings)
        for part in world.parts:
            settings |= self.parts[part]
        settings |= world.settings
        built = load(self.scenario, set=settings, days=world.days or self.days, customers=world.customers or self.customers)
        arms = {name: self.arms[name] for name in (world.pushing, world.serving)}
        return built.model_copy(update={"name": world.id, "arms": arms, "partners": dict(world.partners), "default_arm": world.pushing})


def read_worlds(path: Path = OWN) -> Worlds:
    """The worlds of a file; an InputError about the first thing that does not fit."""
    try:
        return Worlds.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(first["msg"], file=path, key=".".join(map(str, first["loc"]))) from None
