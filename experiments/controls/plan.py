"""How much of each control is run: worlds, seeds and days, in full or quickly."""

from __future__ import annotations

from typing import Any

from ...agents.declare import Declared
from ...scenarios.load import load
from ...scenarios.schema import Scenario
from .capability_file import Worlds, read_worlds
from .headline_file import Headlines, read_headlines


class Plan(Declared):
    """What is run. Seeds that are none are the files'; `days` and `customers` are at most and of headlines."""

    replay_days: int = 364
    replay_customers: int = 2000
    replay_seed: int = 0
    swap_arms: tuple[str, str] = ("ecrm", "sd")
    swap_seeds: int = 200
    swap_days: int = 364
    swap_customers: int = 300
    swap_burn_in: int = 28
    headline_seeds: int | None = None
    headline_days: int | None = None
    headline_customers: int | None = None
    capability_seeds: int | None = None
    headlines: Headlines
    worlds: Worlds

    def replayed(self) -> Scenario:
        """The world whose decisions are played back."""
        return load("crossroads", days=self.replay_days, customers=self.replay_customers)

    def swapped(self) -> Scenario:
        """The world in which seats are swapped."""
        return load("crossroads", days=self.swap_days, customers=self.swap_customers, set={"world.burn_in_days": self.swap_burn_in})

    @property
    def of_headlines(self) -> dict[str, Any]:
        """Days and customers of headlines."""
        return {"days": self.headline_days, "customers": self.headline_customers}


def full() -> Plan:
    """All of it."""
    return Plan(headlines=read_headlines(), worlds=read_worlds())


def quick() -> Plan:
    """Fewer seeds and shorter, smaller worlds: a first look, with wide intervals."""
    return Plan(replay_days=182, replay_customers=1000, swap_seeds=40, swap_days=182, headline_seeds=4, headline_days=364,
                headline_customers=1000, capability_seeds=4, headlines=read_headlines(), worlds=read_worlds())  # fmt: skip
