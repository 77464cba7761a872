"""What talk sells: a panel with known elasticities gives them back, one without effect gives none, and a period without a post is none."""

import numpy as np
import pytest

from valuescape.experiments.validation.talk_effects import elasticities, panel, regressed
from valuescape.sim.events import PLACES
from valuescape.tests.experiments.validation.paper_world import seen_on_paper
from valuescape.tests.sim.paper import Paper

PERIODS, BRANDS = 26, 5


def market(volume_effect, tone_effect, noise=0.0, seed=3):
    """Sales, volume and tone [period, brand]: large brands are talked of more and better, whatever talk does."""
    rng = np.random.default_rng(seed)
    size = np.arange(1.0, BRANDS + 1)
    volume = size * np.exp(rng.normal(2.0, 0.6, (PERIODS, BRANDS)))
    tone = np.minimum(5.0, size**0.3 * rng.uniform(1.5, 3.0, (PERIODS, BRANDS)))
    sales = np.zeros_like(volume)
    sales[0] = 100.0 * size
    sales[1:] = 100.0 * size**2 * volume[:-1] ** volume_effect * tone[:-1] ** tone_effect
    return sales * np.exp(rng.normal(0.0, noise, sales.shape)), volume, tone


@pytest.mark.parametrize(("volume", "tone"), [(0.3, 0.5), (0.1, -0.4)])
def test_known_elasticities_are_found_again(volume, tone):
    assert regressed(*market(volume, tone)) == {"volume": pytest.approx(volume), "valence": pytest.approx(tone)}


def test_talk_without_effect_has_none():
    """Between brands volume and sales go together all the same: without fixed effects there would seem to be one."""
    sales, volume, tone = market(0.0, 0.0, noise=0.05)
    assert regressed(sales, volume, tone) == {"volume": pytest.approx(0.0, abs=0.03), "valence": pytest.approx(0.0, abs=0.06)}
    assert np.corrcoef(np.log(volume[:-1]).ravel(), np.log(sales[1:]).ravel())[0, 1] > 0.5


def test_sales_follow_the_talk_of_the_period_before_and_not_of_the_same():
    sales, volume, tone = market(0.3, 0.5)
    assert abs(regressed(sales[1:], volume[:-1], tone[:-1])["volume"]) < 0.1


def test_periods_without_sales_or_after_one_without_a_post_are_left_out():
    sales, volume, tone = market(0.3, 0.5)
    tone[4, 1] = tone[7, 3] = np.nan
    sales[9, 2] = sales[5, 1] = 0.0
    assert regressed(sales, volume, tone) == {"volume": pytest.approx(0.3), "valence": pytest.approx(0.5)}
    tone[4, 1] = tone[7, 3] = 0.5  # as if nobody's stars were half a star
    sales[5, 1] = 100.0
    assert regressed(sales, volume, tone)["valence"] != pytest.approx(0.5, abs=0.05)


def test_a_panel_that_does_not_tell_has_no_elasticities():
    sales, volume, _ = market(0.3, 0.5)
    assert regressed(sales, volume, np.full_like(volume, 4.0)) == {"volume": None, "valence": None}
    assert regressed(sales, volume, np.full_like(volume, np.nan)) == {"volume": None, "valence": None}


@pytest.fixture
def paper():
    """Brand 0 has two deals in the first four weeks, one in the second; what is said of it has five stars once and one star once."""
    told = Paper(people=6, firms=2)
    for who, day in ((0, 3), (1, 27), (2, 28), (3, 56)):
        told.buys(who, day=day)
    for day, value in ((1, 0.95), (2, -0.95)):
        told.says(0, day=day, value=value)
    told.row("relay", 5, 12.0, 0, 1, place=PLACES[2])
    return told


def test_a_panel_on_paper(paper):
    sales, volume, tone = panel(seen_on_paper(paper, days=84))
    assert sales[:, 0].tolist() == [2, 1, 1]
    assert volume[:, 0].tolist() == [3, 0, 0]
    assert tone[0, 0] == 3.0
    assert not sales[:, 1].any()


def test_what_is_passed_on_where_nobody_posted_has_no_tone(paper):
    """A relay in the second four weeks counts as volume; its tone was given when it was said, and is not half a star."""
    paper.row("relay", 30, 12.0, 0, 1, place="feed")
    _, volume, tone = panel(seen_on_paper(paper, days=84))
    assert volume[1, 0] == 1
    assert np.isnan(tone[1, 0])


def test_friends_and_firms_and_what_is_not_over_stay_out(paper):
    before = panel(seen_on_paper(paper, days=84))
    paper.says(2, day=4, value=0.95, place="strong")
    paper.posts(day=4)
    paper.says(2, day=84, value=0.95)
    after = panel(seen_on_paper(paper, days=84, last=90))
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(before, after, strict=True))


def test_a_world_in_which_every_post_sells_one_deal_has_the_elasticities_one_and_nought():
    """As many deals as there were posts in the four weeks before, in whichever tone; the same deals a period earlier show nothing."""
    rng = np.random.default_rng(2)
    posts = rng.integers(4, 30, (9, 3))
    follows, leads = Paper(people=30, firms=3), Paper(people=30, firms=3)
    for period, firm in np.ndindex(8, 3):
        for who in range(posts[period, firm]):
            value = float(rng.choice([-0.9, 0.3, 0.9]))
            for told in (follows, leads):
                told.says(who, firm, day=28 * period, value=value)
            follows.buys(who, firm, day=28 * period + 30)
            leads.buys(who, firm, day=28 * period + 2)
    found = elasticities(seen_on_paper(follows, days=9 * 28))
    assert found == {"volume": pytest.approx(1.0), "valence": pytest.approx(0.0, abs=1e-9)}
    assert abs(elasticities(seen_on_paper(leads, days=8 * 28))["volume"]) < 0.5
