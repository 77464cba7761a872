"""Losses with answers on paper: value at risk, expected shortfall, tail index, luck, and what few losses cannot carry."""

import numpy as np
import pytest

from valuescape.experiments import tail

HUNDRED = np.arange(1.0, 101.0)
THOUSAND = np.arange(1.0, 1001.0)


def test_value_at_risk_of_known_losses():
    assert tail.value_at_risk(HUNDRED, 95)["value"] == 95  # 95 of 100 do not exceed it
    assert tail.value_at_risk(THOUSAND[::-1], 99)["value"] == 990
    found = tail.value_at_risk(THOUSAND, 95)
    assert found["low"] < 950 < found["high"]


def test_expected_shortfall_of_known_losses():
    assert tail.expected_shortfall(THOUSAND, 95)["value"] == pytest.approx(np.arange(951, 1001).mean())
    assert tail.expected_shortfall(THOUSAND, 99)["value"] == pytest.approx(np.arange(991, 1001).mean())
    half = np.arange(1.0, 211.0)  # 5 % of 210 losses are ten and a half: the one on the border counts in part
    assert tail.expected_shortfall(half, 95)["value"] == pytest.approx((np.arange(201, 211).sum() + 200 / 2) / 10.5)


def test_expected_shortfall_lies_beyond_the_value_at_risk():
    losses = np.random.default_rng(3).pareto(1.5, 1000)
    for percent in (95, 99):
        assert tail.expected_shortfall(losses, percent)["value"] > tail.value_at_risk(losses, percent)["value"]


@pytest.mark.parametrize("index", [1.2, 2.5])
def test_hill_finds_the_index_of_a_pareto_sample(index):
    losses = np.random.default_rng(7).pareto(index, 20_000) + 1
    found = tail.hill(losses, 2000)
    assert found["value"] == pytest.approx(index, rel=0.06)
    assert found["low"] < index < found["high"]
    assert found["k"] == 2000


def test_hill_on_paper():
    losses = np.exp([0.0, 1.0, 2.0, 3.0])  # logs above the fourth: 3, 2, 1, mean 2
    assert tail.hill(losses, 3)["value"] == pytest.approx(0.5)


def test_the_tail_is_told_from_a_lognormal():
    rng = np.random.default_rng(11)
    normal = tail.against_lognormal(np.exp(rng.normal(0, 0.7, 4000)), 2000)
    assert normal["favours"] == "lognormal"
    power = tail.against_lognormal(rng.pareto(1.3, 4000) + 1, 2000)
    assert power["favours"] != "lognormal"
    assert power["ratio"] > normal["ratio"]


def test_a_small_tail_gets_no_verdict():
    losses = np.random.default_rng(11).pareto(1.3, 490) + 1
    few = tail.against_lognormal(losses)
    assert (few["ratio"], few["p"], few["favours"]) == (None, None, None)
    assert few["why"] == "too few losses in the tail to tell (49 of 50)"
    assert tail.against_lognormal(losses, 50)["ratio"] is not None


def test_the_median_loss():
    found = tail.median_loss(HUNDRED)
    assert found["value"] == 50.5
    assert found["low"] < 50.5 < found["high"]
    assert "needs 20" in tail.median_loss(HUNDRED[:19])["why"]


def test_the_worst_percent():
    losses = np.concatenate([np.ones(99), [101.0]])
    assert tail.top_share(losses)["value"] == pytest.approx(101 / 200)
    assert tail.top_share(np.zeros(200))["why"] == "nothing was lost"


def test_shares_have_honest_intervals():
    assert tail.share_of(0, 100)["low"] == 0
    assert 0 < tail.share_of(0, 100)["high"] < 0.05
    found = tail.share_of(5, 50)
    assert (found["value"], round(found["low"], 4), round(found["high"], 4)) == (0.1, 0.0435, 0.2136)  # Wilson's, by hand


def test_few_losses_carry_no_tail():
    few = tail.summary([HUNDRED[:50]], {0.01: 10.0})
    for name in ("var95", "var99", "es95", "es99", "top_1_percent"):
        assert few[name]["value"] is None, name
        assert "needs" in few[name]["why"]
    assert few["mean"]["value"] == 25.5
    assert few["odds"][0]["value"] == 0.8
    assert tail.summary([HUNDRED], {})["var95"]["value"] is not None
    assert tail.summary([HUNDRED], {})["var99"]["value"] is None
    assert tail.summary([THOUSAND], {})["es99"]["value"] is not None


def test_the_fewest_losses_are_those_of_order_statistics():
    for percent in (95, 99):
        fewest = tail.fewest_for(percent)
        assert (percent / 100) ** fewest <= 0.025 < (percent / 100) ** (fewest - 1)


def test_what_luck_explains():
    rng = np.random.default_rng(5)
    between = [rng.normal(mean, 0.01, 50) for mean in range(8)]
    assert tail.luck_share(between)["value"] < 0.001
    within = [rng.normal(0, 1, 50) for _ in range(8)]
    assert tail.luck_share(within)["value"] > 0.9
    half = [rng.normal(rng.normal(0, 1), 1, 200) for _ in range(200)]
    assert tail.luck_share(half)["value"] == pytest.approx(0.5, abs=0.08)
    alone = tail.luck_share([within[0]])
    assert alone["value"] is None
    assert "by construction" in alone["why"]


def test_replays_needed_on_paper():
    losses = np.tile([0.0, 2.0], 500)  # mean 1, spread 1 (by n - 1): (1.96 x spread / 0.1)^2
    spread = losses.std(ddof=1)
    assert tail.replays_needed(losses)["mean"]["replays"] == int(np.ceil((1.959963984540054 * spread / 0.1) ** 2))
    uniform = np.linspace(0, 1, 100_001)  # half-width in loss = half-width in odds = 0.095
    assert tail.replays_needed(uniform)["var95"]["replays"] == tail.fewest_for(95)
    narrow = tail._for_quantile(uniform, 0.01)
    assert narrow == pytest.approx((1.96 / 0.01) ** 2 * 0.95 * 0.05, rel=0.01)
    assert tail.replays_needed(np.zeros(100))["mean"]["why"]


def test_resampling_is_named_and_repeats():
    losses = np.random.default_rng(2).pareto(2, 400)
    assert tail.mean_loss(losses) == tail.mean_loss(losses[::-1])
    found = tail.mean_loss(losses)
    half = 1.96 * losses.std(ddof=1) / np.sqrt(len(losses))
    assert found["high"] - found["low"] == pytest.approx(2 * half, rel=0.25)
