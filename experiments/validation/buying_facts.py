"""Summary numbers of real buying, counted by us: they ship with the package, so that no data are needed to compare with them.

`counted()` makes the numbers from the data where the packages that carry these are installed; `facts()` reads the shipped ones.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from ...agents.declare import InputError
from .buying_fits import double_jeopardy, fit_nbd, fit_strength
from .panels import PANELS, WHOLE_WEEKS, Orders, read_cdnow, read_panel

FILE = "buying_facts.json"
SEEN = 39
"""Weeks after the first order that are calibrated on; the rest is held out."""
YEAR = 52
QUARTER = 13
TOP = 4
"""Orders in each of the three quarters that are calibrated on are told apart up to so many."""
MOST = 7
"""Conditional expectations are counted by orders in the calibration weeks, up to so many or more."""
RECIPES = {
    "cdnow": "orders of a person on one day are one; weeks are counted from the day after the first order, which is no repeat order; "
             "65 is the last week in which everybody was watched; NBD by maximum likelihood, people without a repeat order included; "
             "by_before: repeat orders in weeks 40-65 of people with 0, 1, ... 7 or more in weeks 1-39; "
             "cells: people by orders in weeks 1-13, 14-26 and 27-39 (0 to 4 or more each), the last running fastest; spread between "
             "people: component of the variance of log order value",
    "panels": "purchases [household, brand]; penetration: share of households with one or more; often: purchases per buyer; "
              "requirements: share of their purchases that buyers give a brand; S by maximum likelihood of the Dirichlet-multinomial, "
              "shapes in proportion to market shares",
}  # fmt: skip


def facts() -> dict[str, Any]:
    """The shipped numbers: `cdnow`, `panels` and the `recipes` by which they were counted."""
    return json.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def counted() -> dict[str, Any] | None:
    """The same numbers from the data, rounded as they ship; None where the data are not installed."""
    orders = read_cdnow()
    if orders is None:
        return None
    panels = {}
    for name in PANELS:
        panel = read_panel(name)
        if panel is None:
            return None
        panels[name] = of_panel(panel)
    return {"recipes": RECIPES, "cdnow": of_orders(orders), "panels": panels}


def by_week(orders: Orders, weeks: int = WHOLE_WEEKS) -> np.ndarray:
    """Repeat orders after the first one, int64[person, week]."""
    table = np.zeros((orders.people, weeks), np.int64)
    kept = (orders.day > 0) & (orders.day <= 7 * weeks)
    np.add.at(table, (orders.person[kept], (orders.day[kept] - 1) // 7), 1)
    return table


def cells(weeks: np.ndarray) -> np.ndarray:
    """People by their numbers of orders in weeks 1-13, 14-26 and 27-39, int64[5 x 5 x 5], flat, from orders [person, week]."""
    cell = np.zeros(len(weeks), np.int64)
    for begin in range(0, SEEN, QUARTER):
        cell = cell * (TOP + 1) + np.minimum(weeks[:, begin : begin + QUARTER].sum(axis=1), TOP)
    return np.bincount(cell, minlength=(TOP + 1) ** (SEEN // QUARTER))


def of_orders(orders: Orders) -> dict[str, Any]:
    """What is known of repeat orders and of what is spent."""
    weeks = by_week(orders)
    before, after = weeks[:, :SEEN].sum(axis=1), weeks[:, SEEN:].sum(axis=1)
    quarters = weeks.reshape(len(weeks), -1, QUARTER).sum(axis=(0, 2))
    often, spent = np.bincount(orders.person), np.bincount(orders.person, weights=orders.value)
    paid = orders.value > 0
    return {
        "people": orders.people,
        "by_week": weeks.sum(axis=0).tolist(),
        "quarter_index": [round(float(100 * q / quarters[0]), 1) for q in quarters],
        "nbd_39_weeks": _rounded(fit_nbd(before)._asdict()),
        "nbd_year": _rounded(fit_nbd(weeks[:, :YEAR].sum(axis=1))._asdict()),
        "cells": cells(weeks).tolist(),
        "counts_before": np.bincount(np.minimum(before, 10), minlength=11).tolist(),
        "counts_after": np.bincount(np.minimum(after, 10), minlength=11).tolist(),
        "people_by_before": np.bincount(np.minimum(before, MOST), minlength=MOST + 1).tolist(),
        "orders_by_before": np.bincount(np.minimum(before, MOST), weights=after, minlength=MOST + 1).astype(int).tolist(),
        "order_value": _rounded({
            "mean": orders.value[paid].mean(), "median": np.median(orders.value[paid]),
            "cv": orders.value[paid].std() / orders.value[paid].mean(),
            "spread_between_people": between(orders.person[paid], np.log(orders.value[paid])),
            "with_frequency": np.corrcoef(often[often > 1], (spent / often)[often > 1])[0, 1],
        }),
    }  # fmt: skip


def between(person: np.ndarray, value: np.ndarray) -> float:
    """Standard deviation between people of a value seen several times each: its component of the variance (one-way analysis)."""
    often = np.bincount(person)
    there = often > 0
    mean = np.bincount(person, weights=value)[there] / often[there]
    often = often[there]
    inside = np.sum((value - np.repeat(mean, often)[np.argsort(np.argsort(person, kind="stable"), kind="stable")]) ** 2)
    inside /= len(value) - len(often)
    across = np.sum(often * (mean - value.mean()) ** 2) / (len(often) - 1)
    size = (len(value) - np.sum(often**2) / len(value)) / (len(often) - 1)
    return float(np.sqrt(max(0.0, (across - inside) / size)))


def of_panel(bought: np.ndarray) -> dict[str, Any]:
    """What is known of a scanner panel."""
    found = double_jeopardy(bought)
    brands = {name: [round(float(x), 4) for x in values] for name, values in found.brands._asdict().items()}
    numbers = {name: value for name, value in found._asdict().items() if isinstance(value, float)}
    return {"households": len(bought), **brands, "requirements": [round(float(x), 4) for x in found.requirements],
            **_rounded(numbers | {"S": fit_strength(bought), "mean": bought.sum(axis=1).mean()})}  # fmt: skip


def _rounded(values: dict[str, Any]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in values.items()}


def write_facts(path: str | Path) -> None:
    """Count anew and write; an InputError where the data are not installed."""
    found = counted()
    if found is None:
        raise InputError("the data are not installed", key="data", allowed="after pip install 'valuescape[data]'")
    Path(path).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8", newline="\n")
