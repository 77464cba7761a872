"""What customers are worth by their talk, as a difference of worlds: the same world with one customer's talk and without it.

Attribution credits who spoke last; a difference of worlds counts what would not have come otherwise. What is read is the
focal firm's margin from everybody else, discounted as profit is: `crv_causal` from people who had never bought from it at
day 0, `civ` from its customers of that day. Below 0 somebody's talk costs the firm more than it brings.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..agents.declare import InputError
from .ensemble import Identity, Options, Rules, carry_out, check_identities, compile_once
from .influence_figures import (
    MONEY,
    ONE_LUCK,
    People,
    Resamples,
    by_customer,
    by_group,
    concentration,
    mean_of,
    rank_correlation,
    sum_against,
)
from .influence_worlds import GROUPS, Heard, Piece, days_of_piece, run_silences
from .kept import Folder, Kept, keep
from .setting import Setting, Settings
from .shapley import Order, coalitions_of, orders_of, shares_of
from .store import Progress, check_result, identity_of, manifest_of
from .tail import missing

if TYPE_CHECKING:
    import pyarrow as pa

    from ..scenarios.schema import Scenario
    from ..sim.network import Network

YEAR = 364
"""Days over which talk is followed where nobody says otherwise: referred customers count for their first year."""
MOST = 10_000
"""Lucks at most."""
ALL = "all"
WHY_NO_SUM = (
    "Leave-one-out values need not add up: where either of two people's talk would have brought a customer, her margin is counted for "
    "neither of them, and where both were needed, for both. Shapley shares add up."
)
NOT_DRAWN = "these people were named and not drawn: they stand for nobody else"


@dataclass(frozen=True)
class Influence(Kept):
    """Worlds with and without single customers' talk.

    people      a row per luck and customer asked about: luck, customer, weight (people she stands for), group (fifth by
                talkativeness times ties, 5 the loudest), was_customer (of the focal firm at day 0), talked (first day of talk,
                null for never), crv_causal, civ, influence (their sum), clv (her own discounted margin), crv_attributed
    customers   a row per customer: means over lucks with NAME_low and NAME_high, and the share of lucks with exactly 0
    worlds      a row per luck: margin (discounted), talkers, attributed_cents, referred_cents, all_talk (margin that is lost
                where nobody who was there at day 0 is heard)
    shares      a row per luck and group: share of all_talk by Shapley; empty where no orders were asked for
    """

    question = "influence"
    scenario: Scenario
    arm: str
    tables: Mapping[str, pa.Table]
    manifest: dict[str, Any]

    @property
    def seed(self) -> int:
        """The seed of people, ties and burn-in."""
        return int(self.manifest["identity"]["seed"])

    @property
    def lucks(self) -> int:
        """How many lucks were run."""
        return int(self.manifest["identity"]["lucks"])

    @property
    def one_history(self) -> bool:
        """Whether there is only one luck."""
        return self.lucks == 1

    @cached_property
    def asked(self) -> People:
        """Money by person and luck, as the figures take it."""
        return people_of(self.tables["people"], self.lucks, self.manifest["identity"]["sample"] == ALL)

    @cached_property
    def population(self) -> dict[str, Any]:
        """Figures of the population: {value, low, high}, with `why` where there is none; see `influence_figures`."""
        people = self.asked
        if isinstance(self.manifest["identity"]["sample"], list):
            return {"why": NOT_DRAWN, "means": {name: float(people.money[name].mean()) for name in MONEY}}
        resamples, influence = Resamples(people), people.money["influence"]
        silent = [day is None for day in self.tables["people"]["talked"].to_pylist()]
        return {
            **{name: mean_of(people, people.money[name], resamples) for name in MONEY},
            "zeros": mean_of(people, (influence == 0.0).astype(float), resamples),
            "negative": mean_of(people, (influence < 0.0).astype(float), resamples),
            "never_talk": mean_of(people, np.reshape(silent, (self.lucks, -1)).T.astype(float), resamples),
            "rank_with_clv": rank_correlation(people, "influence", "clv", resamples),
            "rank_of_attributed_with_causal": rank_correlation(people, "crv_attributed", "crv_causal", resamples),
            "top_tenth": concentration(people),
            **sum_against(people, self.tables["worlds"]["all_talk"].to_numpy(), resamples),
        }

    @cached_property
    def shapley(self) -> dict[str, Any]:
        """Shapley share of each fifth of the people in the value of all talk, with t-intervals over lucks; {} without orders."""
        table = self.tables["shares"]
        if not table.num_rows:
            return {}
        rows = {str(group): e for group, e in by_group(table).items()}
        return {"orders": self.manifest["identity"]["shapley"], "of": "all_talk",
                "groups": {group: {"mean": e.mean, "low": e.low, "high": e.high} for group, e in rows.items()}}  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """The influence as one JSON document; a missing value is null with `why`."""
        one = {"history": "one history", "why": ONE_LUCK} if self.one_history else {}
        talk = {} if "all_talk" in self.population else {"all_talk": missing(NOT_DRAWN)}
        return {
            "scenario": self.scenario.name, "arm": self.arm, "seed": self.seed, "lucks": self.lucks, **one,
            "asked": int(self.tables["customers"].num_rows), "population": self.population | talk, "why_no_sum": WHY_NO_SUM,
            "shapley": self.shapley, "customers": [_nulls(row) for row in self.tables["customers"].to_pylist()],
            "worlds": self.tables["worlds"].to_pylist(), "manifest": self.manifest,
        }  # fmt: skip

    def write_page(self, path: Path) -> None:
        """The page of influence and its figures."""
        from .report_influence import write_influence

        write_influence(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The influence that lies in a folder."""
        names = ("people", "customers", "worlds", "shares")
        return cls(scenario, folder.identity["arm"], {name: folder.table(name) for name in names}, folder.manifest)


def _nulls(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, float) and value != value else value for name, value in row.items()}


# --- tables -----------------------------------------------------------------------------------------------------------


def people_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of people, by luck and then by customer."""
    import pyarrow as pa

    kinds = {"luck": pa.int64(), "customer": pa.int64(), "group": pa.int8(), "was_customer": pa.bool_(), "talked": pa.int32()}
    ordered = sorted(rows, key=lambda row: (row["luck"], row["customer"]))
    return pa.table({name: pa.array([row[name] for row in ordered], kinds.get(name, pa.float64())) for name in PERSON})


PERSON = ("luck", "customer", "weight", "group", "was_customer", "talked", *MONEY)


def people_of(table: pa.Table, lucks: int, all_asked: bool) -> People:
    """The table of people as arrays [person, luck]."""
    money = {name: table[name].to_numpy().reshape(lucks, -1).T for name in MONEY}
    count = table.num_rows // lucks
    stratum = table["group"].to_numpy()[:count].astype(np.int64) if count >= GROUPS else np.zeros(count, dtype=np.int64)
    return People(money, table["weight"].to_numpy()[:count], stratum, all_asked)


def tables_of(found: Sequence[Heard], orders: Sequence[Order], all_asked: bool) -> dict[str, pa.Table]:
    """The tables of all pieces; pieces of one luck lie together, and the first says what the world was."""
    import pyarrow as pa

    by_luck: dict[int, list[Heard]] = {}
    for heard in found:
        by_luck.setdefault(heard.luck, []).append(heard)
    people = people_table([row for heard in found for row in heard.people])
    worlds, shares = [], []
    for luck, parts in by_luck.items():
        lost = {silent: value for heard in parts for silent, value in heard.lost.items()}
        worlds.append(parts[0].world | {"all_talk": lost[tuple(range(GROUPS))]})
        if orders:
            shares += [{"luck": luck, "group": k + 1, "share": share} for k, share in enumerate(shares_of(orders, lost))]
    asked = people_of(people, len(by_luck), all_asked)
    count = people.num_rows // len(by_luck)
    first = people.slice(0, count).select(["customer", "weight", "group", "was_customer"])
    customers = {name: first[name] for name in first.column_names} | by_customer(asked)
    empty = pa.schema([("luck", pa.int64()), ("group", pa.int64()), ("share", pa.float64())])
    return {"people": people, "customers": pa.table(customers), "worlds": pa.Table.from_pylist(worlds),
            "shares": pa.Table.from_pylist(shares, schema=empty)}  # fmt: skip


# --- the question -----------------------------------------------------------------------------------------------------


def crv(
    scenario: str | Path | Scenario | Setting, sample: int | str | Iterable[int] = 200, lucks: int = 20, *, seed: int = 0,
    arm: str | None = None, shapley: int = 0, days: int | None = None, customers: int | None = None,
    network: str | Path | Network | None = None, customers_table: str | Path | None = None, set: Settings | None = None,  # noqa: A002
    mode: str | None = None, threads: int = 1, workers: int = 1, rules: Rules | None = None, out: str | Path | None = None,
    progress: Progress | None = None,
) -> Influence:  # fmt: skip
    """What customers' talk is worth to the focal firm: for each luck a world, and for each customer asked about its twin
    in which nobody hears her.

    `sample` is how many are drawn (alike from each fifth of the people by talkativeness times ties), "all", or their ids.
    `days` is a year unless another number is named, or the scenario is shorter.
    `lucks` are the chances after day 0 in one world of people and ties; `shapley` orders split the value of all talk among
    the five fifths. Other arguments as for `damage`; `workers` changes no number. Money is discounted to day 0. Raises
    InputError.
    """
    begun = time.perf_counter()
    setting = Setting.of(scenario, days, customers, network, set, mode, customers_table)
    if days is None and setting is not scenario:
        setting.within(YEAR)
    who = sample_of(sample)
    if not 1 <= lucks <= MOST:
        raise InputError("so many lucks are not run", key="lucks", given=lucks, allowed=f"1 to {MOST:,}")
    if shapley < 0:
        raise InputError("must be 0 or more", key="shapley", given=shapley, allowed="0 for none, or how many orders")
    orders = orders_of(GROUPS, shapley, seed) if shapley else []
    chosen = arm or setting.scenario.default_arm
    coalitions = tuple(coalitions_of(orders)) if orders else (tuple(range(GROUPS)),)
    parts = 1 if workers == 1 else max(1, -(-4 * workers // lucks))
    pieces = [Piece(setting.scenario, seed, chosen, luck, sample=who, part=part, parts=parts, coalitions=coalitions)
              for luck in range(lucks) for part in range(parts)]  # fmt: skip
    first = pieces[0]
    asked: Any = list(who) if isinstance(who, tuple) else who
    identity = identity_of("influence", first.seated, [chosen] if chosen else [], rules, **setting.digests, seed=seed, lucks=lucks,
                           sample=asked, shapley=len(orders), arm=first.marks["arm"])  # fmt: skip
    if out is not None:
        check_result(out, manifest_of(identity, begun), first.seated)
    found = heard_in(pieces, setting, threads, workers, rules, progress)
    manifest = manifest_of(identity, begun, threads=threads, workers=workers, **setting.provenance)
    result = Influence(first.seated, first.marks["arm"], tables_of(found, orders, who == ALL), manifest)
    if out is not None:
        keep(result, out, progress)
    return result


def heard_in(
    pieces: Sequence[Piece], setting: Setting, threads: int, workers: int, rules: Rules | None, progress: Progress | None
) -> list[Heard]:
    """All pieces, in jobs that each share a burn-in."""
    check_identities(pieces[:1], setting.network, threads, workers, None)
    compile_once(rules)
    size = len(pieces) if workers == 1 else -(-len(pieces) // (4 * workers))
    jobs: list[list[Identity]] = [list(pieces[at : at + size]) for at in range(0, len(pieces), size)]
    people = int(setting.scenario.world.customers.number)
    total = sum(days_of_piece(piece, people) for piece in pieces) + len(jobs) * int(setting.scenario.world.burn_in_days)
    options: Options = (setting.network, setting.table, threads, rules, None)
    return [heard for part in carry_out(run_silences, jobs, workers, options, total, progress) for heard in part]


def sample_of(sample: int | str | Iterable[int]) -> int | str | tuple[int, ...]:
    """The people asked about: a number, "all", or ids ascending; an InputError for anything else. Texts: "200", "all", "3,17"."""
    allowed = 'how many, such as 200, "all", or ids such as 3,17'
    if isinstance(sample, str) and sample.strip() == ALL:
        return ALL
    try:
        if isinstance(sample, str):
            parts = [int(part) for part in sample.split(",") if part.strip()]
            found: int | tuple[int, ...] = tuple(parts) if "," in sample else parts[0]
        else:
            found = sample if isinstance(sample, int) else tuple(int(who) for who in sample)
    except (ValueError, TypeError, IndexError):
        raise InputError("not a sample of customers", key="sample", given=str(sample), allowed=allowed) from None
    if isinstance(found, tuple) and len({*found}) == len(found) > 0:
        return tuple(sorted(found))
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        return found
    raise InputError("not a sample of customers", key="sample", given=str(sample), allowed=allowed)
