"""Every lever acts: what it does to the world, measured in two small worlds that differ in nothing else.

`valuescape levers` names these tests. A lever that changes nothing is a defect, and so is one without an entry here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from valuescape.agents.view import LEVERS
from valuescape.experiments.levers import fields, levers

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Acts(NamedTuple):
    """How a lever shows that it acts: a measure of the world that is larger (or smaller) with `high` than with `low`."""

    low: Any
    """The lever's lower level, or the word of its neutral category."""
    high: Any
    measure: str
    """An event kind or a tally of the focal firm, counted; a headline metric; or a column of customers, averaged."""
    sign: int
    beside: Mapping[str, Any] = NOTHING
    """Other fields of the decision, the same in both worlds."""
    world: Mapping[str, Any] = NOTHING
    """Groups of numbers of the world, the same in both."""
    offer: Mapping[str, Any] = NOTHING
    """What the firms' propositions are, the same in both."""


BUSY = {
    "customers": {"need_rate": 60, "online": 0.6, "attention": 20},
    "talk": {"feed_base": 0.1, "sees": 0.5, "openness": 0.8},
    "service": {"question": 0.5, "complain": 1.0},
    "integration": {"failure": 0.2},
    "community": {"join": 0.5},
}
"""A world in which sixty days show what is to be seen."""

MAIL = {"pushes": [{"channel": "mail", "volume": 2.0}]}
DESIGN = {"codesign": 1.0, "community_hours": 4.0}
DESK = {"desk_hours": 8.0, "open_hours": 8.0}
SCARCE = {"desk_hours": 0.25, "open_hours": 0.25}


def letters(**more):
    """One push by mail, as the value of `pushes`."""
    return [{**MAIL["pushes"][0], **more}]


def order(**more):
    """One standing order, as the value of `orders`."""
    return [{"watch": "mentions", "hours": 2.0, "level": 3.0, "act": "answer", "delay": 0.0, **more}]


ACTS = {
    "claim": Acts(0.2, 0.9, "expectation", +1, MAIL),
    "price": Acts(1.0, 1.5, "purchase", -1),
    "discount": Acts(0.0, 0.5, "purchase", +1),
    "discount_to": Acts("buyers", "all", "new_customers", +1, {"discount": 0.6}, {"choice": {"price": 4.0}}),
    "outcome": Acts(0.0, 1.0, "returned_cents", +1),
    "posts": Acts(0.0, 14.0, "hearings", +1, NOTHING, {"attention": {"follow": 1.0}}),
    "prompts": Acts(0.0, 3.0, "tagged", +1, NOTHING, {"attention": {"follow": 1.0}}),
    "promotion": Acts(0.0, 2.0, "tagged", +1, {"prompts": 3.0}),
    "frame": Acts(0.0, 1.0, "tag_blame", +1, {"prompts": 3.0, "promotion": 4.0}),
    "seeds": Acts(0.0, 20.0, "relay", +1, {"posts": 7.0}),
    "seed_by": Acts("chance", "reach", "exposure", +1, {"posts": 7.0, "seeds": 8.0}),
    "targeting": Acts(0.0, 1.0, "seen", +1, MAIL),
    "support": Acts(0.0, 1.0, "reached", +1),
    "tools": Acts(0.0, 1.0, "reached", +1, {"scope": 1.0}, {"customers": {"desire_spread": 2.0}}),
    "embedded": Acts(0.0, 1.0, "reached", +1),
    "research": Acts(0.0, 1.0, "value_per_episode", +1, {"scope": 1.0},
                     {"learning": {"research": 1.0, "belief": 1.0, "enough": 1.0}}, {"functional": 2.0}),
    "teaching": Acts(0.0, 1.0, "skill", +1),
    "scope": Acts(0.0, 1.0, "seen", +1, MAIL),
    "asking": Acts(0.0, 1.0, "answer", +1, {"community_hours": 4.0}),
    "analysis": Acts(0.0, 1.0, "msg_push", +1, {"pushes": [{"channel": "mail", "volume": 2.0, "target": "network"}]}),
    "console": Acts(0.0, 1.0, "refused", -1, MAIL, {"attention": {"mail": 1.0, "optout": 0.05}}),
    "content": Acts(0.0, 1.0, "new_customers", +1, NOTHING, {"attention": {"search": 1.0}}, {"known": 0.0}),
    "listening": Acts(0.0, 1.0, "value_per_episode", +1, {"research": 1.0},
                      {"learning": {"research": 1.0, "belief": 1.0, "enough": 1.0, "own_deals": 0.0}}, {"functional": 2.0}),
    "intrusive": Acts(0.0, 1.0, "seen", +1, MAIL),
    "transparency": Acts(0.0, 1.0, "expectation", -1, MAIL | {"claim": 0.9}, NOTHING, {"quality": 0.1}),
    "codesign": Acts(0.0, 1.0, "idea", +1),
    "review_hours": Acts(0.0, 4.0, "launch", +1, DESIGN),
    "adoption": Acts(0.0, 1.0, "idea_adopt", -1, DESIGN | {"review_hours": 2.0}),
    "credit": Acts(0.0, 1.0, "credibility", +1, DESIGN | {"review_hours": 8.0}),
    "desk_hours": Acts(0.0, 8.0, "answered", +1),
    "open_hours": Acts(0.0, 8.0, "answered", +1),
    "community_hours": Acts(0.0, 4.0, "comm_join", +1),
    "handling": Acts(0.0, 1.0, "effective_customer", +1, DESK),
    "triage": Acts("arrival", "need", "sincerity", +1, SCARCE, {"service": {"deadline": 24}}),
    "join": Acts("never", "always", "reply", +1, DESK),
    "acknowledge": Acts(0.0, 1.0, "attachment", +1, {"desk_hours": 0.4, "open_hours": 0.4}, {"service": {"word_minutes": 1, "stilled": 1}}),
    "explain": Acts(0.0, 1.0, "attachment", +1, DESK),
    "honesty": Acts(1.0, 0.0, "attachment", -1, DESK | {"explain": 1.0}),
    "follow_up": Acts(0.0, 1.0, "attachment", +1, DESK),
    "in_public": Acts(0.0, 1.0, "expectation", +1, DESK),
    "compensation": Acts(0.0, 1.0, "margin_cents", -1, DESK),
    "compensation_in": Acts("private", "public", "complaint", +1, DESK | {"compensation": 1.0},
                            {"service": {"complain": 0.3}, "talk": {"handle_sees": 1.0}, "recovery": {"shout_rate": 0.3}}),
    "theme": Acts("functional", "social", "m2", +1, MAIL, {"choice": {"meaning": 1.0}}),
    "alliance": Acts(0.0, 1.0, "reached", +1, NOTHING, {"partners": {"helper": {"social": 1.0, "emotional": 1.0, "found": 0.0}}}),
    # fields of a group inside a decision: low and high are the whole group
    "pushes.volume": Acts([], MAIL["pushes"], "seen", +1),
    "pushes.channel": Acts([{"channel": "email", "volume": 2.0}], MAIL["pushes"], "seen", +1),
    "pushes.target": Acts(letters(target="buyers"), letters(target="prospects"), "msg_push", +1),
    "pushes.after": Acts(letters(after=60, until=90), letters(after=1, until=90), "msg_push", +1),
    "pushes.until": Acts(letters(after=1, until=3), letters(after=1, until=20), "msg_push", +1),
    "orders.watch": Acts(order(watch="blame"), order(watch="mentions"), "order_fired", +1, DESK),
    "orders.hours": Acts(order(hours=0.25), order(hours=4.0), "order_fired", +1, DESK),
    "orders.level": Acts(order(level=3.0), order(level=30.0), "order_fired", -1, DESK),
    "orders.act": Acts(order(act="answer"), order(act="stop"), "utterance", -1, {**DESK, "posts": 14.0}),
    "orders.delay": Acts(order(delay=0.0), order(delay=168.0), "order_fired", -1, DESK),
}  # fmt: skip


def merged(*worlds):
    """Groups of numbers, later ones over earlier ones."""
    groups = {}
    for world in worlds:
        for name, values in world.items():
            groups[name] = {**groups.get(name, {}), **values} if isinstance(values, dict) else values
    return groups


def measured(model, name):
    """A count of the focal firm since the start, a headline metric, or the mean of a column of customers."""
    from valuescape.sim.events import KINDS, TALLIES
    from valuescape.sim.metrics.headline import measure

    days = model.totals.rows(-10_000)
    if name in KINDS:
        return int(model.totals.count_of(name, days, 0))
    if name in TALLIES:
        return int(model.totals.tally_of(name, days, 0))
    metrics = measure(model)
    return metrics[name] if name in metrics else float(model.customers.get(name).mean())


@pytest.mark.parametrize("lever", ACTS)
def test_a_lever_acts(lever, make_scenario, live):
    acts = ACTS[lever]
    found = []
    for level in (acts.low, acts.high):
        focal = {**acts.beside, lever.split(".")[0]: level}
        scenario = make_scenario(150, focal=focal, rival={}, rivals=1, budget=100.0, offer=acts.offer, **merged(BUSY, acts.world))
        found.append(measured(live(scenario, 60, detail="counts"), acts.measure))
    assert acts.sign * (found[1] - found[0]) > 0, f"{acts.measure}: {found[0]} at {acts.low}, {found[1]} at {acts.high}"


def test_every_lever_has_its_test():
    assert set(ACTS) == {field.name for field in fields()}
    assert set(ACTS) >= set(LEVERS)


def test_every_lever_names_a_test_that_is_there():
    ours = {f"tests/test_levers.py::{test_a_lever_acts.__name__}[{lever}]" for lever in ACTS}
    assert {row["test"] for row in levers()} == ours
