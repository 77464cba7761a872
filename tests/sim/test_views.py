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


def test_square_brackets_are_positions_as_in_an_agent_set(world, real):
    some, theirs = world.customers.select(FILTERS[0]), real.select(FILTERS[0])
    for place in (0, 3, -1, -len(some)):
        assert some[place].unique_id == theirs[place].unique_id
    for part in (slice(2, 5), slice(None, None, -1), slice(0, 0)):
        assert isinstance(some[part], list)
        assert ids(some[part]) == ids(theirs[part])
    for place in (len(some), -len(some) - 1):
        with pytest.raises(IndexError):
            some[place]
    assert ids(reversed(some)) == ids(reversed(theirs))
    assert some.index(some[2]) == 2
    assert some.to_list() == list(some)


def test_a_stable_id_is_asked_for_by_name(world):
    assert world.customers.by_id(59).unique_id == 59
    some = world.customers.select(lambda one: one.unique_id > 40)
    assert some.by_id(44) == some[3]
    with pytest.raises(KeyError, match="no customer 60"):
        world.customers.by_id(60)
    with pytest.raises(KeyError, match="no customer 3"):
        some.by_id(3)


@pytest.mark.parametrize("most", [-1, 1, 2.5, 1.5, 0.99])
def test_odd_limits_are_those_of_an_agent_set(most, world, real):
    assert ids(world.customers.select(FILTERS[0], at_most=most)) == ids(real.select(FILTERS[0], at_most=most))


def test_selects_in_place_and_by_kind(world, real):
    some = world.customers.select()
    assert some.select(FILTERS[0], inplace=True) is some
    assert ids(some) == ids(real.select(FILTERS[0]))
    assert len(world.customers) == 60
    assert ids(world.customers.select(agent_type=object)) == ids(world.customers)
    assert ids(world.customers.select(agent_type=mesa.Agent)) == []


def test_gets_what_is_missing_as_an_agent_set_does(world, real):
    people = world.customers
    assert people.get("loyalty", handle_missing="default", default_value=7).tolist() == real.get("loyalty", "default", 7)
    assert people.get("loyalty", "default").tolist() == real.get("loyalty", "default")
    assert people.get(["need_no", "loyalty"], "default", 0) == real.get(["need_no", "loyalty"], "default", 0)
    assert people.get([]) == real.get([])
    for mine in (people, real):
        with pytest.raises(AttributeError):
            mine.get(["skill", "loyalty"])
        with pytest.raises(ValueError, match="handle_missing"):
            mine.get("skill", handle_missing="ignore")


def test_sums_up_by_several_functions_as_an_agent_set_does(world, real):
    assert world.customers.agg("need_no", [min, max, sum]) == real.agg("need_no", [min, max, sum])


@pytest.mark.parametrize("key", ["skill", "bought", lambda one: one.need_no, lambda one: (one.bought, -one.skill)])
@pytest.mark.parametrize("ascending", [True, False])
def test_sorts_as_an_agent_set_does(key, ascending, world, real):
    assert ids(world.customers.sort(key, ascending=ascending)) == ids(real.sort(key, ascending=ascending))
    assert ids(world.customers.sort(key)) == ids(real.sort(key))
    some = world.customers.select(FILTERS[0])
    assert some.sort(key, ascending, inplace=True) is some
    assert ids(some) == ids(real.select(FILTERS[0]).sort(key, ascending))
    assert ids(world.customers.select(at_most=0).sort(key)) == []


@pytest.mark.parametrize("by", ["need_no", "bought", lambda one: one.skill > 0.5])
@pytest.mark.parametrize("kind", ["agentset", "list"])
def test_groups_as_an_agent_set_does(by, kind, world, real):
    mine, theirs = world.customers.groupby(by, result_type=kind), real.groupby(by, result_type=kind)
    assert [(value, ids(group)) for value, group in mine] == [(value, ids(group)) for value, group in theirs]
    assert len(mine) == len(theirs)
    assert mine.count() == theirs.count()
    assert mine.agg("skill", max) == theirs.agg("skill", max)
    assert mine.map(len) == theirs.map(len)
    assert mine.do(len) is mine
    if kind == "agentset":
        assert mine.map("agg", "need_no", sum) == theirs.map("agg", "need_no", sum)


def test_maps_as_an_agent_set_does(world, real):
    assert world.customers.map(lambda one, by: one.need_no * by, 3) == real.map(lambda one, by: one.need_no * by, 3)
    assert [one.firm for one in world.customers.map("towards", "rival_1")] == [1] * 60
    assert ids(world.customers.do("towards", "rival_1")) == ids(real)


def test_an_order_by_chance_is_refused(world):
    for act in (world.customers.shuffle, lambda: world.customers.shuffle_do(print)):
        with pytest.raises(RuntimeError, match="named draws"):
            act()


def test_the_audience_is_who_may_be_reached(world):
    w = world.columns
    w.email_ok[:, 0] = w.mail_ok[:, 0] = 1  # whoever has opted out meanwhile is asked back
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
