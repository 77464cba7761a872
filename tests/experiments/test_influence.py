"""Influence as a difference of worlds, against twins run by hand; attribution, samples, Shapley shares; knock-outs."""

import json
from itertools import permutations

import numpy as np
import pytest

from valuescape import Influence, InputError, Knockout, crv, knockout, load
from valuescape.agents.offer import Complement
from valuescape.experiments import influence as module
from valuescape.experiments.cli import main
from valuescape.experiments.ensemble import Identity
from valuescape.experiments.influence_figures import MONEY, People, Resamples, concentration, mean_of, top_share
from valuescape.experiments.influence_worlds import GROUPS, Money, Population, chosen
from valuescape.experiments.results import read_result
from valuescape.experiments.setting import Setting
from valuescape.experiments.shapley import coalitions_of, orders_of, shares_of
from valuescape.experiments.store import folder_digest
from valuescape.sim.events import PURCHASE, REFERRAL_JOIN, RETURN
from valuescape.sim.model import ServiceEcosystem

LOUD = {"world.burn_in_days": 20, "world.customers.need_rate": 25, "world.talk.volume": 2.0, "world.talk.feed_base": 0.1,
        "world.talk.moved": 0.5, "world.talk.sees": 0.6, "world.talk.referral_margin": 30}  # fmt: skip


def loud(**more):
    return load("crossroads", customers=150, days=60, set=LOUD | more)


@pytest.fixture(scope="module")
def asked():
    """Twenty-five customers of a loud world, two lucks, Shapley shares by all orders."""
    return crv(loud(), 25, lucks=2, seed=3, shapley=120)


def rows_of(found):
    return found.tables["people"].to_pylist()


class ByHand:
    """A second reckoning: a world and a twin from day 0, margins added up row by row."""

    def __init__(self, scenario, seed=3):
        self.scenario = scenario.seated("crossroads")
        self.past = ServiceEcosystem(self.scenario, seed).checkpoint()
        pairs, ids = self.past.columns.pairs, self.past.columns.ids
        self.bought = {int(who) for who, count in zip(ids, pairs["bought"][:, 0], strict=True) if count > 0}

    def margins(self, luck, silent=()):
        """Discounted margin by person, of the focal firm."""
        model = ServiceEcosystem.branch(self.past, self.scenario, luck=luck, silent=silent)
        model.columns.log.keep[[PURCHASE, RETURN, REFERRAL_JOIN]] = 1
        for _ in range(self.scenario.days):
            model.step()
        found = {}
        for row in model.events[model.events["firm"] == 0]:
            worth = 1.1 ** (-int(row["day"]) / 365)
            if row["kind"] == PURCHASE:
                found[int(row["actor"])] = found.get(int(row["actor"]), 0.0) + float(row["value"]) / 100 * worth
            elif row["kind"] == RETURN:
                found[int(row["other"])] = found.get(int(row["other"]), 0.0) - int(row["amount"]) / 100 * worth
        return found


def test_every_row_is_the_difference_of_two_worlds_run_from_day_0(asked):
    """Also of who never talks: her twin is run here, and differs in nothing."""
    hand = ByHand(loud())
    world = {luck: hand.margins(luck) for luck in (0, 1)}
    spoke = 0
    for row in rows_of(asked):
        who = row["customer"]
        there, away = world[row["luck"]], hand.margins(row["luck"], [who])
        gap = {True: 0.0, False: 0.0}
        for person in {*there, *away} - {who}:
            gap[person in hand.bought] += there.get(person, 0.0) - away.get(person, 0.0)
        assert row["crv_causal"] == pytest.approx(gap[False], abs=1e-6)
        assert row["civ"] == pytest.approx(gap[True], abs=1e-6)
        assert row["influence"] == row["crv_causal"] + row["civ"]
        assert row["clv"] == pytest.approx(there.get(who, 0.0), abs=1e-6)
        assert row["was_customer"] == (who in hand.bought)
        if row["talked"] is None:
            assert gap == {True: 0.0, False: 0.0}
            assert row["influence"] == 0.0
        spoke += row["influence"] != 0.0
    assert spoke > 3
    assert any(row["talked"] is None for row in rows_of(asked))
    assert any(row["influence"] < 0 for row in rows_of(asked))


def test_all_talk_is_a_world_without_any(asked):
    hand = ByHand(loud())
    for row in asked.tables["worlds"].to_pylist():
        there, away = hand.margins(row["luck"]), hand.margins(row["luck"], "everybody")
        assert row["margin"] == pytest.approx(sum(there.values()))
        assert row["all_talk"] == pytest.approx(sum(there.values()) - sum(away.values()), abs=1e-6)


@pytest.mark.parametrize("more", [{}, {"arms.crossroads.strategy": "sd"}])
def test_attribution_over_all_customers_adds_up_to_the_headline_numerator(more):
    found = crv(loud(**more), "all", lucks=1)
    row = found.tables["worlds"].to_pylist()[0]
    credited = round(sum(found.tables["people"]["crv_attributed"].to_pylist()) * 100)
    assert credited == row["attributed_cents"] == row["referred_cents"] > 0


def test_successors_are_credited_too():
    row = crv(loud(**{"world.customers.turnover": 3.0}), 5, lucks=1).tables["worlds"].to_pylist()[0]
    assert row["attributed_cents"] == row["referred_cents"] > 0


def test_money_given_back_is_no_attributed_margin():
    """A firm that pays back what is complained of: the tally and the sum over friends fall alike."""
    steady = {
        "arms.crossroads.strategy": "dials",
        "arms.crossroads.options": {"levers": {"compensation": 1.0, "desk_hours": 20.0, "claim": 0.9}},
    }
    more = steady | {"firms.focal.budget": 5.0, "world.service.complain": 1.0, "world.integration.failure": 0.4}
    row = crv(loud(**more), 5, lucks=1).tables["worlds"].to_pylist()[0]
    none = {**steady, "arms.crossroads.options": {"levers": {"compensation": 0.0, "desk_hours": 20.0, "claim": 0.9}}}
    kept = crv(loud(**more | none), 5, lucks=1).tables["worlds"].to_pylist()[0]
    assert row["attributed_cents"] == row["referred_cents"]
    assert row["margin"] < kept["margin"]


def test_the_number_of_workers_changes_nothing(asked):
    again = crv(loud(), 25, lucks=2, seed=3, shapley=120, workers=2)
    assert again.digest() == asked.digest()
    assert again.manifest["run_id"] == asked.manifest["run_id"]


def test_a_larger_sample_holds_a_smaller_one_and_agrees_with_it(asked):
    more = {(row["luck"], row["customer"]): row for row in rows_of(crv(loud(), 50, lucks=1, seed=3))}
    both = [row for row in rows_of(asked) if row["luck"] == 0]
    assert {(0, row["customer"]) for row in both} <= set(more)
    for row in both:
        assert {**more[0, row["customer"]], "weight": 0} == {**row, "weight": 0}


def test_what_is_saved_is_read_back(asked, tmp_path):
    asked.save(tmp_path / "kept")
    again = read_result(tmp_path / "kept")
    assert isinstance(again, Influence)
    assert again.digest() == asked.digest() == folder_digest(tmp_path / "kept")
    assert again.to_json() == asked.to_json()
    assert json.loads(json.dumps(again.to_json(), allow_nan=False))["asked"] == 25


def test_one_luck_is_one_history_in_words():
    said = crv(loud(), [4, 9], lucks=1, seed=3).to_json()
    assert said["history"] == "one history"
    assert "named and not drawn" in said["population"]["why"]
    assert [row["customer"] for row in said["customers"]] == [4, 9]
    assert said["customers"][0]["influence_low"] is None


# --- figures with answers on paper ------------------------------------------------------------------------------------


def test_margin_by_hand_of_everybody_but_one():
    money = Money(*np.array([(0, 1, 100), (0, 2, 50), (1, 3, -20), (1, 2, 7), (1, 1, 3)]).T)
    assert money.flow(2, np.array([2])).tolist() == [[100, 50], [-17, 7]]
    assert money.flow(2, np.array([2]), but=1).tolist() == [[0, 50], [-20, 7]]
    assert money.since(1).cents.tolist() == [-20, 7, 3]


def made(values, weight=None, stratum=None, all_asked=False):
    values = np.asarray(values, dtype=float)
    weight = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=float)
    stratum = np.zeros(len(values), dtype=np.int64) if stratum is None else np.asarray(stratum)
    return People(dict.fromkeys(MONEY, values), weight, stratum, all_asked)


def test_too_few_people_have_no_interval():
    """Resamples of one person would say that what was found is sure."""
    people = made([[1, 3], [0, 0]], weight=[10, 30], stratum=[0, 1])
    found = mean_of(people, people.money["influence"], Resamples(people))
    assert found["low"] is None
    assert "too few people" in found["why"]


def test_means_weigh_people_by_whom_they_stand_for():
    people = made([[1, 3]] * 4 + [[0, 0]] * 4, weight=[10] * 4 + [30] * 4)
    found = mean_of(people, people.money["influence"], Resamples(people))
    assert found["value"] == 0.5
    assert found["low"] <= 0.5 <= found["high"]


def test_nobody_drawn_and_one_luck_leave_no_interval():
    people = made([[1], [3]], all_asked=True)
    found = mean_of(people, people.money["influence"], Resamples(people))
    assert (found["value"], found["low"]) == (2.0, None)
    assert "one history" in found["why"] or "no interval" in found["why"]


def test_the_top_tenth_brings_its_part_of_what_is_above_nought():
    values = np.array([[30.0]] + [[2.0]] * 5 + [[0.0]] * 3 + [[-50.0]])
    assert top_share(values, np.ones(10)) == pytest.approx(0.75)
    chance = np.zeros((20, 2))
    chance[0, 0] = chance[1, 1] = 5.0  # in each luck somebody else
    assert concentration(made(chance))["value"] == pytest.approx(1.0)
    assert concentration(made(chance))["in_other_lucks"] < 0.1


@pytest.mark.parametrize("count", [1, 4, 5, 7, 23, 24, 99])
def test_a_sample_is_spread_over_fifths_and_stands_for_everybody(count):
    ids = np.arange(100) * 3
    people = Population(ids, np.zeros(100, dtype=bool), np.arange(100) * GROUPS // 100)
    places, weights = chosen(people, 7, count)
    assert len(places) == len(weights) == count == len(set(places.tolist()))
    assert weights.sum() == pytest.approx(100.0)
    if count >= GROUPS:
        assert set(people.group[places].tolist()) == set(range(GROUPS))


def test_everybody_is_equally_likely_to_be_asked():
    people = Population(np.arange(40), np.zeros(40, dtype=bool), np.arange(40) * GROUPS // 40)
    stood = np.zeros(40)
    for seed in range(400):
        places, weights = chosen(people, seed, 12)
        stood[places] += weights / 400
    assert np.abs(stood - 1.0).max() < 0.35
    assert stood.mean() == pytest.approx(1.0)


# --- Shapley ----------------------------------------------------------------------------------------------------------


def test_shapley_shares_of_a_game_on_paper():
    """Either of two brings 12, the third nothing; the fourth and fifth bring 8 only together."""
    lost = {}
    for order in permutations(range(5)):
        for k in range(5):
            silent = set(order[: k + 1])
            lost[tuple(sorted(silent))] = 12.0 * ({0, 1} <= silent) + 8.0 * bool({3, 4} & silent)
    assert shares_of(orders_of(5, 120, 0), lost) == pytest.approx([6, 6, 0, 4, 4])


@pytest.mark.parametrize("count", [1, 2, 7, 120, 500])
def test_shares_by_any_orders_add_up_to_the_whole(count):
    orders = orders_of(5, count, 4)
    rng = np.random.default_rng(1)
    lost = {silent: float(rng.normal()) for silent in coalitions_of(orders)}
    assert len(orders) == min(count, 120) == len(set(orders))
    assert sum(shares_of(orders, lost)) == pytest.approx(lost[0, 1, 2, 3, 4], abs=1e-12)
    assert len(lost) <= 31


def test_shapley_shares_add_up_to_all_talk(asked):
    table = asked.tables["shares"].to_pylist()
    for row in asked.tables["worlds"].to_pylist():
        assert sum(part["share"] for part in table if part["luck"] == row["luck"]) == pytest.approx(row["all_talk"], abs=1e-9)
    assert set(asked.shapley["groups"]) == {"1", "2", "3", "4", "5"}


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("more", "wrong"), [
    ({"sample": 0}, "sample of customers"), ({"sample": "many"}, "sample of customers"), ({"sample": [3, 3]}, "sample of customers"),
    ({"sample": [5000]}, "no customer with this id"), ({"lucks": 0}, "lucks"), ({"shapley": -1}, "0 or more"),
    ({"arm": "nobody"}, "unknown arm"), ({"workers": 0}, "1 or more"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused(more, wrong):
    with pytest.raises(InputError, match=wrong):
        crv(loud(), **{"sample": 3, "lucks": 1} | more)


# --- knock-outs -------------------------------------------------------------------------------------------------------


def test_a_knock_out_is_the_difference_of_two_worlds(tmp_path):
    found = knockout(loud(), "firm:rival_1", seeds=2, out=tmp_path / "kept")
    share = found.differences["share_of_market"]
    assert share["difference"].mean < 0, "with one rival less the focal firm has more of the market"
    assert share["with"].mean - share["without"].mean == pytest.approx(share["difference"].mean)
    assert isinstance(read_result(tmp_path / "kept"), Knockout)
    assert read_result(tmp_path / "kept").to_json() == json.loads(json.dumps(found.to_json(), allow_nan=False))


def test_without_talk_nobody_is_praised_and_the_rest_goes_on():
    found = knockout(loud(), "talk", seeds=1)
    rows = {row["metric"]: row for row in found.outcomes.to_pylist()}
    assert rows["crv"]["without"] < rows["crv"]["with"], "what was heard in the burn-in is still credited"
    assert rows["net_sentiment"]["without"] is None
    assert rows["revenue"]["without"] > 0
    assert found.to_json()["history"] == "one history"


def test_a_community_and_an_engine_can_be_missing():
    closed = knockout(loud(**{"world.community.join": 1.0}), "community", seeds=1, arm="sd").outcomes.to_pylist()
    sizes = {row["metric"]: row for row in closed}["community_size"]
    assert sizes["with"] > 0 == sizes["without"]
    board = {row["metric"]: row for row in knockout(loud(), "engine:multi_channel_broadcast", seeds=1, arm="ecrm").outcomes.to_pylist()}
    assert board["opt_out_rate"]["with"] is not None
    assert board["opt_out_rate"]["without"] is None
    unused = knockout(loud(), "engine:customer_segmentation", seeds=1, arm="ecrm").outcomes.to_pylist()
    assert all(row["with"] == row["without"] for row in unused), "letters go to all either way"


def test_a_partner_that_is_knocked_out_is_missing_from_day_0():
    partners = {"helper": Complement(functional=1.0, found=1.0, quality=1.0)}
    found = knockout(loud().model_copy(update={"partners": partners}), "partner:helper", seeds=1)
    assert found.differences["value_in_use"]["difference"].mean != 0


@pytest.mark.parametrize(("what", "wrong"), [
    ("firm:focal", "a rival"), ("firm:rival_9", "rival_1"), ("partner:x", "none"), ("engine:warp", "an engine"),
    ("engine:transaction", "ecrm"), ("everything", "firm:NAME"),
])  # fmt: skip
def test_what_is_not_there_cannot_be_knocked_out(what, wrong):
    with pytest.raises(InputError, match=wrong):
        knockout(loud(), what, seeds=1)


# --- the command line -------------------------------------------------------------------------------------------------

BRIEF = ["--customers", "60", "--days", "20", "--set", "world.burn_in_days=10"]


def test_the_commands_print_tables_or_a_document(capsys, tmp_path):
    assert (
        main(["crv", "crossroads", *BRIEF, "--customers-sampled", "6", "--lucks", "2", "--shapley", "4", "--out", str(tmp_path / "a")]) == 0
    )
    text = capsys.readouterr().out
    for word in ("CRV, causal", "Shapley", "ratio", "results:"):
        assert word in text
    assert main(["crv", "crossroads", *BRIEF, "--customers-sampled", "3,5", "--lucks", "1", "--json", "--out", str(tmp_path / "b")]) == 0
    assert json.loads(capsys.readouterr().out)["lucks"] == 1
    assert main(["knockout", "crossroads", "talk", *BRIEF, "--seeds", "2", "--out", str(tmp_path / "c")]) == 0
    assert "with and without talk" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["crv", "crossroads", "--customers-sampled", "few"], ["crv", "crossroads", "--lucks", "0"],
                                   ["knockout", "crossroads", "firm:nobody"], ["crv", "nowhere"]])  # fmt: skip
def test_a_refusal_is_one_line_and_exit_code_2(words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1


def test_pieces_of_a_luck_are_as_many_as_workers_need():
    """What a job is made of depends on the workers, what it finds does not."""
    pieces = [module.Piece(loud(), 3, "crossroads", 0, sample=25, part=k, parts=5) for k in range(5)]
    found = module.heard_in(pieces, Setting.of(loud()), 1, 1, None, None)
    whole = module.heard_in([module.Piece(loud(), 3, "crossroads", 0, sample=25)], Setting.of(loud()), 1, 1, None, None)
    assert sorted(row["customer"] for heard in found for row in heard.people) == [row["customer"] for row in whole[0].people]
    assert isinstance(pieces[0], Identity)
