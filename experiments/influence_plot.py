"""The pictures of influence: what is credited against what is caused, how it is spread, who buys and who is heard, Shapley shares.

Every `draw_...` takes a table of an Influence and matplotlib Axes, fills the axes and returns them. Money of a customer is
her mean over lucks. Most influence is exactly 0: zeros are counted in words, so that they hide nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .damage_words import brief
from .figures import FAINT, INK, PALETTE, Panel, money_text
from .influence_figures import by_group
from .influence_words import percent
from .quadrant_plot import draw_corners, signed_log

if TYPE_CHECKING:
    import pyarrow as pa

    from .influence import Influence

Floats = npt.NDArray[np.float64]
(LOSS, LOSS_INK), (GAIN, GAIN_INK) = PALETTE[1], PALETTE[0]


def draw_credited(axes: Any, customers: pa.Table) -> Any:
    """Each customer by what her talk caused and what attribution credits her with: on the diagonal both say the same."""
    caused, credited = (customers[name].to_numpy() for name in ("crv_causal", "crv_attributed"))
    none = (caused == 0.0) & (credited == 0.0)
    kinds = (
        ("credited with too much", (credited > caused), LOSS, "^"), ("credited with too little", (credited < caused), GAIN, "v"),
        ("exactly 0 both ways", none, FAINT, "o"),
    )  # fmt: skip
    for said, mine, colour, marker in kinds:
        face = "white" if marker == "o" else colour
        axes.scatter(caused[mine], credited[mine], s=46, marker=marker, facecolor=face, edgecolor=colour if marker == "o" else "white",
                     linewidth=1.4 if marker == "o" else 0.4, alpha=0.8, zorder=3, rasterized=True,
                     label=f"{said}: {int(mine.sum()):,}")  # fmt: skip
    for axis, values in ((axes.xaxis, caused), (axes.yaxis, credited)):
        signed_log(axis, values)
    ends = np.array([*axes.get_xlim(), *axes.get_ylim()])
    low, high = max(ends[0], ends[2]), min(ends[1], ends[3])
    axes.plot([low, 0.0, high], [low, 0.0, high], color=INK, linewidth=1.2, linestyle=(0, (5, 2)), label="both say the same", zorder=2)
    axes.axvline(0, color=FAINT, linewidth=1)
    axes.legend(loc="upper center", bbox_to_anchor=(0.42, -0.2), frameon=False, fontsize=10, ncols=2, handletextpad=0.3, columnspacing=1.0)
    axes.set_xlabel("Caused by her talk (CRV, money)")
    axes.set_ylabel("Credited by attribution\n(CRV, money)")
    axes.set_title("What is credited, what is caused", pad=10)
    return axes


def draw_spread(axes: Any, customers: pa.Table) -> Any:
    """How influence is spread over customers: losses left of 0, gains right, by powers of ten; zeros as a number."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    influence, weight = customers["influence"].to_numpy(), customers["weight"].to_numpy()
    share = 100.0 * weight / weight.sum()
    size = np.ceil(np.maximum(0.0, np.log10(np.maximum(np.abs(influence), 1.0)))).astype(np.int64)  # 0 up to 1, 1 up to 10, ...
    most = max(2, int(size.max()) + 1)
    tall = 0.0
    for sign, colour, ink in ((-1, LOSS, LOSS_INK), (1, GAIN, GAIN_INK)):
        for k in range(most):
            part = float(share[(np.sign(influence) == sign) & (size == k)].sum())
            tall = max(tall, part)
            axes.bar(sign * (k + 0.5), part, width=0.94, color=colour)
            if part:
                axes.annotate(percent(part / 100), (sign * (k + 0.5), part), xytext=(0, 2), textcoords="offset points", ha="center",
                              va="bottom", color=ink)  # fmt: skip
    _sides(axes, share, influence)
    axes.axvline(0, ymax=0.74, color=INK, linewidth=1.2)
    axes.set_xlim(-most - 0.1, most + 0.1)
    axes.set_ylim(0, 1.75 * tall or 1.0)
    edges = range(-most, most + 1)
    axes.set_xticks(list(edges), [_edge(k) for k in edges])
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g} %"))
    axes.grid(False, axis="x")
    axes.set_xlabel("Influence: margin that her talk brings (money)")
    axes.set_ylabel("Customers")
    axes.set_title("How many bring how much", pad=10)
    return axes


def _sides(axes: Any, share: Floats, influence: Floats) -> None:
    """Over the bars: how many cost, change nothing, bring."""
    none, less, more = (float(share[mine].sum()) / 100 for mine in (influence == 0.0, influence < 0.0, influence > 0.0))
    for x, side, said, ink in ((0.02, "left", "cost the firm", LOSS_INK), (0.98, "right", "bring it money", GAIN_INK)):
        part = less if side == "left" else more
        axes.annotate(f"{percent(part)}\n{said}", (x, 0.98), xycoords="axes fraction", ha=side, va="top", color=ink, fontweight="bold")
    axes.annotate(f"{percent(none)}\nexactly 0", (0.5, 0.98), xycoords="axes fraction", ha="center", va="top", color=INK, fontweight="bold")


def _edge(k: int) -> str:
    return "0" if k == 0 else ("−" if k < 0 else "") + money_text(10.0 ** (abs(k) - 1)).removesuffix(".00")


def draw_buys_and_brings(axes: Any, customers: pa.Table) -> Any:
    """Each customer by her own margin and by what her talk brings, cut at the median margin and at bringing anything at all."""
    clv, influence, weight = (customers[name].to_numpy() for name in ("clv", "influence", "weight"))
    share = weight / weight.sum()
    draw_corners(axes, clv, influence, weight)
    none, less = (percent(float(share[mine].sum())) for mine in (influence == 0.0, influence < 0.0))
    axes.set_xlabel(f"Her own margin (CLV, money)\n(influence exactly 0: {none}; below 0: {less})")
    axes.set_ylabel("Margin that her talk brings\n(influence, money)")
    axes.set_title("Who buys, who brings", pad=10)
    return axes


def draw_shapley(axes: Any, shares: pa.Table) -> Any:
    """Each fifth's share of the value of all talk, with its interval over lucks; the shares add up."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    groups = by_group(shares)
    tops = [e.mean if e.high is None else e.high for e in groups.values()]
    bottoms = [e.mean if e.low is None else e.low for e in groups.values()]
    reach = max(1e-9, max(0.0, *tops) - min(0.0, *bottoms))  # type: ignore[type-var,operator]
    for group, e in groups.items():
        assert e.mean is not None
        axes.bar(group, e.mean, width=0.7, color=GAIN if e.mean >= 0 else LOSS)
        if e.low is not None and e.high is not None:
            axes.plot([group, group], [e.low, e.high], color=INK, linewidth=2)
        axes.annotate(brief(e.mean), (group, max(0.0, e.mean, e.high or 0.0)), xytext=(0, 3), textcoords="offset points",
                      ha="center", va="bottom", fontweight="bold")  # fmt: skip
    axes.axhline(0, color=INK, linewidth=1)
    axes.set_ylim(min(0.0, *bottoms) - 0.04 * reach, max(0.0, *tops) + 0.14 * reach)  # type: ignore[type-var,operator]
    names = {1: "1\nleast heard", len(groups): f"{len(groups)}\nmost heard"}
    axes.set_xticks(list(groups), [names.get(group, str(group)) for group in groups])
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}".replace("-", "−") if abs(v) < 10_000 else money_text(v)))
    axes.grid(False, axis="x")
    whole = sum(e.mean or 0.0 for e in groups.values())
    single = all(e.low is None for e in groups.values())
    note = "one history: no intervals" if single else "line: 95 % interval over lucks"
    axes.set_xlabel(f"Fifth of the people by talkativeness × ties\n(together {brief(whole)}; {note})")
    axes.set_ylabel("Share of the value of all talk\n(money)")
    axes.set_title("Whose talk the value comes from", pad=10)
    return axes


def influence_panels(found: Influence) -> list[Panel]:
    """Credited against caused, the spread over customers, the quadrant, and Shapley shares where there are any."""
    customers, shares = found.tables["customers"], found.tables["shares"]
    weight = customers["weight"].to_numpy()
    none = percent(float(weight[customers["influence"].to_numpy() == 0.0].sum() / weight.sum()))
    asked = f"{customers.num_rows:,} customers, of whom the talk of {none} changes exactly nothing in any luck"
    panels = [
        _panel("credited", f"Each customer by what her talk caused and what attribution credits: {asked}.", draw_credited, customers, 4.3),
        _panel("spread", f"Shares of customers by what their talk brings or costs: {asked}.", draw_spread, customers),
        _panel(
            "buys_and_brings", f"Each customer by her own margin and by what her talk brings: {asked}.", draw_buys_and_brings, customers
        ),
    ]
    if shares.num_rows:
        said = "; ".join(f"fifth {group} {brief(e.mean or 0.0)}" for group, e in by_group(shares).items())
        panels.append(_panel("shapley", f"Shapley shares of the value of all talk: {said}.", draw_shapley, shares))
    return panels


def _panel(name: str, alt: str, draw: Callable[..., Any], table: pa.Table, height: float = 3.9) -> Panel:
    return Panel(name, alt, partial(_on, draw=draw, table=table), height=height)


def _on(figure: Any, *, draw: Callable[..., Any], table: pa.Table) -> None:
    draw(figure.subplots(), table)
