"""The rows of validation: all there, bands untouched, sources as declared; a verdict passes, fails, is built in or is not computed."""

import hashlib
import json
import re

import pytest

import valuescape as vs
from valuescape.agents.declare import parameters
from valuescape.experiments.validation.judged import counts, judge, spread_of
from valuescape.experiments.validation.rows import Part, Row, built_in, rows, sources_in_use
from valuescape.experiments.validation.validate import experiments_of, measured_table, rows_asked
from valuescape.experiments.validation.words import sentence
from valuescape.experiments.validation.worlds import EXPERIMENTS, NEEDS, collected, pools
from valuescape.sim.settings import WorldParams

BANDS = "f6c74966d421e990"
"""Digest of all bands: a change of one needs a stated reason, and shows the old verdict, too."""


def bands():
    return {name: [(part.name, part.low, part.high, part.strict) for part in row.parts] for name, row in rows().items()}


def test_all_rows_are_listed_in_two_classes():
    assert len(rows()) == 33
    assert sum(row.kind == "calibrate" for row in rows().values()) == 15
    assert list(rows()) == sorted(rows())


def test_bands_are_as_they_were_fixed():
    assert hashlib.sha256(json.dumps(bands()).encode()).hexdigest()[:16] == BANDS


@pytest.mark.parametrize("name", list(rows()))
def test_a_row_is_measured_somewhere_or_says_why_not(name):
    row = rows()[name]
    assert row.not_computed or row.experiment in {*EXPERIMENTS, *NEEDS}
    assert any(part.judges for part in row.parts)
    assert len({part.name for part in row.parts}) == len(row.parts)


@pytest.mark.parametrize("name", [name for name, row in rows().items() if row.set_by])
def test_what_is_said_to_set_a_row_is_declared_so(name):
    row = rows()[name]
    assert built_in(row, sources_in_use(vs.load("baseline").world)) == [one.parameter for one in row.set_by]


def test_a_parameter_that_was_set_otherwise_builds_nothing_in():
    row = rows()["V07"]
    assert built_in(row, sources_in_use(vs.load("baseline", set={"world.talk.blame_spread": 1.2}).world)) == []


SETS_NO_ROW = {
    ("V12", "world.customers.online"): "where people talk, while V12 asks in which tone",
    ("V12", "world.talk.own_blame"): "what blame does to those who hear it, while V12 counts what is said",
    ("V21", "world.customers.need_rate"): "how often the job arises, while V21 compares brands",
    ("V24", "world.customers.order_spread"): "spend an order, while V24 counts orders",
    ("V31", "world.talk.referral_margin"): "how long a referral is credited with money, while V31 counts people",
    ("V36", "world.media.tag_news"): "from which size on the press takes a tag up, while V36 asks for shares of its posts",
    ("V43", "world.network.mean_degree"): "V43 asks no number of ties",
    ("V43", "world.network.cluster_size"): "V43 asks no size of places",
    ("V43", "world.network.closure"): "calibrated to V43, of class calibrate",
}
"""Parameters from a row's own source that are not what the row measures."""


def marks(row):
    """By what a row's own source is known: pairs of a name (a first author, or the data) and a year, "" where there is none."""
    found = {(one.says, "") for one in row.set_by}
    for part in row.source.split(";"):
        year = re.search(r"\b(?:19|20)\d\d\b", part)
        author = re.search(r"(?:[Vv]an )?(?:den )?[A-Z]\w+", part)
        if year:
            found.add((author[0] if author else "", year[0]))
        elif "confidence" not in part:
            found.add((" ".join(re.findall(r"[A-Za-z-]*[A-Za-z]{2}", part.split(",")[0])[-2:]), ""))
    return found


def unnamed(row, declared):
    """Declared parameters whose source is a row's own, and that the row does not name; a source may leave the year out."""
    told = {one.parameter for one in row.set_by}

    def same(source, name, year):
        undated = name and not re.search(r"\b(?:19|20)\d\d\b", source)
        return re.search(rf"\b{re.escape(name)}\b", source) and (year in source or undated)

    return [one.path for one in declared if one.path not in told and any(same(one.source, *mark) for mark in marks(row))]


def test_no_parameter_from_a_rows_own_source_goes_unnamed():
    """A parameter taken from a row's own source is named by that row, or there is a reason why not."""
    declared = list(parameters(WorldParams, "world."))
    found = {(name, path) for name, row in rows().items() for path in unnamed(row, declared)}
    assert found == set(SETS_NO_ROW)


def test_a_parameter_that_a_row_forgot_is_found():
    declared = list(parameters(WorldParams, "world."))
    for name, path in (("V06", "world.talk.news_life"), ("V10", "world.talk.feed_bad"), ("V21", "world.customers.taste_strength"),
                       ("V24", "world.customers.need_shape"), ("V31", "world.survey.score_slope"), ("V35", "world.talk.mood_life"),
                       ("V43", "world.network.tail")):  # fmt: skip
        assert path in unnamed(rows()[name].model_copy(update={"set_by": ()}), declared), name
    assert "world.choice.annoyance" not in unnamed(rows()["V11"], declared)  # Hu is not Huber


def test_nothing_was_calibrated_to_a_row_that_validates():
    named = {word for one in parameters(WorldParams, "world.") for word in re.findall(r"\bV\d\d\b", one.source)}
    assert named
    assert all(rows()[name].kind == "calibrate" for name in named)


# --- verdicts ---------------------------------------------------------------------------------------------------------


def row_of(*parts, **more):
    return Row.model_validate({"id": "V00", "class": "validate", "fact": "f", "statistic": "s", "source": "o", "experiment": "everyday",
                               "parts": [{"what": part["name"], **part} for part in parts], **more})  # fmt: skip


ONE = {"name": "a", "low": 1.0, "high": 2.0}


@pytest.mark.parametrize(("inside", "outside", "verdict"), [(20, 0, "pass"), (14, 6, "pass"), (13, 7, "fail"), (0, 20, "fail")])
def test_a_row_passes_with_its_median_and_seven_seeds_in_ten_inside(inside, outside, verdict):
    assert judge(row_of(ONE), {"a": [1.5] * inside + [5.0] * outside}, []).verdict == verdict


def test_a_median_outside_fails_and_says_which():
    found = judge(row_of(ONE, if_failing="Because."), {"a": [0.9] * 11 + [1.5] * 9}, [])
    assert found.verdict == "fail"
    assert "a" in found.why
    assert "Because." in found.why


def test_all_parts_must_hold_in_the_same_seeds():
    two = {"name": "b", "low": 0.0}
    apart = {"a": [1.5] * 14 + [5.0] * 6, "b": [-1.0] * 6 + [1.0] * 14}
    assert judge(row_of(ONE, two), apart, []).share_inside == pytest.approx(0.4)
    assert judge(row_of(ONE, two), apart, []).verdict == "fail"


def test_a_seed_without_a_value_is_outside():
    assert judge(row_of(ONE), {"a": [1.5] * 13 + [None] * 7}, []).verdict == "fail"


def test_a_built_in_row_is_never_a_pass():
    found = judge(row_of(ONE), {"a": [1.5] * 20}, ["world.x"])
    assert found.verdict == "built in"
    assert found.holds
    assert judge(row_of(ONE), {"a": [5.0] * 20}, ["world.x"]).verdict == "fail"  # outside in spite of its source


def test_what_cannot_be_computed_is_no_pass():
    assert judge(row_of(ONE), {"a": [None] * 20}, []).verdict == "not computed"
    assert judge(row_of(ONE), None, []).verdict == "not computed"
    assert judge(row_of(ONE, not_computed="never"), {"a": [1.5] * 20}, []).why == "never"


def test_few_seeds_are_a_first_look_and_say_so():
    judged = [judge(row_of(ONE), {"a": [1.5] * 4}, [])]
    assert "A first look: 4 seeds" in sentence(judged, 4)
    assert "first look" not in sentence(judged, 20)


def test_ends_belong_to_a_band_but_not_to_a_sign():
    assert Part(name="a", what="a", low=0.0).holds(0.0)
    assert not Part(name="a", what="a", low=0.0, strict=True).holds(0.0)
    assert not Part(name="a", what="a", low=0.0).holds(float("nan"))
    assert [Part(name="a", what="a", **ends).band for ends in ({"low": 1, "high": 2}, {"low": 1}, {"high": 2, "strict": True}, {})] == [
        "1 to 2", "1 or more", "below 2", "shown beside"]  # fmt: skip


def test_the_spread_is_over_the_seeds_that_have_a_value():
    found = spread_of(Part(name="a", what="a", low=0.0, high=1.0), [0.0, 0.5, 1.0, None])
    assert (found.median, found.seeds, found.inside) == (0.5, 3, 0.75)


def test_rows_are_counted_by_verdict():
    judged = [judge(row_of(ONE), {"a": [value] * 20}, by) for value, by in ((1.5, []), (5.0, []), (1.5, ["x"]))]
    assert counts(judged) == {"pass": 1, "fail": 1, "built in": 1, "not computed": 0}


# --- from experiments to values ---------------------------------------------------------------------------------------


def test_seeds_are_pooled_until_a_tail_is_large_enough():
    import numpy as np

    one = np.concatenate([np.ones(500, dtype=np.int64), np.full(120, 6), np.full(30, 20)])
    assert len(pools([one] * 5)) == 2  # 150 in the tail of each seed: two seeds make a pool, the fifth joins the last
    assert pools([one]) == []


def test_word_of_mouth_against_advertising_is_taken_seed_by_seed():
    found = collected({"everyday": [{"V14": {"volume": 0.2}, "sizes": []}, {"V14": {"volume": None}, "sizes": []}],
                       "advertising": [{"V15": {"long": 0.1}}, {"V15": {"long": 0.1}}]})  # fmt: skip
    assert found["V16"]["ratio"] == [pytest.approx(2.0), None]


def test_rows_bring_the_experiments_they_need():
    assert experiments_of(["V03"]) == {"everyday", "large"}
    assert experiments_of(["V37"]) == set()
    assert rows_asked("V05, V01") == ["V01", "V05"]
    with pytest.raises(vs.InputError, match="no such row, given 'V99'"):
        rows_asked("V99")


def test_only_declared_parts_reach_the_table():
    table = measured_table({"V01": {"lone": [0.8, 0.9], "else": [1.0]}}).to_pylist()
    assert table == [{"row": "V01", "part": "lone", "seed": k, "value": v} for k, v in enumerate((0.8, 0.9))]
