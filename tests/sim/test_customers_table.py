"""Known traits replace drawn ones, cell by cell, and change nobody else; what cannot be used is named with row and column."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from valuescape.agents.declare import InputError
from valuescape.sim.customers_table import COLUMN, TRAITS, WEIGHTS, CustomersTable, read_customers_table
from valuescape.sim.network import from_ties

NAMED = from_ties(4, [0, 1, 2], [1, 2, 3], names=["Ann", "Bob", "Cy", "Dee"], ids=np.array([2, 0, 3, 1]))


@pytest.fixture
def put(tmp_path):
    """Write a file, from text, bytes or a pyarrow table, and return its path."""

    def write(content, name="people.csv"):
        path = tmp_path / name
        if isinstance(content, pa.Table):
            parquet.write_table(content, path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def born(make_scenario, live):
    """The people of a world on its first day, by column, and the day of their first need."""

    def first_day(table=None, people=60, **options):
        model = live(make_scenario(people, burn_in=7), seed=3, burn_in=False, customers_table=table, **options)
        model.check()
        return model.columns.people, model.columns.due

    return first_day


def test_every_trait_has_its_column(born):
    assert set(COLUMN) | set(WEIGHTS) == set(TRAITS)
    people, _ = born()
    assert set(COLUMN.values()) | set(WEIGHTS.values()) <= set(people.dtype.names)


@pytest.mark.parametrize("trait", [trait for trait in TRAITS if trait not in WEIGHTS])
def test_a_known_trait_replaces_the_drawn_one_and_nothing_else(put, born, trait):
    value = min(TRAITS[trait].high, max(TRAITS[trait].low, 0.7))
    (drawn, due), (people, soon) = born(), born(put(f"name,{trait}\n5,{value}\n6,\n7,NA\n"))
    column = COLUMN[trait]
    assert people[column][5] == pytest.approx(value / 365 if trait == "need_rate" else value)
    assert people[column][5] != drawn[column][5]
    people[column][5] = drawn[column][5]
    assert people.tobytes() == drawn.tobytes()
    others = np.arange(60) != 5
    assert (due[others] == soon[others]).all()
    assert (due[5] == soon[5]) == (trait != "need_rate")


def test_weights_stand_and_the_others_share_what_they_leave(put, born):
    text = "name,weight_functional,weight_emotional,weight_social\n0,0.5,,\n1,1,0,0\n2,.2,.3,\n3,,,\n4,.334,.333,.333\n"
    (drawn, _), (people, _) = born(), born(put(text))
    w = np.column_stack([people[column] for column in WEIGHTS.values()]).astype(float)
    assert w.sum(axis=1) == pytest.approx(1)
    assert w[0, 0] == 0.5
    assert w[0, 1] / w[0, 2] == pytest.approx(drawn["w1"][0] / drawn["w2"][0], rel=1e-5)
    assert w[1].tolist() == [1, 0, 0]
    assert w[2] == pytest.approx([0.2, 0.3, 0.5])
    assert people[3].tobytes() == drawn[3].tobytes()


def test_somebody_who_hardly_ever_needs_anything(put, make_scenario, live):
    model = live(make_scenario(60), 20, seed=3, customers_table=put("name,need_rate\n" + "".join(f"{i},0\n" for i in range(60))))
    assert model.columns.people["needs"].sum() == 0
    model.check()


def test_names_lead_to_people_whatever_their_rows(put, born):
    path = put("customer;skill\nDee;0.25\n Ann ;0.75\n")
    table = read_customers_table(path, NAMED)
    assert table.ids.tolist() == [1, 2]
    assert table.values["skill"].tolist() == [0.25, 0.75]
    assert table.notes == ("2 of 4 people in the table of customers, 2 traits known",)
    for order in (np.arange(4), np.array([3, 1, 0, 2])):
        net = NAMED.renumbered(order)
        people, _ = born(read_customers_table(path, net), 4, network=net)
        known = {net.names[row]: people["skill"][row] for row in range(4)}
        assert (known["Dee"], known["Ann"]) == (0.25, 0.75)


def test_the_same_said_otherwise_is_the_same_table(put):
    said = [
        put("name,skill,online\n7,0.5,\n3,,1\n"),
        put("\ufeff# mine\r\nonline;name;skill\r\n\r\n1;3;nan\r\nNA;7;.5\r\n", "b.csv"),
        put('id\tskill\tonline\n"7"\t"5e-1"\t \n3\tnull\t1.0\n', "c.tsv"),
        put(pa.table({"name": [3, 7], "skill": [None, 0.5], "online": [1, None]}), "d.parquet"),
        put(pa.table({"name": pa.array(["7", "3"]).dictionary_encode(), "online": ["", "1"], "skill": [0.5, float("nan")]}), "e"),
    ]
    assert len({read_customers_table(path, 10).digest() for path in said}) == 1
    assert read_customers_table(said[1], 10).notes[:4] == (
        "byte-order mark dropped", "line ends of another system accepted", "1 blank line(s) skipped", "1 comment line(s) skipped",
    )  # fmt: skip
    assert read_customers_table(put("name,skill\n7,0.5\n", "f.csv"), 10).digest() != read_customers_table(said[0], 10).digest()


REFUSED = {
    "empty": ("", "the file is empty"),
    "no row": ("name,skill\n", "line 1: the table holds no row"),
    "no trait": ("name\n1\n", "line 1: the table has no trait; allowed: need_rate,"),
    "no names": ("who,skill\n1,1\n", "line 1: no column says who a row is about, given 'who, skill'; allowed: a column name"),
    "unknown column": ("name,skil\n1,1\n", "line 1: unknown column, given 'skil'"),
    "column twice": ("name,skill,Skill\n1,1,1\n", "line 1: a column is named twice, given 'skill'"),
    "nameless column": ("name,skill,\n1,1,1\n", "line 1: a column has no name, given 'column 3'"),
    "no number": ("name,skill\n1,1\n\n2,much\n", "line 4, skill: not a number, given 'much'; allowed: such as 0.5, or an empty cell"),
    "comma": ("name;skill\n1;0,5\n", "line 2, skill: not a number, given '0,5'"),
    "too high": ("name,skill\n1,1\n2,1.5\n", "line 3, skill: out of range, given 1.5; allowed: 0 to 1, or an empty cell"),
    "too low": ("name,need_rate\n1,-3\n", "line 2, need_rate: out of range, given -3.0; allowed: 0 to 365 1/year"),
    "endless": ("name,order_value\n1,inf\n", "line 2, order_value: out of range, given inf"),
    "weights": ("name,weight_social,weight_emotional\n1,.1,.1\n2,.7,.7\n", "line 3, weight_*: the weights of the three jobs do not fit"),
    "stranger": ("name,skill\n10,1\n", "line 2: nobody in the network has this name, given '10'; allowed: 0 to 9"),
    "other spelling": ("name,skill\n07,1\n", "line 2: nobody in the network has this name, given '07'"),
    "twice": ("name,skill\n1,1\n2,\n1,0\n", "line 4: a name stands twice, before in line 2, given '1'"),
    "no name": ("name,skill\n,1\n", "line 2: a row has no name"),
    "ragged": ("name,skill\n1,1\n# x\n2,1,3\n", "line 4: a row has more or fewer cells than the first one, given '2,1,3'"),
    "broken quote": ('name,skill\n1,"1\n2,"1\n', "people.csv: "),
    "latin": (b"name,skill\nZo\xeb,1\n", "line 2: this is not text in UTF-8"),
    "gzip": (b"\x1f\x8b\x08\0", "the file is packed, given 'gzip'; allowed: a table of customers: CSV, TSV or Parquet, unpacked"),
    "cut Parquet": (b"PAR1" + b"x" * 40, "the Parquet file cannot be read"),
    "time": (pa.table({"name": ["1"], "skill": pa.array([1], pa.date32())}), "column skill: a trait must be a number, given 'date32[day]'"),
    "Parquet row": (pa.table({"name": ["1", "2"], "skill": [1.0, 7.0]}), "row 2, skill: out of range, given 7.0"),
    "Parquet text": (pa.table({"name": ["1", "2"], "skill": ["1", "x"]}), "row 2, skill: not a number, given 'x'"),
    "nested names": (pa.table({"name": [[1]], "skill": [1.0]}), "column name: names must be text or whole numbers"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_the_unusable_is_refused_in_one_sentence(put, content, sentence):
    with pytest.raises(InputError) as caught:
        read_customers_table(put(content), 10)
    assert sentence in str(caught.value)
    assert "people.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_was_probably_meant_is_named(put, tmp_path):
    with pytest.raises(InputError, match="did you mean 'Dee'"):
        read_customers_table(put("name,skill\nDeee,1\n"), NAMED)
    with pytest.raises(InputError, match="did you mean 'skill'"):
        read_customers_table(put("name,skil\nDee,1\n"), NAMED)
    with pytest.raises(InputError, match="this is no Parquet file"):
        read_customers_table(put("name,skill\n1,1\n", "a.parquet"), 10)
    with pytest.raises(InputError, match="this is a folder"):
        read_customers_table(tmp_path, 10)
    with pytest.raises(InputError, match="cannot be read"):
        read_customers_table(tmp_path / "missing.csv", 10)


def test_a_table_of_another_network_is_refused(born):
    with pytest.raises(InputError, match="of another network, given 99"):
        born(CustomersTable(np.array([1, 99]), {"skill": np.array([0.5, 0.5])}))


def test_a_large_table_takes_seconds(put):
    rng = np.random.default_rng(0)
    table = pa.table({"name": np.arange(300_000), "skill": rng.random(300_000), "need_rate": rng.random(300_000)})
    assert len(read_customers_table(put(table), 300_000).ids) == 300_000
