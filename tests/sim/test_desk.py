"""The service desk, case by case: first come first served, delay from load, patience that ends, hours that are paid for."""

from itertools import pairwise

import numpy as np
import pytest

from valuescape.sim import columns as c
from valuescape.sim.desk import restaffs
from valuescape.sim.events import COMPLAINT, DESK, HANDLE, KIND, QUESTION, S_IDLE, S_WORKED

REPLY = KIND["reply"]


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
    assert set(office.rows(REPLY)["place"]) == {DESK}


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


# --- who comes next ---------------------------------------------------------------------------------------------------


ARRIVAL, NEED, REACH = 0.0, 1.0, 2.0
QUEUE = (
    (0, 8.0, COMPLAINT, -0.9),
    (1, 8.01, QUESTION, 0.5),
    (2, 8.02, COMPLAINT, -0.4),
    (3, 8.03, QUESTION, -0.2),
    (4, 8.04, COMPLAINT, -0.99),
)


@pytest.mark.parametrize(("triage", "order"), [(ARRIVAL, [0, 1, 2, 3, 4]), (NEED, [0, 4, 2, 3, 1])])
def test_who_needs_it_most_is_answered_next(triage, order, office):
    """The first finds the desk free; of those who wait then, complaints come before questions and bad before less bad."""
    office.staffs(24.0, triage=triage)
    for row, hour, kind, valence in QUEUE:
        office.files(row, hour, kind=kind, valence=valence)
    office.lives(1)
    assert [row for row, _ in office.replies()] == order


def test_in_the_open_those_with_most_readers_can_come_first(office):
    """By reach the desk sees how many can read her, and among equals who came first; in the closed channel it cannot see that."""
    crowd = type(office)(60, network={"mean_degree": 8})
    reach = np.diff(crowd.w.start) + np.diff(crowd.w.audience_start)
    for place in (HANDLE, DESK):
        desk = type(office)(60, network={"mean_degree": 8})
        desk.staffs(24.0, 24.0, triage=REACH)
        for row in range(8):
            desk.files(row, 8.0 + row / 1000, place=place)
        desk.lives(1)
        order = [row for row, _ in desk.replies()]
        by_reach = [0, *sorted(range(1, 8), key=lambda row: -reach[row])]
        assert order == (by_reach if place == HANDLE else list(range(8)))
    assert by_reach != list(range(8))


def test_looking_through_those_who_wait_costs_a_minute_a_case(office):
    worked = []
    for triage in (ARRIVAL, NEED, REACH):
        desk = type(office)()
        desk.staffs(24.0, triage=triage)
        for row in range(3):
            desk.files(row, 8.0)
        desk.lives(1)
        worked.append(float(desk.w.log.total[0, 0, S_WORKED]))
    assert worked == pytest.approx([0.75, 0.8, 0.8])


@pytest.mark.parametrize("triage", [ARRIVAL, NEED, REACH])
def test_whoever_runs_out_of_patience_leaves_the_queue_wherever_she_stands(triage, office):
    """The order of expiry is not that of the queue: people differ in the reply time they expect."""
    office.w.lives["norm"] = [6.0, 1.0, 3.0, 0.5, 6.0, 2.0, 6.0, 6.0, 6.0, 6.0]
    for row in range(6):
        office.files(row, 8.0 + row / 10)
    office.lives(2)
    assert office.tally("late") == 4  # 72 hours at a norm of 6: those at 0.5, 1, 2 and 3 are gone
    assert office.w.desks[0, 0]["waiting"] == 2
    office.staffs(24.0, triage=triage)
    office.lives(1)
    assert [row for row, _ in office.replies()] == [0, 4]
    office.lives(8)
    assert office.w.counter[c.C_CASES] == len(office.w.cases)
    assert office.w.desks[0, 0]["head"] == office.w.desks[0, 0]["tail"] == -1


# --- hours that change --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [(0.02, 6.0, 0.5), (4.0, 0.1, 0.0), (0.1, 0.0, 0.3), (30.0, 1.0, 0.01), (0.5, 0.5, 0.5)])
def test_staffed_hours_are_accounted_for_when_they_change_under_a_case(hours, office):
    """Staffed = worked + idle + in hand, exactly, with cases on the desk at every change; owed time is in hand below nought."""
    staffed = 0.0
    for k, rate in enumerate(hours * 3):
        office.staffs(rate, acknowledge=0.5, follow_up=1.0)
        if k < 5:
            for row in range(4):
                office.files(row, 7.0 + row / 3 + k)
        office.lives(2)
        staffed += 2 * rate
        total = office.w.log.total[0, 0]
        assert total[S_WORKED] + total[S_IDLE] + office.w.desks[0, 0]["credit"] == pytest.approx(staffed, abs=1e-9)
    assert total[S_WORKED] > 0.2


def test_hours_that_change_at_noon_are_booked_at_the_old_rate_until_then(office):
    office.staffs(2.0)
    office.lives(1)
    office.staffs(8.0)
    restaffs(office.w, 36.0, 0, 0)
    office.lives(1)
    assert office.w.log.total[0, 0, S_IDLE] + office.w.desks[0, 0]["credit"] == pytest.approx(2.0 * 1.5 + 8.0 * 0.5)


def test_an_order_moves_staff_by_the_hour_and_leaves_no_hour_out(office):
    office.staffs(2.0, 4.0)
    office.files(0, 30.0)
    office.lives(1)
    office.w.firms[0]["shifted"] = 1.0
    for channel in range(2):
        restaffs(office.w, 36.0, 0, channel)
    office.lives(1)
    total = office.w.log.total[0, 0]
    assert total[S_WORKED] + total[S_IDLE] + office.w.desks["credit"][0].sum() == pytest.approx(6.0 * 2)
    assert office.w.desks[0]["rate"].tolist() == [0.0, 6.0]


def test_more_hours_speed_up_a_case_that_lies_on_the_desk(office):
    """With an hour in fifty days a case would take days; when the desk is staffed properly next day, it does not."""
    office.staffs(0.02)
    office.files(0, 12.0)
    office.lives(1)
    assert office.replies() == []
    office.staffs(24.0)
    office.lives(1)
    assert [row for row, _ in office.replies()] == [0]
    assert office.replies()[0][1] < 13.0
    assert office.tally("answered") == 1


def test_a_case_that_nobody_is_left_to_work_on_waits_again(office):
    office.staffs(0.02)
    office.files(0, 12.0)
    office.files(1, 13.0)
    office.lives(1)
    assert (office.w.desks[0, 0]["busy"] >= 0, office.w.desks[0, 0]["waiting"]) == (True, 1)
    office.staffs(0.0)
    office.lives(4)
    assert (office.w.desks[0, 0]["busy"], office.w.desks[0, 0]["waiting"], office.tally("late")) == (-1, 0, 2)
    assert office.replies() == []
