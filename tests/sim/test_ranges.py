"""Worlds whose numbers lie anywhere in their declared ranges, ends included: they live, and plain equals compiled."""

import random

import numpy as np
import pytest

from valuescape.agents.declare import parameters
from valuescape.sim.settings import RULE_GROUPS, WorldParams

ARMS = ("status_quo", "ecrm", "crossroads", "sd")
NUMBERS = [p for p in parameters(WorldParams) if p.path.split(".")[0] in (*RULE_GROUPS, "prices") and p.path != "customers.number"]


def anywhere(luck, parameter):
    """A value of a parameter: its default, an end of its range, or something between."""
    value = luck.choice([parameter.default, parameter.low, parameter.high, luck.uniform(parameter.low, parameter.high)])
    return round(value) if isinstance(parameter.default, int) else float(value)


@pytest.mark.parametrize("seed", range(24))
def test_any_numbers_make_a_world_that_lives_and_is_the_same_plain_and_compiled(seed, make_scenario, live, compiled):
    luck = random.Random(seed)
    world = {}
    for parameter in luck.sample(NUMBERS, luck.choice([2, 10, 40, len(NUMBERS)])):
        group, _, name = parameter.path.partition(".")
        world.setdefault(group, {})[name] = anywhere(luck, parameter)
    scenario = make_scenario(30, focal=luck.choice(ARMS), rival=luck.choice(ARMS), rivals=1, **world)
    plain = live(scenario, 15, compiled=False)
    assert np.isfinite(plain.events["value"]).all()
    for table in ("people", "pairs", "bonds", "unread", "lives"):
        rows = getattr(plain.columns, table)
        assert all(np.isfinite(rows[name]).all() for name in rows.dtype.names), world
    plain.check()
    if compiled:
        assert live(scenario, 15).events.tobytes() == plain.events.tobytes(), world
