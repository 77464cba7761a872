"""The checklist of rigour: every test that it names is there, what is not met says so, and the tables in the document are these."""

import ast
import re

import pytest

from valuescape.experiments import odd
from valuescape.experiments.rigour import DECISION, GUIDELINES, ODD_SECTIONS, REPLICATION, VALIDATION, VERIFICATION


def named_in(root):
    """Path under tests/::name of every test function that there is."""
    found = set()
    for path in (root / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        found |= {f"{path.relative_to(root / 'tests').as_posix()}::{name}" for name in names if name.startswith("test_")}
    return found


def missing(lines, known):
    """Tests that lines name and that there are not."""
    return [test for line in lines for test in line.tests if test not in known]


def test_every_named_test_exists(root):
    known = named_in(root)
    assert len(known) > 900
    assert missing((*GUIDELINES, *ODD_SECTIONS), known) == []


def test_a_test_that_is_gone_is_noticed(root):
    line = GUIDELINES[0]._replace(tests=("test_truths.py::test_that_never_was",))
    assert missing([line], named_in(root)) == ["test_truths.py::test_that_never_was"]
    renamed = {test for test in named_in(root) if test != ODD_SECTIONS[0].tests[0]}
    assert missing(ODD_SECTIONS, renamed) == [ODD_SECTIONS[0].tests[0]]


def test_what_is_said_to_be_met_has_a_test_and_what_has_none_says_so():
    for line in (*GUIDELINES, *ODD_SECTIONS):
        assert (line.state == "not yet") == (not line.tests), line.asked
        assert len(line.how) > 15
    facts = next(line for line in GUIDELINES if "valuescape validate" in line.how and "not used for fitting" in line.asked)
    assert facts.state == "partly"  # most of these facts are missed: see the README's table


def test_all_parts_of_the_guidelines_and_all_sections_are_asked_for(root):
    assert list(dict.fromkeys(line.heading for line in GUIDELINES)) == [DECISION, VERIFICATION, VALIDATION, REPLICATION]
    asked = " ".join(line.asked for line in GUIDELINES)
    for word in ("Documentation", "Programmatic testing", "Test cases", "Micro-face", "Macro-face", "Empirical input", "Empirical output"):
        assert word in asked
    text = (root / "sim" / "ODD.md").read_text(encoding="utf-8")
    headings = dict(re.findall(r"^## (\d)\. (.+)$", text, re.MULTILINE))
    concepts = re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", text.split("## 4. ")[1].split("## 5. ")[0], re.MULTILINE)
    assert {line.heading for line in ODD_SECTIONS} == set(headings)
    for line in ODD_SECTIONS:
        assert line.asked in concepts if line.heading == "4" else line.asked == headings[line.heading]
    assert {line.asked for line in ODD_SECTIONS if line.heading == "4"} == set(concepts) - {"Fairness"}


@pytest.mark.parametrize("name", ["guidelines", "sections"])
def test_a_stale_table_is_seen(name, root):
    text = (root / "sim" / "ODD.md").read_text(encoding="utf-8")
    assert odd.document(text) == text
    old = text.replace("| partly |", "| met |")
    assert old != text
    assert odd.document(old) == text
    assert odd.TABLES[name]() in text
