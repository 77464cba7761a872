"""The commands of planned research: hypotheses that were fixed beforehand, and the map of who wins where."""

from __future__ import annotations

from typing import Annotated

import typer

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


COMMANDS = (hypotheses,)
"""The commands of this file, for the command line to register."""
