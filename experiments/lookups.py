"""Commands that look something up or make it again: no world is run. Libraries are loaded inside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..agents.declare import InputError
from .streams import print_json

FOLDER = Annotated[Path, typer.Argument(metavar="RUN", help="A folder that run or compare has written.")]
JSON = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, everything else on stderr.")]


def report(folder: FOLDER, as_json: JSON = False) -> None:
    """Make the report of a results folder again."""
    from .kept import write_report
    from .results import read_result

    path, result = folder / "report.html", read_result(folder)
    if not result.has_report:
        raise InputError("no page is made of this", file=folder, given=result.question, allowed="--json of the command that made it")
    write_report(result, path)
    if as_json:
        print_json({"report": str(path)})
    else:
        print(f"report: {path}")


def digest(folder: FOLDER, as_json: JSON = False) -> None:
    """One word for all tables of a results folder: equal for the same identity and versions."""
    from .store import folder_digest, read_manifest

    found = folder_digest(folder)
    print_json({"run_id": read_manifest(folder)["run_id"], "digest": found}) if as_json else print(found)


def metrics(
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="A result of run or compare; default: the catalogue.")] = None,
    as_json: JSON = False,
) -> None:  # fmt: skip
    """The measurement catalogue, row by row: what is computed and by which name, what waits and why. Or all metrics of a result."""
    from .console_metrics import catalogue_rows, show_catalogue, show_measured

    if folder is not None:
        from .results import read_result

        show_measured(read_result(folder), folder, as_json)
    elif as_json:
        print_json(catalogue_rows())
    else:
        show_catalogue()


def warm(as_json: JSON = False) -> None:
    """Compile the model ahead of the first run."""
    import time

    begun = time.perf_counter()
    from .ensemble import compile_once

    compile_once()
    seconds = round(time.perf_counter() - begun, 1)
    print_json({"ready": True, "seconds": seconds}) if as_json else print(f"ready after {seconds} s")


def levers(as_json: JSON = False) -> None:
    """What a firm can decide and at what price; the biases of the world, and how to remove them."""
    from . import levers as known

    rows, biases = known.levers(), known.biases()
    if as_json:
        print_json(rows + biases)
        return
    from .console import say, show

    show("Levers: what a firm can decide, and what that costs (world.prices)", ["lever", "range", "price", "per", "dials", "what it is"],
         [[row["name"], _range(row), _price(row), _per(row), " ".join(row["dials"]), row["what"]] for row in rows], left=6)  # fmt: skip
    show("Biases: neutral is absent", ["bias", "default", "neutral", "range", "what it is"],
         [[row["name"], f"{row['default']:g}", f"{row['neutral']:g}", _range(row), row["what"]] for row in biases], left=5)  # fmt: skip
    say("Without any bias: --neutral, or " + " ".join(f"--set {setting}" for setting in known.neutral_settings()),
        f"Each is shown to act by a test: {known.LEVER_TEST.format('NAME')}, {known.BIAS_TEST.format('NAME')}")  # fmt: skip


def odd(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there; default stdout.")] = None,
) -> None:
    """The model's ODD protocol: what it is for, what is in it, and tables of everything declared."""
    from .odd import document

    text = document()
    if out is None:
        print(text, end="")
        return
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", key="--out", given=str(out), allowed="a file") from error
    print(f"written: {out}")


def _range(row: dict[str, Any]) -> str:
    return ", ".join(row["words"]) if row.get("words") else f"{row['low']:,.9g} to {row['high']:,.9g}"


def _price(row: dict[str, Any]) -> str:
    """Each price line of a lever with its range, or what it costs instead."""
    dear = [f"{price['line']} {price['default']:g} ({price['low']:g}-{price['high']:g})" for price in row["price"]]
    return "; ".join(dear) or row["paid_otherwise"]


def _per(row: dict[str, Any]) -> str:
    return ", ".join(dict.fromkeys(price["per"] for price in row["price"]))
