"""An office: a small world whose only firm has a desk that a test staffs, and where it files cases by hand."""

import numpy as np
import pytest

from valuescape.sim.desk import opens_case
from valuescape.sim.events import COMPLAINT, DESK, HANDLE, KIND, TALLIES
from valuescape.sim.kernels.spread import spread

SERVICE = {"closed_works": 0.0, "minutes": 15, "done_minutes": 2, "deadline": 72}


@pytest.fixture
def office(make_scenario, live):
    """A plain world of ten people without ties and one firm at day 0; its type makes others, with other groups of numbers."""

    class Office:
        def __init__(self, people=10, offer=(), **world):
            groups = {"network": {"kind": "none"}, **world, "service": SERVICE | world.get("service", {})}
            scenario = make_scenario(people, focal={}, rivals=0, budget=100.0, offer=offer, **groups)
            self.model = live(scenario, compiled=False)
            self.w, self.day = self.model.columns, 0

        def staffs(self, hours, open_hours=0.0, **levers):
            firm = self.w.firms[0]
            for name, level in {"desk_hours": hours, "open_hours": open_hours, **levers}.items():
                firm[name] = level

        def files(self, row, hour, kind=COMPLAINT, place=DESK, valence=-0.9, paid=0):
            channel = int(place == HANDLE)
            opens_case(self.w, self.day * 24.0 + hour, row, 0, channel, 1000 + row, kind, valence, paid, self.w.par[0])

        def lives(self, days=1):
            for _ in range(days):
                assert spread(self.w, self.day) == 1
                self.day += 1

        def rows(self, kind):
            kept = self.w.log.rows[0, : self.w.log.used[0]]
            return np.sort(kept[kept["kind"] == kind], order=["day", "hour"])

        def replies(self):
            return [(int(row["other"]), round(float(row["value"]), 6)) for row in self.rows(KIND["reply"])]

        def tally(self, name):
            return int(self.w.log.tally[0, 0, TALLIES.index(name)])

        def pair(self, row, name):
            return float(self.w.pairs[row, 0][name])

    return Office()
