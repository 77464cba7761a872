"""Failed episodes: how bad they are differs from one to the next, and alike for every firm."""

import numpy as np
import pytest

from valuescape.sim.events import KIND

UNMOVED = {
    "choice": {"expectation": 0, "attachment": 0, "habit": 0, "price": 0, "own_means": -60, "nothing": -60, "fading": 0},
    "customers": {"need_rate": 30}, "network": {"kind": "none"}, "community": {"join": 0}, "service": {"complain": 0, "question": 0},
}  # fmt: skip
"""What an episode was like changes nothing that comes after it, so that worlds with other failures live the same episodes."""


def values(make_scenario, live, left):
    """Value and firm of every episode of a world in which failures leave `left` on average, in order of their keys."""
    integration = {"failure": 0.25, "failure_left": left}
    model = live(make_scenario(400, focal={}, rival={}, rivals=2, integration=integration, **UNMOVED), 150)
    ends = model.events[model.events["kind"] == KIND["episode_end"]]
    ends = ends[np.argsort(ends["id"])]
    return ends["value"].astype(float), ends["firm"], ends["id"]


def test_failures_of_every_firm_are_as_bad_on_average_as_declared_and_differ(make_scenario, live):
    """Beside a world whose failures take nothing: what each of them leaves is spread over all that it may be, at each firm."""
    whole, firms, keys = values(make_scenario, live, 1.0)
    some, _, same = values(make_scenario, live, 0.5)
    assert (keys == same).all()
    left = some[whole > 0] / whole[whole > 0]
    failed = ~np.isclose(left, 1.0)
    assert failed.mean() == pytest.approx(0.25, abs=0.03)
    for f in range(3):
        mine = left[failed & (firms[whole > 0] == f)]
        assert len(mine) > 250
        # uniform on [0, 1]: a standard deviation of 0.29, so that means of 250 lie within 0.07 of one half
        assert mine.mean() == pytest.approx(0.5, abs=0.07), f
        assert mine.min() < 0.05, f
        assert 0.95 < mine.max() < 1, f


def test_where_nothing_is_left_all_failures_are_alike(make_scenario, live):
    whole, _, _ = values(make_scenario, live, 1.0)
    none, _, _ = values(make_scenario, live, 0.0)
    assert set(np.unique(none[whole > 0] / whole[whole > 0]).round(6)) == {0.0, 1.0}
