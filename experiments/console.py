"""Results as text for a terminal or a file: tables of 100 columns, and wider where numbers need it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..sim.metrics.headline import BOARDS, HEADLINE, Metric
from .surface import DRAWN, Surface
from .verdict import Estimate, difference, number

if TYPE_CHECKING:
    from .compare import Comparison
    from .contest import Contest
    from .matrix import Matrix
    from .run import Run

WIDTH = 100
PLUS_MINUS = "\N{PLUS-MINUS SIGN}"
TITLES = {"goods_dominant": "Goods-dominant board: what the focal firm makes of its customers",
          "service_dominant": "Service-dominant board: what the population makes of what is offered"}  # fmt: skip


def show(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1, strong: Sequence[int] = ()) -> None:
    """Print a table on stdout; the first `left` columns are text, the rows `strong` stand out on a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # an old code page may lack a sign
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for place, name in enumerate(head):
        table.add_column(name, justify="left" if place < left else "right", no_wrap=True, overflow="ignore", min_width=0 if place else 20)
    for place, row in enumerate(rows):
        table.add_row(*row, style="bold" if place in strong else None)
    wide = Console(width=10_000).measure(table).maximum
    console = Console(width=max(WIDTH, wide), highlight=False, markup=False)
    with console.capture() as text:
        console.print(title, style="bold", no_wrap=True)
        console.print(table)
    say(*(line.rstrip() for line in text.get().splitlines()), "")


def say(*lines: str, stream: Any = None) -> None:
    """Print plain lines, unwrapped."""
    for line in lines:
        print(line, file=stream or sys.stdout)


def label(metric: Metric) -> tuple[str, str]:
    """The first two cells of a metric's row: name with unit, and mark."""
    return metric.name + (", money" if metric.unit == "money" else ""), metric.mark


def spread(e: Estimate, sign: str = "") -> str:
    """A mean and half of its interval, with the same decimals."""
    if e.mean is None:
        return "-"
    if e.low is None or e.high is None:
        return number(e.mean, sign=sign)
    half = (e.high - e.low) / 2
    return f"{number(e.mean, half, sign)} {PLUS_MINUS} {number(half, half)}"


def show_comparison(found: Comparison) -> None:
    """Both boards with means and differences from the first arm, and who wins where in words."""
    first, count = found.arms[0], len(found.seeds)
    world = found.scenario.world.customers.number
    say(f"{found.scenario.name}: {count} seed(s), {found.scenario.days} days, {world:,} customers"
        + (f"; mean {PLUS_MINUS} half of its 95 % interval over seeds" if count > 1 else "; one history: no intervals"), "")  # fmt: skip
    for board in BOARDS:
        metrics = [metric for metric in HEADLINE if metric.board == board]
        strong = [place for place, metric in enumerate(metrics) if metric.primary]
        rows = [[*label(m), *(spread(found.intervals[arm][m.name]) for arm in found.arms)] for m in metrics]
        show(TITLES[board], ["metric", "mark", *found.arms], rows, left=2, strong=strong)
        others = found.arms[1:]
        if others:
            rows = [
                [*label(m), *(gap_text(difference(found.values[arm][m.name], found.values[first][m.name])) for arm in others)]
                for m in metrics
            ]
            show(f"Differences from {first} in the same worlds (* the interval leaves out 0)",
                 ["metric", "mark", *(f"{arm} - {first}" for arm in others)], rows, left=2, strong=strong)  # fmt: skip
    if found.surface is not None:
        show_surface(found.surface, found.intervals)
    say(*found.sentences())
    show_strong_ties(found)


def show_strong_ties(found: Comparison) -> None:
    """The primary outcomes by the number of strong ties, where that was checked; else why not, for a network that has the rule."""
    rows = found.strong_ties
    if not rows:
        why = (found.manifest["provenance"].get("tie_check") or {}).get("why")
        say(*([f"Results with 5 and 15 strong ties are not shown: {why}."] if why else []))
        return
    tops = sorted({row["strong_ties"] for row in rows})
    cells: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if "baseline" in row:
            gap = Estimate(row["difference"], row["low"], row["high"], row["seeds"])
            cells.setdefault((row["metric"], f"{row['arm']} - {row['baseline']}"), []).append(gap_text(gap))
        elif all("baseline" not in other for other in rows):
            cells.setdefault((row["metric"], row["arm"]), []).append(number(row["mean"]))
    say("")
    show(f"By the number of strong ties in the rule, {rows[0]['seeds']} seed(s) of the same worlds", ["outcome", "arms", *map(str, tops)],
         [[*names, *texts] for names, texts in cells.items()], left=2)  # fmt: skip


def show_contest(found: Contest) -> None:
    """What this is, then both boards with each arm's mean; the whole market's metrics stand apart. No differences, no winners."""
    from .contest import MARKET

    say(f"{found.scenario.name}, mode contest: {len(found.seeds)} seed(s), {found.scenario.days} days, "
        f"{found.scenario.world.customers.number:,} customers", "", *found.sentences(), "")  # fmt: skip
    for board in BOARDS:
        rows = [[*label(m), *(spread(found.intervals[arm][m.name]) for arm in found.arms)]
                for m in HEADLINE if m.board == board and m.name not in MARKET]  # fmt: skip
        show(f"{TITLES[board].split(':')[0]}: each arm's own firm", ["metric", "mark", *found.arms], rows, left=2)
    rows = [[*label(m), spread(found.intervals[found.arms[0]][m.name])] for m in HEADLINE if m.name in MARKET]
    show("The whole market, the same for all who meet in it", ["metric", "mark", "market"], rows, left=2)


def show_matrix(found: Matrix) -> None:
    """Each board's primary outcome by arm (rows) and by what rivals play (columns), then who wins where in words."""
    say(f"{found.scenario.name}: each arm against rivals who play each arm; {len(found.seeds)} seed(s), {found.scenario.days} days, "
        f"{found.scenario.world.customers.number:,} customers", "")  # fmt: skip
    for metric in (metric for metric in HEADLINE if metric.primary):
        rows = [[arm, *(spread(column.intervals[arm][metric.name]) for column in found.comparisons.values())] for arm in found.arms]
        head = ["focal plays", *(f"rivals: {name}" for name in found.arms)]
        show(f"{label(metric)[0]} ({metric.board.replace('_', '-')} board)", head, rows)
    say(*found.sentences())


def show_surface(surface: Surface, means: Mapping[str, Mapping[str, Estimate]]) -> None:
    """One line per level of the option in which the arms differ."""
    metrics = [metric for metric in HEADLINE if metric.name in DRAWN]
    rows = [[number(level), *(spread(means[arm][m.name]) for m in metrics)] for arm, level in surface.levels.items()]
    show(f"Response surface of {surface.option}", [surface.option, *(m.name for m in metrics)], rows)


def gap_text(gap: Estimate) -> str:
    """A difference with half of its interval; a star where the interval leaves out 0."""
    if gap.low == gap.high == 0.0:
        return "identical  "
    sure = gap.low is not None and gap.high is not None and (gap.low > 0 or gap.high < 0)
    return spread(gap, "+") + (" *" if sure else "  ")


def show_run_alone(found: Run) -> None:
    """The scoreboard of one run, and what the focal firm spent."""
    say(f"{found.scenario.name}: {found.arm}, seed {found.seed}, {found.scenario.days} days, "
        f"{found.scenario.world.customers.number:,} customers; one history: no intervals", "")  # fmt: skip
    for board in BOARDS:
        metrics = [metric for metric in HEADLINE if metric.board == board]
        why = dict(zip(found.scoreboard["metric"].to_pylist(), found.scoreboard["why"].to_pylist(), strict=True))
        rows = [[*label(m), why[m.name] or number(found.metrics[m.name])] for m in metrics]
        show(TITLES[board], ["metric", "mark", found.arm], rows, left=2,
             strong=[place for place, metric in enumerate(metrics) if metric.primary])  # fmt: skip
    spent = [[line, number(money)] for line, money in found.spending.items() if money]
    show("Spent by the focal firm", ["line", "money"], spent)
