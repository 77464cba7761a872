"""Every number is declared once: with default, unit, range, source and sentence, and somebody reads it."""

import re

import pytest
from pydantic import ValidationError

from valuescape.agents.declare import SOURCE_KINDS, UNITS, Declared, InputError, nearest, par, parameters
from valuescape.agents.offer import Complement, Proposition
from valuescape.agents.prices import LINES, PriceList
from valuescape.agents.view import Decision, Push
from valuescape.sim.network_builder import NetworkParams
from valuescape.sim.settings import RULE_GROUPS, Shock, WorldParams, parameter_row

GROUPS = (WorldParams, Proposition, Complement, Decision, Push, Shock)
ALL = [(group.__name__, parameter) for group in GROUPS for parameter in parameters(group)]


@pytest.fixture(scope="module")
def sources(root):
    """All text of the engine but the declarations themselves."""
    files = [path for folder in ("agents", "sim") for path in (root / folder).rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(files))


@pytest.mark.parametrize(("group", "parameter"), ALL, ids=[f"{group}.{parameter.path}" for group, parameter in ALL])
def test_a_declaration_is_complete(group, parameter):
    assert parameter.unit in UNITS
    assert parameter.source.split(":")[0] in SOURCE_KINDS
    assert ":" not in parameter.source or parameter.source.split(": ", 1)[1]
    assert parameter.low < parameter.high
    assert parameter.default is None or parameter.low <= parameter.default <= parameter.high
    assert not parameter.sentence[0].islower()
    assert parameter.sentence.endswith(".")


@pytest.mark.parametrize("group", RULE_GROUPS)
def test_every_number_of_a_rule_group_is_read(group, sources):
    """Either by a kernel, as p.group_name, or when people are made, as group.name."""
    kind = type(getattr(WorldParams(), group))
    for parameter in parameters(kind):
        kernel = rf"\bp\.{group}_{parameter.path}\b"
        made = rf"\b{group}\.{parameter.path}\b"
        assert re.search(kernel, sources) or re.search(made, sources), f"nobody reads {group}.{parameter.path}"


def test_every_number_of_the_network_and_of_the_world_is_read(sources, root):
    for parameter in parameters(NetworkParams):
        assert re.search(rf"\bparams\.{parameter.path}\b", sources), parameter.path
    metrics = sources + "".join(path.read_text(encoding="utf-8") for path in sorted((root / "sim" / "metrics").glob("*.py")))
    for name in WorldParams.model_fields:
        assert re.search(rf"\b(?:params|world|p|scenario\.world)\.{name}\b", metrics) or name in RULE_GROUPS, name


def test_every_price_belongs_to_a_line():
    assert {line.price for line in LINES.values()} | {"period_budget"} == set(PriceList.model_fields)


def test_kernels_read_no_number_that_is_not_declared(sources):
    row = parameter_row(WorldParams(), 1.0, 3)
    for name in set(re.findall(r"\bp\.([a-z_0-9]+)", "\n".join(line for line in sources.splitlines() if "p.model" not in line))):
        if "_" in name and name.split("_")[0] in RULE_GROUPS:
            assert name in row.dtype.names, name


def test_a_row_of_numbers_holds_every_declared_one_once():
    row = parameter_row(WorldParams(), 2.5, 30)
    expected = {f"{group}_{p.path}": float(p.default) for group in RULE_GROUPS for p in parameters(type(getattr(WorldParams(), group)))}
    assert {name: row[0][name] for name in row.dtype.names} == expected | {"mean_seen": 2.5, "public": 30.0}


@pytest.mark.parametrize(("group", "parameter"), [pair for pair in ALL if "." not in pair[1].path and pair[1].default is not None],
                         ids=lambda value: getattr(value, "path", value))  # fmt: skip
def test_a_number_out_of_its_range_is_refused(group, parameter):
    kind = next(g for g in GROUPS if g.__name__ == group)
    needed = {"channel": "email"} if kind is Push else {}
    for wrong in (parameter.low - 1, parameter.high + 1, float("nan"), float("inf"), "much"):
        with pytest.raises(ValidationError):
            kind(**needed, **{parameter.path: wrong})


def test_groups_are_frozen_and_know_their_keys():
    with pytest.raises(ValidationError, match="Extra inputs"):
        Decision(desk_hour=1.0)
    with pytest.raises(ValidationError, match="frozen"):
        Decision().claim = 0.9


@pytest.mark.parametrize("wrong", [{"unit": "furlongs"}, {"source": "hearsay"}])
def test_a_declaration_without_a_known_unit_or_source_is_refused(wrong):
    told = {"unit": "1", "source": "assumption"} | wrong
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):

        class Odd(Declared):
            x: float = par(0.5, told["unit"], 0, 1, told["source"], "Something.")


# --- refusals -------------------------------------------------------------------------------------------------------


def test_a_refusal_is_one_line_that_names_the_offender():
    error = InputError("it cannot\nbe used", file="a.toml", key="world.talk", given=3, allowed="0 to 1", nearest="task")
    assert str(error) == "a.toml: world.talk: it cannot be used, given 3; allowed: 0 to 1; did you mean 'task'?"
    assert (error.file, error.key, error.given, error.allowed, error.nearest) == ("a.toml", "world.talk", 3, "0 to 1", "task")
    assert str(InputError("no")) == "no"


def test_a_refusal_survives_the_way_between_processes():
    import pickle

    error = InputError("it cannot be used", key="days", given=0)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert again.key == "days"


def test_the_nearest_word_is_near_or_none():
    assert nearest("crosroads", ["crossroads", "sd"]) == "crossroads"
    assert nearest("xyz", ["crossroads", "sd"]) is None
