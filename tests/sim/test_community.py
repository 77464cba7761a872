"""Communities: what they keep, whom they lift, what empties them, who owns them, and help that is returned."""

import numpy as np
import pytest

from valuescape.sim.events import KIND

BUSY = {
    "customers": {"need_rate": 60, "online": 0.6},
    "service": {"question": 0.6},
    "community": {"join": 0.5},
}
HOST = {"community_hours": 4.0}


def world(make_scenario, live, days=60, *, people=150, focal=HOST, community=None, rivals=1, **options):
    """A world full of questions; `community` changes numbers of the community alone."""
    groups = BUSY | {"community": BUSY["community"] | (community or {})}
    return live(make_scenario(people, focal=focal, rival={}, rivals=rivals, budget=20.0, **groups), days, **options)


def kept(model, kind, firm=None):
    rows = model.events[model.events["kind"] == KIND[kind]]
    return rows if firm is None else rows[rows["firm"] == firm]


def tally(model, name):
    return int(model.totals.tally_of(name, slice(0, model.totals.used)).sum())


def in_community(model, kind, nobodys=0):
    """Rows of answers and questions in hosted communities, or in the one that nobody owns."""
    rows = kept(model, kind)
    return rows[(rows["place"] == 3) & (rows["amount"] == nobodys)]


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_a_knowledge_base_holds_what_was_solved_and_ages(make_scenario, live):
    model = world(make_scenario, live, community={"keeps": 20.0})
    solved = kept(model, "answer", 0)
    left = 0.5 ** ((59 - solved["day"]) / 20.0)
    base = model.columns.communities[0]
    assert len(solved) > 10
    assert base["kept"] == pytest.approx(left.sum())
    assert base["worth"] == pytest.approx((left * solved["value"]).sum())
    assert model.columns.communities["kept"][1:].tolist() == [0.0, 0.0], "whoever hosts nothing keeps nothing"


def test_what_is_looked_up_is_worth_what_peers_said(make_scenario, live):
    model = world(make_scenario, live)
    found, solved = kept(model, "looked_up", 0), kept(model, "answer", 0)
    assert len(found) > 10
    assert found["day"].min() > solved["day"].min()
    assert solved["value"].min() <= found["value"].min() <= found["value"].max() <= solved["value"].max()
    assert not set(found["thread"]) & set(solved["thread"]), "a question that is looked up is not asked"


def test_a_fuller_and_better_kept_base_answers_more(make_scenario, live):
    shares = []
    for enough, hours in ((1e4, 4.0), (40.0, 4.0), (2.0, 4.0), (2.0, 0.03)):
        model = world(make_scenario, live, focal={"community_hours": hours}, community={"enough": enough})
        asked = in_community(model, "question")
        shares.append(len(kept(model, "looked_up", 0)) / max(1, len(asked)))
    assert shares[0] < shares[1] < shares[2]
    assert shares[3] < shares[2]


def test_a_support_community_lifts_the_lower_tail_of_value(make_scenario, live):
    """The same people and offers, who buy by taste: with peers at hand the worst episodes get better, the best hardly."""
    alike = {
        "choice": {"expectation": 0, "attachment": 0, "habit": 0, "fading": 0, "own_means": -20},
        "integration": {"failure": 0, "noise": 0, "friend_help": 0, "share_peers": 0.3},
    }
    found = []
    for hours in (0.0, 4.0):
        groups = BUSY | {"community": {"join": 1.0, "answer": 1.0}, "service": {"question": 1.0}} | alike
        model = live(make_scenario(150, focal={"community_hours": hours}, rival={}, rivals=1, budget=20.0, **groups), 90)
        ends = kept(model, "episode_end", 0)
        found.append(ends[ends["value"] > 0])
    alone, helped = found
    assert np.array_equal(alone["thread"], helped["thread"])
    tenth = len(alone) // 10
    assert np.sort(helped["value"])[:tenth].mean() > 1.02 * np.sort(alone["value"])[:tenth].mean()
    order = np.argsort(alone["value"])
    lift = helped["value"][order] / alone["value"][order]
    assert lift[: 3 * tenth].mean() > lift[-3 * tenth :].mean()


def test_a_community_empties_when_its_helpers_burn_out(make_scenario, live):
    """The more an answer tires, the fewer questions are answered, and the fewer the longer it goes on."""
    rates = []
    for tire in (0.0, 0.5, 5.0):
        model = world(make_scenario, live, 90, community={"tire": tire, "rest": 365.0, "enough": 1e4})
        asked, given = in_community(model, "question"), kept(model, "answer", 0)
        rates.append([len(given[given["day"] // 45 == half]) / max(1, (asked["day"] // 45 == half).sum()) for half in (0, 1)])
    assert rates[0][1] > rates[1][1] > rates[2][1], rates
    assert rates[2][1] < rates[2][0], rates


# --- a community that nobody owns -----------------------------------------------------------------------------------

OURS = {"centreless": 0.5}


def test_where_there_is_none_nothing_of_it_is_left(make_scenario, live):
    model = world(make_scenario, live)
    assert model.columns.member_count[-1] == 0
    assert not model.columns.lives["commons"].any()
    assert model.columns.communities["order"][-1] == 0.0


def test_nobodys_community_takes_whoever_has_the_job_whatever_she_did_it_with(make_scenario, live):
    model = world(make_scenario, live, community=OURS)
    joins = kept(model, "comm_join", -1)
    first = {row["actor"]: row["cause"] for row in joins}
    ends = {row["thread"]: row["firm"] for row in kept(model, "episode_end")}
    after = [ends[cause] for cause in first.values()]
    assert len(joins) == model.columns.member_count[-1] == model.columns.lives["commons"].sum() > 20
    assert min(after) == -1, "those with own means join too"
    assert max(after) >= 0
    assert (np.diff(model.columns.ring[-1, : len(joins)]) > 0).all()


def test_a_question_goes_to_the_hosted_community_first(make_scenario, live):
    model = world(make_scenario, live, community=OURS)
    joined = {(row["actor"], row["firm"]): row["day"] for row in kept(model, "comm_join")}
    for row in in_community(model, "question", 1):
        assert joined[row["actor"], -1] < row["day"]
        assert joined.get((row["actor"], row["firm"]), 10**6) >= row["day"], "she was no member of the firm's"
    assert len(in_community(model, "question", 1)) > 20
    assert len(in_community(model, "question", 0)) > 20
    assert len(in_community(model, "answer", 1)) > 5


def test_the_end_of_a_firm_is_not_the_end_of_nobodys_community(make_scenario, live):
    """The only host leaves the market; its own community answers nobody any more, the other goes on about the rest."""
    model = world(make_scenario, live, 40, community=OURS, rivals=2)
    members = model.columns.member_count.copy()
    hosted = len(in_community(model, "answer", 0))
    model.firms[0].strategy.decision = type(model.firms[0].decision)()
    model.columns.pairs["follows"][:, 0] = 0
    for _ in range(60):
        model.columns.pairs["salience"][:, 0] = 0.0  # nobody can think of it
        model.step()
    assert kept(model, "purchase", 0)["day"].max() < 40 + 1
    assert len(in_community(model, "answer", 0)) <= hosted + 3, "until its last decision ran out"
    late = in_community(model, "answer", 1)
    assert (late["day"] > 50).sum() > 10
    assert model.columns.member_count[-1] > members[-1]
    assert model.columns.communities["order"][-1] > 0.1


def test_nobodys_community_is_kept_by_rested_members(make_scenario, live):
    orders = []
    for tire in (0.0, 3.0):
        model = world(make_scenario, live, focal={}, community={"centreless": 1.0, "tire": tire, "rest": 365.0, "answer": 1.0})
        orders.append(model.columns.communities["order"][-1])
    assert orders[0] == 0.6
    assert orders[1] < 0.5


def test_help_among_peers_warms_to_a_host_only(make_scenario, live):
    """Nobody's community gives as much to customers and nothing to a firm."""
    alike = {"choice": {"expectation": 0, "attachment": 0, "habit": 0}, "integration": {"share_peers": 0.0}}
    found = []
    for warm in (0.0, 0.5):
        groups = BUSY | {"community": {"centreless": 1.0, "warm": warm}} | alike
        model = live(make_scenario(100, focal={}, rival={}, rivals=1, budget=20.0, **groups), 60)
        assert len(in_community(model, "answer", 1)) > 5
        found.append(np.array(model.columns.pairs["attachment"]))
    assert found[0].tobytes() == found[1].tobytes()


# --- help that is returned ------------------------------------------------------------------------------------------


def test_without_reciprocity_nobody_owes_and_nothing_is_returned(make_scenario, live):
    model = world(make_scenario, live, focal=HOST | {"support": 1.0}, community=OURS)
    assert not model.columns.lives["owed"].any()
    assert tally(model, "returned") == 0


def test_received_help_is_returned_once_and_more_is_answered(make_scenario, live):
    none, full = (world(make_scenario, live, community={"reciprocity": r, "enough": 1e4}) for r in (0.0, 1.0))
    received = len(kept(full, "answer")) + len(kept(full, "looked_up"))
    assert received == tally(full, "returned") + full.columns.lives["owed"].sum()
    assert tally(full, "returned") > 10
    shares = [len(kept(m, "answer", 0)) / len(in_community(m, "question")) for m in (none, full)]
    assert shares[1] > shares[0] + 0.02


def test_the_probability_is_the_share_of_help_that_is_owed(make_scenario, live):
    model = world(make_scenario, live, people=300, community={"reciprocity": 0.4, "answer": 1.0})
    received = len(kept(model, "answer")) + len(kept(model, "looked_up"))
    owed = tally(model, "returned") + model.columns.lives["owed"].sum()
    assert owed / received == pytest.approx(0.4, abs=4 * (0.24 / received) ** 0.5)


def test_support_in_use_is_help_that_may_be_returned(make_scenario, live):
    """H56: the firm's help comes back as help among its customers."""
    given = []
    for support in (0.0, 1.0):
        model = world(make_scenario, live, focal=HOST | {"support": support}, community={"reciprocity": 1.0, "answer": 0.02})
        given.append((tally(model, "returned"), len(kept(model, "answer", 0)) / len(in_community(model, "question"))))
    assert given[1][0] > given[0][0]
    assert given[1][1] > given[0][1] + 0.1


def test_a_plausible_year_has_plausible_shares(make_scenario, live, compiled):
    """Members after three months, questions solved among peers, ideas adopted: published bands, none of them set."""
    if not compiled:
        pytest.skip("two years of two thousand people take minutes as plain Python")
    focal = {"community_hours": 1.0, "codesign": 0.5, "review_hours": 0.25, "desk_hours": 1.0, "open_hours": 0.5}
    model = live(make_scenario(2000, focal=focal, rival={}, rivals=3, budget=0.06), 728, detail="talk")
    totals = model.totals
    asked, solved = (sum(int(totals.count_of(k, totals.rows(364), 0)) for k in kinds) for kinds in (("question",), ("answer", "looked_up")))
    assert 0.1 < solved / asked < 0.6
    ideas, adopted = (int(totals.count_of(k, totals.rows(0), 0)) for k in ("idea", "idea_adopt"))
    assert 0.01 < adopted / ideas < 0.05
    quarter = totals.rows(0, 91)
    joined, buyers = int(totals.count_of("comm_join", quarter, 0)), int(totals.tally_of("new_customers", quarter, 0))
    assert 0.02 < joined / buyers < 0.1
