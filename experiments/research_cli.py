"""The commands of planned research: hypotheses that were fixed beforehand, and the map of who wins where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .influence_cli import OUT, WORKERS, answered, cores
from .lookups import JSON
from .streams import print_json


def hypotheses(
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="One of them in full, such as H03.")] = None, as_json: JSON = False,
) -> None:  # fmt: skip
    """What is claimed and how each claim is to be judged, fixed before it is run."""
    from . import console_hypotheses as said
    from .hypotheses import load

    if name is not None:
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
