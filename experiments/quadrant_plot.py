"""People by what they are worth themselves and by what they bring: four corners, on axes that show 0, losses and powers of ten."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .figures import FAINT, PALETTE, money_text
from .influence_words import percent

Floats = npt.NDArray[np.float64]
CORNERS = {(True, True): "Champions", (True, False): "Affluents", (False, True): "Advocates", (False, False): "Misers"}
"""By whether she buys much and brings much (Kumar, Petersen & Leone 2007)."""
MARKS = {(True, True): (2, "s"), (True, False): (0, "o"), (False, True): (1, "^"), (False, False): (5, "v")}
DECADES = 4
"""Powers of ten with a tick at most on either side of 0, and twice as many where only one side is used."""
MANY = 300
"""People from which on marks are small."""


def draw_corners(axes: Any, own: Floats, brought: Floats, weight: Floats | None = None) -> Any:
    """Marks of people by own margin and by what they bring, money; cut at the medians, of what is brought at anything at all.

    `weight` is for how many people each stands (None: one). The shares of the four corners stand in them.
    """
    weight = np.ones(len(own)) if weight is None else weight
    cut, least = middle_of(own, weight), max(0.0, middle_of(brought, weight))
    rich, loud = own > cut, brought > least
    size, alpha = (16, 0.55) if len(own) > MANY else (34, 0.8)
    for (right, top), (k, marker) in MARKS.items():
        mine, (colour, ink) = (rich == right) & (loud == top), PALETTE[k]
        axes.scatter(own[mine], brought[mine], s=size, color=colour, marker=marker, alpha=alpha, linewidth=0, rasterized=True)
        share = percent(float(weight[mine].sum() / weight.sum()))
        axes.annotate(f"{CORNERS[right, top]} {share}", (0.98 if right else 0.02, 0.97 if top else 0.02), xycoords="axes fraction",
                      ha="right" if right else "left", va="top" if top else "bottom", color=ink,
                      fontweight="bold", bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.5})  # fmt: skip
    for axis, values in ((axes.xaxis, own), (axes.yaxis, brought)):
        signed_log(axis, values)
    if own.min() > 1.0:
        axes.set_xlim(left=0.6 * float(own.min()))
    low, high = axes.get_ylim()
    axes.set_ylim(4.0 * min(low, -0.4), 4.0 * max(high, 1.0))  # room for the words in the corners
    axes.axvline(cut, color=FAINT, linewidth=1, linestyle=(0, (3, 2)))
    axes.axhline(least if least > 0.0 or brought.min() < 0.0 else 0.5, color=FAINT, linewidth=1, linestyle=(0, (3, 2)))
    return axes


def middle_of(values: Floats, weight: Floats) -> float:
    """The median of people who stand for `weight` others each."""
    order = np.argsort(values, kind="stable")
    at = np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)
    return float(values[order][min(int(at), len(values) - 1)])


def signed_log(axis: Any, values: Floats) -> None:
    """An axis that is straight between -1 and 1 and logarithmic beyond, with ticks at powers of ten on the sides that are used."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    scale, limits = (axis.axes.set_xscale, axis.axes.set_xlim) if axis.axis_name == "x" else (axis.axes.set_yscale, axis.axes.set_ylim)
    scale("symlog", linthresh=1.0, linscale=0.5)
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    ticks = [0.0]
    for end in (low, high):
        top = int(np.floor(np.log10(max(1.0, 1.7 * abs(end)))))
        step = -(-(top + 1) // (DECADES if low and high else 2 * DECADES))
        ticks += [np.sign(end) * 10.0**k for k in range(0, top + 1, step)] if end else []
    axis.set_ticks(sorted(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}".replace("-", "−") if abs(v) < 100 else money_text(v)))
    limits(1.7 * low if low < -1.0 else -1.0 if low else -0.4, 1.7 * high if high > 1.0 else 1.2)
