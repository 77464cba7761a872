"""The work of a sweep: some groups of runs, here or in any process of any machine, as rows of a table; a failed run is a row, too."""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...agents.declare import InputError
from .plan import Group, Run
from .reading import DAMAGE, Reading

if TYPE_CHECKING:
    import pyarrow as pa

    from ...scenarios.schema import Scenario
    from ...sim.customers_table import CustomersTable
    from ...sim.network import Network

MARKS = {"number": "int64", "run": "string", "scenario": "string", "point": "int64", "arm": "string", "seed": "int64", "luck": "int64",
         "day": "int64"}  # fmt: skip
"""The columns that say which run a row is of, and on which day it was read."""
FAULTS = {"error": "string", "traceback": "string", "command": "string"}
"""The columns of a run that failed, null for all others."""


class Task(NamedTuple):
    """What one call does: groups, what is read, and the user's own network and people, where there are any."""

    groups: tuple[Group, ...]
    reading: Reading
    network: Network | None
    customers_table: CustomersTable | None
    given: tuple[str, ...] = ()
    """Options by which the network and the people are given on a command line."""


def schema(reading: Reading) -> pa.Schema:
    """The columns of a table of runs."""
    import pyarrow as pa

    kinds = {**MARKS, **dict.fromkeys(reading.columns, "float64"), **FAULTS}
    return pa.schema([(name, pa.type_for_alias(kind)) for name, kind in kinds.items()])


def carried_out(task: Task) -> pa.Table:
    """The rows of all runs of a task, a row per run and day that is read."""
    import pyarrow as pa

    from ..ensemble import compile_once

    compile_once()
    rows: list[dict[str, Any]] = []
    for group in task.groups:
        rows += rows_of(group, task)
    return pa.Table.from_pylist(rows, schema=schema(task.reading))


def rows_of(group: Group, task: Task) -> list[dict[str, Any]]:
    """The rows of a group; what goes wrong in a run is that run's row, and what goes wrong before all of them is everybody's."""
    from ...scenarios.load import load
    from ..ensemble import burnt_in
    from ..twins import calm_past

    reading, given = task.reading, (task.network, task.customers_table)
    rows: list[dict[str, Any]] = []
    left: list[Run] = list(group.runs)
    try:
        scenario = load(group.scenario, set=group.settings) if group.settings else group.scenario
        who = [identity_of(scenario, run, reading) for run in group.runs]
        past = burnt_in(who, *given, 1, None, None, _silent)
        calm = calm_past(who[0], past, *given, 1, None, _silent) if reading.damage else past
        for run, one in zip(group.runs, who, strict=True):
            try:
                rows += [{**marks(group, run, day), **found} for day, found in read_run(one, past, calm, reading)]
            except Exception as error:
                rows.append(failed(group, run, error, task.given))
            left.remove(run)
    except Exception as error:
        rows += [failed(group, run, error, task.given) for run in left]
    return rows


def identity_of(scenario: Scenario, run: Run, reading: Reading) -> Any:
    """A run as all worlds are run."""
    from ..ensemble import Identity

    return Identity(scenario, run.seed, run.arm or None, run.luck, detail=reading.detail, whole=reading.whole)


def read_run(one: Any, past: Any, calm: Any, reading: Reading) -> list[tuple[int, dict[str, Any]]]:
    """One run from its checkpoint: (day, outcomes) for each day that is read."""
    from ...sim.model import ServiceEcosystem
    from ..damage import row_of
    from ..ensemble import a_day, let_go
    from ..twins import pair_of

    found: list[tuple[int, dict[str, Any]]] = []
    days = {*reading.days, one.scenario.days}

    def see(model: ServiceEcosystem) -> None:
        if model.day in days:
            found.append((model.day, reading.of(model)))

    if reading.damage:
        row = row_of(pair_of(one, past, calm, _silent, see=see))
        found[-1][1].update({DAMAGE + name: None if row[name] is None else float(row[name]) for name in reading.damage})
        return found
    model = ServiceEcosystem.branch(past, one.seated, luck=one.luck, detail=one.detail, ledger=one.whole)
    try:
        for _ in range(one.scenario.days):
            a_day(model, one)
            see(model)
    finally:
        let_go(model)
    return found


def _silent(what: str) -> None:
    """Nobody counts the days of a sweep."""


def marks(group: Group, run: Run, day: int) -> dict[str, Any]:
    """Which run a row is of."""
    return {"number": run.number, "run": run.key, "scenario": group.scenario.name, "point": group.point, "arm": run.arm,
            "seed": run.seed, "luck": run.luck, "day": day}  # fmt: skip


def failed(group: Group, run: Run, error: BaseException | str, given: Iterable[str] = ()) -> dict[str, Any]:
    """The row of a run that failed: what went wrong, where, and the command that makes it go wrong again."""
    said = " ".join(str(error).split()) if str(error) else type(error).__name__
    said = said if isinstance(error, InputError | str) else f"{type(error).__name__}: {said}"
    trace = "" if isinstance(error, str) else "".join(traceback.format_exception(error))
    return marks(group, run, group.scenario.days) | {"error": said, "traceback": trace, "command": command_of(group, run, given)}


def command_of(group: Group, run: Run, given: Iterable[str] = ()) -> str:
    """The one line that runs this run alone."""
    scenario = group.scenario
    words = ["valuescape", "run", scenario.file or scenario.name, "--seed", str(run.seed)]
    words += ["--arm", run.arm] if run.arm else []
    words += ["--luck", str(run.luck)] if run.luck != run.seed else []
    words += [*given]
    for path, value in {**scenario_settings(scenario), **group.settings}.items():
        words += ["--set", f"{path}={setting_text(value)}"]
    return shlex.join(words)


def scenario_settings(scenario: Scenario) -> Mapping[str, Any]:
    """The settings by which a scenario of a sweep differs from the one of its name."""
    from ...scenarios.load import load
    from .design import dotted

    original = load(scenario.file or scenario.name)
    there, here = (dotted(one.model_dump(mode="json", exclude={"file", "about", "arms", "shocks"})) for one in (original, scenario))
    return {path: value for path, value in here.items() if there.get(path) != value and value is not None}


def setting_text(value: Any) -> str:
    """A value as TOML writes it."""
    import tomli_w

    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n")


def pieces(groups: Sequence[Group], least: int) -> list[tuple[Group, ...]]:
    """Groups in tasks of at least so many runs, the last of fewer."""
    found: list[tuple[Group, ...]] = []
    open_: list[Group] = []
    for group in groups:
        open_.append(group)
        if sum(len(one.runs) for one in open_) >= least:
            found.append(tuple(open_))
            open_ = []
    return found + ([tuple(open_)] if open_ else [])
