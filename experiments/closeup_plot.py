"""The pictures of one world: who is worth what, the ladder, one cascade, who serves whom, where value comes from.

Every `draw_...` takes a table of `closeups.py` and matplotlib Axes, fills the axes and returns them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .cascade_tail import tail_of_sizes
from .figures import FAINT, INK, PALETTE, Panel, short
from .quadrant_plot import draw_corners

if TYPE_CHECKING:
    import pyarrow as pa

RUNG_WORDS = {"none": "not a customer", "experience": "customer", "loyal": "loyal", "advocate": "advocate"}
SOURCE_WORDS = {"own": "her own", "firm": "the firm", "peer": "peers", "partner": "partners", "public": "public"}


# --- who is worth what ------------------------------------------------------------------------------------------------


def draw_quadrant(axes: Any, equity: pa.Table) -> Any:
    """Each customer by her own margin and by what is credited to her praise, cut at the medians (of referrals: at any at all)."""
    draw_corners(axes, equity["clv"].to_numpy(), equity["crv"].to_numpy())
    axes.set_xlabel("Her own margin, money (CLV so far)")
    axes.set_ylabel("Margin her praise brought\n(CRV, attributed)")
    axes.set_title("Who buys, who brings", pad=10)
    return axes


# --- the ladder -------------------------------------------------------------------------------------------------------


def draw_ladder(axes: Any, ladder: pa.Table) -> Any:
    """Flows between rungs from one quarter to the next, as parts of all who stood or came to stand on one."""
    names = list(RUNG_WORDS)
    flow = np.zeros((4, 4))
    for row in ladder.to_pylist():
        flow[names.index(row["before"]), names.index(row["after"])] = row["people"]
    flow[0, 0] = 0.0  # who was and stays outside
    flow /= max(1.0, flow.sum())
    gap, width = 0.035, 0.12
    left, right = _stacks(flow.sum(axis=1), gap), _stacks(flow.sum(axis=0), gap)
    for x, stack, sizes, side in ((0.0, left, flow.sum(axis=1), "right"), (1.0, right, flow.sum(axis=0), "left")):
        for k, name in enumerate(names):
            if sizes[k] <= 0.0:
                continue
            colour, ink = _rung(k)
            axes.bar(x, sizes[k], width=width, bottom=stack[k], color=colour, edgecolor="white", linewidth=0.8)
            axes.text(x + (-1 if side == "right" else 1) * (width / 2 + 0.02), stack[k] + sizes[k] / 2,
                      f"{RUNG_WORDS[name]} {100 * sizes[k]:.0f} %", ha=side, va="center", color=ink, fontweight="bold")  # fmt: skip
    below_left, below_right = left.copy(), right.copy()
    for a in range(4):
        for b in range(4):
            if flow[a, b] > 0.0:
                _band(axes, width / 2, 1 - width / 2, below_left[a], below_right[b], flow[a, b], _rung(max(a, b))[0], a == b)
                below_left[a] += flow[a, b]
                below_right[b] += flow[a, b]
    axes.set_xlim(-0.75, 1.75)
    axes.set_ylim(-0.02, max(left[-1] + flow.sum(axis=1)[-1], right[-1] + flow.sum(axis=0)[-1]) + 0.02)
    axes.set_xticks([0, 1], ["this quarter", "a quarter later"])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(False)
    axes.set_title("Up and down the ladder", pad=10)
    return axes


def _rung(k: int) -> tuple[str, str]:
    return (("#BBBBBB", "#5a5a5a"), PALETTE[5], PALETTE[0], PALETTE[2])[k]


def _stacks(sizes: np.ndarray, gap: float) -> np.ndarray:
    """Where each of some bars on top of each other begins."""
    return np.concatenate(([0.0], np.cumsum(sizes + np.where(sizes > 0, gap, 0.0))[:-1]))


def _band(axes: Any, x0: float, x1: float, y0: float, y1: float, size: float, colour: str, stays: bool) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    mid = (x0 + x1) / 2
    points = [(x0, y0), (mid, y0), (mid, y1), (x1, y1), (x1, y1 + size), (mid, y1 + size), (mid, y0 + size), (x0, y0 + size), (x0, y0)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=0.25 if stays else 0.55, linewidth=0))


# --- one cascade ------------------------------------------------------------------------------------------------------


def draw_tree(axes: Any, tree: pa.Table) -> Any:
    """The largest cascade: the post at the left, each relay at the hour at which it came, tied to where it was seen."""
    parent, hours, generation = (tree[name].to_numpy() for name in ("parent", "hours", "generation"))
    height = _leaves(parent)
    tone = float(tree["valence"][0].as_py())
    kind = "praise" if tone > 0 else "blame" if tone < 0 else "by the firm"
    for k in range(1, len(parent)):
        axes.plot([hours[parent[k]], hours[k]], [height[parent[k]], height[k]], color=FAINT, linewidth=0.8, zorder=1)
    deepest = int(generation.max())
    for g in range(deepest + 1):
        mine = generation == g
        colour, _ = PALETTE[(1, 0, 2, 3, 4, 5)[min(g, 5)]]
        axes.scatter(hours[mine], height[mine], s=110 if g == 0 else 34, color=colour, edgecolor="white", linewidth=0.6, zorder=2,
                     label=f"the post ({kind})" if g == 0 else f"generation {g}" + (" and later" if g == 5 and deepest > 5 else "")
                     if g <= 5 else "_")  # fmt: skip
    axes.legend(loc="best", frameon=False, fontsize=9)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(False, axis="y")
    axes.set_xlim(-0.03 * max(1.0, hours.max()), 1.05 * max(1.0, hours.max()))
    axes.set_xlabel("Hours since the post")
    axes.set_title(f"Largest cascade: {len(parent)} people", pad=10)
    return axes


def _leaves(parent: np.ndarray) -> np.ndarray:
    """Heights at which a tree can be drawn without crossings: leaves one above the other, parents amid their children."""
    children: dict[int, list[int]] = {}
    for k in range(1, len(parent)):
        children.setdefault(int(parent[k]), []).append(k)
    height = np.zeros(len(parent))
    stack, order = [0], []
    while stack:
        k = stack.pop()
        order.append(k)
        stack += reversed(children.get(k, []))
    leaf = 0
    for k in order:
        if k not in children:
            height[k] = leaf
            leaf += 1
    for k in reversed(order):
        if k in children:
            height[k] = float(np.mean([height[child] for child in children[k]]))
    return height


def draw_sizes(axes: Any, cascades: pa.Table) -> Any:
    """Share of posts that reached a size or more, on two log scales, and what their tail is."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    size, posts = cascades["size"].to_numpy(), cascades["posts"].to_numpy()
    share = 100.0 * np.cumsum(posts[::-1])[::-1] / posts.sum()
    axes.plot(size, share, color=PALETTE[0][0], marker="o", markersize=5, linewidth=1.2)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g} %"))
    axes.set_xticks([tick for tick in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000) if tick <= 1.1 * size.max()])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(f"People who said it, or more\n({tail_words(np.repeat(size, posts))})")
    axes.set_ylabel("Posts")
    axes.set_title(f"Sizes of {int(posts.sum()):,} cascades", pad=10)
    return axes


def tail_words(sizes: np.ndarray) -> str:
    """What the tail of these sizes is, in words: its index, and whether a power law or a lognormal fits it better."""
    found = tail_of_sizes(sizes)
    index, against = found["tail_index"], found["tail_against_lognormal"]
    if index["value"] is None:
        return "too few large ones for a tail"
    said = f"tail index {index['value']:.2g}, {index['low']:.2g} to {index['high']:.2g}"
    if against["favours"] is None:
        return said + "; no verdict on its kind"
    return f"{said}; a {against['favours']} fits better" if against["favours"] != "neither" else f"{said}; power law or lognormal"


# --- who serves whom --------------------------------------------------------------------------------------------------


def draw_exchanges(axes: Any, exchanges: pa.Table, graph: str = "service") -> Any:
    """One graph of the same firms and people: sales as goods-dominant logic sees them, or all service given."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyArrowPatch

    place = places_of(exchanges)
    rows = [row for row in exchanges.to_pylist() if row["graph"] == graph]
    edges = {(row["giver"], row["taker"]) for row in rows}
    drawn = set()
    for giver, taker in sorted(edges):
        both = (taker, giver) in edges
        k = 0 if not giver.isdigit() else 2 if not taker.isdigit() else 1
        kind = PALETTE[k]
        drawn.add(k)
        bent = f"arc3,rad={0.12 if both else 0.0}"
        axes.add_patch(FancyArrowPatch(place[giver], place[taker], arrowstyle="-|>", mutation_scale=7, color=kind[0], alpha=0.55,
                                       linewidth=0.9, connectionstyle=bent, shrinkA=5, shrinkB=6))  # fmt: skip
    firms = [name for name in place if not name.isdigit()]
    people = np.array([place[name] for name in place if name.isdigit()])
    axes.scatter(people[:, 0], people[:, 1], s=22, color=INK, zorder=3)
    for name in firms:
        x, y = place[name]
        axes.scatter([x], [y], s=190, marker="s", color=PALETTE[0][0], edgecolor="white", zorder=4)
        axes.annotate(name.replace("_", " "), (x, y), xytext=(0, 11), textcoords="offset points", ha="center", color=PALETTE[0][1],
                      fontweight="bold", zorder=5, bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.8})  # fmt: skip
    axes.set_xlim(-1.12, 1.12)
    axes.set_ylim(-1.12, 1.12)
    axes.set_aspect("equal")
    axes.axis("off")
    kinds = (("a firm's offer", 0), ("a person's words to a firm", 2), ("help among people", 1)) if graph == "service" else (("a deal", 0),)
    handles = [Line2D([], [], color=PALETTE[k][0], label=said) for said, k in kinds if k in drawn]
    axes.legend(handles=handles, loc="upper center", frameon=False, bbox_to_anchor=(0.5, 0.02), ncols=len(kinds), fontsize=9,
                handlelength=1.2, columnspacing=1.0)  # fmt: skip
    axes.set_title(f"{'Sales' if graph == 'sales' else 'Service'}: {len(edges)} edges", pad=6)
    return axes


def places_of(exchanges: pa.Table) -> dict[str, tuple[float, float]]:
    """Firms on an inner ring, people on the outer one; the same for both graphs."""
    names = dict.fromkeys([*exchanges["giver"].to_pylist(), *exchanges["taker"].to_pylist()])
    people = sorted((name for name in names if name.isdigit()), key=int)
    firms = sorted(name for name in names if not name.isdigit())
    place: dict[str, tuple[float, float]] = {}
    for ring, radius in ((people, 1.0), (firms, 0.38 if len(firms) > 1 else 0.0)):
        for k, name in enumerate(ring):
            angle = np.pi / 2 + 2 * np.pi * k / max(1, len(ring))
            place[name] = (radius * float(np.cos(angle)), radius * float(np.sin(angle)))
    return place


# --- where value comes from -------------------------------------------------------------------------------------------


def draw_sources(axes: Any, sources: pa.Table) -> Any:
    """The parts of the value of the firm's episodes that the five sources brought."""
    names = [SOURCE_WORDS[name] for name in sources["source"].to_pylist()]
    share = 100.0 * sources["share"].to_numpy()
    bars = axes.barh(names[::-1], share[::-1], color=[PALETTE[k][0] for k in (4, 3, 2, 0, 1)], height=0.62)
    axes.bar_label(bars, [f"{value:.0f} %" for value in share[::-1]], padding=4, color=INK)
    axes.set_xlim(0, 1.18 * max(1.0, float(share.max())))
    axes.grid(False, axis="y")
    axes.set_xlabel("% of value in use (Shapley)")
    axes.set_title("Who provides the value", pad=10)
    return axes


# --- panels -----------------------------------------------------------------------------------------------------------


def closeup_panels(tables: Mapping[str, pa.Table], arm: str = "") -> list[Panel]:
    """A panel for each table that is there; exchanges make two, which stand side by side."""
    of = f", {arm}" if arm else ""
    wanted: Sequence[tuple[str, str, Callable[..., Any]]] = (
        ("equity", f"Each customer by her own margin and by the margin credited to her praise{of}.", draw_quadrant),
        ("ladder", f"Flows between rungs of the ladder from one quarter to the next{of}.", draw_ladder),
        ("cascades", f"Share of posts that reached each size of cascade{of}.", draw_sizes),
        ("tree", f"The largest cascade of talk as a tree over hours{of}.", draw_tree),
        ("sources", f"Parts of value in use by source{of}.", draw_sources),
    )
    panels = [_panel(name, alt, partial(draw, **{name: tables[name]}), arm=arm) for name, alt, draw in wanted if name in tables]
    if "exchanges" in tables:
        panels[2:2] = [
            _panel(graph, f"Who gave to whom among some people and the firms: {graph}{of}.",
                   partial(draw_exchanges, exchanges=tables["exchanges"], graph=graph), 4.2, arm)
            for graph in ("sales", "service")
        ]  # fmt: skip
    return panels


def _panel(name: str, alt: str, draw: Callable[..., Any], height: float = 3.7, arm: str = "") -> Panel:
    def on(figure: Any) -> None:
        axes = draw(figure.subplots())
        if arm:
            axes.set_title(f"{short(arm)}: {axes.get_title(loc='left')[:1].lower()}{axes.get_title(loc='left')[1:]}", pad=10)

    return Panel(name, alt, on, height=height)
