"""Worlds with an answer on paper: no ties and no word of mouth, taste alone and Dirichlet, no act and no value."""

import numpy as np
import pytest
from scipy import optimize, stats

from valuescape.sim.events import KIND

SILENT = {}  # a decision that sends nothing, staffs nothing, spends nothing
SHARES = (0.9, 0.5, 0.3, 0.2, 0.1)
STRENGTH = 1.2  # Dirichlet S: a firm's shape is S times its share
ALONE = {
    "choice": {"expectation": 0, "attachment": 0, "habit": 0, "price": 0, "taste": 1, "own_means": -60, "nothing": -60, "fading": 0},
    "network": {"kind": "none"},
}  # fmt: skip


def purchases(model, firms):
    """How often each person bought from each firm, int64 [person, firm]."""
    rows = model.events[model.events["kind"] == KIND["purchase"]]
    count = np.zeros((len(model.columns.ids), firms), dtype=np.int64)
    np.add.at(count, (rows["actor"], rows["firm"]), 1)
    return count


# --- taste alone ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bought(make_scenario, live):
    """Purchases of a year in a market where people have nothing but their lasting taste."""
    people = {"need_rate": 4, "need_shape": 0.6, "taste_strength": STRENGTH, "likeness": 0}
    scenario = make_scenario(3000, focal=SILENT, rival=SILENT, rivals=4, customers=people, **ALONE)
    for firm, share in zip(scenario.firms, SHARES, strict=True):
        scenario.firms[firm] = scenario.firms[firm].model_copy(update={"share": share})
    return purchases(live(scenario, 365), 5)


def misfit(seen, expected):
    """p-value of counts under expected ones (any scale); what is sparse at the end is joined."""
    last = int(np.flatnonzero(expected >= 5)[-1])
    seen, expected = (np.append(x[:last], x[last:].sum()) for x in (seen, expected))
    return stats.chisquare(seen, expected * seen.sum() / expected.sum()).pvalue


def shape_of(mine, total):
    """The two shapes of the beta-binomial that best describes how many of their purchases people make of one brand."""
    found = optimize.minimize(lambda x: -stats.betabinom.logpmf(mine, total, *np.exp(x)).sum(), [0.0, 0.0], method="Nelder-Mead")
    return np.exp(found.x)


@pytest.mark.parametrize("brand", range(5))
def test_with_taste_alone_a_brand_is_bought_as_dirichlet_says(brand, bought):
    """Of a person's n purchases a brand gets a beta-binomial number, with the shapes that its standing and S say."""
    total, mine = bought.sum(axis=1), bought[:, brand]
    shape, rest = STRENGTH * SHARES[brand], STRENGTH * (sum(SHARES) - SHARES[brand])
    expected = sum(stats.betabinom.pmf(np.arange(30), n, shape, rest) for n in total)
    assert misfit(np.bincount(np.minimum(mine, 29), minlength=30), expected) > 0.01
    assert shape_of(mine, total) == pytest.approx([shape, rest], rel=0.2)


def test_with_taste_alone_all_brands_together_keep_the_declared_strength(bought):
    """A tenth off in S would be seen: the likelihood of all baskets is highest near the declared value."""

    def fits(strength):
        alpha = strength * np.array(SHARES)
        return sum(stats.dirichlet_multinomial.logpmf(row, alpha, row.sum()) for row in bought if row.sum() > 1)

    best = optimize.minimize_scalar(lambda s: -fits(s), bounds=(0.3, 4), method="bounded", options={"xatol": 0.01}).x
    assert best == pytest.approx(STRENGTH, rel=0.1)


def test_with_taste_alone_the_category_is_bought_as_nbd_says(bought):
    total, mean, shape = bought.sum(axis=1), 4.0, 0.6
    assert total.mean() == pytest.approx(mean, rel=0.08)  # whole days and four standard errors
    n = np.arange(25)
    expected = len(total) * np.append(stats.nbinom.pmf(n, shape, shape / (shape + total.mean())), 0)
    expected[-1] = len(total) - expected[:-1].sum()
    assert misfit(np.bincount(np.minimum(total, 25), minlength=26), expected) > 0.01


def test_small_brands_suffer_twice(bought):
    """Double jeopardy, an outcome and not an input: fewer buyers, who buy it a little less often."""
    reach = (bought > 0).mean(axis=0)
    often = bought.sum(axis=0) / (bought > 0).sum(axis=0)
    assert list(reach) == sorted(reach, reverse=True)
    assert np.corrcoef(reach, often)[0, 1] > 0.8


# --- no ties --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ties", "same"), [("none", True), ("market", False)])
def test_without_ties_and_open_places_talk_changes_no_purchase(ties, same, make_scenario, live, without):
    """Talk on against talk off; with ties the same comparison must differ."""
    openness = 0 if same else 0.5
    worlds = [
        live(make_scenario(customers={"need_rate": 30}, network={"kind": ties}, talk={"volume": volume, "openness": openness}), 60)
        for volume in (1.0, 0.0)
    ]
    log = [without(world.events, only=["purchase", "episode_start", "response"]) for world in worlds]
    assert len(log[0]) > 100
    assert without(worlds[0].events, only=["utterance"]).size > 20
    assert without(worlds[1].events, only=["utterance"]).size == 0
    assert (log[0].tobytes() == log[1].tobytes()) is same


# --- fit and adaptation ---------------------------------------------------------------------------------------------


def mean_value(model):
    rows = model.events[(model.events["kind"] == KIND["episode_end"]) & (model.events["firm"] == 0)]
    return rows["value"].mean()


def test_a_wrong_adaptation_is_worse_than_none_and_a_right_one_better(make_scenario, live):
    def world(tools, error):
        value = {"adapt_error": error, "noise": 0, "failure": 0, "fit_width": 0.7}
        groups = {"integration": value, "learning": {"own_deals": 0}, "customers": {"need_rate": 60, "desire_spread": 0.8}}
        return mean_value(live(make_scenario(focal={"tools": tools}, rivals=1, budget=10.0, **groups), 40))

    untouched, wrong, right = world(0, 5.0), world(1, 5.0), world(1, 0.0)
    assert untouched == world(0, 0.0)
    assert wrong < untouched - 0.05
    assert right > untouched + 0.02


# --- value is co-created --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("idle", [0.5, 1.0])
def test_without_the_customers_own_act_there_is_no_value(sigma, idle, make_scenario, live):
    model = live(make_scenario(focal="sd", rival="ecrm", integration={"sigma": sigma, "idle": idle}, customers={"need_rate": 40}), 40)
    log = model.events
    ends = log[(log["kind"] == KIND["episode_end"]) & (log["firm"] >= 0)]
    acted = np.isin(ends["thread"], log[log["kind"] == KIND["resource_used"]]["thread"])
    assert len(ends) > 100
    assert (ends["value"][~acted] == 0).all()
    assert (ends["value"][acted] > 0).all()
    assert acted.any() == (idle < 1)
    spoke = log[np.isin(log["kind"], [KIND[kind] for kind in ("utterance", "complaint", "question")]) & (log["actor"] >= 0)]
    assert set(spoke["cause"]) <= set(ends["thread"][acted]) | {
        c for c in spoke["cause"] if c in set(log["id"][log["kind"] == KIND["complaint"]])
    }


def test_a_failure_leaves_what_is_declared(make_scenario, live):
    groups = {"integration": {"failure": 1.0, "failure_left": 0.0}}
    log = live(make_scenario(**groups), 40).events
    ends = log[(log["kind"] == KIND["episode_end"]) & (log["firm"] >= 0)]
    assert len(ends)
    assert (ends["value"] == 0).all()


# --- money buys what it says ----------------------------------------------------------------------------------------


def test_unknown_firms_are_not_bought_from_and_pushing_makes_them_known(make_scenario, live):
    """A salience of nothing is no chance; a letter to everybody is one."""
    groups = {"talk": {"volume": 0}, "offer": {"known": 0.0, "budget": 10.0}}
    push = {"pushes": [{"channel": "mail", "volume": 1.0}]}
    quiet, loud = (live(make_scenario(focal=focal, rival=SILENT, **groups), 60) for focal in (SILENT, push))
    assert purchases(quiet, 3).sum() == 0
    assert purchases(loud, 3)[:, 0].sum() > 10
    assert purchases(loud, 3)[:, 1:].sum() == 0


def test_need_rates_are_what_is_declared(make_scenario, live):
    log = live(make_scenario(1000, rivals=1, customers={"need_rate": 10}, network={"kind": "none"}), 364, detail="counts")
    needs = log.totals.tally_of("needs", slice(None)).sum() / 1000
    assert needs == pytest.approx(10 * 364 / 365, rel=0.12)
