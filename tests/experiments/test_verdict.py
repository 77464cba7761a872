"""Means, paired differences and winners, on tables made by hand."""

import math

import pytest
from scipy import stats

from valuescape.experiments.tables import WHY
from valuescape.experiments.verdict import difference, estimate, intervals, number, paired, smallest_effect, winners
from valuescape.scenarios.schema import Winner
from valuescape.sim.metrics.headline import HEADLINE

RULE = Winner(profit=0.02, value_in_use=0.01)
STEADY = [0.50, 0.52, 0.48]


def world(**profits):
    """Values of arms that differ in profit alone."""
    return {arm: {m.name: [0.5] * len(profit) for m in HEADLINE} | {"profit": profit} for arm, profit in profits.items()}


def valued(**values):
    """Values of arms that differ in value in use alone."""
    return {arm: {m.name: [100.0] * len(value) for m in HEADLINE} | {"value_in_use": value} for arm, value in values.items()}


def goods(values, rule=RULE):
    return winners(values, rule)["goods_dominant"]


def service(values, rule=RULE):
    return winners(values, rule)["service_dominant"]


def test_an_interval_is_students_t():
    values = [12.1, 9.7, 14.2, 11.0, 10.3]
    got = estimate(values)
    assert (got.mean, got.seeds, got.why) == (pytest.approx(sum(values) / 5), 5, None)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (got.low, got.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
    # on paper: variance 12.572 / 4, standard error 0.79284, t(4) 2.77645
    assert got.high - got.mean == pytest.approx(2.2013, abs=1e-4)


def test_a_paired_interval_is_scipys_paired_one():
    a, b = [10.0, 20.0, 31.0, 39.0], [8.0, 18.0, 28.5, 37.0]
    got = difference(a, b)
    expected = stats.ttest_rel(a, b).confidence_interval(0.95)
    assert got.mean == 2.125
    assert (got.low, got.high) == pytest.approx((expected.low, expected.high), rel=1e-12)
    unpaired = stats.ttest_ind(a, b).confidence_interval(0.95)
    assert unpaired.low < 0 < got.low  # what pairing is for


def test_one_seed_is_one_history():
    got = estimate([3.0])
    assert (got.mean, got.low, got.high) == (3.0, None, None)
    assert "one history" in got.why


def test_no_value_says_why():
    assert estimate([None, None], "nobody bought")[:3] == (None, None, None)
    assert estimate([None, None], "nobody bought").why == "nobody bought"
    values = world(a=[1.0, 2.0], b=[1.0, 2.0])
    values["a"]["clv"] = [None, None]
    assert intervals(values)["a"]["clv"].why == "the firm has no customers"
    gaps = {(arm, base, metric): gap for arm, base, metric, gap in paired(values)}
    assert gaps["a", "b", "clv"].mean is None
    assert gaps["a", "b", "clv"].why == gaps["b", "a", "clv"].why == "no difference: a has no value (the firm has no customers)"
    values["b"]["clv"] = [None, None]
    assert {gap.why for *_, metric, gap in paired(values) if metric == "clv"} == {"the firm has no customers"}


def test_the_two_rates_of_messages_say_what_there_was_none_of():
    assert WHY["opt_out_rate"] == "no message was pushed"
    assert WHY["response_rate"] == "no message was pushed and no content was found"


def test_a_lead_without_spread_has_three_digits_and_says_so():
    said = goods(world(a=[10.0, 20.0], b=[51.548151, 61.548151]))["reason"]
    assert "41.5 (the same in every seed) over a" in said
    said = goods(world(a=[10.0, 20.0], b=[10.0, 20.0]))["reason"]
    assert "is identical in every seed" in said


def test_a_seed_without_a_value_is_left_out_of_both_sides():
    assert difference([5.0, None, 7.0], [1.0, 100.0, 2.0]) == estimate([4.0, 5.0])


def test_no_spread_is_an_interval_of_no_width():
    assert estimate([2.0, 2.0, 2.0])[:3] == (2.0, 2.0, 2.0)


def test_every_ordered_pair_is_there():
    rows = list(paired(world(a=[1.0, 2.0], b=[2.0, 4.0], c=[0.0, 0.0])))
    assert len(rows) == 3 * 2 * len(HEADLINE)
    gaps = {(arm, base): gap.mean for arm, base, metric, gap in rows if metric == "profit"}
    assert gaps["a", "b"] == -gaps["b", "a"] == -1.5


def test_the_smallest_effect_of_profit_is_a_part_of_its_size():
    assert smallest_effect(world(a=[-300.0, -100.0], b=[100.0, 100.0]), "goods_dominant", RULE) == pytest.approx(0.02 * 150)
    assert smallest_effect(world(a=[1.0], b=[2.0]), "service_dominant", RULE) == 0.01


def test_an_arm_wins_by_interval_and_effect():
    verdict = goods(world(a=[100.0, 101.0, 99.0], b=[110.0, 111.5, 109.0], c=[90.0, 90.0, 91.0]))
    assert verdict["arm"] == "b"
    assert "over a" in verdict["reason"]
    assert "over c" in verdict["reason"]


def test_no_winner_where_the_lead_may_be_chance():
    verdict = goods(world(a=[100.0, 130.0, 90.0], b=[120.0, 110.0, 125.0]))
    assert verdict["arm"] is None
    assert verdict["reason"].startswith("no winner shown")
    assert "chance" in verdict["reason"]


def test_no_winner_where_the_lead_is_sure_but_small():
    # 1 of 100 in every seed: surely more than nothing, less than 2 %
    values = world(a=[100.0, 120.0, 80.0], b=[101.0, 121.1, 80.9])
    assert goods(values)["arm"] is None
    assert "smallest effect" in goods(values)["reason"]
    assert goods(values, Winner(profit=0.005))["arm"] == "b"


def test_the_smallest_effect_itself_does_not_win():
    values = valued(a=[0.5, 0.75], b=[0.75, 1.0])
    assert service(values, Winner(value_in_use=0.25))["arm"] is None
    assert service(values, Winner(value_in_use=0.2))["arm"] == "b"


def test_the_winner_must_beat_every_other_arm_not_only_the_last():
    assert service(valued(a=STEADY, b=[0.505, 0.53, 0.47], c=[0.1, 0.12, 0.08]))["arm"] is None
    assert service(valued(c=[0.1, 0.12, 0.08], b=[0.505, 0.53, 0.47], a=STEADY))["arm"] is None


def test_a_mean_alone_does_not_win():
    # the mutant that compares means only would call b the winner
    values = valued(a=[0.1, 0.9, 0.5], b=[0.9, 0.1, 0.8])
    assert estimate(values["b"]["value_in_use"]).mean > estimate(values["a"]["value_in_use"]).mean + 0.01
    assert service(values)["arm"] is None


def test_boards_are_decided_apart():
    values = world(a=[100.0, 101.0, 99.0], b=[110.0, 111.5, 109.0])
    values["a"]["value_in_use"], values["b"]["value_in_use"] = [0.6, 0.62, 0.58], STEADY
    both = winners(values, RULE)
    assert (both["goods_dominant"]["arm"], both["service_dominant"]["arm"]) == ("b", "a")


@pytest.mark.parametrize(
    ("values", "word"),
    [(world(a=[1.0], b=[9.0]), "one history"), (world(a=[1.0, 2.0]), "alone"), (world(a=[None, None], b=[1.0, 2.0]), "no value"),
     (world(a=[0.0, 0.0], b=[0.0, 0.0]), "identical"), (world(a=[5.0, 6.0], b=[5.0, 6.0]), "identical")],
)  # fmt: skip
def test_no_winner_is_shown(values, word):
    assert goods(values)["arm"] is None
    assert goods(values)["reason"].startswith("no winner shown")
    assert word in goods(values)["reason"]


def test_numbers_are_as_exact_as_they_are_known():
    assert number(1234.567) == "1,235"
    assert number(0.0123456) == "0.01235"
    assert number(1234.567, 61.2) == "1,235"
    assert number(0.32651, 0.0123) == "0.327"
    assert number(0) == "0"
    assert number(0.01) == "0.01"
    assert number(-500.0, sign="+") == "-500"
    assert number(None) == "-"
    assert math.isclose(float(number(99.9999)), 100.0)
