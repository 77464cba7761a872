"""The command line. Libraries are loaded inside the commands, so that help and refusals come at once."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import __version__
from ..agents.declare import InputError
from .controls.command import controls
from .influence_cli import COMMANDS
from .lookups import JSON, digest, levers, metrics, odd, report, warm
from .research_cli import hypotheses, map_of_winners, sensitivity
from .streams import document_alone, print_json, unwritable
from .sweep.command import sweep
from .validation.command import validate

app = typer.Typer(name="valuescape", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
                  help="Who wins when a firm closes deals, and who wins when it opens up value creation.")  # fmt: skip

STOPPED = 130
SAYS_WHO = "the file says which ties are strong"
SCENARIO = Annotated[str, typer.Argument(metavar="SCENARIO", help="A built-in name or a path that ends in .toml.")]
SET = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Another value for a parameter; repeatable.")]
DAYS = Annotated[int | None, typer.Option(help="Horizon in days, counted from the branch.")]
CUSTOMERS = Annotated[int | None, typer.Option(help="Number of customers.")]
NETWORK = Annotated[Path | None, typer.Option(metavar="FILE", help="Your network: an edge list, GraphML or GEXF. Fixes people and ties.")]
TABLE = Annotated[Path | None, typer.Option(metavar="FILE", help="Known traits by name, CSV or Parquet, instead of drawn ones.")]
NEUTRAL = Annotated[bool, typer.Option("--neutral", help="Without any bias (see valuescape levers) but those in --set.")]
DETAIL = Annotated[str, typer.Option(help="Events to keep: counts, talk or full.")]
MODE = Annotated[str | None, typer.Option(help="substitution or contest.")]
ERA = Annotated[str | None, typer.Option(metavar="NAME", help="Reach of an era (see valuescape scenarios), under what you set.")]
THREADS = Annotated[int, typer.Option(help="Threads within a world.")]
WORKERS = Annotated[int, typer.Option(help="Worlds side by side, in processes.")]
MAX_LOG = Annotated[float, typer.Option(metavar="GB", help="Refuse a log larger than this.")]
OUT = Annotated[Path | None, typer.Option(metavar="DIR", help="Results folder; default results/runs/SCENARIO-RUNID.")]


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
    neutral: NEUTRAL = False, detail: DETAIL = "counts",
    rivals: Annotated[str, typer.Option(help="What rivals play: status_quo, or each (every arm in turn).")] = "status_quo",
    tuned: Annotated[int | None, typer.Option(metavar="N", help="Tune every arm first, with N tries each on other seeds.")] = None,
    objective: Annotated[str, typer.Option(help="With --tuned: profit, value_in_use or another headline metric.")] = "profit",
    threads: THREADS = 1, workers: WORKERS = 1, max_log: MAX_LOG = 5.0, out: OUT = None, as_json: JSON = False,
    tie_check: Annotated[bool | None, typer.Option(
        "--tie-check/--no-tie-check", help="A few seeds again with 5 and 15 strong ties; default with a network file without layers.",
    )] = None,
) -> None:  # fmt: skip
    """Several strategies in the same seat of the same worlds: both scoreboards, differences, who wins where."""
    from .console import say
    from .setting import Setting, arms_of, seeds_of

    set_ = unbiased(set_) if neutral else set_
    setting = Setting(scenario, days, customers, network, set_, mode, customers_table, era)
    say(*(f"note: {note}" for note in setting.provenance.get("notes", ())), stream=sys.stderr)
    chosen, numbers = arms_of(arms, setting.scenario), seeds_of(seeds)
    check_out(out)
    from . import compare as question
    from .progress import Meter

    with Meter() as meter:
        if tuned is not None:
            from .tuning.beside import tuned_setting

            setting = tuned_setting(setting, chosen, tuned, numbers, objective, workers, out, meter)
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
    neutral: NEUTRAL = False,
    detail: DETAIL = "counts",
    without: Annotated[str | None, typer.Option(help="What to leave out: trigger.")] = None,
    no_twin: Annotated[bool, typer.Option("--no-twin", help="Do not run the twin without the trigger.")] = False,
    replays: Annotated[int | None, typer.Option(help="Replay with luck 0 to R-1 from one checkpoint; with a trigger, and twins.")] = None,
    seeds: Annotated[str | None, typer.Option(metavar="SEEDS", help="Damage, or replays, of several seeds: 20 is 0-19.")] = None,
    threads: THREADS = 1,
    workers: Annotated[int | None, typer.Option(help="Worlds side by side, in processes; default 1, for replays all cores.")] = None,
    max_log: MAX_LOG = 5.0, out: OUT = None, as_json: JSON = False,
) -> None:  # fmt: skip
    """One world, one strategy: its scoreboard, tables and report; where something is triggered, the damage it does."""
    from .console import say
    from .setting import Setting

    set_ = unbiased(set_) if neutral else set_
    setting = Setting(scenario, days, customers, network, set_, mode, customers_table, era)
    say(*(f"note: {note}" for note in setting.provenance.get("notes", ())), stream=sys.stderr)
    if arm is not None:
        setting.scenario.seated(arm)
    triggered = any(shock.trigger for shock in setting.scenario.shocks)
    if replays is not None and (luck is not None or without is not None or no_twin):
        raise InputError("replays have their own luck and twins", key="--replays", given=replays,
                         allowed="without --luck, --without and --no-twin")  # fmt: skip
    if seeds is not None and (seed or without is not None or no_twin):
        raise InputError("several seeds are for replays and damage", key="--seeds", given=seeds,
                         allowed="without --seed, --without and --no-twin")  # fmt: skip
    if seeds is not None and replays is None and not triggered:
        raise InputError("a run has one seed, and nothing is triggered here", key="--seeds", given=seeds,
                         allowed="--seed N, or valuescape compare")  # fmt: skip
    if seeds is not None and replays is None and detail != "counts":
        raise InputError("damage over seeds keeps no events", key="--detail", given=detail, allowed="counts, or one --seed")
    check_out(out)
    from . import console_damage, damage
    from . import replays as many
    from . import run as question
    from .progress import Meter

    more: dict[str, Any] = {"arm": arm, "threads": threads, "out": out}
    with Meter() as meter:
        more["progress"] = meter
        if replays is not None:
            more["workers"] = (os.cpu_count() or 1) if workers is None else workers
            found: Any = many.replays(setting, replays, seed=seed, seeds=seeds, detail=detail, max_log=max_log * 1e9, **more)
            show: Any = console_damage.show_replays
        elif seeds is not None:
            found = damage.damage(setting, seeds, luck=luck, workers=1 if workers is None else workers, **more)
            show = console_damage.show_damage
        elif triggered and without is None and not no_twin:
            found = question.run_with_twin(setting, seed=seed, luck=luck, detail=detail, max_log=max_log * 1e9, **more)
            show = console_damage.show_run
        else:
            found = question.run(setting, seed=seed, luck=luck, without=without, detail=detail, max_log=max_log * 1e9, **more)
            show = console_damage.show_run
        where = kept(found, out, meter)
    print_json(found.to_json()) if as_json else show(found)
    tell_where(where, as_json)


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
    if not 1 <= strong_ties <= 100_000:
        raise InputError("so many ties of a person cannot be strong", key="--strong-ties", given=strong_ties, allowed="1 to 100,000")
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


for command in (*COMMANDS, sweep, sensitivity, validate, controls, hypotheses, report, digest, metrics, levers, odd, warm):
    app.command()(command)
app.command("map")(map_of_winners)


# --- what the commands share ------------------------------------------------------------------------------------------


def unbiased(set_: list[str] | None) -> list[str]:
    """The user's settings, and the neutral value of every bias that they do not set."""
    from .levers import neutral_settings

    own = set_ or []
    named = {text.partition("=")[0].strip() for text in own}
    return own + [setting for setting in neutral_settings() if setting.partition("=")[0] not in named]


def check_out(out: Path | None) -> None:
    """Refuse a results folder that cannot be written before anything is computed."""
    from .store import check_folder

    check_folder(out if out is not None else Path("results") / "runs" / "new")


def kept(result: Any, out: Path | None, progress: Any) -> Path:
    """Where a result lies; written to the default folder unless `out` named one."""
    from .kept import keep
    from .store import default_folder

    return out if out is not None else keep(result, default_folder(result.manifest), progress)


def tell_where(path: Path, as_json: bool) -> None:
    """The last line: where the results are."""
    print(f"results: {path}", file=sys.stderr if as_json else sys.stdout)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0 done, 2 input, 130 stopped; our defects raise, which makes 1."""
    try:
        code = carried_out(arguments)
    except OSError:
        if (full := unwritable("\n")) is None:  # some other file's
            raise
        return no_room(full)
    full = unwritable()
    return code if full is None or code else no_room(full)


def carried_out(arguments: list[str] | None) -> int:
    """The exit code of a command line; what is wrong with it is said on stderr."""
    usage = typer.BadParameter.__mro__[1]  # its base is the parser's error, which typer does not export
    command = typer.main.get_command(app)
    try:
        with document_alone("--json" in (sys.argv[1:] if arguments is None else arguments)):
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


def no_room(error: OSError) -> int:
    """One plain line on stderr about a stdout that takes no more, none where its reader has left; the exit code of neither's fault."""
    if not isinstance(error, BrokenPipeError):
        print(f"valuescape: stdout cannot be written: {error.strerror or error}", file=sys.stderr)
    return 1


def refused(text: str) -> int:
    """One plain line on stderr; the exit code of bad input."""
    print("valuescape: " + " ".join(text.split()), file=sys.stderr)
    return 2
