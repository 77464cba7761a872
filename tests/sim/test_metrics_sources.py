"""Sources of value on paper (M47, M48, M56), and the worth of sources against the rule of the day."""

import numpy as np
import pytest

from valuescape.agents.integration import integrates, other_sources
from valuescape.sim.metrics.sources import shapley, worth
from valuescape.tests.sim.paper import Paper, of, value, why_none

ANN, BEA, CAT, DAN = range(4)
SHARES = ("source_own", "source_firm", "source_peer", "source_partner", "source_public")
EVEN = {f"share_{name}": 0.2 for name in ("own", "firm", "peers", "partners", "public")}


def test_equal_sources_share_equally_and_absent_ones_get_nothing():
    paper = Paper(integration=EVEN | {"sigma": 0.5})
    paper.job(ANN, 0, 0, own=0.4, firm=0.4)
    paper.job(BEA, 1, 0, public=0.4)
    assert of(paper.record(), *SHARES) == pytest.approx(dict(zip(SHARES, (0.5, 0.5, 0.0, 0.0, 0.0), strict=True)))


def test_sources_that_replace_each_other_bring_what_they_bring_alone():
    # nearly perfect substitutes: 0.2 x 0.3, 0.2 x 0.6 and 0.2 x 0.1; of two partners the better one
    paper = Paper(integration=EVEN | {"sigma": 5.0})
    job = paper.job(ANN, 0, 0, own=3e-6, firm=6e-6, partner=1e-6)
    paper.row("resource_used", 0, 11.0, 0, ANN, 3, thread=job, value=0.5e-6)
    assert of(paper.record(), *SHARES) == pytest.approx(dict(zip(SHARES, (0.3, 0.6, 0.0, 0.1, 0.0), strict=True)), abs=1e-5)


def test_two_complements_on_paper():
    # sigma 1, shares 1/2: e^(1/2 ln 4) - 1 = 1 alone each, e^(ln 4) - 1 = 3 together; the surplus of 1 is shared evenly
    found = shapley(np.array([[3.0, 3.0, 0.0, 0.0, 0.0]]), np.array([0.5, 0.5, 0.0, 0.0, 0.0]), 1.0)
    assert found == pytest.approx([1.5, 1.5, 0.0, 0.0, 0.0])
    # 3 and 0 bring 1 and nothing, and together 1
    found = shapley(np.array([[3.0, 0.0, 0.0, 0.0, 0.0]]), np.array([0.5, 0.5, 0.0, 0.0, 0.0]), 1.0)
    assert found == pytest.approx([1.0, 0.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5])
def test_worth_is_the_rule_of_integration(sigma):
    rng = np.random.default_rng(1)
    amounts, shares = rng.uniform(0, 1, (5, 5)), np.array([0.36, 0.36, 0.14, 0.04, 0.1])
    for row, found in zip(amounts, worth(amounts, shares, sigma), strict=True):
        own, firm, peers, partners, public = row
        others = other_sources(own, peers, partners, public, sigma, *shares[[0, 2, 3, 4]])
        assert found == pytest.approx(integrates(1.0, firm, others, shares[1], sigma), rel=1e-12)


def test_how_many_take_part_and_how_much_customers_differ():
    paper = Paper()
    paper.job(ANN, 0, 0, own=0.4)
    paper.job(ANN, 0, 1, own=0.2, firm=0.2, peer=0.4)  # two others
    paper.job(BEA, 0, 0, firm=0.7)
    paper.job(BEA, 0, -1, own=0.7, peer=1.0, public=1.0)
    paper.job(CAT, 1, 0, own=0.4, firm=0.5, public=0.5)
    r = paper.record()
    assert value(r, "cocreation_intensity") == pytest.approx(1 / 3)
    # Ann's mean shares are (5/8, 1/8, 1/4) of own, firm and peers, Bea's (0, 1, 0)
    assert value(r, "personalisation") == pytest.approx(np.sqrt(25 + 49 + 4) / 8)
    assert why_none(r, "personalisation", firm=1)["personalisation"] == "fewer than two customers completed an episode"


def test_without_an_episode_there_is_no_source():
    r = Paper().record()
    assert set(why_none(r, *SHARES, "cocreation_intensity", "personalisation").values()) == {"no episode with the firm was completed"}
