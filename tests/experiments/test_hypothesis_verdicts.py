"""Contrasts where the answer is known, conditions at their edges, verdicts by their rules, and Holm's correction."""

import numpy as np
import pyarrow as pa
import pytest

from valuescape.experiments.hypotheses.cells import Runs
from valuescape.experiments.hypotheses.contrasts import Found, contrast_of, top_share
from valuescape.experiments.hypotheses.judge import Verdict, chance, corrected, holds, verdict_of
from valuescape.experiments.hypotheses.load import hypotheses, hypothesis
from valuescape.experiments.hypotheses.run import few
from valuescape.experiments.hypotheses.schema import Plan
from valuescape.experiments.hypotheses.worlds import OWN, REGION, worlds_of
from valuescape.experiments.verdict import Estimate

SEEDS = range(12)
ARMS = {"a": {"strategy": "ecrm", "at": {"push": 0.0}}, "b": {"strategy": "ecrm", "at": {"push": 1.0}}}
FACTORS = {"stock": [{"name": "small"}, {"name": "middle"}, {"name": "large"}], "frame": [{"name": "closed"}, {"name": "open"}]}

B_MINUS_A = {"cells": {"arm": "b"}, "minus": {"arm": "a"}}


def plan_with(**more):
    """A plan of two arms and two factors; what is not looked at is left out."""
    said = {
        "scenario": "crossroads", "seeds": "0-11", "days": 20, "days_read": [10, 20], "arms": ARMS, "factors": FACTORS,
        "outcomes": {"y": {"of": "metric", "name": "profit"}, "z": {"of": "metric", "name": "crv"}},
        "smallest": [{"outcome": "y", "value": 0.5, "reason": "r"}], "contrasts": {"one": form("difference", **B_MINUS_A)},
        "supported_if": [{"words": "yes", "all": [{"contrast": "one", "holds": "above"}]}],
        "refuted_if": [{"words": "no", "all": [{"contrast": "one", "holds": "below"}]}],
        "region": {"words": "w", "points": 8, "seeds": "0-1", "axes": [{"path": "p", "low": 0, "high": 1}]},
        "controls": [{"name": "c", "kind": "settings", "reading": "r"}], "refuting_result": "r", "known": "k", "left_out": "l",
    }  # fmt: skip
    return Plan.model_validate(said | more)


def form(kind, outcome="y", **more):
    return {"form": kind, "formula": "f", "outcome": outcome, **more}


def runs_of(plan, y, z=lambda *at: 0.0, region=1):
    """Runs whose outcomes are functions of (arm, stock, frame, seed, day, point of the region)."""
    rows, at, point = [], [], 0
    for place in range(region):
        for stock in FACTORS["stock"]:
            for frame in FACTORS["frame"]:
                at.append({"stock": stock["name"], "frame": frame["name"]} | ({REGION: float(place)} if region > 1 else {}))
                for arm in ARMS:
                    for seed in SEEDS:
                        for day in (10, 20):
                            lies = (arm, stock["name"], frame["name"], seed, day, place)
                            rows.append({"seed": seed, "arm": arm, "point": point, "day": day, "profit": y(*lies), "crv": z(*lies)})
                point += 1
    return Runs(plan, pa.Table.from_pylist(rows), at)


def luck(seed, *more):
    return float(np.random.default_rng([seed, *more]).normal())


def found_in(said, y, z=lambda *at: 0.0):
    plan = plan_with(contrasts={"one": said})
    return contrast_of(plan.contrasts["one"], runs_of(plan, y, z))


def test_a_difference_is_paired_by_seed_and_read_on_the_last_day():
    found = found_in(form("difference", cells={"arm": "b"}, minus={"push": 0.0}),
                     lambda arm, s, f, seed, day, p: 100 * luck(seed) + day * (arm == "b"))  # fmt: skip
    assert (found.value.mean, found.value.seeds) == (pytest.approx(20.0), 12)
    assert found.value.high - found.value.low < 1e-6  # a seed's luck is in both
    early = found_in(form("difference", cells={"arm": "b", "day": 10.0}, minus={"arm": "a", "day": 10.0}),
                     lambda arm, s, f, seed, day, p: float(day * (arm == "b")))  # fmt: skip
    assert early.value.mean == pytest.approx(10.0)


def test_a_difference_of_two_outcomes():
    found = found_in(form("difference", cells={"arm": "a"}, minus={"arm": "a"}, minus_outcome="z"), lambda *at: 5.0, lambda *at: 2.0)
    assert found.value.mean == 3.0


LEVELS = {"small": 0.0, "middle": 1.0, "large": 3.0}


def test_a_trend_has_its_steps_and_an_interaction_what_is_left_of_two_differences():
    found = found_in(form("trend", over="stock", cells={"arm": "a"}), lambda arm, s, f, seed, day, p: LEVELS[s] + luck(seed))
    assert found.value.mean == pytest.approx(3.0)
    assert [step.mean for step in found.levels] == pytest.approx([1.0, 2.0])
    both = found_in(form("interaction", cells={"arm": "b"}, minus={"arm": "a"}, across="stock"),
                    lambda arm, s, f, seed, day, p: LEVELS[s] * (2 if arm == "b" else 1) + luck(seed))  # fmt: skip
    assert both.value.mean == pytest.approx(3.0)


def test_a_crossing_and_the_gap_of_two_effects():
    crossing = found_in(form("crossing", over="stock", cells={"arm": "b"}, minus={"arm": "a"}),
                        lambda arm, s, f, seed, day, p: (LEVELS[s] - 1.5) * (arm == "b"))  # fmt: skip
    assert [one.mean for one in crossing.levels] == pytest.approx([-1.5, -0.5, 1.5])
    gap = found_in(
        form("effect_gap", over="stock", across="frame"), lambda arm, s, f, seed, day, p: -LEVELS[s] + 2.0 * (f == "open") + luck(seed)
    )
    assert gap.value.mean == pytest.approx(3.0 - 2.0)  # sizes, whatever their signs


def test_tails_and_correlations_and_predictions():
    assert top_share(np.array([1.0] * 99 + [101.0]), 0.01) == pytest.approx(101 / 200)
    thin = found_in(form("top_share", share=0.01), lambda *at: 1.0)
    assert thin.value.mean < 0.05
    heavy = found_in(
        form("top_share", share=0.01), lambda arm, s, f, seed, day, p: float(np.exp(3 * luck(seed, len(s), len(f), day, ord(arm))))
    )
    assert heavy.value.mean > 0.2
    assert heavy.value.low < heavy.value.mean < heavy.value.high
    tied = found_in(form("correlation", minus_outcome="z"), lambda *at: luck(at[3], day_of(at)), lambda *at: luck(at[3], day_of(at)) * 3)
    loose = found_in(form("correlation", minus_outcome="z"), lambda *at: luck(at[3], 1, day_of(at)), lambda *at: luck(at[3], 2, day_of(at)))
    assert tied.value.mean == pytest.approx(1.0)
    assert abs(loose.value.mean) < 0.6
    grown = form("prediction", by=["z"], minus_outcome="y")
    told = found_in(grown, lambda *at: luck(at[3], 3) + 5 * luck(at[3], 4) * (at[4] == 20), lambda *at: luck(at[3], 4))
    blind = found_in(grown, lambda *at: luck(at[3], 3) * (1 if at[4] == 10 else 3), lambda *at: luck(at[3], 9))
    assert told.value.mean > 0.5
    assert blind.value.mean < -0.5


def day_of(at):
    return int(at[4])


def test_seeds_without_a_value_are_left_out():
    found = found_in(form("difference", cells={"arm": "b"}, minus={"arm": "a"}),
                     lambda arm, s, f, seed, day, p: float("nan") if seed < 4 and arm == "b" else float(arm == "b"))  # fmt: skip
    assert (found.value.mean, found.value.seeds) == (1.0, 8)


def an(low, high, levels=()):
    return Found(Estimate((low + high) / 2, low, high, 20), tuple(Estimate((a + b) / 2, a, b, 20) for a, b in levels))


@pytest.mark.parametrize(("kind", "yes", "no"), [
    ("above", an(0.6, 1.0), an(0.4, 1.0)), ("below", an(-1.0, -0.6), an(-1.0, -0.4)), ("less", an(0.1, 0.4), an(0.1, 0.6)),
    ("within", an(-0.4, 0.4), an(-0.6, 0.4)), ("not_above", an(-0.2, 0.3), an(0.55, 0.9)), ("not_above", an(-0.2, 0.3), an(-2.0, 0.3)),
    ("not_below", an(-0.2, 0.3), an(-0.9, -0.55)),
    ("rising", an(0.6, 1.0, [(0.1, 0.3), (-0.1, 0.6)]), an(0.6, 1.0, [(-0.3, -0.1), (0.9, 1.2)])),
    ("falling", an(-1.0, -0.6, [(-0.3, 0.1)]), an(-1.0, -0.6, [(0.1, 0.3)])),
    ("turns", an(0, 1, [(-2.0, -0.6), (0.6, 2.0)]), an(0, 1, [(-2.0, -0.4), (0.6, 2.0)])),
    ("keeps", an(0, 1, [(0.1, 0.7), (0.6, 1.2)]), an(0, 1, [(-1.2, -0.6), (0.6, 1.2)])),
    ("keeps", an(0, 1, [(0.1, 0.7), (0.6, 1.2)]), an(0, 1, [(-1.0, 2.0), (0.6, 1.2)])),
])  # fmt: skip
def test_conditions_at_their_edges(kind, yes, no):
    assert holds(kind, yes, 0.5).holds
    assert not holds(kind, no, 0.5).holds


def test_a_p_agrees_with_the_interval():
    at_the_edge = Estimate(1.0, 0.0, 2.0, 20)
    assert chance(at_the_edge, 0.0) == pytest.approx(0.05)
    assert chance(at_the_edge, -0.1) < 0.05 < chance(at_the_edge, 0.1)
    assert chance(Estimate(1.0, 1.0, 1.0, 20), 0.0) == 0.0
    assert chance(Estimate(None, None, None, 0), 0.0) == 1.0


def test_verdicts_follow_their_rules():
    plan = plan_with()

    def verdict(effect, more=None):
        chosen = plan if more is None else plan.model_copy(update=more)
        return verdict_of(chosen, runs_of(chosen, lambda arm, s, f, seed, day, p: effect * (arm == "b") + 0.1 * luck(seed, ord(arm))), None)

    assert (verdict(2.0).verdict, verdict(-2.0).verdict, verdict(0.0).verdict) == ("supported", "refuted", "undecided")
    assert verdict(0.3).verdict == "undecided"  # sure, and less than matters
    both = {"refuted_if": plan.supported_if}
    assert verdict(2.0, both).verdict == "undecided"
    assert "both hold" in verdict(2.0, both).words


def test_a_region_counts_its_points():
    plan = plan_with(
        supported_if=[{"words": "yes", "all": [{"contrast": "one", "holds": "above", "by": 0, "where": "region", "share": 0.5}]}]
    )

    def shared(good):
        over = runs_of(plan, lambda arm, s, f, seed, day, place: (1.0 if place < good else -1.0) * (arm == "b"), region=4)
        return verdict_of(plan, runs_of(plan, lambda *at: 0.0), over)

    assert (shared(2).verdict, shared(1).verdict) == ("supported", "undecided")


def test_several_hypotheses_are_corrected_by_holm():
    said = {"H1": Verdict("supported", "w", 0.001), "H2": Verdict("supported", "w", 0.02), "H3": Verdict("refuted", "w", 0.04),
            "H4": Verdict("undecided", "w", 0.5)}  # fmt: skip
    found = corrected(said)
    assert [found[name].corrected for name in said] == pytest.approx([0.004, 0.06, 0.08, 0.5])
    assert [found[name].verdict for name in said] == ["supported", "undecided", "undecided", "undecided"]
    assert "once 4 hypotheses" in found["H2"].words
    assert corrected({"H1": Verdict("supported", "w", 0.04)})["H1"].verdict == "supported"


def test_every_plan_has_its_worlds():
    for one in hypotheses():
        if one.plan is None:
            continue
        parts = worlds_of(one)
        levels = int(np.prod([len(each) for each in one.plan.factors.values()] or [1]))
        assert {OWN, REGION} <= set(parts)
        assert len(parts[OWN].at) == levels
        assert len(parts[REGION].at) == levels * one.plan.region.points
        assert sum(name.startswith("control") for name in parts) == sum(control.kind != "placebo" for control in one.plan.controls)
        assert parts[OWN].runs.runs == levels * len(one.plan.arms) * len(parts[OWN].runs.seeds) * one.plan.lucks


def test_a_first_look_is_shorter_and_nothing_else():
    found, short = hypothesis("H03"), few(hypothesis("H03"))
    assert short.plan.seeds == "0-7"
    assert short.plan.model_copy(update={"seeds": found.plan.seeds, "region": found.plan.region, "lucks": found.plan.lucks}) == found.plan
