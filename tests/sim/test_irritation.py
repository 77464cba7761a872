"""What messages cost: those left unread weigh with the next one that is read, and annoyance lowers what looks good."""

import numpy as np
import pytest

from valuescape.sim.events import KIND, MSG_PUSH

CALM = 21.0
DAILY = {"pushes": [{"channel": "mail", "volume": 7.0}]}
ROOMY = {"customers": {"attention": 100}, "network": {"kind": "none"}}
SUFFERS = {"mail": 0.5, "offjob": 1.0, "irritation": 1.5, "calm": CALM, "optout": 0.0, "respond_mail": 0.0, "follow": 0.0}


def pushed(make_scenario, live, days, focal=None, **attention):
    """A world of sixty people whom one firm sends letters."""
    return live(make_scenario(60, focal=focal or DAILY, rivals=0, budget=100.0, attention=SUFFERS | attention, **ROOMY), days)


def reckoned(make_scenario, live, clutter):
    """Irritation as in the columns, and as reckoned from the log: float [person] each, as of the day a message was last read."""
    model = pushed(make_scenario, live, 0, clutter=clutter)
    pairs, left = model.columns.pairs, model.columns.unread
    irritation, unread, read = np.zeros(60), np.zeros(60), np.full(60, -1)
    half = 0.5 ** (1 / CALM)
    for day in range(40):
        model.step()
        irritation, unread = irritation * half, unread * half
        sent = model.history[-1][model.history[-1]["kind"] == MSG_PUSH]["other"]
        now = pairs["claim_day"][:, 0] == day
        assert set(np.flatnonzero(now)) <= set(sent)
        for j in sent:
            if now[j]:
                irritation[j], unread[j], read[j] = irritation[j] + 1.5 * (1 + clutter * unread[j]), 0.0, day
            else:
                unread[j] += 1
    assert left["left"][:, 0] * 0.5 ** ((39 - left["day"][:, 0]) / CALM) == pytest.approx(unread * (clutter > 0), rel=1e-4)
    found = pairs["irritation"][:, 0] * 0.5 ** ((39 - pairs["touched"][:, 0].astype(float)) / CALM)
    assert (read >= 0).sum() > 50
    return found, irritation


@pytest.mark.parametrize("clutter", [0.0, 0.5, 2.0])
def test_messages_left_unread_weigh_with_the_next_one_read(clutter, make_scenario, live):
    """A second reckoning from the log: each unread letter counts by what is left of it on the day a letter is read."""
    found, paper = reckoned(make_scenario, live, clutter)
    assert found == pytest.approx(paper, rel=1e-3)
    assert (found.mean() > 1.1 * reckoned(make_scenario, live, 0.0)[0].mean()) == (clutter > 0)


def test_unread_messages_alone_irritate_nobody(make_scenario, live):
    """They weigh with one that is read; of what is never noticed nobody knows."""
    model = pushed(make_scenario, live, 20, mail=0.0, clutter=5.0)
    assert (model.columns.pairs["irritation"] == 0).all()
    assert (model.columns.unread["left"][:, 0] > 5).all()


def test_a_message_that_was_never_sent_weighs_nothing(make_scenario, live):
    """A firm's first letter adds its own burden alone, and where all are read none is unread, however many a week."""
    for volume in (1.0, 7.0):
        focal = {"pushes": [{"channel": "mail", "volume": volume}]}
        model = pushed(make_scenario, live, 7, focal, mail=1.0, clutter=5.0)
        sent = np.bincount(model.events[model.events["kind"] == KIND["msg_push"]]["other"], minlength=60)
        assert (sent > 0).all()
        found = model.columns.pairs["irritation"][:, 0]
        assert (found <= 1.5 * sent + 1e-5).all()
        assert (found >= 1.5 * sent * 0.5 ** (7 / CALM) - 1e-5).all()
        assert (model.columns.unread["left"] == 0).all()
    seldom = pushed(make_scenario, live, 30, mail=0.5, clutter=0.0).columns.pairs["irritation"].mean()
    assert pushed(make_scenario, live, 30, mail=0.5, clutter=5.0).columns.pairs["irritation"].mean() > 2 * seldom


# --- annoyance in choice ------------------------------------------------------------------------------------------------


def deals(make_scenario, live, irritation, **groups):
    """Purchases of twenty days, per firm, where everybody is irritated by the first firm to that degree on day 0."""
    world = {"customers": {"need_rate": 60}, "network": {"kind": "none"}, "community": {"join": 0}} | groups
    model = live(make_scenario(300, focal={}, rival={}, rivals=1, **world))
    model.columns.pairs["irritation"][:, 0] = irritation
    model.columns.pairs["touched"] = 0
    for _ in range(20):
        model.step()
    bought = model.events[model.events["kind"] == KIND["purchase"]]
    return np.bincount(bought["firm"], minlength=2)


def test_who_is_annoyed_beyond_her_patience_buys_less_while_it_lasts(make_scenario, live):
    annoyed = {"choice": {"annoyance": 1.0}}
    calm, irritated, tiring = (deals(make_scenario, live, x, **annoyed) for x in (0.0, 30.0, 1e4))
    assert irritated[0] < 0.5 * calm[0]
    assert irritated[1] > calm[1], "some go to the other firm"
    assert tiring[0] == 0
    short = deals(make_scenario, live, 30.0, **annoyed, attention={"calm": 2.0})
    # with a half-life of two days 30 is below her patience (2.2) after eight of the twenty days
    assert 0.6 * calm[0] < short[0] <= calm[0], "what has passed weighs nothing"


def test_annoyance_that_is_borne_or_without_weight_changes_no_deal(make_scenario, live):
    patient = {"choice": {"annoyance": 1.0}, "attention": {"patience": 50.0}}
    indifferent = {"choice": {"annoyance": 0.0}}
    assert (deals(make_scenario, live, 1.0, **patient) == deals(make_scenario, live, 0.0, **patient)).all()
    assert (deals(make_scenario, live, 1e4, **indifferent) == deals(make_scenario, live, 0.0, **indifferent)).all()
    assert (deals(make_scenario, live, 1e4, **patient) != deals(make_scenario, live, 0.0, **patient)).any()
