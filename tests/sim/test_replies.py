"""Answers as levers: what they say and give, what silence does, and departments between which cases lie."""

import pytest

from valuescape.sim import columns as c
from valuescape.sim.events import KIND, QUESTION, S_NET, S_WORKED
from valuescape.sim.kernels.judge import judge


def soothes(office, hours=24.0, days=2, weight=0.0, **levers):
    """The part of the lost satisfaction that an answer restores, and the world."""
    desk = type(office)(talk={"sincerity_weight": weight}, service={"prompt": 240.0})
    desk.staffs(hours, **levers)
    desk.w.pairs["satisfaction"] = 0.05
    desk.files(0, 10.0, paid=10_000)
    desk.lives(days)
    return (desk.pair(0, "satisfaction") - 0.05) / (desk.w.par[0].talk_middle - 0.05), desk


# --- what an answer says and gives ----------------------------------------------------------------------------------


def test_an_apology_doubles_what_money_does(office):
    """Money alone, and money with an apology: 37 % and 74 % of complainants are satisfied."""
    nothing, words, money, both = (
        soothes(office, compensation=m, explain=e)[0] for m, e in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
    )
    assert 0.0 < nothing < words < money < both
    assert money == pytest.approx(0.37, abs=0.08)
    assert both == pytest.approx(0.74, abs=0.08)


@pytest.mark.parametrize(("lever", "minutes"), [("explain", 5), ("handling", 15), ("compensation", 0), ("honesty", 0)])
def test_what_an_answer_takes_of_the_staffs_time(lever, minutes, office):
    _, desk = soothes(office, **{lever: 1.0})
    assert float(desk.w.log.total[0, 0, S_WORKED]) * 60 == pytest.approx(15 + minutes)
    assert desk.replies()[0][1] == pytest.approx((15 + minutes) / 60)


def test_money_given_back_lowers_revenue_margin_and_the_pain_of_paying_by_the_same_cents(office):
    _, desk = soothes(office, compensation=0.3333)
    back = desk.rows(KIND["return"])
    assert back["amount"].tolist() == [3333]
    assert desk.tally("revenue_cents") == desk.tally("margin_cents") == -3333
    p, person = desk.w.par[0], desk.w.people[0]
    relief = p.integration_price_pain * 33.33 / 100.0 / person["order"] * person["price_sense"]
    assert desk.w.log.total[0, 0, S_NET] == pytest.approx(relief)
    assert person["value_sum"] == pytest.approx(relief, rel=1e-5)


def test_questions_are_not_paid_for(office):
    office.staffs(24.0, compensation=1.0)
    office.files(0, 10.0, kind=QUESTION, paid=10_000)
    office.lives()
    assert len(office.replies()) == 1
    assert len(office.rows(KIND["return"])) == 0


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_sincere_firms_words_are_taken_better_by_one_knob(weight, office):
    found = []
    for sincerity in (0.1, 0.5, 0.9):
        desk = type(office)(talk={"sincerity_weight": weight})
        desk.staffs(24.0)
        desk.w.bonds["sincerity"] = sincerity
        desk.w.pairs["satisfaction"] = 0.05
        desk.files(0, 10.0)
        desk.lives()
        found.append(desk.pair(0, "satisfaction"))
        seen = float(desk.w.bonds[0, 0]["sincerity"]) - sincerity
        assert seen > 1e-3 if weight > 0 else abs(seen) < 1e-6, "an answered complaint is a sign of sincerity"
    assert (found[0] < found[1] < found[2]) == (weight > 0)
    assert weight > 0 or len(set(found)) == 1


def test_silence_costs_seeming_sincerity(office):
    office.files(0, 10.0)
    office.lives(5)
    assert office.w.bonds[0, 0]["sincerity"] == pytest.approx(0.5 * 0.95)
    assert office.w.bonds[0, 0]["unheard"] == 1


# --- a quick word, and coming back ----------------------------------------------------------------------------------


def waits(office, **levers):
    """A desk of half an hour a day with five complaints in the queue of eight o'clock."""
    desk = type(office)(service={"stilled": 1.0, "deadline": 40})
    desk.staffs(0.5, **levers)
    desk.w.pairs["satisfaction"] = 0.05
    for row in range(5):
        desk.files(row, 8.0 + row / 100)
    desk.lives(5)
    return desk


def test_a_quick_word_stops_the_clock_and_takes_its_minutes(office):
    silent, polite = waits(office), waits(office, acknowledge=1.0)
    words = polite.rows(KIND["acknowledged"])
    assert len(silent.rows(KIND["acknowledged"])) == 0
    assert sorted(words["other"].tolist()) == [1, 2, 3, 4], "the first lies on the desk already"
    assert (words["value"] < 24.0).all()
    assert polite.tally("late") < silent.tally("late")
    done = len(polite.replies())
    assert polite.w.log.total[0, 0, S_WORKED] * 60 == pytest.approx(15 * (done + (polite.w.desks[0, 0]["busy"] >= 0)) + 3 * 4)
    # the words come first, so the first answers come later, and soothe her who waited for them more all the same
    late = max(set(dict(silent.replies())) & set(dict(polite.replies())))
    assert dict(polite.replies())[late] > dict(silent.replies())[late]
    assert polite.pair(late, "satisfaction") > silent.pair(late, "satisfaction")


def test_a_free_desk_answers_and_does_not_acknowledge(office):
    office.staffs(24.0, acknowledge=1.0)
    office.files(0, 10.0)
    office.lives()
    assert len(office.rows(KIND["acknowledged"])) == 0
    assert len(office.replies()) == 1


def test_a_desk_without_hours_promises_nothing(office):
    office.staffs(0.0, acknowledge=1.0)
    office.files(0, 10.0)
    office.lives(4)
    assert len(office.rows(KIND["acknowledged"])) == 0
    assert office.tally("late") == 1


def test_coming_back_restores_more_days_later_and_costs_time(office):
    once, desk = soothes(office, days=8)
    twice, back = soothes(office, days=8, follow_up=1.0)
    assert twice > once
    follow = back.rows(KIND["followed_up"])
    assert follow["day"].tolist() == [4]
    assert back.w.log.total[0, 0, S_WORKED] - desk.w.log.total[0, 0, S_WORKED] == pytest.approx(10 / 60)
    assert back.w.counter[c.C_CASES] == len(back.w.cases), "the place of the case is given back after all"


def test_a_desk_that_closed_meanwhile_does_not_come_back(office):
    office.staffs(24.0, follow_up=1.0)
    office.files(0, 10.0)
    office.lives()
    office.staffs(0.0)
    office.lives(8)
    assert len(office.rows(KIND["followed_up"])) == 0
    assert office.w.counter[c.C_CASES] == len(office.w.cases)


# --- honesty ----------------------------------------------------------------------------------------------------------


def next_episodes(desk, days):
    """One middling episode a day for the person in row 0; returns how satisfied she was with each."""
    found = []
    for day in range(desk.day, desk.day + days):
        entry = desk.w.episodes[0, 0]
        entry["row"], entry["firm"], entry["need_no"], entry["act"], entry["value"], entry["gap"] = 0, 0, 100 + day, 1.0, 0.5, c.NEVER
        desk.w.episode_count[0] = 1
        assert judge(desk.w, 0, day, 0, 1) == 1
        found.append(float(entry["satisfaction"]))
    return found


def test_a_lie_works_at_first_and_is_found_out_later(office):
    truth, honest = soothes(office, weight=0.5, explain=1.0, honesty=1.0)
    lie, liar = soothes(office, weight=0.5, explain=1.0, honesty=0.0)
    assert lie == truth
    assert (honest.w.bonds[0, 0]["excuse"], liar.w.bonds[0, 0]["excuse"]) == (0, 1)
    good, bad = next_episodes(honest, 20), next_episodes(liar, 20)
    assert len(liar.rows(KIND["found_out"])) == 1, "a lie is found out once"
    assert len(honest.rows(KIND["found_out"])) == 0
    at = next(k for k in range(20) if bad[k] < good[k])
    assert bad[:at] == good[:at]
    assert good[at] - bad[at] == pytest.approx(liar.w.par[0].recovery_lie)
    assert liar.pair(0, "credibility") < honest.pair(0, "credibility")
    assert liar.w.bonds[0, 0]["sincerity"] == pytest.approx(honest.w.bonds[0, 0]["sincerity"] * 0.5)
    assert liar.pair(0, "attachment") < honest.pair(0, "attachment")


# --- the reply time that people expect ------------------------------------------------------------------------------------


def test_fast_answers_make_people_expect_fast_answers(office):
    office.staffs(24.0)
    office.files(0, 10.0)
    office.lives()
    assert 0.5 <= office.w.lives[0]["norm"] < 6.0
    assert (office.w.lives["norm"][1:] == 6.0).all()


def test_who_expects_a_fast_answer_is_soothed_less_by_the_same_one_and_waits_less_long(office):
    office.w.lives["norm"][:2] = [1.0, 24.0]
    office.w.pairs["satisfaction"] = 0.05
    for row in range(2):
        office.files(row, 8.0)
    office.lives(1)
    assert office.tally("late") == 1
    office.staffs(24.0)
    office.lives(1)
    assert [row for row, _ in office.replies()] == [1]
    fast, slow = (type(office)() for _ in range(2))
    for desk, norm in ((fast, 1.0), (slow, 24.0)):
        desk.w.lives["norm"] = norm
        desk.w.pairs["satisfaction"] = 0.05
        desk.staffs(1.0)
        desk.files(0, 1.0)
        desk.lives(1)
    assert fast.replies() == slow.replies()
    assert fast.pair(0, "satisfaction") < slow.pair(0, "satisfaction")


# --- departments ----------------------------------------------------------------------------------------------------------


SILO = {"handover_delay": 10.0}


def resolution(office, cases, **offer):
    """Hours until each case was answered, at a desk where one case after the other arrives within a minute."""
    desk = type(office)(offer=offer)
    desk.staffs(24.0)
    for row in range(cases):
        desk.files(row, 8.0 + row / 100)
    desk.lives(6)
    return dict(desk.replies()), desk


def test_removing_a_silo_changes_the_time_of_resolution_but_not_where_queues_are_empty(office):
    with_silo, desk = resolution(office, 4, **SILO)
    without, plain = resolution(office, 4)
    assert len(desk.rows(KIND["handover"])) == 4
    assert len(plain.rows(KIND["handover"])) == 0
    assert with_silo[0] == without[0]
    assert all(with_silo[row] > without[row] + 9.0 for row in (1, 2, 3))
    assert resolution(office, 1, **SILO)[0] == resolution(office, 1)[0]
    assert resolution(office, 0, **SILO)[0] == resolution(office, 0)[0] == {}


def test_cases_lost_between_departments_are_never_answered(office):
    found, desk = resolution(office, 6, handover_loss=1.0)
    assert list(found) == [0]
    assert desk.tally("late") == 5
    assert desk.tally("opened") == 6
    assert desk.w.counter[c.C_CASES] == len(desk.w.cases)


def test_patience_may_end_between_departments(office):
    found, desk = resolution(office, 3, handover_delay=100.0)
    assert list(found) == [0]
    assert desk.tally("late") == 2
    assert desk.w.desks[0, 0]["waiting"] == 0
    assert desk.w.counter[c.C_CASES] == len(desk.w.cases)
