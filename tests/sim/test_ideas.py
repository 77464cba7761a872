"""Ideas before use: none gets lost, hours are accounted for, votes herd or not, and the offer is all that moves."""

import numpy as np
import pytest

from valuescape.agents.ideas import moves_offer
from valuescape.sim.columns import OPEN_IDEAS
from valuescape.sim.events import KIND
from valuescape.sim.ideas import MAKING, READY, UNREAD

BUSY = {"customers": {"need_rate": 60, "online": 0.6, "attention": 20}, "community": {"join": 0.5}}
DESIGN = {"codesign": 1.0, "community_hours": 4.0, "review_hours": 2.0}
TASTE = {"expectation": 0, "attachment": 0, "habit": 0, "fading": 0}
"""With these weights at 0 people buy by lasting taste alone: the same purchases whatever happens to offers."""


def world(make_scenario, live, days=60, *, people=120, ideas=None, focal=DESIGN, **groups):
    merged = {name: BUSY.get(name, {}) | groups.get(name, {}) for name in {*BUSY, *groups}} | {"ideas": ideas or {}}
    return live(make_scenario(people, focal=focal, rival={}, rivals=1, budget=50.0, **merged), days)


def kept(model, kind):
    return model.events[model.events["kind"] == KIND[kind]]


def tally(model, name):
    return int(model.totals.tally_of(name, slice(0, model.totals.used), 0))


def states(model):
    return model.columns.ideas["state"][0]


@pytest.mark.parametrize("days_more", [0, 30])
@pytest.mark.parametrize("hours", [0.0, 0.3, 2.0, 50.0])
def test_no_idea_gets_lost(hours, days_more, make_scenario, live):
    model = world(make_scenario, live, 60 + days_more, focal=DESIGN | {"review_hours": hours}, ideas={"patience": 20.0})
    open_now = int((states(model) == UNREAD).sum())
    assert len(kept(model, "idea")) == tally(model, "ideas_reviewed") + tally(model, "ideas_ignored") + open_now > 20
    assert model.columns.studios[0]["unread"] == open_now
    assert model.columns.studios[0]["ideas"] == np.isin(states(model), [UNREAD, MAKING, READY]).sum()
    assert len(kept(model, "idea_adopt")) == len(kept(model, "launch")) + np.isin(states(model), [MAKING, READY]).sum()
    assert len(kept(model, "idea_adopt")) <= tally(model, "ideas_reviewed")


@pytest.mark.parametrize("tire", [0.0, 0.5])
def test_taking_part_tires_and_is_harder_for_the_weary(tire, make_scenario, live):
    """Reckoned beside the columns, where nobody answers questions: each part adds `tire`, and what is left of it adds to effort."""
    model = world(
        make_scenario, live, 0, focal={"codesign": 1.0}, community={"join": 0.0, "tire": tire, "rest": 10.0}, ideas={"effort": 0.2}
    )
    w, weary, harder, parts = model.columns, np.zeros(120), 0, 0
    for _ in range(60):
        skill = w.people["skill"].astype(float)
        model.step()
        weary *= 0.5 ** (1 / 10.0)
        for entry in np.concatenate([w.episodes[b, : w.episode_count[b]] for b in range(len(w.episode_count))]):
            if not entry["part"]:
                continue
            i = int(entry["row"])
            assert entry["effort"] == pytest.approx(0.2 * (1.5 - skill[i]) * (1 + weary[i]), rel=1e-4)
            harder += weary[i] > 0.1
            parts += 1
            weary[i] += tire
    assert parts > 100
    assert (harder > 30) == (tire > 0)
    left = 0.5 ** ((model.day - 1 - w.people["weary_day"].astype(float)) / 10.0)
    assert w.people["weary"] * left == pytest.approx(weary, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("hours", [0.3, 2.0, 50.0])
def test_staffed_hours_for_ideas_are_worked_idle_or_still_there(hours, make_scenario, live):
    model = world(make_scenario, live, focal=DESIGN | {"review_hours": hours})
    worked, idle = (float(model.totals.sum_of(name, slice(0, 60), 0)) for name in ("design_hours", "design_idle_hours"))
    p = model.columns.par[0]
    assert worked + idle + model.columns.studios[0]["credit"] == pytest.approx(60 * hours)
    making = model.columns.ideas[0][states(model) == MAKING]
    made = len(kept(model, "idea_adopt")) * p.ideas_develop_hours - making["left"].sum()
    assert worked == pytest.approx(tally(model, "ideas_reviewed") * p.ideas_review_minutes / 60 + made)


def test_more_hours_adopt_more_and_few_hours_leave_most_unread(make_scenario, live):
    adopted, ignored = [], []
    for hours in (0.2, 2.0, 20.0):
        model = world(make_scenario, live, 90, focal=DESIGN | {"review_hours": hours, "adoption": 0.2}, ideas={"patience": 20.0})
        adopted.append(len(kept(model, "idea_adopt")))
        ignored.append(tally(model, "ideas_ignored") / len(kept(model, "idea")))
    assert adopted[0] < adopted[1] < adopted[2]
    assert ignored[0] > 0.5 > ignored[2] + 0.4


def test_the_offer_takes_the_steps_of_what_was_launched_and_no_other(make_scenario, live):
    """Reckoned anew: ideas are content, the offer moves on the day of a launch, most wanted first."""
    model = live(make_scenario(120, focal=DESIGN, rival={}, rivals=1, budget=50.0, **BUSY, ideas={"delay": 3.0, "develop_hours": 4.0}))
    w = model.columns
    offer, launched = [float(w.firms[0][f"o{j}"]) for j in range(3)], 0
    for _ in range(50):
        due = [idea for idea in w.ideas[0] if idea["state"] == READY and idea["due"] <= model.day]
        for idea in sorted(due, key=lambda idea: (-idea["votes"], idea["day"], idea["key"])):
            offer = [moves_offer(offer[j], float(idea[f"x{j}"]), w.par[0].ideas_step) for j in range(3)]
            launched += 1
        model.step()
        assert [float(w.firms[0][f"o{j}"]) for j in range(3)] == offer
    assert launched == len(kept(model, "launch")) > 3
    assert [float(w.firms[1][f"o{j}"]) for j in range(3)] == [0.0, 0.0, 0.0]


def test_codesign_acts_before_use_and_on_nothing_in_use(make_scenario, live):
    """NS12: as long as nothing is launched, every episode is worth the same to the last bit; a launch changes it for all alike."""
    many = DESIGN | {"review_hours": 20.0, "adoption": 0.3}
    plain, asked, launched = (
        world(make_scenario, live, 50, choice=TASTE, focal=many | {"codesign": level}, community={"answer": 0.0}, ideas=ideas)
        for level, ideas in ((0.0, None), (1.0, {"delay": 300.0}), (1.0, {"delay": 1.0, "develop_hours": 1.0, "step": 0.5}))
    )
    ends = [kept(m, "episode_end") for m in (plain, asked, launched)]
    assert len(kept(asked, "idea_adopt")) > 5
    assert np.array_equal(ends[0]["thread"], ends[1]["thread"])
    assert np.array_equal(ends[0]["value"], ends[1]["value"])
    first = kept(launched, "launch")["day"].min()
    before = ends[2]["day"] < first
    assert np.array_equal(ends[0]["value"][before], ends[2]["value"][before])
    moved = (ends[0]["value"] != ends[2]["value"]) & (ends[0]["firm"] == 0)
    assert moved[ends[0]["day"] > first + 1].mean() > 0.1


def test_ideas_move_the_offer_to_where_people_are(make_scenario, live):
    """With people whose desires lie off the offer, launches bring value; this is what adoption is for."""
    off = {"functional": 1.5}
    values = []
    for level in (0.0, 1.0):
        scenario = make_scenario(120, focal=DESIGN | {"codesign": level, "review_hours": 10.0}, rival={}, rivals=1, budget=50.0, offer=off,
                                 **BUSY, choice=TASTE, ideas={"delay": 7.0, "step": 0.2})  # fmt: skip
        model = live(scenario, 120)
        ends = kept(model, "episode_end")
        values.append(ends["value"][(ends["firm"] == 0) & (ends["day"] > 90)].mean())
    assert values[1] > values[0] + 0.05


def test_without_herding_a_vote_does_not_follow_others(make_scenario, live):
    """Votes are cast by what a member desires; with herding they pile up on one side."""
    spreads = []
    for herding in (0.0, 0.9):
        model = world(make_scenario, live, 60, ideas={"herding": herding})
        votes = kept(model, "vote")
        shares = [votes["value"][votes["thread"] == key].mean() for key in np.unique(votes["thread"])]
        sizes = [(votes["thread"] == key).sum() for key in np.unique(votes["thread"])]
        spreads.append(np.std([share for share, size in zip(shares, sizes, strict=True) if size >= 8]))
        assert len(votes) > 200
    assert spreads[1] > spreads[0] * 1.3


def test_most_wanted_ideas_are_looked_at_first(make_scenario, live):
    model = live(make_scenario(120, focal=DESIGN | {"review_hours": 0.0}, rival={}, rivals=1, budget=50.0, **BUSY), 42)
    w = model.columns
    unread = sorted((idea for idea in w.ideas[0].copy() if idea["state"] == UNREAD), key=lambda i: (-i["votes"], i["day"], i["key"]))
    model.firms[0].strategy.decision = model.firms[0].decision.model_copy(update={"review_hours": 0.5, "codesign": 0.0, "adoption": 1.0})
    seen = []
    for _ in range(8):
        before = {idea["key"] for idea in w.ideas[0] if idea["state"] == UNREAD}
        model.step()
        seen += list(before - {idea["key"] for idea in w.ideas[0] if idea["state"] == UNREAD})
    assert len(seen) == 8
    assert seen == [idea["key"] for idea in unread[: len(seen)]]


def test_a_full_table_gives_up_its_oldest_and_their_authors_mind(make_scenario, live):
    """More ideas than can be held: the newest stay, and every author whose idea nobody looked at holds it against the firm."""
    groups = {"people": 300, "focal": {"codesign": 1.0}, "choice": TASTE}
    flood = {"submit": 1.0, "patience": 730.0}
    models = [world(make_scenario, live, 120, ideas=flood | {"ignored": cost}, **groups) for cost in (0.0, 0.1)]
    model = models[1]
    ideas = kept(model, "idea")
    held = {int(idea["key"]) for idea in model.columns.ideas[0] if idea["state"] == UNREAD}
    assert len(held) == OPEN_IDEAS < len(ideas)
    newest = np.lexsort((ideas["id"], ideas["day"]))[-OPEN_IDEAS:]
    assert held == {int(key) for key in ideas["id"][newest]}
    given_up = np.setdiff1d(np.arange(len(ideas)), newest)
    assert tally(model, "ideas_ignored") == len(given_up)
    lost = models[0].columns.pairs["attachment"][:, 0] - model.columns.pairs["attachment"][:, 0]
    authors = np.unique(ideas["actor"][given_up])
    assert (lost[authors] > 0.005).all()
    assert np.abs(np.delete(lost, authors)).max() < 1e-6


def test_too_much_load_lowers_loyalty(make_scenario, live):
    """Nothing but the burden of taking part differs: what she gains does not rise with it, so that enough of it drives her off."""
    found = []
    for level, effort in ((0.0, 0.0), (1.0, 0.0), (1.0, 0.3)):
        model = world(make_scenario, live, 90, focal={"codesign": level}, choice=TASTE, ideas={"effort": effort, "ignored": 0.0})
        bought = model.columns.pairs["bought"][:, 0] > 2
        found.append(float(model.columns.pairs["attachment"][bought, 0].mean()))
    assert found[1] > found[0] > found[2]


def test_taking_part_costs_time_and_attention(make_scenario, live):
    net, parts = [], []
    for level, attention in ((0.0, 20), (1.0, 20), (1.0, 0.2)):
        model = world(make_scenario, live, choice=TASTE, focal={"codesign": level}, customers={"attention": attention}, talk={"volume": 0})
        bought = kept(model, "purchase")
        today = bought["actor"][(bought["firm"] == 0) & (bought["day"] == 59)]
        assert (model.columns.items[today] >= level).sum() >= len(today) - 1, "being asked is an item of the day"
        net.append(float(model.totals.sum_of("net_value", slice(0, 60), 0)))
        parts.append(len(kept(model, "idea")))
    assert net[1] < net[2] < net[0] - 0.1
    assert parts[1] > 2 * parts[2] > 0, "without attention to spare she takes no part"


def test_credit_makes_the_author_proud_and_the_others_trust(make_scenario, live):
    focal = DESIGN | {"review_hours": 4.0}
    without, given = (world(make_scenario, live, focal=focal | {"credit": level}, choice=TASTE) for level in (0.0, 1.0))
    assert np.array_equal(kept(without, "idea_adopt")["id"], kept(given, "idea_adopt")["id"])
    assert np.array_equal(kept(given, "loop_closed")["other"], kept(given, "idea_adopt")["other"])
    assert len(kept(without, "loop_closed")) == 0
    proud = np.unique(kept(given, "idea_adopt")["other"])
    gained = (given.columns.pairs["attachment"] - without.columns.pairs["attachment"])[:, 0]
    assert (gained[proud] > 0.01).all()
    assert np.abs(np.delete(gained, proud)).max() < 1e-6
    trusting = given.columns.pairs["credibility"][:, 0] > without.columns.pairs["credibility"][:, 0]
    assert trusting.sum() > 10
    assert given.columns.pairs["member"][trusting, 0].all(), "those who are not members have not seen it"


def test_an_idea_is_nearer_to_what_its_author_desires_the_more_skill_she_has(make_scenario, live):
    found = {}
    for skill in (0.1, 0.9):
        customers = {"skill": skill, "skill_spread": 0.0, "drift": 0.0, "trend": 0.0}
        model = world(make_scenario, live, 40, focal=DESIGN | {"review_hours": 0.0}, customers=customers)
        rows = model.columns.ideas[0][states(model) == UNREAD]
        wanted = model.columns.people["d0"][rows["row"]]
        found[skill] = float(np.std(rows["x0"] - wanted))
    assert found[0.1] > 2 * found[0.9] > 0


def test_without_codesign_there_is_no_idea_and_no_trace(make_scenario, live):
    quiet = world(make_scenario, live, 30, focal={"community_hours": 4.0})
    staffed = world(make_scenario, live, 30, focal={"community_hours": 4.0, "review_hours": 1.0, "credit": 1.0, "adoption": 0.1})
    assert quiet.events.tobytes() == staffed.events.tobytes()
    assert quiet.columns.pairs.tobytes() == staffed.columns.pairs.tobytes()
    assert len(kept(quiet, "idea")) == 0
    assert float(staffed.totals.sum_of("design_idle_hours", slice(0, 30), 0)) == 30.0
