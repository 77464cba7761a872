"""Rules keep their bounds and bend the way they should, over all that their parameters may be."""

import ast
import importlib
import inspect
import re
from math import exp, inf, isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MODULES = ("attention", "choice", "community", "customer", "ideas", "integration", "judgement", "learning", "recovery", "service", "talk",
           "targeting")  # fmt: skip
LOADED = {name: importlib.import_module(f"valuescape.agents.{name}") for name in MODULES}
RULES = {
    name: value
    for module in LOADED.values()
    for name, value in vars(module).items()
    if hasattr(value, "__rule__") and value.__module__ == module.__name__
}
MANY = settings(derandomize=True, deadline=None, max_examples=30)

# what an argument may be, by its name, where it is not a share in [0, 1]
RANGES = {
    "items": (0, 60), "attention": (0.1, 100), "bought": (0, 500), "experience": (0, 5), "slope": (0, 50), "irritation": (0, 200),
    "strain": (0, 4000), "clutter": (0, 5), "unread": (0, 500), "age": (0, 1000), "mood": (-1, 1), "tone": (-1, 1),
    "patience": (0, 50), "irritability": (0.01, 20), "days_to_need": (0, 500), "window": (0, 120), "satisfaction": (-3, 6),
    "expectation": (-3, 6), "attachment": (-5, 5), "taste": (-60, 4), "price_gap": (-1, 20), "w_expectation": (0, 20),
    "w_attachment": (0, 200), "w_habit": (0, 20), "w_taste": (0, 5), "w_price": (0, 20), "weight": (0, 20), "hours": (0, 100),
    "members": (0, 10**6), "hours_per_member": (0, 1), "asked": (0, 5), "weariness": (0, 50), "amount": (0, 5), "value": (-3, 6),
    "half_life": (0.1, 3650), "days": (0, 4000), "rate": (1e-5, 1), "desired": (-5, 5), "spread": (0, 3), "trend": (-1, 1),
    "z": (-6, 6), "distance": (-10, 10), "width": (0.05, 10), "offer": (-5, 5), "error": (-10, 10), "embedded_effect": (0, 2),
    "own": (0, 3), "firm": (0, 3), "others": (0, 1.3), "sigma": (0.2, 5), "price_ratio": (0, 10), "sensitivity": (0.01, 10),
    "gap_weight": (0, 2), "loss": (1, 4), "scale": (0.01, 20), "cap": (0.1, 5), "seen": (-5, 5), "told": (0, 1000), "belief": (-5, 5),
    "enough": (1e-4, 10**4), "valence": (-1, 1), "threshold": (0, 1), "minutes": (1, 240), "done_minutes": (1, 10), "latency": (0, 1000),
    "prompt": (0.5, 240), "middle": (-1, 2), "talkativeness": (0, 50), "remarkable": (-20, 20), "good": (0, 2), "bad": (0, 2),
    "volume": (0, 10), "neutral": (-1, 1), "median": (0.001, 48), "blame_spread": (0.2, 5), "vivid": (1, 100), "infectious": (0, 500),
    "mean_seen": (0, 500), "belief_rate": (0, 1), "base": (0, 1), "to_the_end": (0, 1),
    "calm": (2, 365), "disclosed": (-3, 6), "score": (-6, 6), "segment": (-10, 10), "order": (0, 50), "least": (0, 100), "span": (0, 4000),
    "assumed": (1, 3650), "gap": (0.1, 4000), "stale": (0, 100), "tied": (0, 500), "connected": (0.01, 100), "guess": (0, 5),
    "after": (0, 3650), "until": (0, 3650), "warmth": (0, 5),
    "kept": (0, 10**4), "noise": (0, 5), "better": (-1, 1), "votes": (0, 100), "voters": (0, 100), "idea": (-10, 10),
    "list_price": (0.01, 10**6), "factor": (0.5, 2), "discount": (0, 0.9), "discount_to": (0, 2), "agreed": (0.01, 5),
    "extra": (0, 400), "by": (0, 2), "deadline": (1, 720), "norm": (0.5, 240), "until_word": (0, 1000), "together": (0, 4),
    "contexts": (1, 16), "skew": (1, 10), "said": (-1, 3), "m0": (0, 1), "w0": (0, 1), "margin": (0, 10**7),
    "paid": (0, 10**7), "shift": (-5, 5), "floor": (-40, 0),
}  # fmt: skip
OWN = {
    ("own_means", "base"): (-60, 20), ("own_means", "weight"): (0, 20), ("utility", "expectation"): (-3, 6), ("drifts", "spread"): (0, 2),
    ("infectiousness", "median"): (0.001, 1), ("infectiousness", "cap"): (0.2, 20), ("accuracy", "scale"): (0.01, 5),
    ("breaks_promise", "weight"): (0, 5), ("listens_to_blame", "valence"): (-1, 1), ("revises", "rate"): (0, 1),
    ("redesigns", "rate"): (0, 1), ("attaches", "rate"): (0, 1), ("is_moved", "weight"): (0, 1), ("lasts", "value"): (0, 6),
    ("joins", "order"): (0, 1), ("answers", "order"): (0, 1),
    ("burdens", "step"): (0, 10), ("comes_first", "reach"): (0, 10**4), ("taken_as", "weight"): (0, 1), ("unwelcome", "weight"): (0, 1),
}  # fmt: skip
TOGETHER = {"other_sources", "integrates"}  # two halves of one formula: asked together below

# what rises (+) and falls (-) with what
BENDS = {
    "attends": "+attention -items +noticeable +fit -u", "message_fit": "+offjob +targeting +bought +shared",
    "grows_salient": "+salience +gain", "believes": "+claim", "opts_out": "+base +slope +strain -u",
    "burdens": "+step +clutter +unread", "strains": "+irritation +irritability -patience",
    "responds": "+chance -days_to_need +window -u", "follows": "+chance +online +satisfaction -u",
    "comes_to_mind": "+salience -fading -u", "is_entitled": "", "price_asked": "+list_price +factor -discount -entitled",
    "share_due": "-outcome +value -agreed", "gives_notice": "+chance -u",
    "utility": "+attachment +habit +taste -price_gap", "own_means": "+base +skill",
    "gumbel": "+u", "joins": "+chance +order +online +satisfaction -u", "kept_in_order": "+hours -members -hours_per_member",
    "answers": "+chance +order +asked +level +skill -weariness -u", "tires": "+weariness +rest_left +amount", "normal_from": "",
    "lasts": "+value -days +half_life", "need_gap": "-rate +u", "drifts": "+desired +trend", "fit": "+width",
    "adapts_in_use": "+offer +desired +error", "helped_skill": "+skill +support +embedded", "other_sources": "", "integrates": "",
    "luck_of_episode": "+z", "net_value": "+value -time -tool_time -price_ratio", "judges": "+value -expectation",
    "attaches": "+attachment +satisfaction -neutral +cap +floor", "accuracy": "+scale",
    "breaks_promise": "+attachment -claim +value -credibility -weight -remembered", "trusts": "+accurate",
    "learns_skill": "+skill +practice +teaching +level", "knows_of_her": "+own_deals +consent +scope +credibility",
    "revises": "+belief +seen", "redesigns": "+offer +belief", "complains": "+chance -threshold -valence -u", "asks": "+chance -skill -u",
    "in_the_open": "+openness +online -u", "case_minutes": "+minutes +done_minutes +to_the_end +extra",
    "soothed": "+gain -latency +prompt +neutral", "warmed": "+attachment +gain -latency +prompt", "deviation": "+satisfaction -middle",
    "speaks": "+talkativeness +base +good +bad +volume -u", "tone": "+satisfaction -neutral",
    "is_news": "-age +half_life", "is_touched": "+mood +tone", "is_left": "+left +u",
    "infectiousness": "+median +cap +blame_spread +vivid +z", "sees": "+chance +attention -items -u",
    "passes_on": "+infectious -mean_seen +interest -u", "relay_delay": "+median +z", "is_moved": "+value",
    "listens_to_blame": "+own_blame", "hour_of_day": "+u", "agrees": "+first +again -u",
    "bearable_gap": "+irritation +irritability -patience +calm", "searches": "+chance +online -u", "promises": "+claim +disclosed",
    "tracks": "+known +tracking +level", "overhears": "+public +level", "distrusts": "+credibility -part -level",
    "resents": "+attachment -warmth -level", "in_segment": "+width", "is_worth": "+bought +order -days +half_life -least",
    "gap_between": "-bought +span +assumed", "is_ripe": "-ripe +stale", "shares_need": "-days_to_need +window +known -u",
    "seems_connected": "+tied -connected +z", "in_window": "-after +until",
    "keeps_itself": "+level -weariness", "looks_up": "+order +kept -enough -u",
    "feels_owing": "+reciprocity +help_received -u", "is_invited": "+level -u", "design_effort": "+effort -skill +weariness",
    "has_an_idea": "+chance +skill -u", "imagines": "+desired +z", "votes_for": "+better +share -u", "is_adopted": "-needed +votes",
    "moves_offer": "+offer +idea",
    "comes_first": "+complaint -valence +reach", "patience": "+deadline +norm -prompt", "felt_wait": "+latency -stilled",
    "expects_reply": "+norm +latency",
    "answer_gain": "+done_gain +closed_gain +words +explain_gain +money +money_gain +together", "taken_as": "+gain +sincerity",
    "relief": "+price_pain +price_ratio +sensitivity",
    "unwelcome": "+chance -openness -sincerity -u", "learns_to_shout": "+shout +rewarded", "louder": "+chance +shout",
    "context_of": "", "shifted": "+desired +u", "weighs_in_context": "+weight +u",
    "stands_for": "+meaning +said", "means_to_her": "", "works_with": "+alliance +found -u", "lacks": "+raw -essential -served",
    "shares_margin": "+margin -paid -alliance -share", "mistakes": "+error -shift",
}  # fmt: skip
# lowest and highest values, where a rule promises any
BOUNDS = {
    "message_fit": (0, 1), "grows_salient": (0, 1), "kept_in_order": (0, 1), "fit": (0, 1), "accuracy": (0, 1), "trusts": (0, 1),
    "learns_skill": (0, 1), "knows_of_her": (0, 1), "tone": (-1, 1), "hour_of_day": (7, 23), "need_gap": (1, inf), "lasts": (-inf, 6),
    "tires": (0, inf), "listens_to_blame": (0, 1), "relay_delay": (0, inf), "luck_of_episode": (0, inf), "infectiousness": (0, 10**4),
    "burdens": (0, inf), "strains": (0, inf), "is_news": (0, 1), "is_touched": (-1, 1), "is_left": (0, 1),
    "case_minutes": (1, 3100), "expects_reply": (0.5, 240), "answer_gain": (0, 1), "taken_as": (0, 1),
    "learns_to_shout": (0, 1), "louder": (0, 1), "felt_wait": (0, 1000), "helped_skill": (0, 3), "normal_from": (-9, 9), "gumbel": (-7, 40),
    "bearable_gap": (1, 364), "promises": (0, 1), "tracks": (0, 1), "overhears": (0, 1), "distrusts": (0, 1), "gap_between": (0, inf),
    "keeps_itself": (0, 1), "design_effort": (0, 76.5),
    "is_entitled": (0, 1), "price_asked": (0, inf), "share_due": (0, 1),
    "context_of": (0, 16), "stands_for": (0, 1), "means_to_her": (-3, 3), "lacks": (0, 3), "attaches": (-40, 5),
}  # fmt: skip


def values(name):
    """Arguments of a rule, each anywhere in its range."""
    kinds = {}
    for argument in inspect.signature(RULES[name]).parameters:
        low, high = OWN.get((name, argument), RANGES.get(argument, (0, 1)))
        whole = argument in ("days", "bought", "days_to_need", "items", "members", "votes", "voters")
        if argument in ("u", "v"):
            kinds[argument] = st.floats(0, 1, exclude_max=True)
        else:
            kinds[argument] = st.integers(low, high) if whole else st.floats(low, high)
    return st.fixed_dictionaries(kinds)


def test_every_rule_is_in_both_tables_or_needs_none():
    assert set(BENDS) == set(RULES)
    assert set(BOUNDS) <= set(RULES)


@pytest.mark.parametrize("name", sorted(set(RULES) - TOGETHER))
@given(data=st.data())
@MANY
def test_a_rule_is_finite_and_within_its_bounds(name, data):
    found = RULES[name](**data.draw(values(name)))
    low, high = BOUNDS.get(name, (-inf, inf))
    assert isfinite(found)
    assert low - 1e-12 <= found <= high + 1e-12


@pytest.mark.parametrize(("name", "bend"), [(name, bend) for name, bends in BENDS.items() for bend in bends.split()])
@given(data=st.data())
@MANY
def test_a_rule_bends_the_right_way(name, bend, data):
    """More of an argument never gives less (+) or more (-); of a yes or no, never a no or a yes."""
    argument = bend[1:]
    fewer, more = sorted((data.draw(values(name)), data.draw(values(name))), key=lambda given: given[argument])
    before, after = (outcome(name, argument, given) for given in (fewer, fewer | {argument: more[argument]}))
    assert (after - before) * (1 if bend[0] == "+" else -1) >= -1e-9 * max(1.0, abs(before))


def outcome(name, argument, given):
    """What a rule says; of a yes or no the share of draws for which it is yes."""
    found = RULES[name](**given)
    if isinstance(found, bool | np.bool_) and argument != "u" and "u" in given:
        return np.mean([RULES[name](**(given | {"u": u})) for u in np.linspace(0, 1, 101)[:-1]])
    return float(found)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_short_plain_and_takes_chance_last(name):
    """Numbers in, a number out: no loop, no array, no generator; a draw comes in as the last argument."""
    tree = ast.parse(inspect.getsource(RULES[name]))
    barred = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.Subscript, ast.Attribute, ast.Lambda, ast.Try, ast.List, ast.Dict)
    assert not [node for node in ast.walk(tree) if isinstance(node, barred)]
    assert ast.get_docstring(tree.body[0])
    assert len(inspect.getsource(RULES[name]).splitlines()) <= 14
    arguments = list(inspect.signature(RULES[name]).parameters)
    if chance := [a for a in arguments if a in ("u", "z")]:
        assert chance == arguments[-1:] or arguments == ["u", "v"]


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_asked_by_a_kernel(name, root):
    """A rule that nobody asks is none."""
    call = re.compile(rf"(?<!def )\b{name}\(")
    assert [path.name for path in (root / "sim").rglob("*.py") if call.search(path.read_text(encoding="utf-8"))]


# --- one by one ---------------------------------------------------------------------------------------------------------------


@given(values("believes"))
@MANY
def test_belief_moves_towards_the_claim_and_not_beyond(given_values):
    found = RULES["believes"](**given_values)
    ends = sorted((given_values["expectation"], given_values["claim"]))
    assert ends[0] - 1e-12 <= found <= ends[1] + 1e-12


@given(values("is_moved"))
@MANY
def test_a_listener_moves_towards_what_was_told_and_not_beyond(given_values):
    found = RULES["is_moved"](**given_values)
    ends = sorted((given_values["expectation"], given_values["value"]))
    assert ends[0] - 1e-12 <= found <= ends[1] + 1e-12


@given(values("soothed"))
@MANY
def test_comfort_never_makes_happier_than_neutral_nor_sadder(given_values):
    found, before, neutral = RULES["soothed"](**given_values), given_values["satisfaction"], given_values["neutral"]
    assert before <= found <= max(before, neutral) + 1e-12


@given(values("attaches"), st.floats(-3, 6))
@MANY
def test_attachment_is_capped_and_grows_faster_than_satisfaction(given_values, satisfaction):
    found = RULES["attaches"](**given_values)
    assert given_values["floor"] <= found <= given_values["cap"]
    step = given_values | {"attachment": 0.0, "neutral": 0.0, "rate": 1.0, "scale": 1.0, "cap": inf, "floor": -inf}
    steps = [RULES["attaches"](**(step | {"satisfaction": s})) for s in (0.2, 0.4, 0.8)]
    assert steps[1] / steps[0] > 2
    assert steps[2] / steps[1] > 2


def test_contexts_are_mixed_with_a_favourite():
    """Half of the episodes of four contexts lie in the one at home, every context has some, and no home is left out."""
    u = (np.arange(10_000) + 0.5) / 10_000
    for home in (0.1, 0.4, 0.6, 0.9):
        found = np.bincount([int(RULES["context_of"](home, 4.0, 2.0, draw)) for draw in u], minlength=4) / len(u)
        assert found[int(home * 4)] == pytest.approx(0.5, abs=0.001)
        assert len(found) == 4
        assert found.min() > 0.1
    even = np.bincount([int(RULES["context_of"](0.3, 4.0, 1.0, draw)) for draw in u]) / len(u)
    assert even == pytest.approx(np.full(4, 0.25))


def test_a_brand_that_stands_for_everything_alike_means_nothing_in_particular():
    assert RULES["means_to_her"](0.7, 0.7, 0.7, 0.5, 0.3, 0.2) == pytest.approx(0, abs=1e-12)
    assert RULES["means_to_her"](0.0, 0.0, 1.0, 0.2, 0.2, 0.6) > 0 > RULES["means_to_her"](1.0, 0.0, 0.0, 0.2, 0.2, 0.6)


def test_an_hour_of_talk_is_more_often_in_the_evening():
    hours = [RULES["hour_of_day"](u) for u in np.linspace(0, 0.999999, 1001)]
    assert np.mean(np.array(hours) < 15) < 0.45


@given(st.floats(-3, 3), st.floats(0.05, 3), st.floats(0, 1), st.floats(0, 1))
@MANY
def test_talk_needs_something_to_tell(remarkable, volume, base, u):
    """A U: as much in praise as in blame where the slopes are equal, least in the middle, nothing at volume 0."""
    speaks = RULES["speaks"]
    assert speaks(1.0, remarkable, base, 0.3, 0.3, volume, u) == speaks(1.0, -remarkable, base, 0.3, 0.3, volume, u)
    assert speaks(1.0, 0.0, base, 0.3, 0.3, volume, u) <= speaks(1.0, remarkable, base, 0.3, 0.3, volume, u)
    assert not speaks(1.0, remarkable, base, 0.3, 0.3, 0.0, u)


def test_every_bias_has_a_neutral_setting():
    """Praise and blame, gain and loss weigh alike where the parameter says so."""
    assert RULES["infectiousness"](0.1, 1.0, 0.4, -0.5, 1.0, 1.0, 0.3) == RULES["infectiousness"](0.1, 1.0, 0.4, 0.5, 1.0, 1.0, 0.3)
    assert RULES["listens_to_blame"](-1.0, 5, 1.0) == RULES["listens_to_blame"](1.0, 5, 1.0) == 1.0
    better, worse = (RULES["judges"](value, 1.0, 0.4, 1.0) - value for value in (1.5, 0.5))
    assert better == pytest.approx(-worse)
    up, down = (RULES["trusts"](0.5, accurate, 0.1, 0.1, 1.0) - 0.5 for accurate in (0.9, 0.1))
    assert up == pytest.approx(-down)


def test_half_lives_halve():
    assert RULES["lasts"](8.0, 10.0, 30) == pytest.approx(1.0)
    assert RULES["lasts"](8.0, 10.0, 0) == 8.0
    assert RULES["is_news"](3.0, 1.5) == pytest.approx(0.25)
    assert RULES["is_news"](0.0, 1.5) == 1.0


def test_failures_differ_around_their_mean():
    """The mean over all draws is what is declared, wherever it lies; only at its ends are all failures alike."""
    draws = (np.arange(1000) + 0.5) / 1000
    for left in (0.0, 0.2, 0.5, 0.9, 1.0):
        found = [RULES["is_left"](left, u) for u in draws]
        assert np.mean(found) == pytest.approx(left, abs=1e-12)
        assert np.ptp(found) == pytest.approx(2 * min(left, 1 - left) * 0.999)


def test_a_message_burdens_by_those_left_unread_before_it():
    burdens = RULES["burdens"]
    assert burdens(1.5, 0.0, 7.0) == burdens(1.5, 0.5, 0.0) == 1.5
    assert burdens(2.0, 0.5, 7.0) == 9.0
    assert burdens(0.0, 0.5, 7.0) == 0.0


@given(values("is_touched"))
@MANY
def test_a_mood_moves_towards_the_tone_and_not_beyond(given_values):
    found = RULES["is_touched"](**given_values)
    ends = sorted((given_values["mood"], given_values["tone"]))
    assert ends[0] - 1e-12 <= found <= ends[1] + 1e-12
    assert RULES["is_touched"](**given_values | {"step": 0.0}) == given_values["mood"]


# --- value in use ---------------------------------------------------------------------------------------------------------------

SOURCES = st.fixed_dictionaries({name: st.floats(0, 2) for name in ("firm", "own", "peers", "partners", "public")})
SIGMA = st.one_of(st.just(1.0), st.floats(0.2, 5))


@st.composite
def shares(draw):
    """Five shares that sum to one."""
    parts = np.array([draw(st.floats(0.02, 1)) for _ in range(5)])
    return dict(zip(("firm", "own", "peers", "partners", "public"), (parts / parts.sum()).tolist(), strict=True))


def value(act, sources, sigma, share):
    """Raw outcome of one job, from both rules."""
    rest = RULES["other_sources"](
        sources["own"], sources["peers"], sources["partners"], sources["public"], sigma,
        share["own"], share["peers"], share["partners"], share["public"],
    )  # fmt: skip
    return RULES["integrates"](act, sources["firm"], rest, share["firm"], sigma)


@given(SOURCES, SIGMA, shares())
@MANY
def test_without_her_act_there_is_no_value_whatever_is_provided(sources, sigma, share):
    assert value(0.0, sources, sigma, share) == 0.0


@given(SOURCES, SIGMA, shares(), st.sampled_from(("firm", "own", "peers", "partners", "public")), st.floats(0, 2))
@MANY
def test_more_of_a_source_is_never_worse_and_nothing_at_all_is_nothing(sources, sigma, share, name, more):
    less = value(1.0, sources, sigma, share)
    assert -1e-12 <= less <= value(1.0, sources | {name: sources[name] + more}, sigma, share) + 1e-9
    assert value(1.0, dict.fromkeys(sources, 0.0), sigma, share) == pytest.approx(0.0, abs=1e-9)


@given(SOURCES, shares(), st.floats(0.2, 5), st.floats(0.2, 5))
@MANY
def test_the_easier_sources_replace_each_other_the_more_value(sources, share, one, other):
    low, high = sorted((one, other))
    assert value(1.0, sources, low, share) <= value(1.0, sources, high, share) + 1e-9


@given(SOURCES, shares())
@MANY
def test_nothing_jumps_at_sigma_one(sources, share):
    for sigma in (1 - 1e-6, 1 + 1e-6):
        assert value(1.0, sources, sigma, share) == pytest.approx(value(1.0, sources, 1.0, share), abs=1e-4)


@given(st.floats(0.05, 2), SIGMA, shares())
@MANY
def test_equal_sources_give_that_much_whatever_sigma_is(amount, sigma, share):
    assert value(1.0, dict.fromkeys(share, amount), sigma, share) == pytest.approx(amount, rel=1e-6)


# --- fit and adaptation -----------------------------------------------------------------------------------------------------


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.01, 1), st.floats(-6, 6), st.floats(0.3, 3))
@MANY
def test_a_wrong_adaptation_fits_worse_than_none_and_a_right_one_better(offer, desired, reach, error, width):
    fit, adapts = RULES["fit"], RULES["adapts_in_use"]
    untouched = fit(offer - desired, width)
    assert fit(adapts(offer, desired, reach, 0.0) - desired, width) >= untouched - 1e-12
    away = np.sign(offer - desired) or 1.0
    wrong = away * (abs(offer - desired) + abs(error) + 0.1)  # believed to lie beyond the offer, on the wrong side
    assert fit(adapts(offer, desired, reach, wrong) - desired, width) <= untouched
    assert fit(adapts(offer, desired, 1.0, error) - desired, width) == pytest.approx(exp(-error * error / (2 * width * width)), abs=1e-9)
    assert adapts(offer, desired, 0.0, error) == offer
