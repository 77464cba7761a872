"""Shuffled worlds keep what they say they keep, and a claim is judged by what a shuffle leaves of it."""

import random

import numpy as np
import pytest

from valuescape import load
from valuescape.experiments.controls.cases import Measured, alike, cases_of, measured
from valuescape.experiments.controls.claims import A2A, A2B, A2C, DEFAULT, SILENCE, Claim, claims_of, sign_of
from valuescape.experiments.controls.headline_file import Condition, Headline, Headlines, read_headlines
from valuescape.experiments.controls.shuffles import (
    SHUFFLES,
    _apart,
    degree_classes,
    permutation,
    permuted,
    rewired,
    seed_of,
    shuffled,
    strong_pairs,
)
from valuescape.experiments.verdict import Estimate
from valuescape.sim.model import ServiceEcosystem
from valuescape.sim.network import from_ties

PEOPLE = 300


@pytest.fixture(scope="module")
def scenario():
    """crossroads, small."""
    return load("crossroads", days=28, customers=PEOPLE, set={"world.burn_in_days": 0})


@pytest.fixture(scope="module")
def network(scenario):
    """Its ties."""
    return ServiceEcosystem.make_network(scenario, 4)


def keeps_degrees(before, after):
    """Whether everybody has as many strong and weak ties and followers as before."""
    fans = [np.diff(net.audience_start) for net in (before, after)]
    return (before.degree == after.degree).all() and (before.strong == after.strong).all() and (fans[0] == fans[1]).all()


def pairs(network):
    """The ties as a set."""
    low, high = network.pairs()
    return set(zip(low.tolist(), high.tolist(), strict=True))


# --- ties -----------------------------------------------------------------------------------------------------------


def test_rewired_ties_keep_degrees_and_nothing_else(network):
    again = rewired(network, seed_of(4, "ties"))
    assert keeps_degrees(network, again)
    assert (again.ids == network.ids).all()
    assert (again.latent == network.latent).all()
    common = len(pairs(network) & pairs(again)) / network.ties
    assert common < 0.35  # of 300 people with 25 ties each a twelfth would agree by chance, more among hubs
    assert rewired(network, seed_of(4, "ties")).digest() == again.digest()
    assert rewired(network, seed_of(5, "ties")).digest() != again.digest()


def test_a_shuffle_that_does_not_keep_degrees_is_noticed(network):
    low, high = network.pairs()
    chance = np.random.default_rng(1)
    careless = from_ties(PEOPLE, low, chance.permutation(high), strong=strong_pairs(network), latent=network.latent)
    assert not keeps_degrees(network, careless)


def test_ties_that_cannot_be_exchanged_say_so():
    # four people, each of whom has two strong ties and a weak one: only one weak pair is free beside what is strong
    whole = from_ties(4, [0, 1, 2, 0, 0, 1], [1, 2, 3, 3, 2, 3], strong=[True, True, True, True, False, False])
    chance = random.Random(1)
    with pytest.raises(RuntimeError, match="cannot be exchanged"):
        _apart([(0, 1), (2, 3)], pairs(whole), chance)
    assert _apart([(0, 1), (2, 3)], {(0, 1)}, chance) in ([(0, 3), (1, 2)], [(0, 2), (1, 3)])


# --- traits ---------------------------------------------------------------------------------------------------------


def likeness(people, network, column="d0"):
    """How alike tied people are in a trait."""
    low, high = network.pairs()
    return float(np.corrcoef(people[column][low], people[column][high])[0, 1])


@pytest.mark.parametrize("shuffle", SHUFFLES[1:])
def test_permuted_traits_are_the_same_traits_at_other_people(shuffle, scenario, network):
    same, table = shuffled(network, scenario.world, 4, shuffle)
    assert same is network
    before = ServiceEcosystem(scenario, 4, network=network).columns
    after = ServiceEcosystem(scenario, 4, network=network, customers_table=table).columns
    moved = 0
    for column in ("rate", "skill", "d0", "talk", "order", "w1", "online"):
        np.testing.assert_allclose(np.sort(after.people[column]), np.sort(before.people[column]), rtol=1e-5)
        moved += (np.abs(after.people[column] - before.people[column]) > 1e-6).mean() > 0.8
    assert moved == 7
    assert likeness(before.people, network) > 0.03
    assert abs(likeness(after.people, network)) < likeness(before.people, network)
    # a person's traits stay together
    one = {round(float(rate), 7): round(float(skill), 5) for rate, skill in zip(before.people["rate"], before.people["skill"], strict=True)}
    hits = [one.get(round(float(r), 7)) == round(float(s), 5) for r, s in zip(after.people["rate"], after.people["skill"], strict=True)]
    assert np.mean(hits) > 0.9


def test_within_degrees_traits_stay_among_people_with_as_many_ties(network):
    classes = degree_classes(network)
    order = permutation(classes, 7)
    assert sorted(order) == list(range(PEOPLE))
    assert (classes[order] == classes).all()
    free = permutation(np.zeros(PEOPLE, np.int64), 7)
    assert not (classes[free] == classes).all()
    assert max(network.degree[classes == 0]) <= min(network.degree[classes == classes.max()])


def test_traits_given_back_to_their_owners_change_nothing(scenario, network):
    table = permuted(network, scenario.world, 4, np.arange(PEOPLE))
    before, after = (ServiceEcosystem(scenario, 4, network=network, customers_table=given).columns.people for given in (None, table))
    for column in ("rate", "skill", "d0", "w0", "talk"):
        np.testing.assert_allclose(after[column], before[column], rtol=1e-6)


# --- what is measured -----------------------------------------------------------------------------------------------


def test_tied_people_with_one_supplier_are_alike_and_strangers_are_not():
    ring = from_ties(4, [0, 2], [1, 3])
    clustered = np.array([[2.0, 0.0], [5.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
    assert alike(ring, clustered) == pytest.approx(1.0 - 1 / 3)  # of six pairs of people two are alike, the tied ones
    crossed = clustered[[0, 2, 1, 3]]
    assert alike(ring, crossed) == pytest.approx(0.0 - 1 / 3)
    assert alike(ring, np.zeros((4, 2))) is None
    assert alike(ring, np.array([[1.0, 1.0]] * 4)) == pytest.approx(0.0)


def test_runs_do_not_depend_on_workers_and_silence_is_one_of_them():
    asked = small_headlines()
    cases = list(cases_of(asked, range(1), days=14, customers=60))
    found = measured(cases)
    assert len(found) == 4 * 3
    assert {one.condition for one in found if not one.talk} == {DEFAULT, A2A, A2B, A2C}
    assert found == measured(cases, workers=2)
    assert len({one.profit for one in found if one.arm == "ecrm"}) > 1  # shuffles act


def small_headlines():
    """One arm against another, under the shuffles alone."""
    whole = read_headlines()
    headline = Headline(id="h", title="t", scenario="crossroads", baseline="ecrm", arms=("sd",), talk="sd", days=28, seeds=2)
    return Headlines(format=1, headlines=(headline,), conditions=tuple(c for c in whole.conditions if c.kind in ("default", "shuffle")))


# --- claims ---------------------------------------------------------------------------------------------------------

SURE, OPEN, DEFICIT = Estimate(3.0, 2.0, 4.0, 9), Estimate(0.5, -1.0, 2.0, 9), Estimate(-3.0, -4.0, -2.0, 9)


def claim(name, default, a2a, a2b, a2c=SURE, silent=OPEN):
    return Claim("h", name, {DEFAULT: default, A2A: a2a, A2B: a2b, A2C: a2c, SILENCE: silent})


@pytest.mark.parametrize(
    ("one", "verdict", "word"),
    [
        (claim("talk", SURE, SURE, SURE), "pass", "survives A2b"),
        (claim("talk", DEFICIT, OPEN, DEFICIT), "pass", "does not stand"),
        (claim("talk", SURE, SURE, OPEN), "fail", "homophily"),
        (claim("talk", SURE, SURE, DEFICIT), "fail", "homophily"),
        (claim("talk", OPEN, SURE, SURE), "shown", "nothing that a shuffle could take away"),
        (claim("alike", SURE, OPEN, SURE), "pass", "ties carry it"),
        (claim("alike", SURE, OPEN, OPEN), "pass", "share of likeness is open"),
        (claim("alike", SURE, SURE, OPEN), "fail", "like people buy alike"),
        (claim("alike", OPEN, OPEN, SURE), "shown", "No sure effect"),
    ],
)
def test_a_claim_is_judged_by_what_shuffles_leave(one, verdict, word):
    assert one.verdict == verdict
    assert word in one.why


def test_claims_are_paired_by_seed():
    runs = [
        Measured("h", condition, arm, seed, talk, 10.0 * seed + (5.0 + 0.1 * seed if talk else 0.0), 0.1, 0.02 if arm == "sd" else 0.04)
        for condition in (DEFAULT, A2A, A2B, A2C) for seed in range(4) for arm, talk in (("ecrm", True), ("sd", True), ("sd", False))
    ]  # fmt: skip
    talk, tied = claims_of(small_headlines(), runs)
    assert talk.under[DEFAULT].mean == pytest.approx(5.15)
    assert sign_of(talk.under[A2B]) == 1
    assert tied.under[DEFAULT].mean == pytest.approx(0.03)
    assert tied.under[SILENCE].mean == pytest.approx(0.02)


def test_without_the_shuffles_nothing_is_claimed():
    asked = small_headlines()
    assert claims_of(asked.model_copy(update={"conditions": (Condition(id="default", title="d", kind="default"),)}), []) == []
