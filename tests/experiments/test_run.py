"""One run: its tables, its digest, its folder, and its twin."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from valuescape import InputError, Run, ServiceEcosystem, load, run
from valuescape.agents.prices import LINES
from valuescape.experiments import ensemble as worlds
from valuescape.experiments import kept
from valuescape.experiments.replays import replays
from valuescape.experiments.run import run_variants
from valuescape.experiments.setting import Setting
from valuescape.experiments.store import folder_digest, tables_digest
from valuescape.experiments.tables import DAILY, EVENTS, WHY
from valuescape.sim.metrics.headline import HEADLINE

BRIEF = {"world.burn_in_days": 20}


def test_scoreboard(full_run):
    rows = full_run.scoreboard.to_pylist()
    assert [row["metric"] for row in rows] == [metric.name for metric in HEADLINE]
    assert {row["metric"]: row["value"] for row in rows} == full_run.metrics
    for row in rows:
        assert (row["value"] is None) == (row["why"] is not None)
        assert row["mark"] in ("outcome", "activity")
    assert set(WHY) <= {metric.name for metric in HEADLINE}


def test_daily_adds_up_to_the_metrics(full_run):
    daily = full_run.daily
    assert daily.column_names == [*DAILY, *(f"cost_{line}" for line in LINES)]
    assert daily.num_rows == 30 * len(full_run.scenario.firms)
    rows = daily.to_pylist()
    focal = [row for row in rows if row["firm"] == "focal"]
    assert [row["day"] for row in focal] == list(range(30))
    assert sum(row["revenue"] for row in focal) == pytest.approx(full_run.metrics["revenue"], rel=1e-12)
    assert focal[-1]["cumulative_profit"] == pytest.approx(full_run.metrics["profit"], rel=1e-12)
    known = {row["day"]: row["value_per_head"] for row in focal if row["value_per_head"] is not None}
    assert list(known) == [6, 13, 20, 27, 29]
    assert known[29] == full_run.metrics["value_in_use"]
    assert focal[-1]["members"] == full_run.metrics["community_size"]
    assert sum(row["responses"] for row in focal) == full_run.metrics["response_rate"] * sum(row["messages"] for row in focal)
    voice = sum(row["mentions"] for row in focal) / sum(row["mentions"] for row in rows)
    assert voice == pytest.approx(full_run.metrics["share_of_voice"], rel=1e-12)
    for row in rows:
        assert row["profit"] == pytest.approx(row["margin"] - row["cost"], abs=1e-9)
        assert row["cost"] == pytest.approx(sum(row[f"cost_{line}"] for line in LINES), abs=1e-9)
    assert full_run.spending == {line: pytest.approx(sum(row[f"cost_{line}"] for row in focal), abs=1e-6) for line in LINES}


def test_value_per_head_is_sampled_as_a_shorter_run_would_end(full_run):
    shorter = run("crossroads", seed=1, customers=200, days=14, detail="counts")
    assert full_run.daily.filter(pc.field("day") == 13).column("value_per_head")[0].as_py() == shorter.metrics["value_in_use"]


def test_events_are_flat_and_in_stored_order(full_run):
    events = full_run.events
    assert events.column_names == list(EVENTS)
    assert {events.schema.field(name).type for name in ("kind", "place", "firm")} == {pa.string()}
    rows = events.to_pylist()
    order = [(row["day"], row["hour"], row["id"]) for row in rows]
    assert order == sorted(order)
    assert min(row["day"] for row in rows) == 0
    bought = [row for row in rows if row["kind"] == "purchase" and row["firm"] == "focal"]
    assert len(bought) == sum(row["purchases"] for row in full_run.daily.to_pylist() if row["firm"] == "focal")


def test_steps_are_named():
    steps = run("crossroads", arm="ecrm", customers=50, days=8, detail="talk", set=BRIEF).events
    named = [row["step"] for row in steps.to_pylist() if row["kind"] == "step"]
    assert "idic:identify" in named
    assert "engine:transaction" in named


def test_the_same_run_has_the_same_digest_and_another_has_not(full_run):
    def again(**other):
        return run("crossroads", **{"seed": 1, "customers": 200, "days": 30, "detail": "full", **other})

    assert again().digest() == full_run.digest()
    assert again(threads=2).digest() == full_run.digest()
    assert again(seed=2).digest() != full_run.digest()
    assert again(luck=2).digest() != full_run.digest()
    counted = again(detail="counts")
    assert counted.scoreboard.equals(full_run.scoreboard)
    assert counted.daily.equals(full_run.daily)
    assert counted.events.num_rows == 0


def test_a_digest_sees_every_cell_and_not_the_cut(full_run):
    tables = full_run.tables
    cut = {**tables, "daily": pa.concat_tables([tables["daily"].slice(0, 7), tables["daily"].slice(7)])}
    assert tables_digest(cut) == full_run.digest()
    for name, value in (("value", 0.123), ("kind", "offer"), ("firm", None), ("id", 5)):
        column = tables["events"][name].to_pylist()
        column[-1] = value
        place = tables["events"].schema.get_field_index(name)
        field = tables["events"].schema.field(name)
        changed = tables["events"].set_column(place, field, pa.array(column, field.type))
        assert tables_digest({**tables, "events": changed}) != full_run.digest()


def test_folder(tmp_path, full_run):
    place = full_run.save(tmp_path / "a" / "run")
    names = {path.name for path in place.iterdir()}
    tables = {f"{name}.parquet" for name in ("scoreboard", "metrics", "daily", "events", *full_run.closeups)}
    assert names == {"manifest.json", "scenario.toml", "report.html", "figures"} | tables
    assert set(full_run.closeups) >= {"equity", "exchanges", "sources"}
    assert [path.name for path in place.parent.iterdir()] == ["run"]
    assert folder_digest(place) == full_run.digest()
    again = Run.read(place)
    assert replace(again, scenario=full_run.scenario, decisions=full_run.decisions) == full_run
    assert load(place / "scenario.toml").model_copy(update={"file": None}) == full_run.scenario.model_copy(update={"file": None})
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["format"] == 1
    assert set(manifest["identity"]) >= {"scenario", "seed", "luck", "arm", "engine", "network", "strategies", "rules"}
    assert set(manifest["provenance"]) >= {"time", "host", "versions", "command", "seconds"}


def test_results_of_an_older_version_say_which_column_they_lack(tmp_path, full_run):
    place = full_run.save(tmp_path / "run")
    pq.write_table(pq.read_table(place / "daily.parquet").drop_columns("value_per_head"), place / "daily.parquet")
    with pytest.raises(InputError, match="another version, or changed, and lacks a column, given 'value_per_head'"):
        Run.read(place)


def test_a_newer_format_is_refused(tmp_path, full_run):
    place = full_run.save(tmp_path / "run")
    text = (place / "manifest.json").read_text(encoding="utf-8").replace('"format": 1,\n "run_id"', '"format": 2,\n "run_id"')
    (place / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    with pytest.raises(InputError, match="newer"):
        Run.read(place)


def test_nothing_is_left_where_writing_fails(tmp_path, full_run, monkeypatch):
    def breaks(table, path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept, "write_table", breaks)
    with pytest.raises(InputError, match="No space left"):
        full_run.save(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_leaves_the_old_result(tmp_path, full_run, monkeypatch):
    place = full_run.save(tmp_path / "run")
    monkeypatch.setattr(kept, "write_table", lambda table, path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        full_run.save(place)
    assert folder_digest(place) == full_run.digest()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_defect_in_the_report_does_not_cost_the_tables(tmp_path, full_run, monkeypatch):
    def breaks(result, path):
        path.write_text("<html>", encoding="utf-8", newline="\n")
        raise ZeroDivisionError

    monkeypatch.setattr(kept, "write_report", breaks)
    with pytest.raises(ZeroDivisionError):
        full_run.save(tmp_path / "run")
    assert folder_digest(tmp_path / "run") == full_run.digest()
    assert not (tmp_path / "run" / "report.html").exists()


def test_files_of_others_are_not_touched(tmp_path, full_run):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="other files"):
        full_run.save(tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_stored_decisions_replay(full_run):
    mine = [row for row in full_run.decisions if row["firm"] == "focal"]
    assert [row["day"] for row in mine] == [0, 7, 14, 21, 28]
    arms = load("crossroads").arms
    arms = arms | {"again": arms["sd"].model_copy(update={"strategy": "replay", "options": {"decisions": mine}})}
    scenario = load("crossroads", customers=200, days=30).model_copy(update={"arms": arms})
    assert run(scenario, arm="again", seed=1, detail="full").events.equals(full_run.events)


def test_a_twin_differs_by_the_trigger_alone():
    shocked = load("crossroads", customers=100, days=12, set={**BRIEF, "shocks": [{"day": 3, "trigger": True, "vividness": 50}]})
    found, twin = run_variants(Setting(shocked), [{"detail": "full"}, {"detail": "full", "without": "trigger"}])
    rows, calm = found.events.to_pylist(), twin.events.to_pylist()
    assert [row for row in rows if row["day"] < 3] == [row for row in calm if row["day"] < 3]
    assert sum(row["kind"] == "shock" for row in rows) == 1
    assert all(row["kind"] != "shock" for row in calm)
    assert found.manifest["run_id"] != twin.manifest["run_id"]


def test_replays_share_people_and_differ_in_luck(tmp_path):
    setting = Setting(load("crossroads", customers=100, days=10, set=BRIEF))
    found = replays(setting, 3, seed=4, out=tmp_path / "r")
    board = [row for row in found.tables["scoreboard"].to_pylist() if row["metric"] == "revenue"]
    assert [row["luck"] for row in board] == [0, 1, 2]
    assert len({row["value"] for row in board}) == 3
    assert found.spread["revenue"]["mean"] == np.mean([row["value"] for row in board])
    assert found.spread["revenue"]["p05"] <= found.spread["revenue"]["mean"] <= found.spread["revenue"]["p95"]
    assert folder_digest(tmp_path / "r") == found.digest()
    own = run(setting.scenario, seed=4, luck=2)
    assert own.metrics["revenue"] == board[2]["value"]


def test_replaced_rules_reach_every_world_and_the_identity(monkeypatch):
    def speechless(*args):
        """Nobody says anything."""
        return False

    handed = []

    class Spy(ServiceEcosystem):
        """Notes the rules; compiling them anew is what tests of the engine do."""

        def __init__(self, *args, rules=None, **options):
            handed.append(rules)
            super().__init__(*args, **options)

    monkeypatch.setattr(worlds, "ServiceEcosystem", Spy)
    monkeypatch.setattr(worlds, "compile_once", handed.append)
    rules = {"speaks": speechless}
    quiet = run("crossroads", customers=60, days=2, set=BRIEF, rules=rules)
    assert handed == [rules] * 3  # compiling, burn-in, branch
    assert list(quiet.manifest["identity"]["rules"]) == ["speaks"]
    assert quiet.manifest["run_id"] != run("crossroads", customers=60, days=2, set=BRIEF).manifest["run_id"]


@pytest.mark.parametrize(
    ("options", "name"),
    [({"scenario": "nowhere"}, "nowhere"), ({"arm": "nope"}, "nope"), ({"days": 0}, "days"), ({"customers": -3}, "customers"),
     ({"detail": "all"}, "detail"), ({"without": "talk"}, "without"), ({"without": "trigger"}, "trigger"), ({"seed": -1}, "seed"),
     ({"luck": -1}, "luck"), ({"threads": 0}, "threads"), ({"mode": "contest"}, "contest"), ({"set": {"world.nope": 1}}, "world.nope"),
     ({"network": "nowhere.csv"}, "nowhere.csv"), ({"customers": 10**8}, "number"), ({"detail": "full", "max_log": 1.0}, "max-log")],
)  # fmt: skip
def test_what_cannot_be_used_is_named(options, name, tmp_path):
    with pytest.raises(InputError, match=name):
        run(**{"scenario": "crossroads", "out": tmp_path / "run", **options})
    assert list(tmp_path.iterdir()) == []
