"""A sweep comes out the same however it is run, and whatever dies on the way: no run is lost, none is counted twice."""

import json
import os
import signal
import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from valuescape import InputError, run
from valuescape.experiments.executors import Died, Here, Processes, each_done
from valuescape.experiments.sweep.chunks import FOLDER, alone_in, look_into
from valuescape.experiments.sweep.page import write_sweep
from valuescape.experiments.sweep.result import Ensemble
from valuescape.experiments.sweep.sweep import sweep
from valuescape.sim.jit import engine_digest

SMALL = {
    "name": "small", "scenario": "crossroads", "arms": ["ecrm", "sd"], "seeds": "0-2", "days": 28, "customers": 60,
    "set": {"world.burn_in_days": 14}, "outcomes": ["profit", "value_in_use", "crv", "state.people.cred_strong"],
    "grid": {"world.talk.openness": [0.0, 0.5, 1.0]},
}  # fmt: skip
OVERSPENDS = '''
from valuescape import Decision

class Spender:
    """Orders more than it can pay for, from some day on."""

    def __init__(self, from_day=10):
        self.from_day = from_day

    def decide(self, view):
        return Decision(desk_hours=1e6 if view.day >= self.from_day else 0.0)
'''


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The sweep as it comes out undisturbed."""
    return sweep(SMALL, out=tmp_path_factory.mktemp("sweeps") / "whole")


def runs_of(found):
    return found.tables["runs"]


# --- what is run ------------------------------------------------------------------------------------------------------


def test_a_run_of_a_sweep_is_the_run_that_is_run_alone(whole):
    table = runs_of(whole).to_pylist()
    assert len(table) == 18
    for row in (table[0], table[-1]):
        openness = whole.points["world.talk.openness"].to_pylist()[row["point"]]
        settings = {"world.burn_in_days": 14, "world.talk.openness": openness}
        alone = run("crossroads", seed=row["seed"], arm=row["arm"], days=28, customers=60, set=settings)
        board = {line["metric"]: line["value"] for line in alone.scoreboard.to_pylist() if line["firm"] == "focal"} if "firm" in \
            alone.scoreboard.column_names else {line["metric"]: line["value"] for line in alone.scoreboard.to_pylist()}  # fmt: skip
        assert row["profit"] == board["profit"]
        assert row["value_in_use"] == board["value_in_use"]


def test_processes_give_the_same_bytes(whole, tmp_path):
    assert sweep(SMALL, out=tmp_path / "many", workers=2).digest() == whole.digest()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_point_that_is_named_twice_is_two_points(tmp_path, workers):
    points = {"world.talk.openness": [0.5, 0.5, 1.0, 0.5], "seed": [1, 1, 1, 2]}
    found = sweep({**SMALL, "grid": None, "list": points}, out=tmp_path / "s", workers=workers)
    rows = runs_of(found).to_pylist()
    assert [(row["point"], row["arm"]) for row in rows] == [(point, arm) for point in range(4) for arm in ("ecrm", "sd")]
    assert len({row["run"] for row in rows}) == 8
    profit = [row["profit"] for row in rows]
    assert profit[:2] == profit[2:4] != profit[6:]


def test_an_ensemble_is_asked_without_loading_it(whole):
    means = whole.query("SELECT point, arm, avg(profit) AS mean FROM runs GROUP BY ALL ORDER BY ALL").to_pylist()
    summary = {(row["point"], row["arm"]): row["mean"] for row in whole.summary.to_pylist() if row["outcome"] == "profit"}
    assert [row["mean"] for row in means] == pytest.approx([summary[row["point"], row["arm"]] for row in means])
    gaps = whole.paired("profit", "sd", "ecrm").to_pylist()
    assert [row["mean"] for row in gaps] == pytest.approx([summary[point, "sd"] - summary[point, "ecrm"] for point in range(3)])
    assert all(row["low"] < row["mean"] < row["high"] for row in gaps)
    quantiles = whole.quantiles("profit", (0.0, 0.5, 1.0)).to_pylist()
    assert all(row["q0"] <= row["q0.5"] <= row["q1"] for row in quantiles)
    frame = whole.to_frame(["profit"])
    assert frame["profit"].tolist() == runs_of(whole)["profit"].to_pylist()
    assert sorted(set(frame["world.talk.openness"])) == [0.0, 0.5, 1.0]
    for asked in (
        lambda: whole.query("SELECT nothing FROM runs"),
        lambda: whole.quantiles("profits"),
        lambda: whole.paired("profit", "a", "sd"),
    ):
        with pytest.raises(InputError):
            asked()


def test_days_and_damage_are_read_in_one_run(tmp_path):
    design = {"scenario": "flight", "arms": ["says_nothing"], "seeds": 2, "lucks": 2, "days": 42, "customers": 200, "days_read": [7, 14],
              "outcomes": ["profit", "damage.loss", "damage.no_trace"][:2], "set": {"world.burn_in_days": 28}}  # fmt: skip
    found = runs_of(sweep(design, out=tmp_path / "s")).to_pylist()
    assert [row["day"] for row in found] == [7, 14, 42] * 4
    assert [row["damage.loss"] is None for row in found] == [True, True, False] * 4
    from valuescape import damage

    alone = damage("flight", 1, arm="says_nothing", days=42, customers=200, luck=1, set={"world.burn_in_days": 28}).losses.to_pylist()[0]
    assert found[5]["damage.loss"] == alone["loss"]
    assert (found[5]["seed"], found[5]["luck"]) == (0, 1)


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_failed_run_is_a_row_and_the_rest_goes_on(tmp_path):
    (tmp_path / "spender.py").write_text(OVERSPENDS, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(
        'extends = "crossroads"\n[arms.spender]\nstrategy = "spender.py:Spender"\noptions = { from_day = 10 }\n', encoding="utf-8"
    )
    design = {**SMALL, "scenario": str(tmp_path / "mine.toml"), "arms": ["ecrm", "spender"], "seeds": "0-1"}
    found = sweep(design, out=tmp_path / "s")
    assert found.counts == {"runs": 12, "failed": 6}
    rows = runs_of(found).to_pylist()
    assert all((row["error"] is None) == (row["arm"] == "ecrm") for row in rows)
    bad = found.failures[0]
    assert "desk" in bad["error"]
    assert "Traceback" in bad["traceback"]
    code = subprocess.run([sys.executable, "-m", *bad["command"].split()], cwd=tmp_path, capture_output=True, text=True)
    assert code.returncode == 2
    assert bad["error"].split(",")[0].split(":")[-1].strip() in code.stderr  # the same complaint
    assert {row["failed"] for row in found.summary.to_pylist() if row["arm"] == "spender"} == {2}
    write_sweep(found, tmp_path / "page" / "report.html")
    page = (tmp_path / "page" / "report.html").read_text(encoding="utf-8")
    assert "6 of 12 runs failed" in page
    assert bad["command"].replace("'", "&#39;") in page


def test_what_is_missing_is_run_and_nothing_else(whole, tmp_path):
    found = sweep(SMALL, out=tmp_path / "s")
    chunks = sorted((tmp_path / "s" / FOLDER).glob("*.parquet"))
    assert len(chunks) > 2
    chunks[0].unlink()
    chunks[1].write_bytes(chunks[1].read_bytes()[:-20])  # half-written by somebody else's hand
    (tmp_path / "s" / FOLDER / ".x.parquet.1.part").write_bytes(b"left by a killed writer")
    times = {path: path.stat().st_mtime_ns for path in chunks[2:]}
    again = sweep(SMALL, out=tmp_path / "s")
    assert again.digest() == found.digest() == whole.digest()
    assert {path: path.stat().st_mtime_ns for path in chunks[2:]} == times
    assert not list((tmp_path / "s" / FOLDER).glob(".*.part"))


def test_the_same_piece_written_twice_is_counted_once(whole, tmp_path):
    sweep(SMALL, out=tmp_path / "s")
    one = min((tmp_path / "s" / FOLDER).glob("*.parquet"))
    one.with_name("0000.parquet").write_bytes(one.read_bytes())
    (tmp_path / "s" / "summary.parquet").unlink()
    assert sweep(SMALL, out=tmp_path / "s").digest() == whole.digest()


def test_two_sweeps_do_not_work_in_one_folder(tmp_path):
    with alone_in(tmp_path / "s"), pytest.raises(InputError, match="another sweep is at work"):
        sweep(SMALL, out=tmp_path / "s")


def test_another_design_does_not_go_into_the_same_folder(tmp_path):
    sweep(SMALL | {"grid": {"world.talk.openness": [0.5]}, "seeds": 1}, out=tmp_path / "s")
    with pytest.raises(InputError, match="results of another run"):
        sweep(SMALL, out=tmp_path / "s")


def test_pieces_of_another_engine_are_said_and_taken_or_not(tmp_path):
    small = SMALL | {"seeds": 1}
    right = sweep(small, out=tmp_path / "s").digest()
    path = min((tmp_path / "s" / FOLDER).glob("*.parquet"))
    table = pq.read_table(path)
    old = table.set_column(table.column_names.index("profit"), "profit", pc.add(table["profit"], 1.0))
    pq.write_table(old.replace_schema_metadata({b"valuescape_engine": b"older"}), path)
    assert look_into(tmp_path / "s", engine_digest()).stale == [path]
    with pytest.raises(InputError, match="made by another engine"):
        sweep(small, out=tmp_path / "s")
    assert sweep(small, out=tmp_path / "s", stale="keep").digest() != right
    assert sweep(small, out=tmp_path / "s", stale="recompute").digest() == right


def test_an_unfinished_sweep_says_how_to_go_on(tmp_path):
    sweep(SMALL | {"seeds": 1}, out=tmp_path / "s")
    (tmp_path / "s" / "summary.parquet").unlink()
    with pytest.raises(InputError, match="not finished"):
        Ensemble.read(tmp_path / "s")


# --- what dies --------------------------------------------------------------------------------------------------------


KILLERS = '''
import os, signal
from pathlib import Path

def kills_itself(task):
    """Work that ends its process, for one task always, for another once."""
    if task == "always" or (task.startswith("once") and not Path(task.partition(":")[2]).exists()):
        if task.startswith("once"):
            Path(task.partition(":")[2]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task.upper()
'''


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_tasks_that_kill_their_worker_are_told_from_those_that_were_there(tmp_path, monkeypatch):
    (tmp_path / "killers.py").write_text(KILLERS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)  # workers take the driver's path over
    from killers import kills_itself

    tasks = ["a", f"once:{tmp_path / 'mark'}", "b", "always", "c", "d"]
    with Processes(2) as place:
        found = dict(each_done(place, kills_itself, tasks))
    assert isinstance(found.pop(3), Died)
    assert found == {k: task.upper() for k, task in enumerate(tasks) if k != 3}


def test_an_error_of_the_work_ends_the_call():
    with pytest.raises(ZeroDivisionError):
        list(each_done(Here(), lambda task: 1 / task, [1, 0]))


DRIVER = """
import sys
from valuescape.experiments.sweep.sweep import sweep
import json
if __name__ == "__main__":
    sweep(json.loads(sys.argv[1]), out=sys.argv[2], workers=2)
"""
LONGER = SMALL | {"seeds": "0-9", "days": 84, "customers": 200}


@pytest.fixture(scope="module")
def longer(tmp_path_factory):
    """A sweep that lasts for some seconds, undisturbed."""
    return sweep(LONGER, out=tmp_path_factory.mktemp("longer") / "whole", workers=2)


def driver(folder, tmp_path):
    """A driver at work in a process of its own, once it has written something; and its children."""
    script = tmp_path / "driver.py"
    script.write_text(DRIVER, encoding="utf-8")
    process = subprocess.Popen([sys.executable, script, json.dumps(LONGER), folder], stderr=subprocess.PIPE)
    for _ in range(1200):
        if list((folder / FOLDER).glob("*.parquet")):
            break
        assert process.poll() is None, process.stderr.read().decode()
        time.sleep(0.05)
    return process, children_of(process.pid)


def children_of(pid):
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [int(child) for child in found]


def alive(pid):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


needs_ps = pytest.mark.skipif(sys.platform == "win32", reason="signals and ps")


@needs_ps
def test_a_killed_driver_leaves_nobody_behind_and_the_same_command_finishes(longer, tmp_path):
    folder = tmp_path / "s"
    process, workers = driver(folder, tmp_path)
    assert workers
    process.kill()
    process.wait()
    begun = time.monotonic()
    while any(alive(pid) for pid in workers) and time.monotonic() - begun < 20:
        time.sleep(0.1)
    assert not any(alive(pid) for pid in workers)
    done = look_into(folder, engine_digest()).done
    assert 0 < len(done) < 60
    before = {path: path.stat().st_mtime_ns for path in (folder / FOLDER).glob("*.parquet")}
    found = sweep(LONGER, out=folder, workers=2)
    assert found.digest() == longer.digest()
    assert before.items() <= {path: path.stat().st_mtime_ns for path in (folder / FOLDER).glob("*.parquet")}.items()


@needs_ps
def test_a_killed_worker_costs_no_run(longer, tmp_path):
    folder = tmp_path / "s"
    process, workers = driver(folder, tmp_path)
    victim = max(
        workers, key=lambda pid: float(subprocess.run(["ps", "-o", "pcpu=", "-p", str(pid)], capture_output=True, text=True).stdout or 0)
    )
    os.kill(victim, signal.SIGKILL)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said.decode()
    assert Ensemble.read(folder).digest() == longer.digest()


def test_a_full_disk_is_said_and_loses_nothing(whole, tmp_path, monkeypatch):
    from valuescape.experiments.sweep import chunks

    real, written = pq.write_table, []

    def full(table, file, **options):
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(1)
        real(table, file, **options)

    monkeypatch.setattr(chunks.os, "fsync", lambda number: None)
    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(InputError, match=r"No space left on device.*the same command goes on"):
        sweep(SMALL, out=tmp_path / "s")
    assert len(list((tmp_path / "s" / FOLDER).glob("*.parquet"))) == 2
    monkeypatch.undo()
    assert sweep(SMALL, out=tmp_path / "s").digest() == whole.digest()
    assert isinstance(runs_of(whole), pa.Table)
