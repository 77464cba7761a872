"""The buying part against CDNOW: yardsticks on paper, a calibration that finds what made the data, a forecast that can miss."""

import json

import numpy as np
import pytest

from valuescape.experiments.validation.buying_facts import SEEN, cells, facts
from valuescape.experiments.validation.cdnow import Buying, calibrate, live
from valuescape.experiments.validation.cdnow_forecast import (
    LATER,
    NBD,
    buying_settings,
    cdnow_panels,
    naive_forecast,
    nbd_forecast,
    sentences,
)

FADES = Buying(3.0, 0.6, 60.0, 0.05)
REFERENCE = "results/reference/cdnow_fit.json"


def test_orders_slow_down_where_the_shop_is_forgotten_and_not_where_it_is_not():
    def index(buying):
        by_quarter = live(buying, 4000).sum(axis=0).reshape(5, 13).sum(axis=1)
        return by_quarter / by_quarter[0]

    assert index(FADES)[4] < 0.7
    assert index(FADES._replace(half_life=3650.0))[4] > 0.9


def test_a_week_of_the_world_holds_the_orders_of_seven_days():
    weeks = live(FADES, 500, 8)
    assert weeks.shape == (500, 8)
    assert 0 <= weeks.min() <= weeks.max() <= 7
    assert weeks.sum() > 50


def test_calibration_finds_what_made_the_counts():
    """Counts of a world without forgetting: rate and spread are found again."""
    made = Buying(6.0, 0.5, 3650.0, 1e-4)
    found = calibrate(cells(live(made, 3000, SEEN, seed=5)), 3000, 15, 8, forgets=False)
    assert found.best in found.as_likely()
    assert len(found.as_likely(0.0)) == 1 < len(found.met)
    assert found.best.need_rate == pytest.approx(6.0, rel=0.15)
    assert found.best.need_shape == pytest.approx(0.5, rel=0.15)


def test_the_nbd_forecast_on_paper():
    """Rates stay: the held-out mean is the mean of before times 26/39, and who ordered nothing expects r / (a + 39) a week."""
    known = nbd_forecast({"shape": 0.5, "mean": 1.0}, 1000)
    assert known["orders_held_out"] == pytest.approx(1000 * LATER / SEEN, abs=0.1)
    assert known["orders_by_before"][0] == pytest.approx(0.5 / (0.5 * SEEN + SEEN) * LATER, abs=0.001)
    assert sum(known["counts_held_out"]) == pytest.approx(1, abs=1e-3)


def test_the_naive_forecast_is_the_past():
    known = facts()["cdnow"]
    said = naive_forecast(known, known["people"])
    assert said["orders_by_before"][3] == pytest.approx(3 * LATER / SEEN, abs=0.001)
    assert said["counts_held_out"] is None


def test_the_reference_says_what_its_numbers_say(root):
    """The kept result: forgetting forecasts weeks not seen better than an NBD does, and both are shown."""
    kept = json.loads((root / REFERENCE).read_text(encoding="utf-8"))
    data, model, nbd = (kept["forecasts"][name] for name in ("data", "model", NBD))
    assert data["orders_held_out"] == sum(facts()["cdnow"]["by_week"][SEEN:])
    assert nbd["total_error"] == pytest.approx(nbd["orders_held_out"] / data["orders_held_out"] - 1, abs=1e-3)
    assert abs(model["total_error"]) < 0.1 < nbd["total_error"]
    assert model["conditional_error"] < nbd["conditional_error"]
    assert len(cdnow_panels(kept)) == 2
    assert f"{data['orders_held_out']:,.0f}" in sentences(kept)[0]


def test_the_kept_numbers_still_give_the_kept_forecast(root):
    """A change of the buying rules shows here: the world of the reference, at a quarter of its size."""
    kept = json.loads((root / REFERENCE).read_text(encoding="utf-8"))
    people = kept["people"] // 4
    again = live(Buying(**kept["fitted"]), people)[:, SEEN:].sum() * kept["people"] / people
    assert again == pytest.approx(kept["forecasts"]["model"]["orders_held_out"], rel=0.06)
    other = live(Buying(**kept["fitted"])._replace(half_life=3650.0), people)[:, SEEN:].sum() * kept["people"] / people
    assert other > 1.3 * kept["forecasts"]["model"]["orders_held_out"]


def test_the_calibrated_numbers_are_settings(root):
    from valuescape.scenarios.load import load

    kept = json.loads((root / REFERENCE).read_text(encoding="utf-8"))
    scenario = load("baseline", set=buying_settings(kept))
    assert scenario.world.customers.need_rate == kept["fitted"]["need_rate"]
    assert np.isfinite(scenario.world.attention.fading_bought)
