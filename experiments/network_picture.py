"""The network as a picture: the same people at the same places under every arm, ties faint, no names.

Every neighbourhood is an island laid out by igraph, and islands stand apart, so that ties within and between them can be
told. Large networks are shown by whole neighbourhoods, and the picture says how many people it leaves out.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from ..sim.network import Network, scrambled
from .figures import FAINT, PALETTE, Panel, short

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST = 3000
"""People drawn at most."""
MOST_TIES = 9000
"""Ties drawn at most: beyond that the picture is one grey."""
ROUNDS = 300
MOST_ISLANDS = 60
"""More neighbourhoods than this are drawn as one island."""
MOST_PANELS = 4
"""Arms with a picture of their own at most: each weighs some 200 kB."""
CHANGE = ("#7F3B08", "#E08214", "#D9D9D9", "#8073AC", "#2D004B")


@dataclass(frozen=True, eq=False)
class Picture:
    """Where the drawn people stand and which ties are drawn."""

    rows: Ints  # rows of the network
    xy: Floats  # [people, 2], within [-1, 1]
    ties: Ints  # [ties, 2] places in `rows`
    within: npt.NDArray[np.bool_]  # [ties] whether both ends live in the same neighbourhood
    island: Ints  # [people] 0 is the largest
    people: int
    all_ties: int

    def note(self) -> str:
        """What is shown and what is left out, in words."""
        if len(self.rows) < self.people:
            who = f"{len(self.rows):,} of {self.people:,} people (neighbourhoods drawn at random)"
        else:
            who = f"All {self.people:,} people"
        which = f"{len(self.ties):,} of {self.all_ties:,}" if len(self.ties) < self.all_ties else f"all {self.all_ties:,}"
        return f"{who}, {which} ties"


def picture_of(network: Network, seed: int = 0, most: int = MOST) -> Picture:
    """Places for people by igraph's Fruchterman-Reingold layout: the same for the same network and seed."""
    rows = _sample(network, seed, most)
    place = np.full(network.people, -1)
    place[rows] = np.arange(len(rows))
    source = np.repeat(np.arange(network.people), network.degree)
    once = (source < network.other) & (place[source] >= 0) & (place[network.other] >= 0)
    ties = np.column_stack((place[source[once]], place[network.other[once]]))
    island = _islands(network.place[rows])
    within = island[ties[:, 0]] == island[ties[:, 1]]
    xy = _layout(island, ties, within, seed)
    if len(ties) > MOST_TIES:
        kept = np.sort(np.random.default_rng(seed).permutation(len(ties))[:MOST_TIES])
        ties, within = ties[kept], within[kept]
    return Picture(rows, xy, ties, within, island, network.people, network.ties)


def _sample(network: Network, seed: int, most: int) -> Ints:
    """Rows to draw: everybody, or whole neighbourhoods in random order (the last one in part)."""
    if network.people <= most:
        return np.arange(network.people)
    order = scrambled(scrambled(network.place) ^ np.uint64(seed))
    return np.sort(np.lexsort((scrambled(network.ids), order))[:most])


def _islands(place: npt.NDArray[Any]) -> Ints:
    """Neighbourhoods numbered by size, the largest 0; one for all where there are too many to tell apart."""
    names, where, size = np.unique(place, return_inverse=True, return_counts=True)
    if len(names) > MOST_ISLANDS:
        return np.zeros(len(place), np.int64)
    return np.argsort(np.lexsort((names, -size)))[where].astype(np.int64)


def _layout(island: Ints, ties: Ints, within: npt.NDArray[np.bool_], seed: int) -> Floats:
    """Each island by itself, then islands as discs that stand apart, tied ones near: float64 [people, 2]."""
    size = np.bincount(island)
    xy = np.zeros((len(island), 2))
    radius = np.sqrt(size / max(1, len(island)))
    if not len(size):
        return xy
    meta = np.sort(island[ties[~within]], axis=1)
    pairs, counts = np.unique(meta, axis=0, return_counts=True) if len(meta) else (meta, np.zeros(0))
    weights: Any = counts / np.sqrt(size[pairs[:, 0]] * size[pairs[:, 1]]) if len(pairs) else counts
    centre = _apart(_spring(len(size), pairs, seed, weights), radius * 1.12)
    for k in range(len(size)):
        mine = np.flatnonzero(island == k)
        place = np.full(len(island), -1)
        place[mine] = np.arange(len(mine))
        own = place[ties[within & (island[ties[:, 0]] == k)]] if len(ties) else ties
        xy[mine] = centre[k] + radius[k] * _disc(_spring(len(mine), own, seed))
    low, high = xy.min(axis=0), xy.max(axis=0)
    return (xy - (low + high) / 2) / max(1e-9, float((high - low).max()) / 2)  # type: ignore[no-any-return]


def _spring(n: int, ties: Ints, seed: int, weights: Floats | None = None) -> Floats:
    import igraph

    if n < 2:
        return np.zeros((n, 2))
    start = np.random.default_rng(seed).normal(size=(n, 2))
    graph = igraph.Graph(n=n, edges=ties)
    igraph.set_random_number_generator(random.Random(seed))
    try:
        layout = graph.layout_fruchterman_reingold(
            weights=None if weights is None else weights.tolist(), seed=start.tolist(), niter=ROUNDS, grid="grid" if n > 1500 else "nogrid"
        )
    finally:
        igraph.set_random_number_generator(random)
    return np.array(layout.coords, dtype=np.float64)


def _disc(xy: Floats) -> Floats:
    """Places brought into the unit disc; by the square root of rank, so that neither middle nor rim is crowded."""
    if len(xy) < 2:
        return np.zeros_like(xy)
    xy = xy - xy.mean(axis=0)
    far = np.hypot(*xy.T)
    rank = np.argsort(np.argsort(far, kind="stable"), kind="stable")
    wanted = 0.5 * far / max(1e-12, float(far.max())) + 0.5 * np.sqrt((rank + 0.5) / len(far))
    return xy / np.maximum(far, 1e-12)[:, None] * wanted[:, None]


def _apart(centre: Floats, radius: Floats, rounds: int = 600) -> Floats:
    """Discs that keep their order in the plane, close together but not over each other."""
    centre = centre - centre.mean(axis=0)
    centre = centre / max(1e-9, float(np.hypot(*centre.T).max(initial=0)))
    for step in range(rounds):
        apart = centre[:, None] - centre[None]
        distance = np.hypot(apart[..., 0], apart[..., 1]) + np.eye(len(centre))
        overlap = np.maximum(0, radius[:, None] + radius[None] - distance) * (1 - np.eye(len(centre)))
        push = (apart / np.maximum(distance, 1e-9)[..., None] * overlap[..., None]).sum(axis=1) / 2
        centre = centre + push - (0.02 * centre if step < rounds // 2 else 0.0)
    return centre


# --- drawing ----------------------------------------------------------------------------------------------------------


def network_panels(network: Network, attachment: Mapping[str, npt.NDArray[Any]] | None = None, seed: int = 0) -> list[Panel]:
    """The network under the first arm by attachment to the focal firm, then what each other arm changes; else one panel.

    `attachment` is arm -> attachment of each row of the network at the end of one history. Without it colour says which
    neighbourhood people live in. The first four arms are drawn.
    """
    picture = picture_of(network, seed)
    note = picture.note()
    if not attachment:
        draw = partial(_draw, picture=picture, degree=network.degree, title="The network: who is tied to whom", note=note)
        return [Panel("network", f"Network picture. {note}. Colour: neighbourhood.", draw, width=5.6, height=6.0, fixed=True)]
    first, *others = list(attachment)[:MOST_PANELS]
    level = np.asarray(attachment[first], float)[picture.rows]
    draw = partial(_draw, picture=picture, degree=network.degree, title=f"Attachment under {short(first)}", note=note, values=level)
    said = f"Network picture. {note}. Colour: attachment to the focal firm under {first}."
    panels = [Panel("network", said, draw, height=5.6, fixed=True)]
    change = {arm: np.asarray(attachment[arm], float)[picture.rows] - level for arm in others}
    reach = max((float(np.nanquantile(np.abs(v), 0.97)) for v in change.values()), default=0.0) or 1.0
    for arm, values in change.items():
        more, less = int((values > reach / 10).sum()), int((values < -reach / 10).sum())
        said = f"{more:,} people more attached, {less:,} less"
        title = f"{short(arm)} against {short(first)}"
        draw = partial(_draw, picture=picture, degree=network.degree, title=title, note=said, values=values, reach=reach)
        panels.append(Panel(f"network_{arm}", f"Network picture: {arm} against {first}; {said}.", draw, height=5.6, fixed=True))
    return panels


def _draw(
    figure: Any, *, picture: Picture, degree: npt.NDArray[Any], title: str, note: str, values: Floats | None = None,
    reach: float | None = None,
) -> None:  # fmt: skip
    """One network; ties and people are one raster image, since thousands of marks would make a heavy page."""
    from matplotlib.collections import LineCollection

    # places are set by hand: the picture should be as large as it can, whatever is written around it
    axes = figure.add_axes((0.01, 0.18, 0.98, 0.75))
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set(xlim=(-1.03, 1.03), ylim=(-1.03, 1.03))
    axes.set_title(title, loc="center")
    for inside, alpha in ((False, 0.035), (True, 0.12)):
        chosen = picture.ties[picture.within == inside]
        axes.add_collection(LineCollection(picture.xy[chosen], colors="#333333", alpha=alpha, linewidths=0.5, rasterized=True, zorder=2))
    # something drawn between them keeps ties and people two images: greys and colours are made smaller in different ways
    axes.plot([], [], zorder=2.5)
    size = 4.0 + (90.0 if len(degree) < 800 else 45.0) * degree[picture.rows] / max(1, int(degree[picture.rows].max(initial=1)))
    # the largest at the bottom of a level picture, the most changed on top of a change
    order = np.argsort(-size if reach is None else np.abs(values), kind="stable")  # type: ignore[arg-type]
    options: dict[str, Any] = {"s": size[order], "linewidths": 0.3, "edgecolors": "white", "rasterized": True, "zorder": 3}
    if values is None:
        colours = np.array([colour for colour, _ in PALETTE])[picture.island % len(PALETTE)]
        axes.scatter(*picture.xy[order].T, c=colours[order], **options)
        figure.text(0.5, 0.045, "colour: neighbourhood (colours repeat)", ha="center", color=FAINT)
    else:
        limits = {"vmin": -reach, "vmax": reach, "cmap": _shading(CHANGE)} if reach else _level(values)
        marks = axes.scatter(*picture.xy[order].T, c=values[order], **limits, **options)
        bar = figure.colorbar(marks, cax=figure.add_axes((0.2, 0.083, 0.6, 0.02)), orientation="horizontal", extend="both")
        bar.outline.set_visible(False)
        bar.ax.locator_params(nbins=5)
        figure.text(0.5, 0.008, "change in attachment: orange less, violet more" if reach else "attachment to the focal firm", ha="center")
    figure.text(0.5, 0.115 if values is not None else 0.085, note.replace("), ", ")\n"), ha="center", color=FAINT)


def _level(values: Floats) -> dict[str, Any]:
    low, high = np.nanquantile(values, [0.02, 0.98]) if len(values) else (0.0, 1.0)
    shades = ("#D4D4D4", "#7FB3D5", "#0072B2", "#00263D")
    return {"vmin": float(low), "vmax": float(high) if high > low else float(low) + 1.0, "cmap": _shading(shades)}


def _shading(colours: tuple[str, ...]) -> Any:
    """A colour map whose pale end still shows on white."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("shading", list(colours))
