"""All controls, run one after another."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..ensemble import compile_once
from ..kept import keep
from ..store import check_result, identity_of, manifest_of
from . import capability, replay, seats
from .beside import beside, lines_of, lines_table
from .blindness import blindness
from .cases import cases_of, measured, measured_table
from .claims import claims_of, claims_table, shuffles
from .cues import cues, cues_table, no_proxy
from .plan import Plan, full
from .plan import quick as quickly
from .result import Controls
from .row import controls_table

if TYPE_CHECKING:
    import pyarrow as pa

    from ..ensemble import Tick
    from ..store import Progress


class Parts:
    """One progress for several parts of known length, in days."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.before = progress, total, 0

    def begins(self, days: int) -> Progress | None:
        """The progress of the next part, `days` long."""
        begun, self.before = self.before, self.before + days
        progress, total = self.progress, self.total
        return None if progress is None else lambda done, _, what: progress(begun + done, total, what)


def controls(
    quick: bool = False, *, workers: int = 1, out: str | Path | None = None, progress: Progress | None = None, plan: Plan | None = None,
) -> Controls:  # fmt: skip
    """The controls against a rigged answer: replay, swap of seats, no proxy, blindness, shuffles, headlines, capability worlds.

    `quick` takes fewer seeds and smaller worlds; `plan` says in detail what is run. Written to the folder `out` where one is
    given. A control that fails is a result: see `failed`. Raises InputError.
    """
    begun = time.perf_counter()
    chosen = plan if plan is not None else quickly() if quick else full()
    scenario = chosen.replayed()
    identity = identity_of("controls", scenario, list(scenario.arms), None, None, plan=chosen.model_dump(mode="json"))
    if out is not None:
        check_result(out, manifest_of(identity, begun), scenario)
    compile_once()
    tables = tables_of(chosen, workers, progress)
    result = Controls(scenario, tables, manifest_of(identity, begun, workers=workers))
    if out is not None:
        keep(result, out, progress)
    return result


def tables_of(plan: Plan, workers: int, progress: Progress | None) -> dict[str, pa.Table]:
    """Everything that the plan asks for, as tables by name."""
    scenario, swapped = plan.replayed(), plan.swapped()
    seeds = None if plan.headline_seeds is None else range(plan.headline_seeds)
    cases = list(cases_of(plan.headlines, seeds, **plan.of_headlines))
    worlds = plan.capability_seeds or plan.worlds.seeds
    lengths = {
        "replay": replay.days_of(scenario),
        "seats": plan.swap_seeds * 2 * swapped.days + plan.swap_seeds * int(swapped.world.burn_in_days),
        "headlines": sum(int(case.runs[0].scenario.world.burn_in_days) + sum(run.scenario.days for run in case.runs) for case in cases),
        "capability": capability.days_of(plan.worlds, worlds),
    }
    parts = Parts(progress, sum(lengths.values()))
    rows = [replay.replays(scenario, plan.replay_seed, _tick(parts.begins(lengths["replay"])))]
    rows.append(seats.swap(swapped, plan.swap_arms, range(plan.swap_seeds), workers, parts.begins(lengths["seats"])))
    perceived = cues()
    rows += [no_proxy(perceived), blindness()]
    runs = measured(cases, workers, parts.begins(lengths["headlines"]))
    lines = lines_of(plan.headlines, runs, **plan.of_headlines)
    claims = claims_of(plan.headlines, runs)
    rows += shuffles(claims, lines, plan.headlines)
    rows += beside(plan.headlines, lines)
    found = capability.found_in(plan.worlds, range(worlds), workers, parts.begins(lengths["capability"]))
    rows += capability.capability(found)
    return {"controls": controls_table(rows), "headlines": lines_table(lines), "claims": claims_table(claims),
            "capability": capability.capability_table(found), "cues": cues_table(perceived), "runs": measured_table(runs)}  # fmt: skip


def _tick(progress: Progress | None) -> Tick:
    """What counts the days that this process simulates itself, and tells a progress."""
    done = 0

    def tick(what: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, 0, what)

    return tick
