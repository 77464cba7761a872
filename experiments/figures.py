"""How every figure looks and is stored: colours and lines of arms, panels, labels at the line, the same bytes each time.

A figure is made of panels of about 5 x 3.4 inches. On disk they stand side by side, 10 inches wide; in the report each
is an image of its own, so that they stack on a phone. Figure objects are used directly: no global state of pyplot.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

# Okabe and Ito's colours without the yellow, which vanishes on white, each with a darker shade for text
PALETTE = (
    ("#0072B2", "#005A8C"), ("#D55E00", "#A84A00"), ("#009E73", "#00704F"), ("#CC79A7", "#98487A"),
    ("#E69F00", "#8A5F00"), ("#56B4E9", "#1F6E9E"), ("#000000", "#000000"),
)  # fmt: skip
DASHES = ("-", (0, (5, 2)), (0, (1, 1.4)), (0, (6, 2, 1, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
INK, FAINT, GRID, SHADE = "#222222", "#5a5a5a", "#e3e3e3", "#ededed"
WIDTH = 10.0
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans", "font.size": 11, "axes.titlesize": 12, "axes.labelsize": 11, "xtick.labelsize": 11,
    "ytick.labelsize": 11, "axes.titlelocation": "left", "axes.titleweight": "bold", "text.color": INK, "axes.labelcolor": INK,
    "axes.edgecolor": FAINT, "xtick.color": FAINT, "ytick.color": FAINT, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.8,
    "axes.axisbelow": True, "lines.linewidth": 2.2, "axes.unicode_minus": True, "svg.fonttype": "path", "svg.hashsalt": "valuescape",
    "figure.facecolor": "white", "savefig.facecolor": "white", "hatch.linewidth": 0.6, "text.parse_math": False,
}  # fmt: skip
NO_DATES: Mapping[str, None] = dict.fromkeys(("Date", "Creator", "Format", "Type"))


class Look(NamedTuple):
    """How one arm is drawn everywhere: colour is never the only cue."""

    color: str
    ink: str
    dash: Any
    marker: str


def looks(arms: Sequence[str]) -> dict[str, Look]:
    """The look of each arm, by its place in the list."""
    return {arm: Look(*PALETTE[k % len(PALETTE)], DASHES[k % len(DASHES)], MARKERS[k % len(MARKERS)]) for k, arm in enumerate(arms)}


@dataclass(frozen=True)
class Panel:
    """One picture with one message: `draw` fills a (sub)figure with axes; `alt` says it in words; size in inches."""

    name: str
    alt: str
    draw: Callable[[Any], None]
    width: float = 5.0
    height: float = 3.5
    fixed: bool = False  # the panel places its axes itself


@contextmanager
def style() -> Iterator[None]:
    """The house style while a figure is made or written."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcParams.update(mpl.rcParamsDefault)
        mpl.rcParams.update(STYLE)  # type: ignore[arg-type,unused-ignore]
        yield


def figure_of(panels: Sequence[Panel], columns: int = 2) -> Any:
    """A matplotlib Figure, 10 inches wide (or the one panel's own width), with the panels in rows of `columns`."""
    from matplotlib.figure import Figure

    layout: Any = None if panels[0].fixed else "constrained"
    with style():
        if len(panels) == 1:
            figure = Figure(figsize=(panels[0].width, panels[0].height), layout=layout)
            panels[0].draw(figure)
            return figure
        columns = min(columns, len(panels))
        rows = ceil(len(panels) / columns)
        heights = [max(panel.height for panel in panels[columns * r : columns * (r + 1)]) for r in range(rows)]
        figure = Figure(figsize=(WIDTH, sum(heights) * WIDTH / columns / panels[0].width), layout=layout)
        parts = figure.subfigures(rows, columns, height_ratios=heights, squeeze=False)
        for place, panel in zip(parts.flat, panels, strict=False):
            panel.draw(place)
        return figure


def svg(figure: Any) -> str:
    """The figure as SVG text with no date, no address but its namespaces, and no ids that nothing refers to."""
    stream = io.StringIO()
    with style():
        figure.savefig(stream, format="svg", dpi=160, metadata=NO_DATES)
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    used = set(re.findall(r'(?:url\(|href=")#([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda found: found.group() if found.group(1) in used else "", text)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    # a hundredth of a point is finer than any screen; embedded rasters need few colours
    text = re.sub(r' d="[^"]*"', lambda path: re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n.group()):.2f}", path.group()), text)
    text = re.sub(r"data:image/png;base64,([^\"]+)", lambda found: "data:image/png;base64," + _smaller(found.group(1)), text)
    return re.sub(r"\n\s*", "\n", text)


def _smaller(image: str) -> str:
    """A PNG in base64 with fewer colours: greys become a few greys on white, a picture in colour keeps its hues."""
    from PIL import Image

    if len(image) < 4000:  # a colour bar
        return image
    picture = Image.open(io.BytesIO(base64.b64decode(image))).convert("RGBA")
    pixels = np.asarray(picture)
    if (pixels[..., :3].max(axis=2) - pixels[..., :3].min(axis=2)).max() == 0:
        grey = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("L")
        small = grey.point([round(v / 12) * 12 if v < 250 else 255 for v in range(256)])
    else:
        small = picture.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, format="png", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def inline(panel: Panel, key: str = "p") -> str:
    """One panel as SVG for a page: it scales with its column, and a screen reader says what it shows.

    Ids become short and begin with `key`, which tells the pictures of one page apart.
    """
    text = svg(figure_of([panel]))
    codes = {name: f"{key}-{k}" for k, name in enumerate(dict.fromkeys(re.findall(r' id="([^"]+)"', text)))}
    text = re.sub(r' id="([^"]+)"', lambda found: f' id="{codes[found.group(1)]}"', text)
    text = re.sub(r'(url\(|href=")#([^")]+)', lambda found: f"{found.group(1)}#{codes[found.group(2)]}", text)
    text = re.sub(r'(<svg [^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg [^>]*?) height="[^"]*"', r"\1", text, count=1)
    said = panel.alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1)


def png(figure: Any, dpi: int = 150) -> bytes:
    """The figure as PNG with nothing in it but the picture."""
    stream = io.BytesIO()
    with style():
        figure.savefig(stream, format="png", dpi=dpi, metadata={"Software": None})
    return stream.getvalue()


def save(figure: Any, folder: Path, name: str) -> list[Path]:
    """Write NAME.svg and NAME.png; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.svg", folder / f"{name}.png"]
    paths[0].write_text('<?xml version="1.0" encoding="utf-8"?>\n' + svg(figure), encoding="utf-8", newline="\n")
    paths[1].write_bytes(png(figure))
    return paths


# --- small helpers that several figures share -------------------------------------------------------------------------


def short(name: str, most: int = 16) -> str:
    """A name that fits beside a line."""
    return name if len(name) <= most else name[: most - 1] + "…"


def money_text(value: float, digits: int = 3) -> str:
    """Money on an axis or beside a mark: 950, 12.3k, 4.56M."""
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if letter == 'k' else size):.{digits}g}".replace("-", "−") + letter
    return f"{value:,.{0 if abs(value) >= 100 or value == 0 else 2}f}".replace("-", "−")


def spread_out(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places moved apart to at least `gap`, in their order, as little as can be, and inside [low, high] if there is room."""
    order = np.argsort(places, kind="stable")
    groups: list[tuple[float, int]] = []  # (middle, how many)
    for place in np.asarray(places, dtype=float)[order]:
        middle, many = float(place), 1
        while True:
            half = (many - 1) * gap / 2
            middle = max(low + half, min(high - half, middle))
            if not groups or groups[-1][0] + (groups[-1][1] - 1) * gap / 2 + gap <= middle - half + 1e-12:
                break
            before, others = groups.pop()
            middle, many = (before * others + middle * many) / (others + many), others + many
        groups.append((middle, many))
    moved = [middle + (k - (many - 1) / 2) * gap for middle, many in groups for k in range(many)]
    out = np.empty(len(moved))
    out[order] = moved
    return out.tolist()  # type: ignore[no-any-return]


def label_ends(axes: Any, ends: Mapping[str, tuple[float, float]], look: Mapping[str, Look], height: float) -> None:
    """Write each line's name beside its end (x, y), apart from each other; `height` is the panel's, in inches."""
    low, high = axes.get_ylim()
    names = list(ends)
    gap = 0.26 * (high - low) / (height * 0.68)
    at = spread_out([ends[name][1] for name in names], gap, low + gap / 2, high - gap / 2)
    for name, y in zip(names, at, strict=True):
        axes.annotate(
            short(name), xy=ends[name], xytext=(1.05, (y - low) / (high - low)), textcoords="axes fraction", va="center",
            color=look[name].ink, fontweight="bold", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": look[name].color, "lw": 0.8, "shrinkA": 1, "shrinkB": 2, "relpos": (0, 0.5)},
        )  # fmt: skip
