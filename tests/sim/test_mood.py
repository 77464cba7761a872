"""Moods: what was only heard of changes how one feels about a firm for a while, and nothing that lasts."""

import pytest

from valuescape.sim.cascade import hears
from valuescape.sim.columns import NEVER
from valuescape.sim.events import FEED, KIND, STRONG
from valuescape.sim.kernels.mood import feels, mood_now
from valuescape.sim.kernels.take_in import take_in

LIFE = 30.0
TALK = {"mood_life": LIFE, "warmth": 0.2}


@pytest.fixture
def town(office):
    """Ten people and a firm that all know, without ties."""
    return type(office)(10, talk=TALK)


def told(desk, j, valence=-0.8, value=0.1, *, weight=1.0, vivid=1.0, place=FEED, day=0):
    """Row j has heard that of the firm and takes it in."""
    hears(desk.w, j, 0, place, valence, value, weight, vivid, -1, 77)
    take_in(desk.w, day)


# --- by itself --------------------------------------------------------------------------------------------------------


def test_a_mood_passes_by_half_lives(town):
    bond, p = town.w.bonds[3, 0], town.w.par[0]
    bond["mood"], bond["mood_day"] = -0.8, 10
    assert [mood_now(bond, day, p) for day in (10, 40, 70)] == pytest.approx([-0.8, -0.4, -0.2])
    assert abs(mood_now(bond, 10 + 50 * 30, p)) < 1e-12


def test_what_is_measured_of_a_mood_is_what_is_left_of_it(town):
    """Series of moods and choices read the same."""
    from valuescape.experiments.twins import mood_left

    w, p = town.w, town.w.par[0]
    w.bonds["mood"][:, 0] = [0.0, 0.5, -1.0, 0.25, 1.0, -0.3, 0.0, 0.7, -0.9, 0.1]
    w.bonds["mood_day"][:, 0] = [NEVER, 0, 10, 20, 30, 40, 50, 55, 60, 60]
    found = mood_left(w.bonds, 60, town.model.params)
    assert found.shape == (10, 1)
    assert found[:, 0].tolist() == pytest.approx([mood_now(bond, 60, p) for bond in w.bonds[:, 0]], abs=1e-12)
    assert found[2, 0] == pytest.approx(-(2 ** (-50 / LIFE)))


def test_a_mood_is_bounded_and_follows_what_was_heard_last(town):
    bond, p = town.w.bonds[3, 0], town.w.par[0]
    for k in range(200):
        feels(bond, k // 10, -1.0, 0.7, p)
        assert -1.0 <= bond["mood"] <= 1.0
    assert bond["mood"] == pytest.approx(-1.0, abs=0.1)
    feels(bond, 20, 0.5, 40.0, p)
    assert bond["mood"] == 0.5, "a step is never larger than the whole way"
    feels(bond, 20, -1.0, 0.0, p)
    assert bond["mood"] == 0.5


def test_who_has_heard_nothing_is_in_no_mood(make_scenario, live):
    """Over a month with deals, letters and a posting firm; where people talk, some are."""
    busy = {"customers": {"need_rate": 60}, "attention": {"follow": 1.0}, "service": {"complain": 0.0, "question": 0.0}}
    firm = {"posts": 7.0, "pushes": [{"channel": "mail", "volume": 2.0}]}
    for volume in (0.0, 1.0):
        talk = {"volume": volume, "feed_base": 0.1}
        model = live(make_scenario(80, focal=firm, rival=firm, rivals=1, budget=50.0, talk=talk, **busy), 30)
        moods = model.columns.bonds["mood"]
        assert (moods == 0).all() == (volume == 0)
        assert (moods[model.columns.bonds["mood_day"] == NEVER] == 0).all()
        assert (model.events["kind"] == KIND["purchase"]).sum() > 100


# --- what moves it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [FEED, STRONG], ids=["feed", "strong"])
def test_hearsay_moves_the_mood_by_the_rule_and_leaves_attachment_alone(place, town):
    people, bonds = town.w.people, town.w.bonds
    people["cred_feed"], people["cred_strong"] = 0.3, 0.9
    attachment = town.w.pairs["attachment"].copy()
    told(town, 2, -0.8, weight=0.5, place=place)
    told(town, 4, +0.8, weight=0.5, place=place)
    step = 0.2 * 0.5 * (0.9 if place == STRONG else 0.3)
    assert bonds["mood"][:, 0].tolist() == pytest.approx([0, 0, -0.8 * step, 0, 0.8 * step, 0, 0, 0, 0, 0])
    assert (town.w.pairs["attachment"] == attachment).all()


def test_how_vivid_it_is_moves_the_mood_and_not_what_is_expected(town):
    """What it says of the firm does the opposite: it moves what is expected and not the mood."""
    w = town.w
    w.people["cred_feed"], w.people["openness"] = 0.5, 0.5
    before = float(w.pairs[0, 0]["expectation"])
    w.pairs["expectation"] = before
    told(town, 1, vivid=1.0)
    told(town, 2, vivid=5.0)
    told(town, 3, value=0.4)
    plain, vivid, better = (w.pairs[j, 0]["expectation"] for j in (1, 2, 3))
    assert plain == vivid < better < before
    moods = w.bonds["mood"][1:4, 0]
    assert moods[1] == pytest.approx(5 * moods[0])
    assert moods[2] == moods[0] < 0


def test_a_story_meets_what_is_left_of_the_mood(town):
    """Heard a half-life later, the second story adds to half of the first."""
    told(town, 5, day=0)
    first = float(town.w.bonds[5, 0]["mood"])
    told(town, 5, day=int(LIFE))
    step = first / -0.8
    assert town.w.bonds[5, 0]["mood"] == pytest.approx(first / 2 + step * (-0.8 - first / 2))
    assert town.w.bonds[5, 0]["mood_day"] == LIFE


# --- what it does -----------------------------------------------------------------------------------------------------


def lived(make_scenario, live, mood, since, weight=3.5):
    """Purchases and a log of forty quiet days where all are in a mood towards the first firm that dates from day `since`."""
    world = {"customers": {"need_rate": 60}, "network": {"kind": "none"}, "talk": {"mood_life": 10.0, "volume": 0},
             "community": {"join": 0}, "service": {"complain": 0, "question": 0}, "choice": {"attachment": weight}}  # fmt: skip
    model = live(make_scenario(300, focal={}, rival={}, rivals=1, **world))
    model.columns.bonds["mood"][:, 0] = mood
    model.columns.bonds["mood_day"][:, 0] = since
    for _ in range(40):
        model.step()
    rows = model.events[(model.events["kind"] == KIND["purchase"]) & (model.events["firm"] == 0)]
    return (rows["day"] < 10).sum(), (rows["day"] >= 30).sum(), model.events.tobytes()


def test_a_mood_weighs_like_attachment_while_it_lasts(make_scenario, live):
    none, bad, good = (lived(make_scenario, live, mood, 0) for mood in (0.0, -1.0, 1.0))
    assert bad[0] < 0.5 * none[0]
    assert good[0] > 1.1 * none[0]
    assert bad[1] > 0.5 * none[1], "a month later an eighth of it is left"
    long_ago = lived(make_scenario, live, -1.0, -20_000)
    assert long_ago[2] == none[2] != bad[2], "what has passed leaves no trace"
    assert lived(make_scenario, live, -1.0, 0, weight=0)[2] == lived(make_scenario, live, 0.0, 0, weight=0)[2]
