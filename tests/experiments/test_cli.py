"""The command line: one line for what is wrong, one document for --json, and help at once."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from valuescape import __version__
from valuescape.experiments.cli import main

HEAVY = {"duckdb", "igraph", "matplotlib", "mesa", "networkx", "numba", "pandas", "pyarrow", "scipy"}
BAD = [
    ("compare nowhere", "nowhere"),
    ("compare nowhere.toml", "nowhere.toml"),
    ("run crossroad", "crossroads"),  # what was meant
    ("compare crossroads --arms sd,nope", "nope"),
    ("compare crossroads --arms sd,sd", "sd"),
    ("compare crossroads --seeds 0", "seeds"),
    ("compare crossroads --seeds five", "five"),
    ("compare crossroads --customers 0", "customers"),
    ("compare crossroads --customers -4", "customers"),
    ("compare crossroads --customers many", "--customers"),
    ("compare crossroads --days 0", "days"),
    ("compare crossroads --set world.talk.nope=1", "world.talk.nope"),
    ("compare crossroads --set world.talk.sees=7", "world.talk.sees"),
    ("compare crossroads --set rubbish", "rubbish"),
    ("compare crossroads --network nowhere.csv", "nowhere.csv"),
    ("compare crossroads --customers 9 --network net.csv", "customers"),
    ("compare crossroads --set world.network.mean_degree=9 --network net.csv", "world.network.mean_degree"),
    ("compare crossroads --network binary.csv", "binary.csv"),
    ("compare crossroads --out net.csv", "net.csv"),
    ("compare crossroads --out full", "full"),
    ("compare crossroads --out net.csv/below", "net.csv"),
    ("run crossroads --mode contest", "contest"),
    ("compare crossroads --mode duel", "duel"),
    ("compare crossroads --rivals all", "all"),
    ("compare crossroads --era stone_age", "stone_age"),
    ("run crossroads --set era=web_1", "era"),
    ("compare crossroads --workers 0", "workers"),
    ("compare crossroads --threads -1", "threads"),
    ("compare crossroads --detail all", "all"),
    ("compare crossroads --nonsense", "--nonsense"),
    ("compare", "SCENARIO"),
    ("compare crossroads extra", "extra"),
    ("frobnicate", "frobnicate"),
    ("run crossroads --arm nope", "nope"),
    ("run crossroads --without trigger", "trigger"),
    ("run crossroads --replays 0", "replays"),
    ("run crossroads --replays 1000000000000", "1 to 1,000,000"),
    ("run broken_guitar --days 14 --replays 2", "the run is over before it"),
    ("run crossroads --set world=3 --customers 20", "world: a value stands where a table belongs, given 3"),
    ("compare crossroads --out " + 300 * "a", "File name too long"),
    ("network " + 300 * "a", "File name too long"),
    ("run crossroads --replays 2 --luck 1", "replays"),
    ("run crossroads --seed -1", "seed"),
    ("scenarios nowhere", "nowhere"),
    ("network nowhere.csv", "nowhere.csv"),
    ("network net.csv --strong-ties 0", "strong"),
    ("network net.csv --strong-ties 999999999999999999999", "1 to 100,000"),
    ("report full", "full"),
    ("digest nowhere", "nowhere"),
    ("compare crossroads --days 1e3", "--days: not a whole number, given '1e3'; allowed: a whole number"),
    ("run crossroads --days=", "--days: not a whole number, given ''"),
    ("run crossroads --max-log much", "--max-log: not a number, given 'much'"),
    ("run crossroads --max-log nan", "max_log: the largest log must be a number above 0, given nan"),
    ("run crossroads --max-log -1", "max_log"),
    ("run crossroads --set world.talk.nope=1", "given 'nope'; allowed: such as noticed, "),
    ("run crossroads --set world.network.kid=1", "given 'kid'; allowed: kind, mean_degree, "),
    ("run crossroads --customers-table nowhere.csv", "nowhere.csv"),
    ("run crossroads --customers-table net.csv", "net.csv: line 1: no column says who a row is about"),
    ("compare crossroads --network net.csv --customers-table people.csv", "people.csv: line 3: nobody in the network has"),
    ("network full", "this is a folder"),
    ("digest broken", "manifest.json: this is no manifest"),
    ("report broken", "manifest.json: this is no manifest"),
    ("compare crossroads --tie-check", "no rule of strong ties is at work"),
]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a small network, a file that is none, and a folder that holds something."""
    (tmp_path / "net.csv").write_text("a,b\nb,c\nc,a\nc,d\nc,c\n", encoding="utf-8")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)))
    (tmp_path / "people.csv").write_text("name,skill\na,1\nx,1\n", encoding="utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text('{"format": 1, "iden', encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("line", "offender"), BAD, ids=[line for line, _ in BAD])
def test_one_plain_line_for_what_is_wrong(line, offender, place, capsys):
    before = sorted(place.rglob("*"))
    assert main(line.split()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("\n")
    assert len(said.err.splitlines()) == 1
    assert offender in said.err
    assert sorted(place.rglob("*")) == before


def test_an_unwritable_place_is_refused_before_anything_is_computed(place, capsys, monkeypatch):
    def no(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", no)
    assert main(["compare", "crossroads", "--out", "somewhere"]) == 2
    assert "Permission denied" in capsys.readouterr().err


def test_a_new_process_says_it_in_one_line_too(tmp_path, command):
    done = command("compare", "crossroads", "--set", "world.talk.sees=7", cwd=tmp_path, COLUMNS="40")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "world.talk.sees" in done.stderr


def test_an_overspending_strategy_stops_the_run(place, capsys):
    text = """
from valuescape import Decision, Push
class Rich:
    def decide(self, view):
        return Decision(pushes=(Push(channel="mail", volume=7.0),))
"""
    (place / "rich.py").write_text(text, encoding="utf-8")
    (place / "mine.toml").write_text('days = 5\n[world]\nburn_in_days = 7\n[arms.rich]\nstrategy = "rich.py:Rich"\n', encoding="utf-8")
    assert main(["run", "mine.toml", "--arm", "rich", "--customers", "30"]) == 2
    said = capsys.readouterr()
    last = said.err.splitlines()[-1]
    assert "firms.focal.mail" in last
    assert "day 0" in last
    assert not (place / "results").exists()
    # the same from a worker process
    assert main(["compare", "mine.toml", "--arms", "rich", "--customers", "30", "--seeds", "2", "--workers", "2"]) == 2
    assert "firms.focal.mail" in capsys.readouterr().err.splitlines()[-1]
    assert not (place / "results").exists()


def test_warm(capsys):
    assert main(["warm", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ready"]


def test_help_is_there_at_once_and_loads_nothing_heavy(tmp_path, command):
    command("--help", cwd=tmp_path)  # the first one may have to write byte code
    begun = time.perf_counter()
    done = command("--help", cwd=tmp_path)
    assert time.perf_counter() - begun < 1.0
    assert done.returncode == 0
    assert "compare" in done.stdout
    for arguments in (["--help"], ["compare", "--help"], ["--version"]):
        code = f"import sys; from valuescape.experiments.cli import main; main({arguments!r}); print(sorted(sys.modules))"
        done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
        loaded = set(eval(done.stdout.splitlines()[-1]))
        assert not {name.split(".")[0] for name in loaded} & HEAVY


def test_a_refusal_does_not_wait_for_mesa_and_numba(place):
    code = "import sys; from valuescape.experiments.cli import main; main(sys.argv[1:]); print(sorted(sys.modules))"
    for line in ("compare nowhere", "compare crossroads --arms nope", "compare crossroads --customers 0", "run crossroads --arm nope"):
        python = [sys.executable, "-P", "-c", code, *line.split()]
        done = subprocess.run(python, cwd=place, capture_output=True, encoding="utf-8", check=True)
        assert not {"mesa", "numba"} & set(eval(done.stdout))


def test_version_and_bare_command(capsys):
    assert main(["--version"]) == 0
    assert main([]) == 0
    said = capsys.readouterr()
    assert f"valuescape {__version__}" in said.out
    assert "compare" in said.out
    assert said.err == ""


def test_scenarios(capsys):
    assert main(["scenarios", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"baseline", "crossroads"} <= {row["name"] for row in rows}
    assert all("status" in row for row in rows)
    assert main(["scenarios"]) == 0
    assert "crossroads" in capsys.readouterr().out
    assert main(["scenarios", "crossroads"]) == 0
    assert "WHAT IS IT" in capsys.readouterr().out.upper()


def test_a_damaged_result_is_named_with_file_and_key(place, capsys):
    identity = {"question": "compare", "network": None, "scenario": {}, "arms": [], "seeds": [0], "detail": "counts"}
    whole = {"format": 1, "run_id": "x", "provenance": {}, "identity": identity}
    changes = [("format", None, "one"), ("format", None, True), ("run_id", None, 5), ("identity", None, []), ("provenance", None, None)]
    changes += [("identity", "question", None), ("identity", "seeds", [0.5]), ("identity", "arms", "sd"), ("identity", "network", 7)]
    for key, inner, value in changes:
        manifest = json.loads(json.dumps(whole))
        (manifest if inner is None else manifest[key])[inner or key] = value
        (place / "broken" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        assert main(["report", "broken"]) == 2
        said = capsys.readouterr().err
        assert len(said.splitlines()) == 1
        assert "manifest.json: " in said
        assert (inner or key) in said
    for text in ("[1]", "null", "\udcff", "[" * 100_000):
        (place / "broken" / "manifest.json").write_bytes(text.encode("utf-8", "surrogatepass"))
        assert main(["digest", "broken"]) == 2
        assert "this is no manifest" in capsys.readouterr().err
    (place / "broken" / "manifest.json").write_text(json.dumps(whole), encoding="utf-8")
    assert main(["report", "broken"]) == 2
    assert "scoreboard.parquet: a table is missing" in capsys.readouterr().err


def test_network(place, capsys):
    assert main(["network", "net.csv", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["statistics"]["people"], document["statistics"]["ties"]) == (4, 4)
    assert any("herself" in note for note in document["notes"])
    assert all(name in document["why"] for name, value in document["statistics"].items() if value is None)
    assert main(["network", "net.csv"]) == 0
    assert "note: " in capsys.readouterr().out


def test_run_with_a_trigger_shows_its_twin(place, capsys):
    text = 'extends = "crossroads"\ndays = 6\n[world]\nburn_in_days = 7\n[[shocks]]\nday = 2\ntrigger = true\n'
    (place / "storm.toml").write_text(text, encoding="utf-8")
    small = ["run", "storm.toml", "--customers", "60"]
    assert main([*small, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {"profit", "value_in_use", "series", "money"} <= set(document["damage"])
    assert document["damage"]["history"] == "one history"
    row = document["damage"]["profit"]
    assert row["difference"] == row["with"] - row["without"]
    assert main([*small, "--no-twin", "--json"]) == 0
    assert "damage" not in json.loads(capsys.readouterr().out)
    assert main(small) == 0
    said = capsys.readouterr().out
    assert "without the trigger" in said
    folder = place / said.splitlines()[-1].removeprefix("results: ")
    assert (folder / "manifest.json").is_file()
    assert main(["digest", str(folder)]) == 0
    assert len(capsys.readouterr().out.strip()) == 64
    (folder / "report.html").unlink()
    assert main(["report", str(folder)]) == 0
    assert (folder / "report.html").is_file()


def test_replays_are_printed(place, capsys):
    assert main(["run", "crossroads", "--customers", "50", "--days", "5", "--set", "world.burn_in_days=7", "--replays", "2", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document["metrics"]["revenue"]) == {"mean", "p05", "p95"}
    assert document["metrics"]["clv_end_value"]["why"]


def test_the_printed_table_is_plain_and_whole(place, capsys):
    assert main(["compare", "crossroads", "--arms", "ecrm,crossroads,sd", "--seeds", "2", "--customers", "60", "--days", "5",
                 "--set", "world.burn_in_days=7"]) == 0  # fmt: skip
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert max(map(len, lines[1:-3])) <= 100
    assert "\x1b" not in said.out
    for name in ("profit", "value_in_use", "community_size"):
        rows = [line for line in lines if line.startswith(name)]
        assert len(rows) == 2  # means, and differences from the first arm
        assert ("activity" if name == "community_size" else "outcome") in rows[0]
    assert any(line.startswith("Goods-dominant board: ") and "win" in line for line in lines)
    assert lines[-1].startswith("results: ")


def test_stopping_says_how_to_go_on(place, capsys, monkeypatch):
    def stops(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("valuescape.experiments.compare.compare", stops)
    assert main(["compare", "crossroads"]) == 130
    said = capsys.readouterr()
    assert "same command" in said.err
    assert not (place / "results").exists()


def test_a_defect_of_ours_is_not_dressed_as_bad_input(place, monkeypatch):
    monkeypatch.setattr("valuescape.experiments.compare.compare", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["compare", "crossroads"])


STRATEGIES = """
print("read")
from valuescape import Decision
class Loud:
    def __init__(self):
        print("made")
    def decide(self, view):
        print("deciding")
        return Decision()
class Late:
    async def decide(self, view):
        return Decision()
class Hidden:
    def decide(self, view):
        async def later():
            return Decision()
        return later()
class Rash:
    def decide(self, view):
        return Decision() if view.day < 7 else 1 / 0
"""


@pytest.fixture
def own(place):
    """A scenario with arms of the user's own: they print, are async, or fail later."""
    (place / "own.py").write_text(STRATEGIES, encoding="utf-8")
    arms = {"calm": "ecrm", "loud": "own.py:Loud", "hidden": "own.py:Hidden", "rash": "own.py:Rash"}
    text = "days = 9\n[world]\nburn_in_days = 7\n" + "".join(f'[arms.{arm}]\nstrategy = "{name}"\n' for arm, name in arms.items())
    (place / "own.toml").write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize("line", ["run own.toml --arm loud --customers 30 --json",
                                  "compare own.toml --arms calm,loud --customers 30 --seeds 2 --workers 2 --json"])  # fmt: skip
def test_a_strategy_that_prints_does_not_spoil_the_document(line, own, command):
    done = command(*line.split(), cwd=own)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["scenario"] == "own"
    assert "deciding" in done.stderr


def test_where_no_document_is_asked_for_it_may_print(own, capsys):
    assert main(["run", "own.toml", "--arm", "loud", "--customers", "30"]) == 0
    assert "deciding" in capsys.readouterr().out


def test_an_async_decide_is_refused_in_one_line(own, command):
    text = (own / "own.toml").read_text(encoding="utf-8")
    (own / "late.toml").write_text(text + '[arms.late]\nstrategy = "own.py:Late"\n', encoding="utf-8")
    done = command("run", "late.toml", "--arm", "late", cwd=own)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "arms.late.strategy" in done.stderr
    assert "async def" in done.stderr
    hidden = command("run", "own.toml", "--arm", "hidden", "--customers", "30", cwd=own)
    assert hidden.returncode == 2
    assert "never awaited" not in hidden.stderr
    assert "coroutine" in hidden.stderr.splitlines()[-1]


@pytest.mark.parametrize("line", ["run own.toml --arm rash --customers 30",
                                  "compare own.toml --arms calm,rash --customers 30 --seeds 2",
                                  "compare own.toml --arms calm,rash --customers 30 --seeds 2 --workers 2"])  # fmt: skip
def test_a_faulty_arm_is_named(line, own, capsys):
    assert main(line.split()) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert "arm rash" in last
    assert "focal on day 7" in last
    assert "ZeroDivisionError" in last


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("line", ["scenarios", "--help", "levers --json", "run own.toml --arm loud --customers 30"])
def test_a_full_disk_is_one_line(line, unbuffered, own):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([sys.executable, "-P", "-m", "valuescape", *line.split()], cwd=own, stdout=full, stderr=subprocess.PIPE,
                              encoding="utf-8", env={**os.environ, "PYTHONUNBUFFERED": unbuffered})  # fmt: skip
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "No space left on device" in done.stderr.splitlines()[-1]


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_a_reader_that_leaves_is_no_error(own):
    python = [sys.executable, "-P", "-m", "valuescape", "levers", "--json"]
    process = subprocess.Popen(python, cwd=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.wait(60)
    process.stderr.close()


def test_another_file_s_error_is_not_taken_for_stdout_s(place, monkeypatch):
    def no(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("valuescape.experiments.compare.compare", no)
    with pytest.raises(OSError, match="No space"):
        main(["compare", "crossroads"])
