"""Scenarios are found, laid on one another and changed by the rules that the loader states; what is loaded is checked."""

import json
import subprocess
import sys

import pytest

from valuescape.agents.declare import InputError
from valuescape.agents.offer import Proposition
from valuescape.scenarios.checks import numbers
from valuescape.scenarios.load import load, resolved, scenario_names, scenario_table, to_toml
from valuescape.scenarios.schema import Scenario

MINE = "class Mine:\n    def decide(self, view):\n        return None\n"


@pytest.fixture
def written(tmp_path):
    """A function that writes a scenario file and gives its path."""

    def write(text, name="mine.toml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_baseline_is_the_yardstick_of_validation():
    s = load("baseline")
    assert (s.name, s.days, s.world.customers.number, s.world.burn_in_days) == ("baseline", 728, 5000, 364)
    assert {firm.strategy for firm in s.firms.values()} == {"status_quo"}
    assert s.default_arm is None
    assert s.shocks == []
    shares = [firm.share for firm in s.firms.values()]
    known = [firm.known for firm in s.firms.values()]
    assert sorted(shares) == [0.08, 0.12, 0.2, 0.25, 0.35]
    assert shares[0] == sorted(shares)[2]  # the focal brand is the middle one
    assert [known[shares.index(share)] for share in sorted(shares)] == sorted(set(known))
    spent = {round(firm.budget / firm.share, 6) for firm in s.firms.values()}
    assert spent == {0.15}  # the same part of revenue for all
    assert s.firms["focal"].budget == s.world.prices.period_budget


def test_the_flagship_is_sc01_in_substitution_mode():
    s = load("crossroads")
    assert (s.days, s.mode, s.default_arm, s.world.customers.number) == (1820, "substitution", "crossroads", 2000)
    assert list(s.firms) == ["focal", "rival_1", "rival_2"]
    assert len({firm.model_dump_json() for firm in s.firms.values()}) == 1  # equal product, price and budget
    assert list(s.arms) == ["ecrm", "crossroads", "sd"]
    assert {f"arms.{arm}.options.ts{k}" for arm in ("crossroads", "sd") for k in range(1, 7)} == set(s.levers)
    assert len(s.uncertainties) >= 8


def test_built_in_scenarios_are_listed():
    assert scenario_names()[:2] == ["baseline", "crossroads"]
    rows = scenario_table()
    assert [row["name"] for row in rows] == scenario_names()
    assert all(set(row) == {"name", "title", "days", "firms", "arms", "status"} for row in rows)
    assert rows[1]["arms"] == ["ecrm", "crossroads", "sd"]
    assert json.loads(json.dumps(rows)) == rows


@pytest.mark.parametrize("name", scenario_names())
def test_what_the_world_decides_lies_inside_its_range(name):
    s = load(name)
    now = resolved(s)
    for path, (low, high) in s.uncertainties.items():
        value = now
        for part in path.split("."):
            value = value[part]
        assert low <= value <= high, path
        assert path.startswith("world.")


# -- files on files --


def test_a_file_stands_on_baseline(written):
    s = load(written("[world.talk]\nvolume = 0.5\n"))
    base = load("baseline")
    assert s.world.talk.volume == 0.5
    assert s.name == "mine"
    assert s.about.title == ""  # texts are a file's own
    assert (s.firms, s.arms, s.days) == (base.firms, base.arms, base.days)


def test_a_file_extends_another_key_by_key(written):
    written('extends = "crossroads"\ndays = 100\n[world.talk]\nvolume = 0.5\n[uncertainties]\nworld.talk.sees = [0.1, 0.2]\n', "base.toml")
    s = load(written('extends = "crossroads"\n[world.talk]\nopenness = 0\n[about]\ntitle = "Mine"\n'))
    assert (len(s.firms), s.default_arm, s.world.talk.openness, s.world.customers.number) == (3, "crossroads", 0.0, 2000)
    assert (s.about.title, s.about.what_is_it) == ("Mine", "")
    with pytest.raises(InputError, match="one level deep"):
        load(written('extends = "base.toml"\n', "top.toml"))
    written("days = 100\n[world.talk]\nvolume = 0.5\n[uncertainties]\nworld.talk.sees = [0.1, 0.2]\n", "base.toml")
    s = load(written('extends = "base.toml"\n[world.talk]\nopenness = 0\n', "top.toml"))
    assert (s.name, s.days, s.world.talk.volume, s.world.talk.openness, len(s.firms)) == ("top", 100, 0.5, 0.0, 5)
    assert s.uncertainties == {"world.talk.sees": [0.1, 0.2]}
    s = load(written('extends = "baseline"\ndays = 9\n', "top.toml"))
    assert (s.days, len(s.firms)) == (9, 5)


def test_nothing_to_stand_on_is_the_declared_defaults(written):
    s = load(written('extends = "nothing"\n'))
    assert s == Scenario(name="mine", file=s.file)


def test_whoever_names_a_rival_names_the_market(written):
    rivals = load("baseline").firms
    s = load(written("[firms.focal]\nprice = 90\n"))
    assert list(s.firms) == list(rivals)
    assert (s.firms["focal"].price, s.firms["focal"].share) == (90.0, 0.2)
    s = load(written('extends = "crossroads"\n[firms.acme]\nshare = 3\n[firms.focal]\nprice = 90\n'))
    assert list(s.firms) == ["focal", "acme"]  # the focal firm comes first
    assert (s.firms["acme"].share, s.firms["focal"].share) == (3.0, Proposition().share)
    with pytest.raises(InputError, match="names all firms"):
        load(written("[firms.rival_1]\nprice = 90\n"))


def test_a_new_strategy_starts_with_its_own_options(written):
    base = 'extends = "crossroads"\n[arms.crossroads.options]\nts1 = 0.4\n'
    assert load(written(base)).arms["crossroads"].options == {"ts1": 0.4}
    s = load(written(base), set={"arms.crossroads.options.ts2": 0.1})
    assert s.arms["crossroads"].options == {"ts1": 0.4, "ts2": 0.1}
    s = load(written(base), set=["arms.crossroads.strategy=ecrm"])
    assert s.arms["crossroads"].options == {}
    s = load(written(base), set=["arms.crossroads.strategy=sd", "arms.crossroads.options.ts3=0.2"])
    assert s.arms["crossroads"].options == {"ts3": 0.2}
    assert [path for path in s.levers if path.startswith("arms.crossroads.")] == []  # they were levers on the old options
    assert len(s.levers) == 6


def test_naming_the_seats_strategy_takes_the_seat(written):
    written(MINE, "mine.py")
    s = load(written('extends = "crossroads"\n[firms.focal]\nstrategy = "mine.py:Mine"\n'))
    assert (s.default_arm, s.firms["focal"].strategy, len(s.firms)) == (None, "mine.py:Mine", 3)
    assert load("crossroads", set=["firms.focal.strategy=sd"]).default_arm is None
    with pytest.raises(InputError, match="would not act") as refused:
        load("crossroads", set=["firms.focal.options.ts1=0.5"])
    assert "arms.crossroads.options" in str(refused.value)


def test_a_strategy_file_lies_beside_the_scenario_that_names_it(written, tmp_path):
    written(MINE, "deep/mine.py")
    written('[arms.mine]\nstrategy = "mine.py:Mine"\n', "deep/base.toml")
    assert load(tmp_path / "deep" / "base.toml").arms["mine"].strategy == "mine.py:Mine"
    s = load(written('extends = "deep/base.toml"\n'))
    assert s.arms["mine"].strategy == "deep/mine.py:Mine"


# -- changes --


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        ("world.talk.reshare_cap=0.6", "world.talk.reshare_cap", 0.6),
        ("firms.focal.price = 90", "firms.focal.price", 90.0),
        ("arms.sd.options.ts1=0.5", "arms.sd.options.ts1", 0.5),
        ("world.network.kind=none", "world.network.kind", "none"),
        ('world.network.kind="none"', "world.network.kind", "none"),
        ("days=1e2", "days", 100),
        ("world.talk.openness=.5", "world.talk.openness", 0.5),
        ("default_arm=sd", "default_arm", "sd"),
        ("about.title=a=b", "about.title", "a=b"),
    ],
)
def test_one_change(change, path, value):
    before, after = resolved(load("crossroads")), resolved(load("crossroads", set=[change]))
    place, old = after, before
    for part in path.split(".")[:-1]:
        place, old = place[part], old[part]
    last = path.split(".")[-1]
    assert place.pop(last) == value
    old.pop(last, None)
    assert after == before  # and nothing else


def test_changes_come_in_several_shapes():
    texts = load("crossroads", set=["world.talk.openness=0.2", "days=70", "world.customers.number=50"])
    assert load("crossroads", set={"world.talk.openness": 0.2, "days": 70, "world.customers.number": 50}) == texts
    assert load("crossroads", set={"world": {"talk": {"openness": 0.2}}}, days=70, customers=50) == texts
    assert load("crossroads", set="world.talk.openness=0.2", days=70, customers=50) == texts
    assert load(load("crossroads", days=70), set={"world.talk.openness": 0.2}, customers=50) == texts
    assert load("crossroads").with_(["days=70"]).with_({"world.talk.openness": 0.2, "world.customers.number": 50}) == texts
    assert load("crossroads", set={"levers.world.talk.openness": [0, 1]}).levers["world.talk.openness"] == [0.0, 1.0]


def test_items_of_lists_can_be_changed(written):
    path = written("[[shocks]]\nday = 3\n[[shocks]]\nday = 5\nseverity = 0.5\n")
    assert [(shock.day, shock.severity) for shock in load(path, set=["shocks.1.day=9"]).shocks] == [(3, 1.0), (9, 0.5)]
    with pytest.raises(InputError, match=r"shocks\.2: no such item"):
        load(path, set=["shocks.2.day=9"])


def test_a_seated_arm_stays_in_the_seat_when_it_changes():
    s = load("crossroads").seated("sd")
    assert (s.firms["focal"].strategy, s.default_arm) == ("sd", "sd")
    changed = s.with_({"arms.sd.options.ts1": 0.5})
    assert changed.firms["focal"].options == {"ts1": 0.5}
    assert s.with_({"days": 70}) == s.model_copy(update={"days": 70})
    with pytest.raises(InputError, match="ecrm, crossroads, sd"):
        s.seated("ds")


# -- every number --


def test_every_declared_number_can_be_set_to_its_ends_and_not_beyond():
    rows = numbers(load("baseline"))
    assert len(rows) > 150
    assert {"days", "world.talk.reshare_cap", "firms.rival_4.price"} <= set(rows)
    for end in ("low", "high"):
        s = resolved(load("baseline", set={path: getattr(row, end) for path, row in rows.items()}))
        for path, row in rows.items():
            value = s
            for part in path.split("."):
                value = value[part]
            assert value == getattr(row, end), path
    for path, row in rows.items():
        for beyond in (row.low - 1, row.high * 2 + 1):
            with pytest.raises(InputError) as refused:
                load("baseline", set={path: beyond})
            assert refused.value.key == path
            assert refused.value.given == beyond


# -- identity and files --


@pytest.mark.parametrize("change", [{}, {"days": 37, "world.talk.openness": 0.123456789012345}, {"firms.rival_1.strategy": "ecrm"}])
@pytest.mark.parametrize("name", scenario_names())
def test_a_scenario_written_out_is_the_same_scenario(name, change, written):
    scenario = load(name, set=change)
    for s in (scenario, scenario.seated(list(scenario.arms)[-1])):
        again = load(written(to_toml(s), "scenario.toml"))
        assert resolved(again) == resolved(s)
        assert again == s.model_copy(update={"file": again.file})
        assert to_toml(again) == to_toml(s)


def test_saying_a_default_changes_nothing_in_the_identity():
    said = load("crossroads", set={path: row.default for path, row in numbers(load("crossroads")).items() if path.startswith("world.talk")})
    assert json.dumps(resolved(said)) == json.dumps(resolved(load("crossroads")))


def test_where_a_scenario_was_read_from_is_not_part_of_it(written, tmp_path):
    first, second = load(written("days = 3\n")), load(written("days = 3\n", "elsewhere/mine.toml"))
    assert first.file != second.file
    assert resolved(first) == resolved(second)
    assert str(tmp_path) not in json.dumps(resolved(first)) + to_toml(first)
    assert load("crossroads").file is None


def test_a_byte_order_mark_and_crlf_are_no_trouble(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbfdays = 3\r\n[world.talk]\r\nvolume = 2\r\n")
    s = load(str(path))
    assert (s.days, s.world.talk.volume) == (3, 2.0)


def test_loading_waits_for_nothing_heavy():
    heavy = {"mesa", "numba", "scipy", "pandas", "networkx", "igraph", "matplotlib"}
    code = "import sys; from valuescape.scenarios.load import load; load('crossroads'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert not heavy & {name.split(".")[0] for name in done.stdout.split()}
