"""What every page of a single question says beside its answer: the arm, a user's network, and how the result was made."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from .arm_words import option_words
from .figures import Panel, figure_of, inline, save
from .report_setup import arms_table, assumptions, network_facts
from .setting import network_of
from .wording import FACTS_MET, NONE

if TYPE_CHECKING:
    from ..scenarios.schema import Scenario
    from .kept import Kept

FEW = 10
"""Seeds or lucks below which intervals are wide and their ends uncertain."""


def words_of_page(found: Kept, seed: int, again: str) -> dict[str, Any]:
    """What the frame `question.html.j2` asks for; `again` is the command that makes the result again from its folder."""
    scenario: Scenario = found.scenario
    arm: str = found.arm  # type: ignore[attr-defined]
    return {
        "about": scenario.about, "name": scenario.name, "arm": arm, "seat": arm_of(scenario, arm), "option_words": option_words,
        "network": user_network(found, seed), "size": f"{scenario.world.customers.number:,} people over {scenario.days:,} days",
        "provenance": provenance_of(found.manifest) | {"again": again},
    }  # fmt: skip


def provenance_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """How a result was made, for the foot of its page; a dash for what its manifest does not say."""
    made: Mapping[str, Any] = manifest.get("provenance", {})
    return {
        "run_id": manifest["run_id"], "time": made.get("time", NONE), "seconds": made.get("seconds", NONE),
        "engine": manifest["identity"].get("engine", NONE), "given": shlex.join(map(str, made.get("command", []))),
        "versions": ", ".join(f"{name} {version}" for name, version in made.get("versions", {}).items()),
    }  # fmt: skip


def arm_of(scenario: Scenario, arm: str) -> dict[str, Any]:
    """The arm: its strategy, options and what it does in words."""
    subject: Any = SimpleNamespace(scenario=scenario, arms=[arm])
    return arms_table(subject)[0]


def user_network(found: Kept, seed: int) -> dict[str, Any] | None:
    """Facts of the user's network; None where there is none, and no `rows` where its file is gone or has changed."""
    if found.manifest["identity"].get("network") is None:
        return None
    network = network_of(found.scenario, seed, found.manifest)
    subject: Any = SimpleNamespace(scenario=found.scenario, seeds=[seed], manifest=found.manifest, result=found)
    return network_facts(subject, network) or {"rows": []}


def files_given(found: Kept) -> list[str]:
    """The user's files as options of a command."""
    made = found.manifest.get("provenance", {})
    given = [(name, made[name]) for name in ("network", "customers_table") if made.get(name)]
    return [word for name, file in given for word in (f"--{name.replace('_', '-')}", str(file))]


def assumed(scenario: Scenario) -> list[str]:
    """The limits that hold for every page, as sentences."""
    known = assumptions(scenario)
    return [
        f"{known['count'][-1][0]} of {known['number']} numbers are assumptions. Other values within their ranges may turn an answer round.",
        FACTS_MET,
    ]


def write_question(
    template: str, path: Path, figures: Mapping[str, Sequence[Panel]], beside: Mapping[str, Sequence[Panel]] | None = None, **words: Any
) -> Path:  # fmt: skip
    """Write a page and its figures in a folder beside it; the template gets the pictures of each figure as `figures`.

    `beside` are figures that are laid out otherwise where their panels stand side by side, as they do in the folder.
    """
    from markupsafe import Markup

    from .report import environment

    drawn = {name: [Markup(inline(panel, f"{name}{k}")) for k, panel in enumerate(panels)] for name, panels in figures.items()}
    text = environment().get_template(template).render(figures=drawn, **words)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(re.sub(r"\n\s*\n+", "\n", text), encoding="utf-8", newline="\n")
    for name, panels in {**figures, **(beside or {})}.items():
        save(figure_of(panels, 2), path.parent / "figures", name)
    return path
