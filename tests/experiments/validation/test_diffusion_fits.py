"""Fits of diffusion curves give back what made the curve."""

import numpy as np
import pytest

from valuescape.experiments.validation.diffusion_fits import bass_curve, fit_bass, r_squared


def test_the_bass_curve_is_the_equation_worked_by_hand():
    """m 100, p 0.1, q 0.5: 10; then (0.1 + 0.5 x 0.1) x 90 = 13.5; then (0.1 + 0.5 x 0.235) x 76.5."""
    assert bass_curve(0.1, 0.5, 100, 3) == pytest.approx([10, 13.5, (0.1 + 0.5 * 0.235) * 76.5])


def test_nobody_adopts_twice():
    assert bass_curve(0.9, 2.0, 50, 20).sum() == pytest.approx(50)
    assert bass_curve(0.9, 2.0, 50, 20).min() >= 0


@pytest.mark.parametrize(("p", "q", "m"), [(0.01, 0.38, 5000), (0.03, 0.3, 800), (0.002, 0.6, 1e5), (0.05, 0.0, 1000)])
def test_a_bass_curve_is_found_again(p, q, m):
    fit = fit_bass(bass_curve(p, q, m, 25))
    assert (fit.p, fit.q, fit.m) == (pytest.approx(p, rel=0.01), pytest.approx(q, abs=0.003), pytest.approx(m, rel=0.01))
    assert fit.r_squared > 0.9999


def test_chance_blurs_it_but_does_not_bend_it():
    noisy = np.random.default_rng(1).poisson(bass_curve(0.01, 0.4, 20000, 20))
    fit = fit_bass(noisy)
    assert (fit.p, fit.q, fit.m) == (pytest.approx(0.01, rel=0.1), pytest.approx(0.4, rel=0.05), pytest.approx(20000, rel=0.05))


def test_before_its_peak_a_curve_says_so():
    assert fit_bass(bass_curve(0.01, 0.38, 5000, 25)).peaked
    assert not fit_bass(bass_curve(0.001, 0.38, 5000, 8)).peaked


def test_a_curve_that_is_none_is_not_explained():
    """Two waves: the best single one leaves much of the variance."""
    two = np.concatenate((bass_curve(0.02, 0.8, 1000, 15), bass_curve(0.02, 0.8, 1000, 15)))
    assert fit_bass(two).r_squared < 0.6
    assert r_squared([1, 2, 3], [3, 2, 1]) < 0


def test_coefficients_belong_to_the_period():
    """By months the same curve has a twelfth of p, and less than a twelfth of what q is by years: growth compounds."""
    monthly = bass_curve(0.01 / 12, 0.38 / 12, 5000, 144)
    assert fit_bass(monthly).q == pytest.approx(0.38 / 12, rel=0.01)
    assert 0.38 < fit_bass(monthly.reshape(12, 12).sum(axis=1)).q < 0.5


@pytest.mark.parametrize("adoptions", [[1, 2, 3], [0] * 10, [2] * 10, [1, 2, -1, 3, 4], [1, 2, float("nan"), 3, 4]])
def test_what_cannot_be_fitted_is_refused(adoptions):
    with pytest.raises(ValueError, match="Bass curve needs"):
        fit_bass(adoptions)
