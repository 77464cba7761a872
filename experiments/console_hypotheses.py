"""Hypotheses for a terminal: the list, and one of them with its whole plan."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from .console import WIDTH, say
from .hypotheses.load import state_of
from .hypotheses.schema import Hypothesis, Plan, Rule


def rows(found: Iterable[Hypothesis]) -> list[dict[str, Any]]:
    """A row per hypothesis: id, status, kind, wording, fixed."""
    return [{"id": one.id, "status": state_of(one), "kind": one.status, "wording": one.wording, "fixed": str(one.fixed)} for one in found]


def document(one: Hypothesis) -> dict[str, Any]:
    """One hypothesis in full, as plain data: its file's content, and how far it has come."""
    said = one.model_dump(mode="json")
    kind = said.pop("status")
    why = {} if one.plan else {"why": {"plan": "worded, not yet fixed: its plan is still to be made"}}
    return {"id": one.id, "kind": kind, "state": state_of(one), **said, "status": state_of(one), **why}


def show_list(found: Sequence[Hypothesis]) -> None:
    """One paragraph per hypothesis, the primary ones marked."""
    for one in found:
        head = f"{one.id} {'primary ' if one.plan else 'screened'} {state_of(one)}: "
        say(textwrap.fill(one.wording, WIDTH, initial_indent=head, subsequent_indent="    "))
    primary = [one.id for one in found if one.plan]
    say("", f"{len(found)} hypotheses; {len(primary)} are primary and fixed in full before a run: {', '.join(primary)}.",
        "One of them with its plan: valuescape hypotheses ID")  # fmt: skip


def show_one(one: Hypothesis) -> None:
    """The wording, what would support and refute it, and the plan."""
    say(f"{one.id}, {one.status}: {state_of(one)} ({one.fixed})", "")
    for heading, text in (("WORDING", one.wording), ("ORIGIN", one.origin), ("CONFLICT", one.conflict), ("SUPPORTED BY", one.supports),
                          ("REFUTED BY", one.refutes)):  # fmt: skip
        _part(heading, [text])
    if one.plan:
        _show_plan(one.plan)
    for change in one.amended:
        _part(f"AMENDED {change.day}", [f"{change.what} Why: {change.why}"])


def _show_plan(plan: Plan) -> None:
    days = ", ".join(map(str, plan.days_read or [plan.days]))
    worlds = f"scenario {plan.scenario}{_settings(plan.set)}; seeds {plan.seeds}, {plan.lucks} luck(s) each"
    _part("WORLDS", [f"{worlds}; read after {days} days"])
    _part("ARMS", [f"{name}: {arm.strategy}{_settings(arm.options)}" for name, arm in plan.arms.items()])
    _part("FACTORS", [f"{name}: " + "; ".join(f"{level.name}{_settings(level.set)}" for level in levels)
                      for name, levels in plan.factors.items()])  # fmt: skip
    small = {one.outcome: one for one in plan.smallest}
    _part("OUTCOMES", [f"{name}: {outcome.of} {outcome.name}" + (
        f"; matters from {small[name].value:g}{' of its mean size' if small[name].relative else ''}: {small[name].reason}"
        if name in small else "") for name, outcome in plan.outcomes.items()])  # fmt: skip
    _part("CONTRASTS", [f"{name} ({contrast.form}): {contrast.formula}" for name, contrast in plan.contrasts.items()])
    _part("SUPPORTED IF, one of", [_rule(rule) for rule in plan.supported_if])
    _part("REFUTED IF, one of", [_rule(rule) for rule in plan.refuted_if])
    _part("ELSE", ["undecided; also where a supporting and a refuting rule both hold"])
    _part("REFUTING RESULT", [plan.refuting_result])
    axes = "; ".join(f"{axis.path} {axis.low:g} to {axis.high:g}" for axis in plan.region.axes)
    _part("REGION", [f"{plan.region.words} {plan.region.points} points, seeds {plan.region.seeds}: {axes}"])
    _part("CONTROLS", [f"{one.name} ({one.kind}{_settings(one.set)}): {one.reading}" for one in plan.controls])
    _part("KNOWN BEFORE", [plan.known])
    _part("LEFT OUT", [plan.left_out])


def _rule(rule: Rule) -> str:
    parts = []
    for one in rule.all:
        by = ("minus " if one.holds == "below" and one.by != 0 else "") + ("the smallest effect" if one.by is None else f"{one.by:g}")
        where = "" if one.where == "defaults" else f" in at least {one.share:.0%} of the region"
        parts.append(f"{one.contrast} {one.holds.replace('_', ' ')} {by}{where}")
    return f"{rule.words} [{' and '.join(parts)}]"


def _settings(settings: dict[str, Any]) -> str:
    return f" with {', '.join(f'{path} = {value}' for path, value in settings.items())}" if settings else ""


def _part(heading: str, texts: Sequence[str]) -> None:
    if texts:
        say(heading, *(textwrap.fill(text, WIDTH, initial_indent="- " if len(texts) > 1 else "",
                                     subsequent_indent="  " if len(texts) > 1 else "", break_long_words=False, break_on_hyphens=False)
                       for text in texts), "")  # fmt: skip


def show_verdicts(found: Any) -> None:
    """The verdicts in a table, then what decided each."""
    from .console import show
    from .verdict import number

    def p_of(row: dict[str, Any], name: str) -> str:
        return "-" if row["verdict"] == "undecided" or row[name] is None else "< 0.0001" if row[name] < 1e-4 else number(row[name])

    show("Hypotheses" + (": a first look" if found.quick else ""), ["id", "verdict", "p", "corrected", "seeds", "runs"],
         [[row["id"], row["verdict"], p_of(row, "p"), p_of(row, "corrected"), str(row["seeds"]), f"{row['runs']:,}"]
          for row in found.verdicts], left=2)  # fmt: skip
    for row in found.verdicts:
        say(textwrap.fill(f"{row['id']} {row['verdict']}: {row['words']}", WIDTH, subsequent_indent="    "))
