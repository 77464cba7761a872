"""How much a result on the user's network hangs on the rule that says which ties are strong: a few seeds once more, with others.

A file without layers does not say who is close to whom; the rule does, by shared neighbours. The check runs the first seeds
again with another number of strong ties, for a third of the time at most, and shows the primary outcomes beside the main ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..agents.declare import InputError
from ..sim.metrics.headline import HEADLINE
from .ensemble import Identity, ensemble
from .setting import Setting
from .verdict import Values, difference, estimate

if TYPE_CHECKING:
    import pyarrow as pa

    from ..sim.network import Network

TOPS = (5, 8, 15)
MOST = 3
"""Seeds of the check."""

PART = 1 / 3
"""Of the days of a comparison that a check may add unless it was asked for."""

PRIMARY = [metric.name for metric in HEADLINE if metric.primary]


class Plan(NamedTuple):
    """What a check runs: numbers of strong ties, seeds and arms, all empty where there is none, and why there is none."""

    tops: list[int]
    seeds: list[int]
    arms: list[str]
    why: str | None = None


def has_rule(network: Network | None) -> bool:
    """Whether this is a user's network whose strong ties come from the rule and not from the file."""
    return network is not None and network.names is not None and network.top is not None and network.ties > 0


def planned(setting: Setting, arms: Sequence[str], seeds: Sequence[int], asked: bool | None) -> Plan:
    """The check of a comparison: none where it makes no sense or was not wanted (`asked` False), else as large as there is time for.

    `asked` True runs it whatever it costs, and is refused where no rule is at work.
    """
    if not has_rule(setting.network):
        if asked:
            raise InputError("no rule of strong ties is at work", key="tie_check", given=True, allowed="with a network file without layers")
        return Plan([], [], [])
    if asked is False:
        return Plan([], [], [], "it was not wanted")
    assert setting.network is not None
    tops = [top for top in TOPS if top != setting.network.top]
    burn_in, days = int(setting.scenario.world.burn_in_days), setting.scenario.days
    room = PART * len(seeds) * (burn_in + len(arms) * days)
    choices = [(3, len(arms)), (2, len(arms)), (3, 2), (2, 2), (1, len(arms)), (1, 2)]
    for count, many in choices:
        if count <= len(seeds) and many <= len(arms) and len(tops) * count * (burn_in + many * days) <= room:
            return Plan(tops, list(seeds[:count]), list(arms[:many]))
    if asked:
        return Plan(tops, list(seeds[:MOST]), list(arms))
    return Plan([], [], [], "with so few seeds it would take more than a third of the time; --tie-check runs it all the same")


def days_of_check(setting: Setting, plan: Plan) -> int:
    """Days that a check simulates."""
    return len(plan.tops) * len(plan.seeds) * (int(setting.scenario.world.burn_in_days) + len(plan.arms) * setting.scenario.days)


def check(setting: Setting, plan: Plan, progress: Callable[[int, str], None] | None = None, **options: Any) -> pa.Table:
    """Primary outcomes with other numbers of strong ties: columns strong_ties, arm, seed, metric, value.

    `progress` is called with the days done; `options` are those of `ensemble`.
    """
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    done = 0
    for top in plan.tops:
        assert setting.network is not None
        given = {**setting.given, "network": setting.network.with_strong_ties(top)}
        identities = [Identity(setting.scenario, seed, arm) for seed in plan.seeds for arm in plan.arms]

        def tell(days: int, total: int, what: str, before: int = done, top: int = top) -> None:
            if progress is not None:
                progress(before + days, f"{top} strong ties, {what}")

        found = ensemble(identities, **given, **options, progress=tell)
        done += days_of_check(setting, plan._replace(tops=[top]))
        rows += [
            {"strong_ties": top, "arm": o.identity.marks["arm"], "seed": o.identity.seed, "metric": metric, "value": o.metrics[metric]}
            for o in found.outcomes for metric in PRIMARY
        ]  # fmt: skip
    kinds = {"strong_ties": pa.int64(), "arm": pa.string(), "seed": pa.int64(), "metric": pa.string(), "value": pa.float64()}
    return pa.Table.from_pylist(rows, pa.schema(list(kinds.items())))


def rows_of(table: pa.Table | None, values: Values, seeds: Sequence[int], top: int) -> list[dict[str, Any]]:
    """A row per number of strong ties, arm and primary outcome: mean, and difference from the first arm with its interval.

    `values` are those of the comparison itself, with `top` strong ties; of them only the seeds and arms of the check are taken.
    """
    if table is None:
        return []
    found: dict[int, dict[str, dict[str, dict[int, float | None]]]] = {}
    for row in table.to_pylist():
        of = found.setdefault(row["strong_ties"], {}).setdefault(row["arm"], {}).setdefault(row["metric"], {})
        of[row["seed"]] = row["value"]
    first = next(iter(found.values()))
    chosen = sorted({seed for metrics in first.values() for by_seed in metrics.values() for seed in by_seed})
    place = {seed: k for k, seed in enumerate(seeds)}
    found[top] = {arm: {metric: {seed: values[arm][metric][place[seed]] for seed in chosen} for metric in PRIMARY} for arm in first}
    rows = []
    for number in sorted(found):
        base = next(iter(first))
        for metric in PRIMARY:
            for arm in first:
                here = [found[number][arm][metric][seed] for seed in chosen]
                row = {"strong_ties": number, "metric": metric, "arm": arm, "mean": estimate(here).mean, "seeds": len(chosen)}
                if arm != base:
                    gap = difference(here, [found[number][base][metric][seed] for seed in chosen])
                    row |= {"baseline": base, "difference": gap.mean, "low": gap.low, "high": gap.high}
                rows.append(row | ({} if row["mean"] is not None else {"why": "no value in any seed"}))
    return rows
