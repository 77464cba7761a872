"""The service desk, case by case: first come first served, delay from load, patience that ends, hours that are paid for."""

from itertools import pairwise

import numpy as np
import pytest

from valuescape.sim import columns as c
from valuescape.sim.desk import opens_case
from valuescape.sim.events import COMPLAINT, DESK, HANDLE, KIND, QUESTION, S_IDLE, S_WORKED
from valuescape.sim.kernels.spread import spread

REPLY, UTTERANCE = KIND["reply"], KIND["utterance"]


@pytest.fixture
def office(make_scenario, live):
    """A plain world of ten people and one firm at day 0, and a function that staffs, files and runs it."""

    class Office:
        def __init__(self):
            service = {"closed_works": 0.0, "minutes": 15, "done_minutes": 2, "deadline": 72}
            scenario = make_scenario(10, focal={}, rivals=0, budget=100.0, service=service, network={"kind": "none"})
            self.model = live(scenario, compiled=False)
            self.w, self.day = self.model.columns, 0

        def staffs(self, hours, open_hours=0.0, handling=0.0):
            firm = self.w.firms[0]
            firm["desk_hours"], firm["open_hours"], firm["handling"] = hours, open_hours, handling

        def files(self, row, hour, kind=COMPLAINT, place=DESK, valence=-0.9):
            line = c.table(c.SAID, 1)[0]
            line["row"], line["kind"], line["place"], line["hour"], line["valence"] = row, kind, place, hour, valence
            line["key"] = 1000 + row
            opens_case(self.w, line, self.day * 24.0 + hour, self.w.par[0])

        def lives(self, days=1):
            for _ in range(days):
                assert spread(self.w, self.day) == 1
                self.day += 1

        def rows(self, kind):
            kept = self.w.log.rows[0, : self.w.log.used[0]]
            return np.sort(kept[kept["kind"] == kind], order=["day", "hour"])

        def replies(self):
            return [(int(row["other"]), round(float(row["value"]), 6)) for row in self.rows(REPLY)]

        def tally(self, name):
            from valuescape.sim.events import TALLIES

            return int(self.w.log.tally[0, 0, TALLIES.index(name)])

    return Office()


def test_a_case_takes_its_minutes(office):
    """A quarter of an hour each, and an hour of staff time has built up since midnight for each staffed hour a day."""
    office.staffs(24.0)
    office.files(3, 10.0)
    office.lives()
    assert office.replies() == [(3, 0.25)]
    assert office.tally("answered") == office.tally("opened") == 1


def test_first_come_first_served(office):
    office.staffs(24.0)
    for row, hour in ((5, 9.0), (1, 8.0), (8, 9.05), (2, 9.1)):
        office.files(row, hour)
    office.lives()
    assert office.replies() == [(1, 0.25), (5, 0.25), (8, 0.45), (2, 0.65)]


def test_scarce_hours_make_customers_wait(office):
    """One hour a day is four cases a day: the fifth and those after it wait for more hours to build up."""
    office.staffs(1.0)
    for row in range(8):
        office.files(row, 12.0 + row / 100)
    office.lives(3)
    delays = [delay for _, delay in office.replies()]
    assert [row for row, _ in office.replies()] == list(range(8))
    assert delays == sorted(delays)
    # half an hour of staff time has built up by noon: two cases at once, then one every six hours
    assert delays[0] == 0.25
    assert np.diff(delays[2:]) == pytest.approx(6.0 - 0.01, abs=1e-6)


@pytest.mark.parametrize(("handling", "minutes"), [(0.0, 15), (1.0, 30)])
def test_getting_the_job_done_takes_longer_than_closing_the_case(handling, minutes, office):
    office.staffs(24.0, handling=handling)
    office.files(0, 12.0)
    office.lives()
    assert office.replies() == [(0, minutes / 60)]
    done = office.rows(KIND["effective_customer"])
    assert len(done) == handling


def test_more_hours_never_make_anybody_wait_longer(office, make_scenario, live):
    delays = []
    for hours in (0.5, 2.0, 8.0, 48.0):
        desk = type(office)()
        desk.staffs(hours)
        for row in range(6):
            desk.files(row, 8.0 + row / 10)
        desk.lives(3)
        delays.append(dict(desk.replies()))
    for fewer, more in pairwise(delays):
        assert set(fewer) <= set(more)
        assert all(more[row] <= fewer[row] + 1e-9 for row in fewer)


def test_patience_ends_with_silence(office):
    """After the deadline an unanswered complaint costs attachment; it leaves the queue, and nobody answers it later."""
    office.files(4, 10.0)
    before = float(office.w.pairs[4, 0]["attachment"])
    office.lives(4)
    assert office.tally("late") == 1
    assert office.w.pairs[4, 0]["attachment"] == np.float32(before - office.w.par[0].service_silence)
    office.staffs(24.0)
    office.lives(2)
    assert office.replies() == []
    assert office.w.desks[0, 0]["waiting"] == 0
    assert office.w.counter[c.C_CASES] == len(office.w.cases)


def test_an_unanswered_question_costs_nothing(office):
    office.files(4, 10.0, kind=QUESTION)
    before = np.array(office.w.pairs)
    office.lives(5)
    assert office.tally("late") == 1
    assert before.tobytes() == office.w.pairs.tobytes()


def test_an_answer_soothes_and_late_comfort_is_less(office):
    satisfied = []
    for hours in (24.0, 0.2):
        desk = type(office)()
        desk.staffs(hours)
        desk.w.pairs["satisfaction"] = 0.1
        desk.files(0, 10.0)
        desk.lives(3)
        assert len(desk.replies()) == 1
        satisfied.append(float(desk.w.pairs[0, 0]["satisfaction"]))
    assert satisfied[0] > satisfied[1] > 0.1


def test_places_have_desks_of_their_own(office):
    """Hours at the closed desk do not help who wrote to the handle."""
    office.staffs(24.0, open_hours=0.0)
    office.files(1, 9.0, place=DESK)
    office.files(2, 9.0, place=HANDLE)
    office.lives(1)
    assert [row for row, _ in office.replies()] == [1]
    assert office.w.desks[0, 1]["waiting"] == 1
    office.staffs(24.0, open_hours=24.0)
    office.lives(1)
    assert [row for row, _ in office.replies()] == [1, 2]
    assert set(office.rows(REPLY)["place"]) == {DESK, HANDLE}


@pytest.mark.parametrize("hours", [0.1, 1.0, 24.0, 100.0])
def test_an_idle_desk_costs_its_hours_all_the_same(hours, office):
    """Staffed = worked + idle + what is left of a day's worth."""
    office.staffs(hours)
    office.files(0, 12.0)
    office.lives(10)
    total = office.w.log.total[0, 0]
    assert total[S_WORKED] == 0.25
    credit = office.w.desks[0, 0]["credit"]
    assert credit <= max(hours, 1.0)
    assert total[S_WORKED] + total[S_IDLE] + credit == pytest.approx(10 * hours)


def test_closed_doors_do_not_bank_hours(office):
    office.lives(5)
    assert office.w.desks["credit"].sum() == 0
    office.staffs(1.0)
    office.files(0, 0.5)
    office.lives(1)
    assert office.replies() == [(0, pytest.approx(6.0 - 0.5 + 0.25, abs=0.3))]
