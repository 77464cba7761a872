"""The command line. Libraries are loaded inside the commands, so that help and refusals come at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import __version__
from ..agents.declare import InputError

app = typer.Typer(name="valuescape", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
                  help="Who wins when a firm closes deals, and who wins when it opens up value creation.")  # fmt: skip

STOPPED = 130
SAYS_WHO = "the file says which ties are strong"
SCENARIO = Annotated[str, typer.Argument(metavar="SCENARIO", help="A built-in name or a path that ends in .toml.")]
FOLDER = Annotated[Path, typer.Argument(metavar="RUN", help="A folder that run or compare has written.")]
SET = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Another value for a parameter; repeatable.")]
DAYS = Annotated[int | None, typer.Option(help="Horizon in days, counted from the branch.")]
CUSTOMERS = Annotated[int | None, typer.Option(help="Number of customers.")]
NETWORK = Annotated[Path | None, typer.Option(metavar="FILE", help="Your network: an edge list, GraphML or GEXF. Fixes people and ties.")]
TABLE = Annotated[Path | None, typer.Option(metavar="FILE", help="Known traits by name, CSV or Parquet, instead of drawn ones.")]
DETAIL = Annotated[str, typer.Option(help="Events to keep: counts, talk or full.")]
MODE = Annotated[str | None, typer.Option(help="substitution or contest.")]
ERA = Annotated[str | None, typer.Option(metavar="NAME", help="Reach of an era (see valuescape scenarios), under what you set.")]
THREADS = Annotated[int, typer.Option(help="Threads within a world.")]
WORKERS = Annotated[int, typer.Option(help="Worlds side by side, in processes.")]
MAX_LOG = Annotated[float, typer.Option(metavar="GB", help="Refuse a log larger than this.")]
OUT = Annotated[Path | None, typer.Option(metavar="DIR", help="Results folder; default results/runs/SCENARIO-RUNID.")]
JSON = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, everything else on stderr.")]


@app.callback(invoke_without_command=True)
def about(
    context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:  # fmt: skip
    """Who wins when a firm closes deals, and who wins when it opens up value creation. First: valuescape compare crossroads"""
    if version:
        print(f"valuescape {__version__}")
    elif context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def compare(
    scenario: SCENARIO,
    arms: Annotated[str | None, typer.Option(metavar="A,B,...", help="Arms to compare; default all of the scenario's.")] = None,
    seeds: Annotated[str, typer.Option(metavar="SEEDS", help="20 is seeds 0-19; also 3,7 and 5-9.")] = "20",
    days: DAYS = None, customers: CUSTOMERS = None, network: NETWORK = None, customers_table: TABLE = None,
    set_: SET = None, mode: MODE = None, era: ERA = None,
    detail: DETAIL = "counts",
    rivals: Annotated[str, typer.Option(help="What rivals play: status_quo, or each (every arm in turn).")] = "status_quo",
    threads: THREADS = 1, workers: WORKERS = 1, max_log: MAX_LOG = 5.0, out: OUT = None, as_json: JSON = False,
    tie_check: Annotated[bool | None, typer.Option(
        "--tie-check/--no-tie-check", help="A few seeds again with 5 and 15 strong ties; default with a network file without layers.",
    )] = None,
) -> None:  # fmt: skip
    """Several strategies in the same seat of the same worlds: both scoreboards, differences, who wins where."""
    from .console import say
    from .setting import Setting, arms_of, seeds_of

    setting = Setting(scenario, days, customers, network, set_, mode, customers_table, era)
    say(*(f"note: {note}" for note in setting.provenance.get("notes", ())), stream=sys.stderr)
    chosen, numbers = arms_of(arms, setting.scenario), seeds_of(seeds)
    check_out(out)
    from . import compare as question
    from .progress import Meter

    with Meter() as meter:
        found = question.compare(setting, chosen, seeds=numbers, detail=detail, rivals=rivals, threads=threads, workers=workers,
                                 max_log=max_log * 1e9, out=out, progress=meter, tie_check=tie_check)  # fmt: skip
        where = kept(found, out, meter)
    from .console import show_comparison, show_contest, show_matrix

    if as_json:
        print_json(found.to_json())
    else:
        shows: dict[str, Any] = {"Contest": show_contest, "Matrix": show_matrix}
        shows.get(type(found).__name__, show_comparison)(found)
    tell_where(where, as_json)


@app.command()
def run(
    scenario: SCENARIO,
    arm: Annotated[str | None, typer.Option(help="Strategy in the focal seat; default the scenario's default_arm.")] = None,
    seed: Annotated[int, typer.Option(help="The seed of people, ties and chance.")] = 0,
    luck: Annotated[int | None, typer.Option(help="Another seed of chance after day 0.")] = None,
    days: DAYS = None, customers: CUSTOMERS = None, network: NETWORK = None, customers_table: TABLE = None,
    set_: SET = None, mode: MODE = None, era: ERA = None,
    detail: DETAIL = "counts",
    without: Annotated[str | None, typer.Option(help="What to leave out: trigger.")] = None,
    no_twin: Annotated[bool, typer.Option("--no-twin", help="Do not run the twin without the trigger.")] = False,
    replays: Annotated[int | None, typer.Option(help="Replay with luck 0 to R-1 from one checkpoint.")] = None,
    threads: THREADS = 1, workers: WORKERS = 1, max_log: MAX_LOG = 5.0, out: OUT = None, as_json: JSON = False,
) -> None:  # fmt: skip
    """One world, one strategy: its scoreboard, tables and report."""
    from .console import say
    from .setting import Setting

    setting = Setting(scenario, days, customers, network, set_, mode, customers_table, era)
    say(*(f"note: {note}" for note in setting.provenance.get("notes", ())), stream=sys.stderr)
    if arm is not None:
        setting.scenario.seated(arm)
    if replays is not None and (luck is not None or without is not None):
        raise InputError("replays have their own luck", key="--replays", given=replays, allowed="without --luck and --without")
    check_out(out)
    from . import console
    from . import replays as many
    from . import run as question
    from .progress import Meter

    more: dict[str, Any] = {"threads": threads, "workers": workers, "max_log": max_log * 1e9, "out": out}
    if replays is not None:
        with Meter() as meter:
            lucky = many.replays(setting, replays, seed=seed, arm=arm, detail=detail, **more, progress=meter)
            where = kept(lucky, out, meter)
        if as_json:
            print_json(lucky.to_json())
        else:
            console.show_replays(lucky.scenario.name, lucky.arm, lucky.spread, replays)
        return tell_where(where, as_json)
    variant = {"seed": seed, "arm": arm, "luck": luck, "without": without, "detail": detail}
    variants = [variant]
    if without is None and not no_twin and any(shock.trigger for shock in setting.scenario.shocks):
        variants.append({**variant, "without": "trigger", "detail": "counts"})
    with Meter() as meter:
        runs = question.run_variants(setting, variants, **more, progress=meter)
        where = kept(runs[0], out, meter)
    damage = console.damage_of(*runs) if len(runs) > 1 else None
    if as_json:
        print_json(runs[0].to_json() | ({} if damage is None else {"damage": damage}))
    else:
        console.show_run(runs[0])
        if damage is not None:
            console.show_damage(damage)
    return tell_where(where, as_json)


@app.command()
def scenarios(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="One scenario, in full.")] = None, as_json: JSON = False,
) -> None:  # fmt: skip
    """The worlds there are, or one of them with its texts."""
    from ..scenarios.eras import ERAS
    from ..scenarios.load import load, resolved, scenario_table, scenario_text

    if name is None:
        rows = scenario_table()
        if as_json:
            print_json(rows)
        for row in [] if as_json else rows:
            print(f"{row['name']:<16} {row.get('title', '')}".rstrip())
        if not as_json:
            print("\neras, for --era NAME of run and compare:")
        for era, (sentence, _) in ({} if as_json else ERAS).items():
            print(f"{era:<16} {sentence}")
    elif as_json:
        print_json(resolved(load(name)))
    else:
        print(scenario_text(name).rstrip())


@app.command()
def network(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An edge list (CSV, TSV, white space), GraphML or GEXF.")],
    strong_ties: Annotated[int, typer.Option(help="Ties of a person that count as strong, at most.")] = 8, as_json: JSON = False,
) -> None:  # fmt: skip
    """What a network file holds: counts, statistics, and what was mended on the way in."""
    if strong_ties < 1:
        raise InputError("strong ties must be 1 or more", key="--strong-ties", given=strong_ties, allowed="1 or more")
    from ..sim.network import network_statistics, strong_ties_at
    from ..sim.network_file import read_network

    net = read_network(file, strong_ties)
    strong = strong_ties_at(net, sorted({5, 8, 15, strong_ties})) if net.top is not None and net.ties else []
    figures = {name: value if value == value else None for name, value in network_statistics(net).items()}
    if as_json:
        why = {name: "such a graph has no such number" for name, value in figures.items() if value is None}
        if not strong:
            why["strong_ties"] = SAYS_WHO if net.ties else "nobody is tied"
        print_json({"file": str(file), "statistics": figures, "strong_ties": strong or None, "why": why, "notes": list(net.notes),
                    "digest": net.digest()})  # fmt: skip
        return
    from .console import say, show
    from .verdict import number

    show(str(file), ["statistic", "value"], [[name, f"{v:,}" if isinstance(v, int) else number(v)] for name, v in figures.items()])
    if strong:
        show("By the number of strong ties in the rule", ["strong ties", "people without one", "share", "mean per person"],
             [[str(row["strong_ties"]), f"{row['without']:,}", f"{row['without'] / net.people:.1%}", number(row["mean"])]
              for row in strong])  # fmt: skip
    elif net.ties:
        say(f"Strong ties: {SAYS_WHO}.", "")
    say(*(f"note: {note}" for note in net.notes), f"digest: {net.digest()}")


@app.command()
def report(folder: FOLDER, as_json: JSON = False) -> None:
    """Make the report of a results folder again."""
    from .results import read_result
    from .store import write_report

    path = folder / "report.html"
    write_report(read_result(folder), path)
    if as_json:
        print_json({"report": str(path)})
    else:
        print(f"report: {path}")


@app.command()
def digest(folder: FOLDER, as_json: JSON = False) -> None:
    """One word for all tables of a results folder: equal for the same identity and versions."""
    from .store import folder_digest, read_manifest

    found = folder_digest(folder)
    print_json({"run_id": read_manifest(folder)["run_id"], "digest": found}) if as_json else print(found)


@app.command()
def metrics(as_json: JSON = False) -> None:
    """The metrics that there are, by board."""
    from ..sim.metrics.headline import HEADLINE

    rows = [
        {"name": m.name, "status": "headline", "board": m.board, "mark": m.mark, "unit": m.unit, "catalogue": m.catalogue,
         "primary": m.primary, "sentence": m.sentence}
        for m in HEADLINE
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    from .console import TITLES, show

    for board, title in TITLES.items():
        show(title, ["metric", "mark", "unit", "id", "what it is"],
             [[m.name, m.mark, m.unit, m.catalogue, m.sentence] for m in HEADLINE if m.board == board], left=5)  # fmt: skip


@app.command()
def warm(as_json: JSON = False) -> None:
    """Compile the model ahead of the first run."""
    import time

    begun = time.perf_counter()
    from .ensemble import compile_once

    compile_once()
    seconds = round(time.perf_counter() - begun, 1)
    print_json({"ready": True, "seconds": seconds}) if as_json else print(f"ready after {seconds} s")


# --- what the commands share ------------------------------------------------------------------------------------------


def check_out(out: Path | None) -> None:
    """Refuse a results folder that cannot be written before anything is computed."""
    from .store import check_folder

    check_folder(out if out is not None else Path("results") / "runs" / "new")


def kept(result: Any, out: Path | None, progress: Any) -> Path:
    """Where a result lies; written to the default folder unless `out` named one."""
    from .store import default_folder, keep

    return out if out is not None else keep(result, default_folder(result.manifest), progress)


def tell_where(path: Path, as_json: bool) -> None:
    """The last line: where the results are."""
    print(f"results: {path}", file=sys.stderr if as_json else sys.stdout)


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, indent=1, allow_nan=False))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0 done, 2 input, 130 stopped; our defects raise, which makes 1."""
    usage = typer.BadParameter.__mro__[1]  # its base is the parser's error, which typer does not export
    command = typer.main.get_command(app)
    try:
        code = command.main(arguments, prog_name="valuescape", standalone_mode=False)
    except InputError as error:
        return refused(str(error))
    except usage as error:  # type: ignore[misc]
        return refused(said_of(error, sys.argv[1:] if arguments is None else arguments))
    except MemoryError as error:
        print(f"valuescape: {error or 'out of memory'}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    if code == STOPPED:  # newer versions of typer return it
        print("stopped: nothing was written; the same command starts again from the beginning", file=sys.stderr)
    return code if isinstance(code, int) else 0


def said_of(error: Any, arguments: list[str]) -> str:
    """What the parser has to say; where a number was wanted, what was given and what would do."""
    said = str(error.format_message())
    kind = "a whole number, such as 1000" if "valid integer" in said else "a number, such as 0.5"
    names = getattr(getattr(error, "param", None), "opts", ())
    at = [place for place, word in enumerate(arguments) if word.partition("=")[0] in names]
    if not at or not any(f"valid {word}" in said for word in ("integer", "number", "float")):
        return said
    name, equals, value = arguments[at[-1]].partition("=")
    given = value if equals else "".join(arguments[at[-1] + 1 : at[-1] + 2])
    return str(InputError(f"not {kind.split(',')[0]}", key=name, given=given, allowed=kind))


def refused(text: str) -> int:
    """One plain line on stderr; the exit code of bad input."""
    print("valuescape: " + " ".join(text.split()), file=sys.stderr)
    return 2
