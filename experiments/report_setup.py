"""What a report says about its making: the arms, the prices, the assumptions, the network, and how to make it again."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

from ..agents.declare import InputError, Parameter, parameters
from ..agents.offer import Proposition
from ..agents.prices import LINES, PriceList
from ..agents.strategies.dials import DIALS, ECRM_ROW
from ..agents.strategies.protocol import make_strategy
from .wording import LINE_NAMES, NONE, difference_text, face_of, shown

if TYPE_CHECKING:
    from ..scenarios.schema import Scenario
    from .report_boards import Subject

SOURCES = {"paper": "from papers", "data": "from data", "calibrated": "calibrated", "assumption": "assumed"}


def number(value: Any) -> str:
    """A parameter's value, as short as it can be said."""
    if value is None:
        return NONE
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:,.10g}".replace("-", "−")
    return str(value)


# --- the arms ---------------------------------------------------------------------------------------------------------


def arms_table(subject: Subject) -> list[dict[str, Any]]:
    """Each arm: its strategy and options, and, where it is a row of the dial table, its dials and promise."""
    rows = []
    for arm in subject.arms:
        seat = subject.scenario.arms.get(arm)
        firm = subject.scenario.firms["focal"]
        strategy, options = (seat.strategy, seat.options) if seat else (firm.strategy, firm.options)
        row: dict[str, Any] = {"arm": arm, "strategy": strategy, "options": dict(options), "means": "", "dials": None, "claim": None}
        try:
            made = make_strategy(strategy, dict(options), subject.scenario.file)
        except (InputError, OSError):
            # the user's file may be gone when a report is made again
            row["means"] = "its source is no longer here"
        else:
            row["means"] = (type(made).__doc__ or "").strip().split("\n")[0]
            # that the class equals its row is tested; the row shows it beside the others
            table = getattr(made, "row", ECRM_ROW if strategy == "ecrm" else None)
            if table is not None:
                row["dials"] = [table.dials.get(dial, 0.0) for dial in DIALS]
                row["claim"] = table.claim
        rows.append(row)
    return rows


def dials() -> list[tuple[str, str]]:
    """The six dials: name and what they shift."""
    return [(name.upper(), meaning) for name, (meaning, _, _) in DIALS.items()]


# --- prices and assumptions -------------------------------------------------------------------------------------------


def prices_table(scenario: Scenario) -> list[dict[str, Any]]:
    """The price list: what it costs here, low, default, high, unit, source kind, and what is bought with it."""
    used_by: dict[str, list[str]] = {}
    for line, (_, price, _) in LINES.items():
        used_by.setdefault(price, []).append(LINE_NAMES.get(line, line))
    rows = []
    for p in parameters(PriceList):
        here = getattr(scenario.world.prices, p.path)
        rows.append({
            "name": p.path, "sentence": p.sentence, "unit": p.unit, "here": number(here), "low": number(p.low),
            "default": number(p.default), "high": number(p.high), "source": p.source.split(":")[0], "changed": here != p.default,
            "pays": ", ".join(used_by.get(p.path, [])),
        })  # fmt: skip
    return rows


def price_ratio(scenario: Scenario) -> str:
    """What an hour of staff costs, in messages: the ratio on which much depends."""
    prices = scenario.world.prices
    ratios = {"e-mails": prices.staff_hour / prices.email, "letters": prices.staff_hour / prices.mail}
    return " or ".join(f"{ratio:,.{0 if ratio >= 100 else 1}f} {name}" for name, ratio in ratios.items())


def assumptions(scenario: Scenario) -> dict[str, Any]:
    """All declared numbers: how many come from where, which were changed, and the whole list."""
    rows = [_row(p, [_at(scenario, p.path)]) for p in parameters(type(scenario))]
    for p in parameters(Proposition):
        values = {name: getattr(firm, p.path) for name, firm in scenario.firms.items()}
        rows.append(_row(p._replace(path=f"firms.*.{p.path}"), list(values.values()), values))
    count = Counter(row["source"] for row in rows)
    return {
        "number": len(rows), "count": [(count[kind], words) for kind, words in SOURCES.items()], "rows": rows,
        "changed": [row for row in rows if row["changed"]],
    }  # fmt: skip


def _at(scenario: Scenario, path: str) -> Any:
    value: Any = scenario
    for part in path.split("."):
        value = getattr(value, part)
    return value


def _row(p: Parameter, values: list[Any], by_name: Mapping[str, Any] | None = None) -> dict[str, Any]:
    kind, _, reference = p.source.partition(":")
    alike = len({number(v) for v in values}) == 1
    here = number(values[0]) if alike or not by_name else ", ".join(f"{name} {number(v)}" for name, v in by_name.items())
    return {
        "path": p.path, "here": here, "default": number(p.default), "unit": p.unit, "range": f"{number(p.low)} to {number(p.high)}",
        "source": kind, "reference": reference.strip(), "sentence": p.sentence, "changed": any(v != p.default for v in values),
    }  # fmt: skip


# --- the network ------------------------------------------------------------------------------------------------------

NETWORK_WORDS = {
    "mean_degree": "ties per person, mean", "median_degree": "ties per person, median", "max_degree": "ties per person, most",
    "clustering": "clustering (two friends of a person are tied)", "assortativity": "assortativity of the number of ties",
    "mean_path": "steps between two people, mean",
    "giant_share": "share of people in the largest component", "strong_mean": "strong ties per person, mean",
}  # fmt: skip


def network_facts(subject: Subject, network: Any) -> dict[str, Any] | None:
    """Plain counts and statistics of the first seed's network, where it comes from, and the rule of strong ties."""
    if network is None:
        return None
    from ..sim.network import network_statistics

    found = network_statistics(network)
    params = subject.scenario.world.network
    given = subject.manifest["identity"].get("network") is not None
    top = params.strong_ties if network.top is None else network.top
    rule = f"Strong: each is among the other's {top} ties with most shared neighbours."
    if network.names is not None and network.top is None:
        rule = "Strong are the ties of which the file says so."
    rule += " Strong ties carry talk off-line and the feed, all others the feed alone."
    origin = f"generated, one per seed; these are the figures of seed {subject.seeds[0]}"
    return {
        "people": f"{found['people']:,}", "ties": f"{found['ties']:,}", "origin": "the user's, the same for all seeds" if given else origin,
        "rule": rule, "strong": strong_ties_table(subject, network),
        "notes": list(subject.manifest.get("provenance", {}).get("notes", network.notes)),
        "rows": [(words, NONE if isnan(found[name]) else _measured(found[name])) for name, words in NETWORK_WORDS.items()],
    }  # fmt: skip


def strong_ties_table(subject: Subject, network: Any) -> dict[str, Any] | None:
    """What hangs on the rule of strong ties in a user's network: head, rows of words and cells, and what was not computed and why."""
    if network.names is None or network.top is None or not network.ties:
        return None
    from ..sim.network import strong_ties_at

    rows = list(getattr(subject.result, "strong_ties", []))
    tops = sorted({5, 8, 15, network.top})
    facts = strong_ties_at(network, tops)
    table = [
        ("people without a strong tie", [f"{fact['without'] / network.people:.1%}" for fact in facts]),
        ("strong ties per person, mean", [_measured(fact["mean"]) for fact in facts]),
    ]
    there = sorted({row["strong_ties"] for row in rows})
    for metric, arm in dict.fromkeys((row["metric"], row["arm"]) for row in rows):
        cells = {row["strong_ties"]: row for row in rows if (row["metric"], row["arm"]) == (metric, arm)}
        face = face_of(metric)
        gap = "baseline" in cells[there[0]]
        texts = {top: difference_text(row, face.kind) if gap else shown(row["mean"], face.kind) for top, row in cells.items()}
        label = f"{face.label}: {arm}" + (f" minus {cells[there[0]]['baseline']}" if gap else "")
        table.append((label, [texts.get(top, NONE) for top in tops]))
    why = (subject.manifest.get("provenance", {}).get("tie_check") or {}).get("why")
    return {"tops": [f"{top}{' (this report)' if top == network.top else ''}" for top in tops], "rows": table,
            "seeds": rows[0]["seeds"] if rows else 0, "why": why}  # fmt: skip


def _measured(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


# --- how to make it again ---------------------------------------------------------------------------------------------


def seeds_text(seeds: list[int]) -> str:
    """Seeds as the command takes them: a number where they start at 0, else ranges."""
    if seeds == list(range(len(seeds))):
        return str(len(seeds))
    parts: list[list[int]] = []
    for seed in seeds:
        if parts and seed == parts[-1][-1] + 1:
            parts[-1].append(seed)
        else:
            parts.append([seed])
    said = ",".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)
    return said if "," in said or "-" in said else f"{said}-{said}"


def provenance(subject: Subject) -> dict[str, Any]:
    """Run id, the command that was given and one that remakes the result from the folder, versions, engine."""
    identity, made = subject.manifest["identity"], subject.manifest.get("provenance", {})
    options = ["--network", str(made["network"])] if made.get("network") else []
    options += ["--customers-table", str(made["customers_table"])] if made.get("customers_table") else []
    if subject.manifest["identity"].get("question") == "run":
        if subject.arms[0] in subject.scenario.arms:
            options = ["--arm", subject.arms[0], *options]
        if subject.result.luck != subject.seeds[0]:
            options = ["--luck", str(subject.result.luck), *options]
        if subject.result.without:
            options += ["--without", str(subject.result.without)]
        again = ["valuescape", "run", "scenario.toml", "--seed", str(subject.seeds[0]), *options]
    else:
        again = ["valuescape", "compare", "scenario.toml", "--arms", ",".join(subject.arms), "--seeds", seeds_text(subject.seeds), *options]
    versions = made.get("versions", {})
    return {
        "run_id": subject.manifest["run_id"], "engine": str(identity.get("engine", NONE)), "time": made.get("time", NONE),
        "seconds": number(made.get("seconds")), "given": shlex.join(map(str, made.get("command", []))), "again": shlex.join(again),
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()), "network": identity.get("network"),
        "customers_table": identity.get("customers_table"),
    }  # fmt: skip
