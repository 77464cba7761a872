"""Fits of buying give back what made the purchases; double jeopardy on paper."""

import numpy as np
import pytest

from valuescape.experiments.validation.buying_fits import brands_of, dirichlet_brands, double_jeopardy, fit_nbd, fit_strength

SHARES = np.array([0.4, 0.3, 0.2, 0.1])


def dirichlet_market(people=60000, strength=1.5, mean=5.0, shape=0.8, seed=1):
    """Purchases [person, brand] drawn as the theory says."""
    rng = np.random.default_rng(seed)
    taste = rng.dirichlet(strength * SHARES, people)
    return rng.multinomial(rng.poisson(rng.gamma(shape, mean / shape, people)), taste)


def test_an_nbd_is_found_again():
    counts = np.random.default_rng(2).negative_binomial(0.4, 0.4 / 1.9, 30000)
    fit = fit_nbd(counts)
    assert fit.shape == pytest.approx(0.4, rel=0.05)
    assert fit.mean == counts.mean()
    assert fit.zero == pytest.approx((0.4 / 1.9) ** 0.4, abs=0.01)
    assert fit.seen_zero == np.mean(counts == 0)


def test_counts_at_one_rate_are_poisson():
    fit = fit_nbd(np.random.default_rng(3).poisson(2.0, 20000))
    assert fit.shape > 50
    assert fit.zero == pytest.approx(np.exp(-2), abs=0.005)


def test_the_zero_class_of_what_is_no_nbd_is_missed():
    """Half of the people never buy, the others at one rate: the fit says otherwise."""
    counts = np.random.default_rng(4).poisson(3.0, 20000) * np.repeat([0, 1], 10000)
    fit = fit_nbd(counts)
    assert abs(fit.zero - fit.seen_zero) > 0.03


@pytest.mark.parametrize("counts", [[], [0, 0, 0], [1, -1]])
def test_counts_that_say_nothing_are_refused(counts):
    with pytest.raises(ValueError, match="NBD needs"):
        fit_nbd(counts)


def test_dirichlet_strength_is_found_again():
    assert fit_strength(dirichlet_market()) == pytest.approx(1.5, rel=0.05)
    assert fit_strength(dirichlet_market(strength=6.0)) == pytest.approx(6.0, rel=0.1)


def test_theory_says_what_a_dirichlet_market_does():
    seen, said = brands_of(dirichlet_market()), dirichlet_brands(SHARES, 1.5, 5.0, 0.8)
    assert said.penetration == pytest.approx(seen.penetration, rel=0.03)
    assert said.often == pytest.approx(seen.often, rel=0.03)


def test_theory_tells_loyalty_apart():
    """The same market with another S: penetration is off by far more than chance."""
    seen, said = brands_of(dirichlet_market()), dirichlet_brands(SHARES, 6.0, 5.0, 0.8)
    assert np.abs(said.penetration / seen.penetration - 1).max() > 0.15


def test_one_brand_that_is_all_the_market_is_the_category():
    """Penetration is then the NBD's: 1 - (k / (k + m))^k."""
    said = dirichlet_brands([0.999999, 0.000001], 1.0, 2.0, 0.5)
    assert said.penetration[0] == pytest.approx(1 - (0.5 / 2.5) ** 0.5, abs=1e-4)


@pytest.mark.parametrize("shares", [[0.5, 0.6], [1.0, 0.0]])
def test_shares_that_are_none_are_refused(shares):
    with pytest.raises(ValueError, match="sum to 1"):
        dirichlet_brands(shares, 1.0, 1.0, 1.0)


def test_double_jeopardy_by_hand():
    """Four people, three brands: shares 6, 3 and 1 of 10; buyers 3, 2 and 1 of 4; their category purchases 9, 7 and 3."""
    found = double_jeopardy(np.array([[3, 0, 0], [2, 2, 0], [1, 1, 1], [0, 0, 0]]))
    assert found.brands.share == pytest.approx([0.6, 0.3, 0.1])
    assert found.brands.penetration == pytest.approx([0.75, 0.5, 0.25])
    assert found.brands.often == pytest.approx([2, 1.5, 1])
    assert found.requirements == pytest.approx([6 / 10, 3 / 7, 1 / 3])
    assert found.penetration_often == pytest.approx(1)
    assert found.against == pytest.approx(-0.25)


def test_a_market_without_double_jeopardy_shows_none():
    """A small brand whose few buyers buy it most: correlation below 0, and far beyond the leader."""
    found = double_jeopardy(np.array([[1, 0, 0], [1, 1, 0], [1, 1, 0], [1, 0, 9]]))
    assert found.penetration_often < 0
    assert found.against == pytest.approx(8)


def test_a_dirichlet_market_has_it():
    found = double_jeopardy(dirichlet_market())
    assert found.share_penetration > 0.95
    assert found.penetration_often > 0.9


def test_a_brand_that_nobody_buys_has_no_frequency():
    assert np.isnan(brands_of(np.array([[1, 0], [2, 0]])).often[1])
