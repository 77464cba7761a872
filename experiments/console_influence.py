"""Influence and knock-outs as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..sim.metrics.headline import BOARDS, HEADLINE
from .console import TITLES, gap_text, label, say, show, spread
from .influence import WHY_NO_SUM
from .influence_figures import ONE_LUCK
from .influence_words import MEANS, SHARES
from .verdict import number

if TYPE_CHECKING:
    from .influence import Influence
    from .knockout import Knockout


def show_influence(found: Influence) -> None:
    """Means per customer, shares, ranks and sums, each with its interval."""
    asked, lucks = found.tables["customers"].num_rows, found.lucks
    known = f"one luck: {ONE_LUCK}" if found.one_history else f"{lucks} lucks"
    say(f"The same world with one customer's talk and without it: {found.scenario.name}, {found.arm}, seed {found.seed}, "
        f"{found.scenario.days} days; {asked:,} customers asked about, {known}", "")  # fmt: skip
    said = found.population
    if "means" in said:
        show(
            "Margin per person asked about, discounted",
            ["money", "mean"],
            [[text, number(said["means"][name])] for name, text in MEANS.items()],
        )
        say(f"No figures of the population: {said['why']}.", "")
        return
    head = ["value", "95 % from", "to"]
    show(
        "Margin of the focal firm per person in the market, customer or not, discounted",
        ["money", *head],
        [[text, *_cells(said[name])] for name, text in MEANS.items()],
    )
    show("Shares of customers", ["share", *head], [[text, *_cells(said[name], 100.0, " %")] for name, text in SHARES.items()])
    rows = [["influence with her own CLV", *_cells(said["rank_with_clv"])],
            ["attributed with causal CRV", *_cells(said["rank_of_attributed_with_causal"])]]  # fmt: skip
    show("Rank correlation over customers (Spearman)", ["ranks", *head], rows)
    rows = [["everybody's influence, summed", *_cells(said["sum"])], ["lost if nobody's talk is heard", *_cells(said["all_talk"])],
            ["ratio", *_cells(said["ratio"])]]  # fmt: skip
    show("Do they add up?", ["money", *head], rows)
    say(WHY_NO_SUM, "")
    top = said["top_tenth"]
    if top["value"] is not None:
        other = top["in_other_lucks"]
        more = f"; chosen in half of the lucks and measured in the other half, {100 * other:.0f} %" if other is not None else ""
        say(f"The most influential tenth bring {100 * top['value']:.0f} % of all influence above 0{more}.", "")
    if found.shapley:
        rows = [
            [f"fifth {group}", *(number(row[part]) for part in ("mean", "low", "high"))] for group, row in found.shapley["groups"].items()
        ]
        show(f"Shapley shares of what is lost if nobody is heard, {found.shapley['orders']} orders (fifth 5 talks most, to most)",
             ["people", "share", "95 % from", "to"], rows)  # fmt: skip
    say("Intervals are over customers and luck in this one world (seed), not over worlds.", "")


def _cells(figure: Mapping[str, Any], scale: float = 1.0, unit: str = "") -> list[str]:
    parts = [figure[part] for part in ("value", "low", "high")]
    return ["-" if part is None else number(scale * part) + unit for part in parts]


def show_knockout(found: Knockout) -> None:
    """Both boards with the part, without it, and the difference it makes."""
    known = "one history: no intervals" if found.one_history else f"{len(found.seeds)} seeds; * the interval leaves out 0"
    say(f"The same worlds with and without {found.what} from day 0 on: {found.scenario.name}, {found.arm}; {known}", "")
    for board in BOARDS:
        metrics = [metric for metric in HEADLINE if metric.board == board]
        rows = []
        for metric in metrics:
            row = found.differences[metric.name]
            rows.append([*label(metric), spread(row["with"]), spread(row["without"]), gap_text(row["difference"])])
        show(TITLES[board], ["metric", "mark", "with", "without", "difference"], rows, left=2,
             strong=[place for place, metric in enumerate(metrics) if metric.primary])  # fmt: skip
