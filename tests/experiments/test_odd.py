"""The ODD document says what the code says: no stale table, no name without its sentence, no phase that does more than it tells."""

import re

import numpy as np
import pytest

from valuescape.agents.declare import InputError, parameters
from valuescape.agents.prices import PriceList
from valuescape.agents.view import LEVERS
from valuescape.experiments import odd
from valuescape.experiments.cli import main
from valuescape.experiments.levers import biases, levers
from valuescape.experiments.phases import at_the_start, calls_of
from valuescape.sim import columns, meanings
from valuescape.sim.day import BY_FIRM, DAY, engine
from valuescape.sim.draws import STREAMS
from valuescape.sim.events import KINDS, PLACES
from valuescape.sim.settings import WorldParams

HEADINGS = ("Purpose and patterns", "Entities, state variables and scales", "Process overview and scheduling", "Design concepts",
            "Initialization", "Input data", "Submodels")  # fmt: skip
CONCEPTS = ("Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
            "Stochasticity", "Collectives", "Observation")  # fmt: skip


@pytest.fixture(scope="module")
def committed(root):
    """The document as it is committed."""
    return (root / "sim" / "ODD.md").read_text(encoding="utf-8")


def cells(text, table):
    """The first cells of a table's rows."""
    part = re.search(rf"<!-- table: {table} -->\n(.*?)<!-- end -->", text, re.DOTALL).group(1)
    return [line.split(" | ")[0].removeprefix("| ").strip("`") for line in part.splitlines() if line.startswith("| ")]


def test_no_table_is_stale(committed):
    assert odd.document() == committed, "say `make odd` and commit sim/ODD.md"


def test_a_stale_table_is_seen(committed):
    old = committed.replace("| `world.talk.own_blame` | 0.25 |", "| `world.talk.own_blame` | 0.35 |")
    assert old != committed
    assert odd.document(old) == committed


def test_it_has_the_headings_of_the_protocol(committed):
    assert re.findall(r"^## \d\. (.+)$", committed, re.MULTILINE) == list(HEADINGS)
    assert [word for word in re.findall(r"^\*\*([A-Z][a-z ]+)\.\*\*", committed, re.MULTILINE) if word in CONCEPTS] == list(CONCEPTS)


def test_every_table_stands_in_it_once(committed):
    assert sorted(re.findall(r"<!-- table: (\w+) -->", committed)) == sorted(odd.TABLES)
    with pytest.raises(InputError, match=r"no such table, given 'nope'"):
        odd.document("<!-- table: nope -->\n<!-- end -->")


def test_every_column_has_its_sentence_and_no_sentence_is_left_over():
    records = {name for name, value in vars(columns).items() if isinstance(value, np.dtype) and value.names}
    assert set(meanings.ROWS) == records
    for record, table in meanings.ROWS.items():
        if table in meanings.TABLES:
            names = set(getattr(columns, record).names) - (set(LEVERS) if table == "firms" else set())
            names |= set(meanings.COLUMNS[table]) & set(LEVERS)  # an offer's column may also be a lever
            assert set(meanings.COLUMNS[table]) == names, table
    assert set(meanings.COLUMNS) == set(meanings.TABLES)


@pytest.mark.parametrize(("names", "sentences"), [(KINDS, meanings.KINDS), (PLACES, meanings.PLACES), (STREAMS, meanings.STREAMS),
                                                  (DAY, meanings.PHASES)])  # fmt: skip
def test_every_name_has_its_sentence_in_order(names, sentences):
    assert list(sentences) == list(names)


def test_sentences_are_sentences():
    groups = [meanings.PHASES, meanings.TABLES, *meanings.COLUMNS.values(), meanings.KINDS, meanings.PLACES, meanings.STREAMS]
    for group in groups:
        for name, sentence in group.items():
            assert re.fullmatch(r"[A-Z0-9].*\.", sentence), name


def test_every_declared_number_lever_price_and_bias_is_in_a_table(committed):
    for row in parameters(WorldParams, "world."):
        group, _, name = row.path.rpartition(".")
        if group != "world.prices":
            assert name in cells(committed, "numbers"), row.path
    assert cells(committed, "levers")[2:] == [row["name"] for row in levers()]
    assert cells(committed, "prices")[2:] == list(PriceList.model_fields)
    assert cells(committed, "biases")[2:] == [row["name"] for row in biases()]


def test_the_phases_ask_every_rule_of_the_engine():
    asked = {name for phase in DAY for name in calls_of(phase).rules}
    assert asked == set(engine(False).binder.rules) | {rule.__name__ for rule in BY_FIRM}
    assert {"revises", "redesigns"} <= set(calls_of("settle").rules)
    assert "attends" in calls_of("propose").rules
    assert "attends" not in calls_of("settle").rules


def test_streams_are_drawn_where_it_says():
    assert "choose" in calls_of("choose").streams
    assert at_the_start().streams >= {"trait", "taste", "slot", "known", "network"}
    assert not at_the_start().streams & calls_of("choose").streams - {"gap"}


def test_a_busy_world_tells_no_kind_that_no_phase_tells(make_scenario, live):
    """What is read from the code holds in a world in which much happens."""
    focal = {"pushes": [{"channel": "mail", "volume": 3.0}], "posts": 14.0, "desk_hours": 4.0, "open_hours": 4.0, "community_hours": 4.0,
             "handling": 0.5, "steps": ["a step"]}  # fmt: skip
    groups = {"customers": {"need_rate": 60, "online": 0.6}, "talk": {"feed_base": 0.2, "sees": 0.5}, "service": {"question": 0.5},
              "attention": {"follow": 0.5}, "community": {"join": 0.5}}  # fmt: skip
    shocks = [{"day": 3, "trigger": True}]
    model = live(make_scenario(80, focal=focal, rivals=1, budget=100.0, shocks=shocks, **groups), 20)
    told = {KINDS[number] for number in np.unique(model.events["kind"])}
    from_code = {kind for phase in DAY for kind in calls_of(phase).kinds}
    assert told <= from_code
    assert len(told) > 15


def test_the_command_prints_and_writes(committed, tmp_path, capsys):
    assert main(["odd"]) == 0
    assert capsys.readouterr().out == committed
    assert main(["odd", "--out", str(tmp_path / "ODD.md")]) == 0
    assert (tmp_path / "ODD.md").read_bytes() == committed.encode()
    assert main(["odd", "--out", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert "--out" in said.err.splitlines()[-1]
