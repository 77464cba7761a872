"""What a page of damage or replays says about its making: the arm, the trigger, a user's network, and how to make it again."""

from __future__ import annotations

import shlex
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ..agents.declare import parameters
from ..sim.settings import Shock
from .replays import Replays
from .report_setup import arms_table, network_facts, number, seeds_text
from .setting import network_of

if TYPE_CHECKING:
    from .damage import Damage

ACTS = {
    "service_failure": ("who", "severity", "vividness"), "prompt": ("posts", "promotion"), "revelation": ("severity",),
    "public_cut": ("severity", "days"), "partner_exit": ("partner",), "firm_exit": (),
}  # fmt: skip
"""The settings of a shock that act, by its kind."""


def arm_of(found: Damage | Replays) -> dict[str, Any]:
    """The arm: its strategy, options and what it does in words."""
    subject: Any = SimpleNamespace(scenario=found.scenario, arms=[found.arm])
    return arms_table(subject)[0]


def triggers_of(found: Damage | Replays) -> list[dict[str, Any]]:
    """Each shock that the twins are run without: kind, firm, day, and rows (setting, value, unit, sentence) that act."""
    declared = {p.path: p for p in parameters(Shock)}
    rows = []
    for shock in found.scenario.shocks:
        if shock.trigger:
            settings = []
            for name in ("day", *ACTS[shock.kind]):
                p = declared.get(name)
                unit = "" if p is None or p.unit == "1" else p.unit
                settings.append((name, number(getattr(shock, name)), unit, "" if p is None else p.sentence))
            rows.append({"kind": shock.kind, "firm": shock.firm, "settings": settings})
    return rows


def user_network(found: Damage | Replays) -> dict[str, Any] | None:
    """Facts of the user's network; None where there is none, and no `rows` where its file is gone or has changed."""
    if found.manifest["identity"].get("network") is None:
        return None
    network = network_of(found.scenario, found.seeds[0], found.manifest)
    subject: Any = SimpleNamespace(scenario=found.scenario, seeds=found.seeds, manifest=found.manifest, result=found)
    return network_facts(subject, network) or {"rows": []}


def again(found: Damage | Replays) -> str:
    """The command that makes the result again from its folder."""
    identity, made = found.manifest["identity"], found.manifest.get("provenance", {})
    words = ["valuescape", "run", "scenario.toml"]
    if found.arm in found.scenario.arms:
        words += ["--arm", found.arm]
    if isinstance(found, Replays):
        words += ["--replays", str(found.count)]
        words += ["--seed", str(found.seed)] if len(found.seeds) == 1 else ["--seeds", seeds_text(found.seeds)]
        words += ["--detail", identity["detail"]] if identity.get("detail", "counts") != "counts" else []
    else:
        words += ["--seeds", seeds_text(found.seeds)]
        words += ["--luck", str(identity["luck"])] if identity.get("luck") is not None else []
    for name in ("network", "customers_table"):
        words += [f"--{name.replace('_', '-')}", str(made[name])] if made.get(name) else []
    return shlex.join(words)
