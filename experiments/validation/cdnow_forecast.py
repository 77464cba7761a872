"""What the calibrated buying part says of weeks that it has not seen, beside a plain NBD and a naive forecast: table and figure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..figures import FAINT, Panel, figure_of, looks, png
from .buying_facts import MOST, QUARTER, SEEN, facts
from .cdnow import Buying, calibrate, live
from .panels import WHOLE_WEEKS

Floats = npt.NDArray[np.float64]
LATER = WHOLE_WEEKS - SEEN
OTHERS = 20
"""Points as likely as the best that are tried on the held-out weeks, at most."""
DATA, MODEL, NBD, NAIVE, PLAIN = "data", "model", "NBD", "naive", "model without forgetting"
HOW = {
    MODEL: "needs with a gamma spread, a shop that is forgotten and brought to mind again by letters; four numbers",
    PLAIN: "the same needs, a shop that always comes to mind; two numbers",
    NBD: "Poisson orders at a gamma distributed rate, fitted by maximum likelihood; two numbers",
    NAIVE: "everybody goes on as before",
}


def cdnow_fit(evaluations: int = 120, seeds: Sequence[int] = range(10)) -> dict[str, Any]:
    """Calibrate on weeks 1-39, forecast weeks 40-65: fitted numbers, forecasts by forecaster, orders by week. Some six minutes.

    Works from the shipped facts. `evaluations` are steps of the search at most, each of a world with twice the people of the data;
    means of the model are over `seeds`.
    """
    known = facts()["cdnow"]
    people, counted = known["people"], known["cells"]
    found = calibrate(counted, 2 * people, evaluations)
    plain = calibrate(counted, 2 * people, evaluations // 3, 16, forgets=False)
    worlds = np.array([live(found.best, people, seed=seed) for seed in seeds])
    without = live(plain.best, people)
    later = worlds[:, :, SEEN:].sum(axis=(1, 2))
    likely = spread_of(found.as_likely())
    others = [live(buying, people)[:, SEEN:].sum() for buying in likely]
    forecasts = {
        DATA: _forecast(known["orders_by_before"], known["people_by_before"], known["counts_after"], known["by_week"][:SEEN]),
        MODEL: _of_worlds(worlds),
        PLAIN: _of_worlds(without[None]),
        NBD: nbd_forecast(known["nbd_39_weeks"], people),
        NAIVE: naive_forecast(known, people),
    }
    for name, said in forecasts.items():
        said |= _errors(said, forecasts[DATA], known["people_by_before"]) | ({} if name == DATA else {"how": HOW[name]})
    return {
        "weeks_calibrated": SEEN, "weeks_held_out": LATER, "people": people,
        "fitted": found.best._asdict(), "minus_log_likelihood": found.unlikely,
        "fitted_without_forgetting": plain.best._asdict(), "minus_log_likelihood_without_forgetting": plain.unlikely,
        "orders_held_out_over_seeds": [int(later.min()), int(later.max())],
        "as_likely": {"points": len(likely), "orders_held_out": [int(min(others)), int(max(others))]}
        | {name: [round(pick(getattr(buying, name) for buying in likely), 4) for pick in (min, max)] for name in Buying._fields},
        "forecasts": forecasts,
        "quarter_index": {DATA: known["quarter_index"], MODEL: _quarters(worlds.mean(axis=0))},
        "by_week": {DATA: known["by_week"], MODEL: worlds.sum(axis=1).mean(axis=0).round(1).tolist()},
    }  # fmt: skip


def spread_of(points: Sequence[Buying]) -> list[Buying]:
    """Some of the points, from the shortest half-life to the longest."""
    order = sorted(points, key=lambda buying: buying.half_life)
    return [order[k] for k in np.unique(np.linspace(0, len(order) - 1, OTHERS).astype(int))]


def _quarters(weeks: Floats) -> list[float]:
    by_quarter = weeks.sum(axis=0).reshape(-1, QUARTER).sum(axis=1)
    return [round(float(x), 1) for x in 100 * by_quarter / by_quarter[0]]


def _forecast(orders: Any, people: Any, counts: Any, before: Any) -> dict[str, Any]:
    orders, people, counts = np.asarray(orders, float), np.asarray(people, float), np.asarray(counts, float)
    return {
        "orders_calibrated": round(float(np.sum(before)), 1), "orders_held_out": round(float(orders.sum()), 1),
        "none_held_out": round(float(counts[0] / counts.sum()), 4), "counts_held_out": [round(float(x), 5) for x in counts / counts.sum()],
        "orders_by_before": [round(float(x), 3) for x in orders / people],
    }  # fmt: skip


def _of_worlds(worlds: npt.NDArray[np.int64]) -> dict[str, Any]:
    """The forecast of simulated orders [seed, person, week], in the mean over seeds."""
    before, after = worlds[:, :, :SEEN].sum(axis=2), worlds[:, :, SEEN:].sum(axis=2)
    group, top = np.minimum(before, MOST).ravel(), np.minimum(after, 10).ravel()
    found = _forecast(np.bincount(group, weights=after.ravel(), minlength=MOST + 1), np.bincount(group, minlength=MOST + 1),
                      np.bincount(top, minlength=11), before.sum() / len(worlds))  # fmt: skip
    return found | {"orders_held_out": round(float(after.sum() / len(worlds)), 1)}


def nbd_forecast(fitted: dict[str, float], people: int) -> dict[str, Any]:
    """What an NBD fitted to weeks 1-39 says of the weeks after: rates stay, so who ordered x times has the mean (r + x) / (a + 39) a week.

    Of the last group (7 or more) the mean is over the fitted distribution of x.
    """
    from scipy import stats

    shape, mean = fitted["shape"], fitted["mean"]
    rate = shape * SEEN / mean
    x = np.arange(2000)
    chance = stats.nbinom.pmf(x, shape, shape / (shape + mean))
    group = np.minimum(x, MOST)
    orders = np.bincount(group, weights=chance * (shape + x) / (rate + SEEN) * LATER)
    later = mean * LATER / SEEN
    counts = stats.nbinom.pmf(np.arange(11), shape, shape / (shape + later))
    counts[10] = 1.0 - counts[:10].sum()
    found = _forecast(orders, np.bincount(group, weights=chance), counts, mean * people)
    return found | {"orders_held_out": round(float(later * people), 1)}


def naive_forecast(known: dict[str, Any], people: int) -> dict[str, Any]:
    """Everybody orders as often a week as in weeks 1-39; of the distribution it says no more than who orders nothing."""
    before = np.asarray(known["people_by_before"], float)
    total = float(np.sum(known["by_week"][:SEEN]))
    orders = before * np.arange(MOST + 1)
    orders[MOST] = total - orders[:MOST].sum()
    found = _forecast(orders * LATER / SEEN, before, [1.0], total)
    return found | {"none_held_out": round(float(before[0] / people), 4), "counts_held_out": None}


def _errors(found: dict[str, Any], truth: dict[str, Any], people: Sequence[int]) -> dict[str, Any]:
    """Relative error of the held-out total; error of the conditional expectations, weighted by people; distance of distributions."""
    gaps = np.asarray(found["orders_by_before"]) - np.asarray(truth["orders_by_before"])
    counts = found["counts_held_out"]
    apart = None if counts is None else round(float(np.abs(np.asarray(counts) - truth["counts_held_out"]).sum() / 2), 4)
    return {
        "total_error": round(found["orders_held_out"] / truth["orders_held_out"] - 1.0, 4),
        "conditional_error": round(float(np.sqrt(np.average(gaps**2, weights=people))), 4),
        "distribution_distance": apart,
    }


def sentences(result: dict[str, Any]) -> list[str]:
    """What the result says, and what the model misses, in words with numbers."""
    forecasts, index, weeks = result["forecasts"], result["quarter_index"], result["by_week"]
    data, model, nbd, plain = (forecasts[name] for name in (DATA, MODEL, NBD, PLAIN))
    likely = result["as_likely"]
    low, high = likely["orders_held_out"]
    return [
        (
            f"In weeks {SEEN + 1}-{WHOLE_WEEKS}, which it has not seen, the model expects {model['orders_held_out']:,.0f} orders of "
            f"{data['orders_held_out']:,.0f} ({model['total_error']:+.0%}); an NBD fitted to the same weeks {nbd['total_error']:+.0%}, the "
            f"model without forgetting {plain['total_error']:+.0%}."
        ),
        (
            f"Orders by quarter after the first one fall to {', '.join(f'{x:.0f}' for x in index[DATA][1:])} of 100; those of the model to "
            f"{', '.join(f'{x:.0f}' for x in index[MODEL][1:])}: forgetting gives the slow-down, steady needs alone do not."
        ),
        (
            f"Points that the search met and that weeks 1-{SEEN} make about as likely (10 log units) have half-lives from "
            f"{likely['half_life'][0]:.0f} to {likely['half_life'][1]:.0f} days and expect from {low:,} to {high:,} orders."
        ),
        f"It misses how many come back at once: {weeks[DATA][0]:,} orders in the first week are {weeks[MODEL][0]:,.0f} in the model.",
    ]


def cdnow_panels(result: dict[str, Any]) -> list[Panel]:
    """The figure: orders since the first week, and what people order later by what they ordered before."""
    forecasts, by_week = result["forecasts"], result["by_week"]
    look = looks([DATA, MODEL, NBD])
    weeks = np.arange(1, WHOLE_WEEKS + 1)

    def curves(figure: Any) -> None:
        axes = figure.subplots()
        for name in (DATA, MODEL):
            axes.plot(weeks, np.cumsum(by_week[name]) / 1000, color=look[name].color, linestyle=look[name].dash, label=name)
        flat = forecasts[NBD]["orders_calibrated"] / SEEN
        axes.plot(weeks, flat * weeks / 1000, color=look[NBD].color, linestyle=look[NBD].dash, label=NBD)
        axes.axvline(SEEN, color=FAINT, linewidth=1)
        axes.set(xlabel="weeks after the first order (held out from 40)", ylabel="repeat orders, thousands", title="How many")
        axes.legend(frameon=False)

    def expectations(figure: Any) -> None:
        axes = figure.subplots()
        for name in (DATA, MODEL, NBD):
            axes.plot(range(MOST + 1), forecasts[name]["orders_by_before"], color=look[name].color, linestyle=look[name].dash,
                      marker=look[name].marker, label=name)  # fmt: skip
        axes.set(xlabel=f"orders in weeks 1-39 ({MOST}: or more)", ylabel="mean orders in weeks 40-65", title="By whom")
        axes.legend(frameon=False)

    said = {name: f"{forecasts[name]['orders_held_out']:,.0f}" for name in (DATA, MODEL, NBD)}
    return [
        Panel("cumulative", f"Held-out repeat orders: data {said[DATA]}, model {said[MODEL]}, NBD {said[NBD]}.", curves),
        Panel("conditional", "Mean held-out orders by orders in the calibration weeks, of data, model and NBD.", expectations),
    ]


def write_reference(folder: str | Path, evaluations: int = 120) -> dict[str, Any]:
    """Fit, and write `cdnow_fit.json` and `cdnow_fit.png` into the folder; returns the result."""
    result = cdnow_fit(evaluations)
    text = json.dumps(result, indent=1)
    (Path(folder) / "cdnow_fit.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    (Path(folder) / "cdnow_fit.png").write_bytes(png(figure_of(cdnow_panels(result))))
    return result


def buying_settings(result: dict[str, Any]) -> dict[str, float]:
    """The calibrated numbers as settings of a scenario, by path."""
    buying = Buying(**result["fitted"])
    return {
        "world.customers.need_rate": buying.need_rate, "world.customers.need_shape": buying.need_shape,
        "world.attention.fading": buying.half_life, "world.attention.fading_bought": buying.half_life,
        "world.attention.mail": buying.noticed,
    }  # fmt: skip
