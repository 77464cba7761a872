"""The commands of planned research: hypotheses that were fixed beforehand, and the map of who wins where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .influence_cli import CUSTOMERS, DAYS, OUT, SCENARIO, SET, WORKERS, answered, cores
from .lookups import JSON
from .streams import print_json

YEAR = 364


def hypotheses(
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="One in full, such as H03; with --run several: H03,H09.")] = None,
    run: Annotated[bool, typer.Option("--run", help="Run all primary ones, or those named: hours, and it goes on.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="With --run: few seeds, a first look.")] = False,
    workers: WORKERS = None,
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="With --run: a Dask scheduler that runs.")] = None,
    out: OUT = None, as_json: JSON = False,
) -> None:  # fmt: skip
    """What is claimed and how each claim is to be judged, fixed before it is run; with --run, the verdicts."""
    from . import console_hypotheses as said
    from .hypotheses import load

    if run:
        from .hypotheses.run import run_hypotheses
        from .progress import Meter

        with Meter() as meter:
            found = run_hypotheses(name, quick=quick, workers=cores(workers), cluster=cluster, out=out, progress=meter)
        print_json(found.to_json()) if as_json else said.show_verdicts(found)
    elif name is not None:
        one = load.hypothesis(name)
        print_json(said.document(one)) if as_json else said.show_one(one)
    elif as_json:
        print_json(said.rows(load.hypotheses()))
    else:
        said.show_list(load.hypotheses())


def map_of_winners(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer worlds, seeds and days: a few minutes on two free cores.")] = False,
    workers: WORKERS = None, out: OUT = None, as_json: JSON = False,
) -> None:  # fmt: skip
    """Who wins on which board over the space of worlds; axes and design were fixed before the first run. Long without --quick."""
    from .store import check_folder

    check_folder(out if out is not None else Path("results") / "runs" / "new")
    from .console_map import show_map
    from .map.phase_map import phase_map

    def ask(meter: Any) -> Any:
        return phase_map("quick" if quick else "fine", workers=cores(workers), out=out, progress=meter)

    answered(ask, show_map, out, as_json)


def sensitivity(
    scenario: SCENARIO,
    arms: Annotated[str | None, typer.Option(metavar="A,B", help="One arm, or the last minus the first; default first and last.")] = None,
    parameters: Annotated[str | None, typer.Option(metavar="PATH,...", help="What to vary; default what is least known.")] = None,
    ranges: Annotated[Path | None, typer.Option(metavar="FILE", help="Ranges of your own: TOML with [[parameters]].")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer worlds: a few minutes on two free cores.")] = False,
    days: DAYS = None, customers: CUSTOMERS = None, set_: SET = None, workers: WORKERS = None,
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler that runs.")] = None,
    out: OUT = None, as_json: JSON = False,
) -> None:  # fmt: skip
    """Which assumptions move the answer, and how much of it is chance: Morris screening, then Sobol shares of the strongest."""
    from .setting import Setting, arms_of
    from .store import check_folder

    setting = Setting(scenario, days if days is not None or not quick else YEAR, customers, None, set_)
    chosen = None if arms is None else arms_of(arms, setting.scenario)
    check_folder(out if out is not None else Path("results") / "runs" / "new")
    asked = None if parameters is None else [part.strip() for part in parameters.split(",")]
    from .sensitivity.sensitivity import sensitivity as question
    from .sensitivity.words import shown

    def ask(meter: Any) -> Any:
        return question(setting, chosen, parameters=asked, file=ranges, quick=quick, workers=cores(workers), cluster=cluster, out=out,
                        progress=meter)  # fmt: skip

    answered(ask, shown, out, as_json)
