"""The question from the command to the folder and back, on experiments that are made up; and what the README says of it."""

import json

import numpy as np
import pytest

import valuescape as vs
from valuescape.experiments import cli
from valuescape.experiments.results import read_result
from valuescape.experiments.validation import validate as question
from valuescape.experiments.validation import worlds
from valuescape.experiments.validation.words import sentence, trust_table

SIZES = np.concatenate([np.ones(900, dtype=np.int64), np.random.default_rng(0).zipf(2.3, 2000).clip(max=500)])


def everyday(seed):
    return {"V01": {"lone": 0.8 + 0.001 * seed}, "V12": {"ratio": 9.0}, "V07": {"ratio": 1.5}, "V14": {"volume": 0.4, "valence": None},
            "sizes": SIZES}  # fmt: skip


FAKE = {"everyday": everyday, "large": lambda seed: {"V04": {"share": 0.0005}, "large_sizes": SIZES},
        "advertising": lambda seed: {"V15": {"short": 0.1, "long": 0.2, "ratio": 2.0}}}  # fmt: skip


ANSWER = {"id": "B9", "setting": "made up", "must_return": "a curve", "measured": 0.99, "low": 0.98, "high": 1.0, "verdict": "fails",
          "sentence": "It does not."}  # fmt: skip


@pytest.fixture
def made_up(monkeypatch):
    for where in (worlds, question):
        monkeypatch.setattr(where, "EXPERIMENTS", FAKE)
    monkeypatch.setattr(question, "compile_once", lambda: None)
    monkeypatch.setattr(question, "known_answers", lambda seeds, workers, progress: [ANSWER] if len(seeds) else [])


@pytest.fixture
def found(made_up):
    return question.validate(seeds=20)


def verdicts(found):
    return {one.row.id: one.verdict for one in found.judged}


def test_all_rows_come_out_whatever_was_measured(found):
    said = verdicts(found)
    assert len(said) == 33
    assert [said[name] for name in ("V01", "V12", "V07", "V14", "V04", "V16", "V15", "V37", "V20")] == [
        "pass", "fail", "built in", "not computed", "built in", "pass", "pass", "not computed", "not computed"]  # fmt: skip
    assert said["V03"] == "pass"


def test_only_rows_asked_for_are_measured(made_up):
    alone = question.validate("V04", seeds=20)
    assert alone.baselines.num_rows == 0
    said = verdicts(alone)
    assert said == {"V04": "built in"}


def test_it_is_read_back_as_it_was_written(made_up, tmp_path):
    first = question.validate(seeds=3, out=tmp_path / "v")
    again = read_result(tmp_path / "v")
    assert again.to_json() == first.to_json()
    assert again.seeds == 3


def test_published_rows_say_what_is_asked_of_them(found):
    rows = json.loads(json.dumps(found.published()))
    for row in rows:
        assert {"id", "class", "verdict", "median", "low", "high", "share_inside"} <= set(row)
        if row["verdict"] == "pass":
            assert row["share_inside"] >= 0.7
            assert row["low"] is None or row["median"] >= row["low"]
            assert row["high"] is None or row["median"] <= row["high"]
        if row["verdict"] in ("fail", "not computed"):
            assert row["why"]


def test_the_page_shows_every_row_and_its_picture(found, tmp_path):
    found.write_page(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "B9" in page
    assert "It does not." in page
    for one in found.judged:
        assert f"{one.row.id} {one.row.fact}".replace("'", "&#39;") in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert page.count("<svg") + page.count("data:image/svg") >= 1


def test_the_command_prints_the_table_or_one_document(made_up, tmp_path, capsys):
    assert cli.main(["validate", "--seeds", "2", "--workers", "1", "--out", str(tmp_path / "a")]) == 0
    said = capsys.readouterr().out
    assert "Lone posts dominate" in said
    assert "Of 33 published facts" in said
    assert cli.main(["validate", "--seeds", "2", "--workers", "1", "--json", "--out", str(tmp_path / "b")]) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 33


def test_a_row_that_there_is_not_is_refused(capsys, tmp_path):
    assert cli.main(["validate", "--rows", "V99", "--out", str(tmp_path / "a")]) == 2
    assert "no such row, given 'V99'" in capsys.readouterr().err
    with pytest.raises(vs.InputError, match="so many seeds are not run, given 0"):
        question.validate(seeds=0)


def test_the_trust_table_counts_and_names_what_fails(found):
    table = trust_table(found.published())
    assert "| validate (not tuned to) | 1: V16 |" in table
    assert "Of 1 facts that the model was neither tuned to nor given, it shows 1 and misses 0." in table
    assert "**V12 praise outweighs blame among customers.**" in table
    assert sentence(found.judged, 20).startswith("Of 33 published facts 4 pass (3 that")


def test_the_readme_shows_the_table_of_the_reference(root):
    """`make validation` writes both; a table edited by hand, or an old one, is found here."""
    published = json.loads((root / "results" / "reference" / "validation.json").read_text(encoding="utf-8"))
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert trust_table(published) in readme
    assert trust_table(published[1:]) not in readme
