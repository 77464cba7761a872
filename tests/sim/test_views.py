"""Customers as a Mesa user knows agents: the same answers as a real AgentSet of the same people gives."""

import mesa
import numpy as np
import pytest

from valuescape.agents.declare import InputError
from valuescape.agents.view import CHANNELS, TARGETS
from valuescape.sim.views import CONSENT, PERSONAL, TOWARDS, Audience

SOME = ("skill", "need_no", "salience", "bought", "email_ok")


@pytest.fixture
def world(make_scenario, live):
    """A small world after a month, with two rivals."""
    return live(make_scenario(60, customers={"need_rate": 30}), 28, detail="counts")


@pytest.fixture
def real(world):
    """The same people as real agents of a Mesa model, with the same attributes."""

    class Person(mesa.Agent):
        def __init__(self, model, customer):
            super().__init__(model)
            self.unique_id = customer.unique_id
            for name in SOME:
                setattr(self, name, getattr(customer, name))

    model = mesa.Model(seed=1)
    for customer in world.customers:
        Person(model, customer)
    return model.agents


def ids(people):
    return [one.unique_id for one in people]


FILTERS = [
    lambda one: one.skill > 0.5,
    lambda one: (one.skill > 0.4) & (one.bought == 0),
    lambda one: one.skill > 0.4 and one.bought == 0,
    lambda one: one.need_no in (1, 2),
    lambda one: True,
    lambda one: False,
    lambda one: one.unique_id % 7 == 3,
    lambda one: one.bought,
    lambda one: not one.bought,
    lambda one: max(one.skill, one.salience) > 0.8,
]


@pytest.mark.parametrize("number", range(len(FILTERS)))
@pytest.mark.parametrize("most", [float("inf"), 5, 0, 1000, 0.25, 1.0, 0.0])
def test_selects_as_an_agent_set_does(number, most, world, real):
    mine = world.customers.select(FILTERS[number], at_most=most)
    assert ids(mine) == ids(real.select(FILTERS[number], at_most=most))
    assert len(mine) == len(ids(mine))


def test_selections_can_be_selected_from(world, real):
    first, second = FILTERS[0], FILTERS[3]
    assert ids(world.customers.select(first).select(second)) == ids(real.select(first).select(second))
    assert ids(world.customers.select(first).select(second, at_most=0.5)) == ids(real.select(first).select(second, at_most=0.5))
    assert ids(world.customers.select(bought=0, need_no=1)) == ids(real.select(lambda one: one.bought == 0 and one.need_no == 1))


@pytest.mark.parametrize("name", SOME)
def test_gets_and_sums_up_as_an_agent_set_does(name, world, real):
    assert world.customers.get(name).tolist() == real.get(name)
    for function in (min, max, np.mean, len):
        assert world.customers.agg(name, function) == pytest.approx(real.agg(name, function), rel=1e-6)


def test_gets_several_as_an_agent_set_does(world, real):
    assert world.customers.get(["skill", "bought"]) == real.get(["skill", "bought"])


@pytest.mark.parametrize("name", SOME)
def test_sets_as_an_agent_set_does(name, world, real):
    some = FILTERS[0]
    world.customers.select(some).set(name, 1)
    real.select(some).set(name, 1)
    assert world.customers.get(name).tolist() == real.get(name)
    assert (world.customers.select(some).set(name, 1)).get(name).tolist() == [1] * len(real.select(some))


def test_does_as_an_agent_set_does(world, real):
    def grow(one, by):
        one.skill = round(one.skill * 0.5, 1) + by

    assert ids(world.customers.do(grow, 0.25)) == ids(real.do(grow, 0.25))
    assert world.customers.get("skill") == pytest.approx(real.get("skill"))


def test_what_is_set_is_state_and_what_is_got_is_a_copy(world):
    first = world.customers[0]
    first.skill = 0.25
    assert world.columns.people[0]["skill"] == 0.25
    world.columns.people[0]["skill"] = 0.5
    assert first.skill == 0.5
    world.customers.get("skill")[:] = 0
    assert first.skill == 0.5


def test_a_view_equals_itself_and_nobody_else(world, make_scenario, live):
    other = live(make_scenario(60), detail="counts")
    one, again, two = world.customers[3], world.customers[3], world.customers[4]
    assert one == again
    assert hash(one) == hash(again)
    assert one is not again
    assert one != two
    assert one != other.customers[3]
    assert len({one, again, two}) == 2
    assert one != 3
    assert one in world.customers
    assert one not in world.customers.select(lambda one: one.unique_id == 4)
    assert one not in other.customers


@pytest.mark.parametrize("name", ["skil", "loyalty", "__wrapped__"])
def test_unknown_attributes_are_refused(name, world):
    one = world.customers[0]
    for act in (lambda: getattr(one, name), lambda: setattr(one, name, 1), lambda: world.customers.get(name),
                lambda: world.customers.set(name, 1), lambda: world.customers.select(lambda c: getattr(c, name) > 0)):  # fmt: skip
        with pytest.raises(AttributeError, match=f"customers have no '{name}'"):
            act()
    assert not hasattr(one, name)


def test_a_near_miss_is_helped(world):
    with pytest.raises(AttributeError, match="did you mean 'skill'"):
        world.customers.get("skil")


@pytest.mark.parametrize("name", ["unique_id", "model", "row", "firm"])
def test_who_she_is_cannot_be_set(name, world):
    one = world.customers[5]
    before = world.columns.ids.tolist()
    with pytest.raises(AttributeError):
        setattr(one, name, 7)
    with pytest.raises(AttributeError):
        world.customers.set("unique_id", 7)
    assert world.columns.ids.tolist() == before


def test_every_state_can_be_read(world):
    one = world.customers[0]
    for name in [*PERSONAL, *TOWARDS]:
        assert isinstance(getattr(one, name), int | float), name
    assert set(CONSENT) <= set(TOWARDS)


def test_she_is_seen_towards_each_firm(world):
    world.columns.pairs["salience"][9, 2] = 0.125
    one = world.customers[9]
    assert one.towards("rival_2").salience == 0.125
    assert one.towards("focal").salience == one.salience
    one.towards("rival_1").email_ok = 0
    assert world.columns.email_ok[9].tolist() == [one.email_ok, 0, one.towards("rival_2").email_ok]
    with pytest.raises(InputError, match="towards: unknown firm, given 'nobody'; allowed: focal, rival_1, rival_2"):
        one.towards("nobody")


def test_friends_are_strong_ties_and_mutual(world):
    for one in world.customers:
        assert len(one.friends) == world.network.strong[one.unique_id]
        assert all(one in friend.friends for friend in one.friends)
    tied = world.customers.select(lambda one: len(one.friends) > 2)
    assert ids(tied) == np.flatnonzero(world.network.strong > 2).tolist()


def test_a_customer_who_is_not_there_is_a_key_error(world):
    assert world.customers[59].unique_id == 59
    with pytest.raises(KeyError, match="no customer 60"):
        world.customers[60]


def test_the_audience_is_who_may_be_reached(world):
    w = world.columns
    w.email_ok[:10, 0] = 0
    audience = Audience(w, 0)
    bought = w.pairs["bought"][:, 0] > 0
    assert audience["email", "all"] == 50
    assert audience["email", "buyers"] == bought[10:].sum()
    assert audience["email", "prospects"] == (~bought[10:]).sum()
    assert audience["mail", "all"] == 60
    assert len(list(audience)) == len(audience) == 2 * len(TARGETS)
    assert sum(audience[channel, target] for channel in CHANNELS for target in TARGETS[:3]) == 2 * 50 + 2 * 60
    assert Audience(w, 0, 28)["mail", "buyers", 0, 10] == (w.pairs["last_bought"][:, 0] >= 18).sum()
    for wrong in (("fax", "all"), ("mail", "everybody"), ("mail",), ("mail", "all", 3)):
        with pytest.raises(KeyError):
            audience[wrong]
