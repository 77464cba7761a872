"""What a sweep would take, before it is run: runs, time and disk, from a short world that is timed here and now."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .plan import Plan

FIXED, PER_CUSTOMER = 5e-4, 1e-7
"""Seconds of a simulated day, and more for each customer, on a core of 2024: for cutting work into tasks, not for promises."""
TRIED = 42
"""Days of the world that is timed."""
BYTES_A_ROW, BYTES_A_NUMBER = 90, 9
"""Of a row of a run as it is stored: measured, compressed."""


@dataclass(frozen=True)
class Estimate:
    """What a sweep comes to."""

    points: int
    groups: int
    runs: int
    outcomes: int
    days: int
    seconds_a_run: float
    """On one core, its part of the burn-in included."""
    seconds: float
    """On all workers."""
    bytes: int
    workers: int


def estimate(plan: Plan, workers: int) -> Estimate:
    """Runs, time and disk of a plan; the time is that of the first group's world for some weeks, scaled to all days."""
    from ...scenarios.load import load
    from ...sim.model import ServiceEcosystem
    from ..ensemble import compile_once

    compile_once()
    total = 0.0
    begun: dict[str, float] = {}
    days = 0
    for group in plan.each_group():
        name = group.scenario.name
        if name not in begun:
            scenario = load(group.scenario, set={**group.settings, "world.burn_in_days": 0}, days=min(TRIED, group.scenario.days))
            clock = time.perf_counter()
            model = ServiceEcosystem(scenario.seated(group.runs[0].arm) if group.runs[0].arm else scenario, group.runs[0].seed)
            made = time.perf_counter()
            while model.day < scenario.days:
                model.step()
            model.close()
            begun[name] = (time.perf_counter() - made) / scenario.days
            total += made - clock
        total += begun[name] * plan.days_of(group)
        days += plan.days_of(group)
    rows = plan.runs * (1 + len(plan.reading.days))
    size = rows * (BYTES_A_ROW + BYTES_A_NUMBER * len(plan.reading.columns))
    return Estimate(
        len(plan.points), plan.groups, plan.runs, len(plan.reading.columns), days, total / plan.runs, total / workers, size, workers
    )
