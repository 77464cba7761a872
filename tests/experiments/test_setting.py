"""What is asked: seeds, arms, networks beside other wishes."""

import pytest

from valuescape import InputError, build_network, load
from valuescape.experiments.setting import Setting, arms_of, seeds_of


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
