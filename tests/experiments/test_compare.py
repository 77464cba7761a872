"""One comparison: its numbers, its JSON, its folder, and that nothing but its identity matters."""

import json

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from scipy import stats

from valuescape import Comparison, InputError, build_network, compare, load
from valuescape.experiments.ensemble import Identity, ensemble
from valuescape.experiments.store import folder_digest
from valuescape.experiments.tables import PEOPLE
from valuescape.sim.metrics.headline import BOARDS, HEADLINE

ARMS = ["ecrm", "crossroads", "sd"]
NAMES = {
    "goods_dominant": ["profit", "revenue", "share_of_market", "clv", "response_rate", "opt_out_rate"],
    "service_dominant": ["value_in_use", "value_reached_share", "value_p10", "crv", "advocacy_rate", "net_sentiment", "trust",
                         "share_of_voice", "community_size"],
}  # fmt: skip


def test_json_has_the_agreed_shape(printed):
    done, document, _ = printed
    assert list(document) == ["scenario", "arms", "paired", "winners", "manifest"]
    assert document["scenario"] == "crossroads"
    assert list(document["arms"]) == ARMS
    for metrics in document["arms"].values():
        assert set(metrics) >= {name for names in NAMES.values() for name in names}
        for entry in metrics.values():
            assert set(entry) - {"why"} == {"mean", "low", "high"}
            assert ("why" in entry) == (entry["mean"] is None)
    assert len(document["paired"]) == 6 * len(HEADLINE)
    for row in document["paired"]:
        assert set(row) - {"why"} == {"arm", "baseline", "metric", "difference", "low", "high"}
    assert set(document["winners"]) == set(BOARDS)
    for verdict in document["winners"].values():
        assert set(verdict) == {"arm", "reason"}
        assert verdict["arm"] in (None, *ARMS)
    assert {"identity", "provenance", "run_id", "format"} <= set(document["manifest"])
    assert done.stderr.rstrip().splitlines()[-1].startswith("results: ")


def test_numbers_are_those_of_the_table_not_rounded(printed, compared):
    document = printed[1]
    assert json.loads(json.dumps(compared.to_json()["arms"])) == document["arms"]
    by_seed = {(row["arm"], row["seed"]): row["value"] for row in compared.scoreboard.to_pylist() if row["metric"] == "value_in_use"}
    values = {arm: [by_seed[arm, seed] for seed in (0, 1)] for arm in ARMS}
    entry = document["arms"]["sd"]["value_in_use"]
    assert entry["mean"] == sum(values["sd"]) / 2
    row = next(r for r in document["paired"] if (r["arm"], r["baseline"], r["metric"]) == ("sd", "ecrm", "value_in_use"))
    expected = stats.ttest_rel(values["sd"], values["ecrm"]).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high), rel=1e-9)


def test_another_process_thread_count_and_hash_seed_change_nothing(printed, compared):
    folder = next((printed[2] / "results" / "runs").iterdir())
    assert folder.name == f"crossroads-{compared.manifest['run_id']}"
    assert folder_digest(folder) == compared.digest()


def test_a_saved_comparison_reads_back_the_same(printed, compared):
    folder = next((printed[2] / "results" / "runs").iterdir())
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "scenario.toml", "scoreboard.parquet", "daily.parquet", "people.parquet", "report.html", "figures",
        "metrics.parquet", "equity.parquet", "exchanges.parquet", *(f"{name}.parquet" for name in compared.closeups),
    }  # fmt: skip
    assert list((folder / "figures").iterdir())
    again = Comparison.read(folder)
    assert again.scenario == compared.scenario.model_copy(update={"file": again.scenario.file})
    assert again.to_json()["arms"] == compared.to_json()["arms"]
    assert again.winners == compared.winners
    assert again.network.digest() == compared.network.digest()
    assert again.spending == compared.spending


def test_processes_change_nothing(compared):
    assert compare("crossroads", ARMS, seeds=2, customers=200, days=30, workers=2).digest() == compared.digest()


def test_arms_branch_from_one_checkpoint_and_seats_are_all_that_differs(compared):
    first = compared.daily.filter(pc.equal(compared.daily["day"], 0)).to_pylist()
    sent = {(row["seed"], row["firm"], row["messages"]) for row in first if row["firm"] != "focal"}
    assert len(sent) == 2 * (len(compared.scenario.firms) - 1)  # rivals' first day is the same, whatever the arm
    alone = compare("crossroads", ["sd"], seeds=[1], customers=200, days=30)
    kept = [row for row in compared.scoreboard.to_pylist() if (row["arm"], row["seed"]) == ("sd", 1)]
    assert alone.scoreboard.to_pylist() == kept


def test_one_burn_in_for_all_arms_of_a_seed():
    scenario = load("crossroads", customers=50, days=2, set={"world.burn_in_days": 20})
    seen = []
    ensemble([Identity(scenario, seed, arm) for seed in (0, 1) for arm in ARMS], progress=lambda *state: seen.append(state))
    assert seen[-1][:2] == (2 * (20 + 3 * 2),) * 2
    assert sum("burn-in" in what for _, _, what in seen) == 40


def test_a_network_keeps_its_ties_and_traits_go_with_the_seed():
    net = build_network(60, load("baseline").world.network, 5)
    plain = type(net)(**{**{name: getattr(net, name) for name in net.__dataclass_fields__}, "latent": None})
    found = compare("crossroads", ["sd", "ecrm"], seeds=2, network=plain, days=10, set={"world.burn_in_days": 20})
    assert found.scenario.world.customers.number == 60
    assert found.manifest["identity"]["network"] == plain.digest()
    needs = [row["population_needs"] for row in found.daily.to_pylist() if row["firm"] == "focal" and row["arm"] == "sd"]
    assert needs[:10] != needs[10:]


def test_one_seed_is_called_one_history():
    found = compare("crossroads", ["sd", "ecrm"], seeds=1, customers=50, days=5, set={"world.burn_in_days": 20})
    assert all("no winner shown" in sentence for sentence in found.sentences())
    entry = found.to_json()["arms"]["sd"]["profit"]
    assert entry["low"] is None
    assert "one history" in entry["why"]


def test_people_of_the_first_seed(compared):
    assert compared.people.column_names == ["arm", *PEOPLE]
    rows = [row for row in compared.people.to_pylist() if row["arm"] == "sd"]
    assert [row["id"] for row in rows] == compared.network.ids.tolist()
    values = [row["value"] for row in rows if row["value"] is not None]
    assert sum(values) / len(values) == pytest.approx(compared.values["sd"]["value_in_use"][0], rel=1e-9)


def test_spending_and_series_are_the_focal_firms(compared):
    daily = [row for row in compared.daily.to_pylist() if row["arm"] == "sd" and row["firm"] == "focal"]
    last = {row["seed"]: row["cumulative_profit"] for row in daily if row["day"] == 29}
    assert [last[0], last[1]] == pytest.approx(compared.values["sd"]["profit"], rel=1e-12)
    assert sum(compared.spending["sd"].values()) == pytest.approx(sum(row["cost"] for row in daily) / 2, rel=1e-9)


def test_another_result_in_the_folder_is_refused_and_kept(tmp_path, compared):
    place = tmp_path / "here"
    compared.save(place)
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match="another run"):
        compare("crossroads", ["sd"], seeds=1, customers=50, days=5, out=place)
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    compared.save(place)  # the same again is welcome
    assert pq.read_table(place / "scoreboard.parquet").num_rows == 2 * 3 * len(HEADLINE)
