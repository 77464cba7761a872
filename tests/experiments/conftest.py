"""One small comparison and one small run that several tests look at, and the command line as a user has it."""

import json
import os
import subprocess
import sys

import pytest

from valuescape import compare, run

SMALL = ["--customers", "200", "--days", "30"]


def cli(*arguments, cwd, **environment):
    """The finished process of `valuescape ARGUMENTS`, in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "valuescape", *map(str, arguments)], cwd=cwd, capture_output=True, encoding="utf-8", timeout=120,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.fixture(autouse=True)
def brief_report(monkeypatch):
    """Reports take seconds and have tests of their own: here a line stands for them, but in other processes."""
    monkeypatch.setattr("valuescape.experiments.kept.write_report", lambda result, path: path.write_text("<html>", encoding="utf-8"))


@pytest.fixture(scope="session")
def command():
    """`command(*arguments, cwd=folder, **environment)` runs the command line in a process of its own."""
    return cli


@pytest.fixture(scope="session")
def compared():
    """crossroads, two seeds, in this process."""
    return compare("crossroads", ["ecrm", "crossroads", "sd"], seeds=2, customers=200, days=30)


@pytest.fixture(scope="session")
def printed(tmp_path_factory):
    """The same by the command line, as JSON, in another process with another PYTHONHASHSEED: (process, document, folder)."""
    folder = tmp_path_factory.mktemp("compared")
    done = cli("compare", "crossroads", "--arms", "ecrm,crossroads,sd", "--seeds", "2", *SMALL, "--json", "--threads", "2", cwd=folder,
               PYTHONHASHSEED="4711")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done, json.loads(done.stdout), folder


@pytest.fixture(scope="session")
def full_run():
    """crossroads with every event."""
    return run("crossroads", seed=1, customers=200, days=30, detail="full")
