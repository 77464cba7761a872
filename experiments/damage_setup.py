"""What a page of damage or replays says about its making beside what all pages say: the trigger, and how to make it again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from ..agents.declare import parameters
from ..sim.settings import Shock
from .page_setup import files_given
from .replays import Replays
from .report_setup import number, seeds_text

if TYPE_CHECKING:
    from .damage import Damage

ACTS = {
    "service_failure": ("who", "severity", "vividness"), "prompt": ("posts", "promotion"), "revelation": ("severity",),
    "public_cut": ("severity", "days"), "partner_exit": ("partner",), "firm_exit": (),
}  # fmt: skip
"""The settings of a shock that act, by its kind."""


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


def again(found: Damage | Replays) -> str:
    """The command that makes the result again from its folder."""
    identity = found.manifest["identity"]
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
    return shlex.join([*words, *files_given(found)])
