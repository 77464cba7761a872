"""The commands of influence: what customers' talk is worth, and what is lost without a part of the ecosystem."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from .lookups import JSON
from .streams import print_json

SCENARIO = Annotated[str, typer.Argument(metavar="SCENARIO", help="A built-in name or a path that ends in .toml.")]
ARM = Annotated[str | None, typer.Option(help="Strategy in the focal seat; default the scenario's default_arm.")]
SET = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Another value for a parameter; repeatable.")]
DAYS = Annotated[int | None, typer.Option(help="Horizon in days, counted from the branch.")]
CUSTOMERS = Annotated[int | None, typer.Option(help="Number of customers in the world.")]
NETWORK = Annotated[Path | None, typer.Option(metavar="FILE", help="Your network: an edge list, GraphML or GEXF. Fixes people and ties.")]
TABLE = Annotated[Path | None, typer.Option(metavar="FILE", help="Known traits by name, CSV or Parquet, instead of drawn ones.")]
WORKERS = Annotated[int | None, typer.Option(help="Worlds side by side, in processes; default all cores.")]
OUT = Annotated[Path | None, typer.Option(metavar="DIR", help="Results folder; default results/runs/SCENARIO-RUNID.")]


def crv(
    scenario: SCENARIO,
    sample: Annotated[str, typer.Option("--customers-sampled", metavar="N|all|IDS",
                                        help="How many customers are asked about, all, or ids such as 3,17.")] = "200",
    lucks: Annotated[int, typer.Option(help="Chances after day 0, each a world and its twins.")] = 20,
    seed: Annotated[int, typer.Option(help="The seed of people, ties and burn-in.")] = 0,
    arm: ARM = None,
    shapley: Annotated[int, typer.Option(metavar="N", help="Split the value of all talk by N orders of five groups; 120 is exact.")] = 0,
    days: DAYS = None, customers: CUSTOMERS = None, network: NETWORK = None, customers_table: TABLE = None, set_: SET = None,
    workers: WORKERS = None, out: OUT = None, as_json: JSON = False,
) -> None:  # fmt: skip
    """What single customers' talk is worth: the same world with it and without it, against what attribution says.

    Over one year, unless --days says otherwise.
    """
    from .influence import YEAR

    setting = _setting(scenario, arm, out, days, customers, network, set_, None, customers_table)
    setting = setting if days is not None else setting.within(YEAR)
    from .console_influence import show_influence
    from .influence import crv as question

    def ask(meter: Any) -> Any:
        return question(setting, sample, lucks, seed=seed, arm=arm, shapley=shapley, workers=cores(workers), out=out, progress=meter)

    answered(ask, show_influence, out, as_json)


def knockout(
    scenario: SCENARIO,
    what: Annotated[str, typer.Argument(metavar="WHAT", help="firm:NAME, partner:NAME, community, talk or engine:NAME.")],
    seeds: Annotated[str, typer.Option(metavar="SEEDS", help="20 is seeds 0-19; also 3,7 and 5-9.")] = "20",
    arm: ARM = None, days: DAYS = None, customers: CUSTOMERS = None, network: NETWORK = None, customers_table: TABLE = None,
    set_: SET = None, workers: WORKERS = None, out: OUT = None, as_json: JSON = False,
) -> None:  # fmt: skip
    """What one part contributes: the same worlds with it and without it, and the paired difference."""
    setting = _setting(scenario, arm, out, days, customers, network, set_, None, customers_table)
    from .console_influence import show_knockout
    from .knockout import knockout as question

    def ask(meter: Any) -> Any:
        return question(setting, what, seeds, arm=arm, workers=cores(workers), out=out, progress=meter)

    answered(ask, show_knockout, out, as_json)


def _setting(scenario: str, arm: str | None, out: Path | None, *differences: Any) -> Any:
    """The setting of a command, its notes told; what cannot be used is refused before anything heavy is loaded."""
    from .console import say
    from .setting import Setting
    from .store import check_folder

    setting = Setting(scenario, *differences)
    say(*(f"note: {note}" for note in setting.provenance.get("notes", ())), stream=sys.stderr)
    if arm is not None:
        setting.scenario.seated(arm)
    check_folder(out if out is not None else Path("results") / "runs" / "new")
    return setting


def cores(workers: int | None) -> int:
    """How many processes: as asked, else one for each core."""
    return (os.cpu_count() or 1) if workers is None else workers


def answered(ask: Callable[[Any], Any], show: Callable[[Any], None], out: Path | None, as_json: bool) -> None:
    """Ask under a meter, keep the result, and show it or print its document; the last line says where it is."""
    from .kept import keep
    from .progress import Meter
    from .store import default_folder

    with Meter() as meter:
        found = ask(meter)
        where = out if out is not None else keep(found, default_folder(found.manifest), meter)
    print_json(found.to_json()) if as_json else show(found)
    print(f"results: {where}", file=sys.stderr if as_json else sys.stdout)


COMMANDS = (crv, knockout)
"""The commands of this file, for the command line to register."""
