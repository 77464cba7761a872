"""The primary hypotheses, run as they were fixed: own worlds, region, controls; verdicts by their own rules, corrected by Holm."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ...agents.declare import InputError
from ..kept import Folder, Kept, keep
from ..store import Progress, check_folder, identity_of, manifest_of
from ..sweep.sweep import swept_plan
from .cells import Runs
from .contrasts import contrast_of
from .judge import Verdict, condition_holds, corrected, verdict_of
from .load import digests, hypotheses, hypothesis, not_as_fixed
from .schema import Hypothesis, Plan
from .worlds import OWN, REGION, worlds_of

if TYPE_CHECKING:
    import pyarrow as pa

    from ...scenarios.schema import Scenario

FEW = {"seeds": "0-7", "lucks": 2, "points": 8, "region_seeds": "0-1"}
"""What a first look takes at most."""


@dataclass(frozen=True)
class Hypotheses(Kept):
    """What became of hypotheses. Tables are pyarrow's.

    verdicts    id, wording, verdict (supported | refuted | undecided), words (the rule that held), p, corrected (by Holm), seeds, runs
    contrasts   id, part (own | control_K), control (its name), contrast, formula, outcome, mean, low, high, seeds
    steps       id, contrast, number, mean, low, high: levels of a crossing, steps of a trend
    conditions  id, side (supported | refuted), rule, contrast, holds, where, share (of the region's points), kept
    """

    question: ClassVar[str] = "hypotheses"
    scenario: Scenario
    found: dict[str, pa.Table]
    manifest: dict[str, Any]

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The tables that are written, by name."""
        return self.found

    @property
    def quick(self) -> bool:
        """Whether this is a first look, after which nothing is called supported or refuted."""
        return bool(self.manifest["identity"]["quick"])

    @cached_property
    def verdicts(self) -> list[dict[str, Any]]:
        """The verdicts as plain data."""
        return self.found["verdicts"].to_pylist()  # type: ignore[no-any-return]

    def rows(self, table: str, name: str) -> list[dict[str, Any]]:
        """The rows of one hypothesis in a table."""
        return [row for row in self.found[table].to_pylist() if row["id"] == name]

    def to_json(self) -> dict[str, Any]:
        """Everything as one JSON document."""
        return {**{name: table.to_pylist() for name, table in self.found.items()}, "quick": self.quick, "manifest": self.manifest}

    def write_page(self, path: Path) -> None:
        """The page of the hypotheses and its figures."""
        from .page import write_hypotheses

        write_hypotheses(self, path)

    @classmethod
    def of(cls, scenario: Scenario, folder: Folder) -> Self:
        """The hypotheses that lie in a folder."""
        return cls(scenario, {name: folder.table(name) for name in ("verdicts", "contrasts", "steps", "conditions")}, folder.manifest)


def run_hypotheses(
    asked: str | Sequence[str] | None = None, *, quick: bool = False, workers: int = 1, cluster: str | None = None,
    out: str | Path | None = None, progress: Progress | None = None,
) -> Hypotheses:  # fmt: skip
    """Run primary hypotheses as they were fixed, all by default, and judge them; `quick` is a first look on few seeds.

    Every part is a sweep beside the results: stopped or killed, the same command goes on. Raises InputError, also where a plan is
    not as it was fixed.
    """
    begun = time.perf_counter()
    chosen = asked_for(asked)
    folder = Path(out) if out is not None else Path("results") / "runs" / f"hypotheses{'-quick' if quick else ''}"
    check_folder(folder) if folder.is_dir() and any(folder.iterdir()) else None
    verdicts: dict[str, Verdict] = {}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ("verdicts", "contrasts", "steps", "conditions")}
    for found in chosen:
        shorter = few(found) if quick else found
        plan = shorter.plan
        assert plan is not None
        parts: dict[str, Runs] = {}
        runs = 0
        for part, worlds in worlds_of(shorter).items():
            place = folder.with_name(f"{folder.name}-runs") / f"{found.id}-{part}"
            swept = swept_plan(
                worlds.runs, begun, workers=workers, cluster=cluster, out=place, progress=named(progress, f"{found.id} {part}")
            )
            parts[part] = Runs(plan, swept.tables["runs"], worlds.at)
            runs += swept.counts["runs"]
        verdicts[found.id] = verdict_of(plan, parts[OWN], parts.get(REGION))
        rows["verdicts"].append({"id": found.id, "wording": found.wording, "seeds": len({*parts[OWN].seed.tolist()}), "runs": runs})
        _tell(found.id, plan, parts, rows)
        rows["contrasts"] += placebos(found.id, shorter)
    for row, one in zip(rows["verdicts"], corrected(verdicts).values(), strict=True):
        verdict = one.verdict if not quick or one.verdict == "undecided" else f"leans {one.verdict}"
        row.update(verdict=verdict, words=one.words, p=one.p, corrected=one.corrected)
    from ...scenarios.load import load

    scenario = load(chosen[0].plan.scenario)  # type: ignore[union-attr]
    identity = identity_of("hypotheses", scenario, [], None, None, ids=[one.id for one in chosen], quick=quick,
                           fixed={one.id: digests()[one.id] for one in chosen})  # fmt: skip
    result = Hypotheses(scenario, tables_of(rows), manifest_of(identity, begun, workers=workers))
    keep(result, folder, progress)
    return result


def asked_for(asked: str | Sequence[str] | None) -> list[Hypothesis]:
    """The hypotheses of ids, all primary ones by default; an InputError for one without a plan, or with a changed one."""
    names = [part.strip() for part in asked.split(",")] if isinstance(asked, str) else asked
    found = [one for one in hypotheses() if one.plan] if names is None else [hypothesis(name) for name in names]
    for one in found:
        if one.plan is None:
            raise InputError("has no plan yet and cannot be run", key="ID", given=one.id, allowed=", ".join(digests()))
        changed = not_as_fixed(one, digests()[one.id])
        if changed is not None:
            raise InputError(changed)
    return found


def few(found: Hypothesis) -> Hypothesis:
    """The hypothesis with a plan of fewer seeds, lucks and points."""
    plan = found.plan
    assert plan is not None
    region = plan.region.model_copy(update={"points": FEW["points"], "seeds": FEW["region_seeds"]})
    lucks = min(plan.lucks, int(FEW["lucks"]))  # type: ignore[call-overload]
    return found.model_copy(update={"plan": plan.model_copy(update={"seeds": FEW["seeds"], "lucks": lucks, "region": region})})


def named(progress: Progress | None, what: str) -> Progress | None:
    """A progress that says what it is about."""
    if progress is None:
        return None
    return lambda done, total, said: progress(done, total, f"{what}: {said}")


def _tell(name: str, plan: Plan, parts: Mapping[str, Runs], rows: dict[str, list[dict[str, Any]]]) -> None:
    """The contrasts of a plan's own worlds and under its controls, and what became of its conditions, as rows."""
    for part, runs in parts.items():
        if part == REGION:
            continue
        control = "" if part == OWN else plan.controls[int(part.rpartition("_")[2])].name
        for label, contrast in plan.contrasts.items():
            found = contrast_of(contrast, runs)
            rows["contrasts"].append({"id": name, "part": part, "control": control, "contrast": label, "formula": contrast.formula,
                                      "outcome": contrast.outcome, "mean": found.value.mean, "low": found.value.low,
                                      "high": found.value.high, "seeds": found.value.seeds})  # fmt: skip
            rows["steps"] += [{"id": name, "part": part, "contrast": label, "number": k, "mean": one.mean, "low": one.low, "high": one.high}
                              for k, one in enumerate(found.levels)]  # fmt: skip
    for side, rules in (("supported", plan.supported_if), ("refuted", plan.refuted_if)):
        for rule in rules:
            for condition in rule.all:
                held = condition_holds(condition, plan, parts[OWN], parts.get(REGION))
                rows["conditions"].append({"id": name, "side": side, "rule": rule.words, "contrast": condition.contrast,
                                           "holds": condition.holds, "where": condition.where,
                                           "share": held.share, "kept": held.holds})  # fmt: skip


def placebos(name: str, found: Hypothesis) -> list[dict[str, Any]]:
    """The placebo control of a plan, where it has one: decisions of every arm played back; 0 where nothing differs, else 1."""
    from ..controls.replay import replays
    from .checks import world

    plan = found.plan
    rows = []
    for k, control in enumerate(plan.controls if plan else ()):
        if control.kind == "placebo" and plan is not None:
            row = replays(world(plan, {}), 0, lambda what: None)
            rows.append({"id": name, "part": f"control_{k}", "control": control.name, "contrast": "playback", "formula": row.measured,
                         "outcome": "log", "mean": float(row.verdict != "pass"), "low": None, "high": None, "seeds": 1})  # fmt: skip
    return rows


def tables_of(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, pa.Table]:
    """The rows as tables."""
    import pyarrow as pa

    numbers, whole, flags = {"mean", "low", "high", "share", "p", "corrected"}, {"seeds", "runs", "number"}, {"kept"}
    columns = {
        "verdicts": ("id", "wording", "verdict", "words", "p", "corrected", "seeds", "runs"),
        "contrasts": ("id", "part", "control", "contrast", "formula", "outcome", "mean", "low", "high", "seeds"),
        "steps": ("id", "part", "contrast", "number", "mean", "low", "high"),
        "conditions": ("id", "side", "rule", "contrast", "holds", "where", "share", "kept"),
    }
    found = {}
    for name, names in columns.items():
        kinds = [(one, pa.float64() if one in numbers else pa.int64() if one in whole else pa.bool_() if one in flags else pa.string())
                 for one in names]  # fmt: skip
        found[name] = pa.Table.from_pylist([dict(row) for row in rows[name]], schema=pa.schema(kinds))
    return found
