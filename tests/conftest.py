"""What several tests need: the folder of the clone, and the files that belong to it."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
MADE_AGAIN = {"__pycache__", "build", "dist", "runs"}


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the clone, which is also the package."""
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[str]:
    """Paths from the root, with `/`, of all files that are committed or would be by `git add --all`."""
    git = ["git", "-C", str(ROOT)]
    try:
        top = subprocess.run([*git, "rev-parse", "--show-toplevel"], capture_output=True, check=True, encoding="utf-8")
        if not Path(top.stdout.strip()).samefile(ROOT):
            return sorted(_walked())
        listing = subprocess.run(
            [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
    except (OSError, subprocess.CalledProcessError):
        return sorted(_walked())
    return sorted(name for name in set(listing.stdout.split("\0")) if name and (ROOT / name).is_file())


def _walked():
    """The same for a folder that git does not know, such as an unpacked archive."""
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [
            name
            for name in folders
            if name not in MADE_AGAIN and not name.endswith(".egg-info") and (name == ".ci" or not name.startswith("."))
        ]
        yield from ((here / name).as_posix() for name in names)


PLAIN = bool(os.environ.get("VALUESCAPE_PLAIN"))  # the mutants are run uncompiled: no compile per mutant


@pytest.fixture(scope="session")
def compiled() -> bool:
    """Whether worlds run compiled; both ways give the same bits, which is a test of its own."""
    return not PLAIN


@pytest.fixture(scope="session")
def steady() -> str:
    """The name of a strategy whose one decision is its options."""
    return f"{ROOT / 'tests' / 'worlds.py'}:Steady"


@pytest.fixture(scope="session")
def make_scenario(steady):
    """A builder of small scenarios: `focal` and `rival` are a strategy's name or the fields of a decision that stands."""

    def firm(who, more):
        seat = {"strategy": steady, "options": who} if isinstance(who, dict) else {"strategy": who}
        return seat | more

    def make(people=100, *, focal="ecrm", rival="status_quo", rivals=2, days=60, shocks=(), offer=(), budget=None, burn_in=0, **groups):
        from valuescape.scenarios.schema import Scenario

        partners = groups.pop("partners", {})
        more = dict(offer) | ({} if budget is None else {"budget": budget})
        firms = {"focal": firm(focal, more)} | {f"rival_{k}": firm(rival, more) for k in range(1, rivals + 1)}
        world = {"burn_in_days": burn_in} | {name: value for name, value in groups.items() if not isinstance(value, dict)}
        world |= {name: dict(value) for name, value in groups.items() if isinstance(value, dict)}
        world["customers"] = {"number": people} | world.get("customers", {})
        whole = {"name": "test", "days": days, "world": world, "firms": firms, "shocks": list(shocks), "partners": partners or {}}
        return Scenario.model_validate(whole)

    return make


@pytest.fixture(scope="session")
def live(compiled):
    """A world of a scenario after `days` days: a ServiceEcosystem with the full log."""

    def run(scenario, days=0, *, seed=1, **options):
        from valuescape.sim.model import ServiceEcosystem

        model = ServiceEcosystem(scenario, seed, **({"detail": "full", "compiled": compiled} | options))
        for _ in range(days):
            model.step()
        return model

    return run


@pytest.fixture(scope="session")
def without():
    """The rows of a log without some kinds, or of some kinds only (`only`)."""

    def rows(events, *kinds, only=()):
        from valuescape.sim.events import KIND

        keep = ~np.isin(events["kind"], [KIND[kind] for kind in kinds])
        if only:
            keep &= np.isin(events["kind"], [KIND[kind] for kind in only])
        return events[keep]

    return rows
