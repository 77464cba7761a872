"""What is asked: seeds, arms, networks beside other wishes."""

import pytest

from valuescape import InputError, build_network, load
from valuescape.experiments.setting import Setting, arms_of, seeds_of
from valuescape.experiments.store import identity_of, manifest_of


@pytest.mark.parametrize(
    ("given", "meant"),
    [(3, [0, 1, 2]), ("3", [0, 1, 2]), ("3,7", [3, 7]), ("5-9", [5, 6, 7, 8, 9]), ("1-2,8", [1, 2, 8]), (range(4, 6), [4, 5]),
     ([9, 2], [9, 2]), (" 3 , 7 ", [3, 7]), ("7,", None), ("4-4", [4])],
)  # fmt: skip
def test_seeds(given, meant):
    if meant is None:
        with pytest.raises(InputError, match="seeds"):
            seeds_of(given)
    else:
        assert seeds_of(given) == meant


@pytest.mark.parametrize(
    "given", [0, -1, "0", "", "x", "9-5", "1-2-3", "-3", [], [1, -1], "3,3", [4, 4], None, 1.5, "99999999999", "0-99999999999"],
)  # fmt: skip
def test_what_is_no_list_of_seeds(given):
    with pytest.raises(InputError, match="seed"):
        seeds_of(given)


def test_arms():
    scenario = load("crossroads")
    assert arms_of(None, scenario) == list(scenario.arms)
    assert arms_of("sd, ecrm", scenario) == ["sd", "ecrm"]
    for wrong, name in (("sd,nope", "nope"), (["sd", "sd"], "sd"), ([], "crossroads")):
        with pytest.raises(InputError, match=name):
            arms_of(wrong, scenario)


@pytest.mark.parametrize(
    ("beside", "name"),
    [({"customers": 50}, "customers"), ({"settings": {"world.network.mean_degree": 5}}, "world.network.mean_degree"),
     ({"settings": ["world.customers.number=50"]}, "world.customers.number")],
)  # fmt: skip
def test_a_network_fixes_people_and_ties(beside, name):
    net = build_network(40, load("baseline").world.network, 1)
    with pytest.raises(InputError, match=name):
        Setting("crossroads", network=net, **beside)
    setting = Setting("crossroads", network=net, settings=["world.talk.sees=0.2"])
    assert setting.scenario.world.customers.number == 40
    assert setting.digest == net.digest()


def test_a_table_of_customers_is_part_of_what_a_result_is(tmp_path):
    def asked(text, **more):
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        return Setting("crossroads", customers=40, customers_table=path, **more)

    one = asked("name,skill\n3,0.5\n")
    assert one.provenance["customers_table"].endswith("people.csv")
    assert one.provenance["notes"] == ["1 of 40 people in the table of customers, 1 traits known"]
    ids = {
        manifest_of(identity_of("run", setting.scenario, [], None, **setting.digests), 0.0)["run_id"]
        for setting in (one, asked("name,skill\n3,0.6\n"), asked("name,skill\n4,0.5\n"), Setting("crossroads", customers=40))
    }
    assert len(ids) == 4
    assert asked("skill,name\n0.50,3\n").digests == one.digests
    with pytest.raises(InputError, match="line 2: nobody in the network"):
        asked("name,skill\n40,1\n")
