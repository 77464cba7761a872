"""Draws have names: known answers, uniform over every argument, the same in all three writings, never drawn from a stream."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from valuescape.sim import draws
from valuescape.sim.jit import Binder

WORDS = st.integers(-(2**63), 2**63 - 1)
SMALL = st.integers(-(2**31), 2**31)
ARGUMENTS = ("seed", "stream", "day", "who", "what")
HOME = {"seed": 7, "stream": draws.CHOOSE, "day": 100, "who": 12_345, "what": -987_654_321}


@pytest.fixture(scope="module")
def machine():
    """The same functions in machine words, as kernels call them."""
    binder = Binder(compiled=True)
    binder.folder = None
    return {name: binder.bind(getattr(draws, name)) for name in ("mix", "to_unit", "uniform", "name_key")}


def along(argument, n=4096):
    """Draws along one argument, all others kept, float64[n]."""
    return np.array([draws.uniform(**(HOME | {argument: k})) for k in range(n)])


def test_the_mixing_function_is_splitmix64():
    """The first outputs of Vigna's splitmix64 seeded with 0."""
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert [draws.mix(k * draws.GOLDEN) & draws.MASK for k in (1, 2, 3)] == published


def test_names_stand_for_the_same_draws_for_ever():
    """A changed value here is another history for every seed that was ever published."""
    assert draws.uniform(0, 1, 0, 0, 0) == 0.4071559758835982
    assert draws.uniform(42, draws.CHOOSE, 17, 1234, -1) == 0.4449820437540152
    assert draws.name_key(1, 2, 3, 4) == -6290589863108016044
    assert draws.text_key("focal") == 3283275727807887805


@given(WORDS)
@settings(derandomize=True, deadline=None)
def test_machine_words_and_python_integers_mix_alike(machine, z):
    assert machine["mix"](z) == draws.mix(z)
    assert machine["to_unit"](z) == draws.to_unit(z)


@given(st.integers(0, 2**62), st.integers(0, 40), SMALL, st.lists(SMALL, min_size=1, max_size=20), WORDS)
@settings(derandomize=True, deadline=None)
def test_columns_machine_words_and_python_integers_draw_alike(machine, seed, stream, day, ids, what):
    one = [draws.uniform(seed, stream, day, who, what) for who in ids]
    assert [machine["uniform"](seed, stream, day, who, what) for who in ids] == one
    assert draws.uniforms(seed, stream, day, np.array(ids), what).tolist() == one
    assert [machine["name_key"](what, who, day, stream) for who in ids] == [draws.name_key(what, who, day, stream) for who in ids]


@given(WORDS)
@settings(derandomize=True)
def test_a_draw_is_at_least_0_and_less_than_1(z):
    assert 0.0 <= draws.to_unit(z) < 1.0


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_draws_are_uniform_along_every_argument(argument):
    counts = np.histogram(along(argument, 16_384), bins=128, range=(0, 1))[0]
    assert 0.001 < stats.chisquare(counts).pvalue < 0.999


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize("lag", [1, 2, 7, 64])
def test_neighbours_along_every_argument_know_nothing_of_each_other(argument, lag):
    u = along(argument, 8192)
    pairs = np.histogram2d(u[:-lag], u[lag:], bins=8, range=[(0, 1), (0, 1)])[0]
    assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 4.5 / np.sqrt(len(u))
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


@pytest.mark.parametrize("one", ARGUMENTS)
@pytest.mark.parametrize("other", ARGUMENTS)
def test_no_two_arguments_can_stand_for_each_other(one, other):
    """A draw at (k, k + 1) is not the one at (k + 1, k): an argument's place counts, and sums of arguments do not."""
    if one == other:
        return
    here = np.array([draws.uniform(**(HOME | {one: k, other: k + 1})) for k in range(2048)])
    there = np.array([draws.uniform(**(HOME | {one: k + 1, other: k})) for k in range(2048)])
    assert not np.intersect1d(here, there).size
    assert abs(np.corrcoef(here, there)[0, 1]) < 4.5 / np.sqrt(2048)


def test_keys_of_origins_do_not_collide():
    keys = {draws.name_key(a, b, c, d) for a in range(-20, 20) for b in range(-20, 20) for c in range(12) for d in range(3)}
    assert len(keys) == 40 * 40 * 12 * 3


def test_every_stream_has_one_number_and_somebody_who_draws_from_it(root):
    assert len(set(draws.STREAMS)) == len(draws.STREAMS)
    sources = {path: path.read_text(encoding="utf-8") for path in (root / "sim").rglob("*.py") if path.name != "draws.py"}
    for number, name in enumerate(draws.STREAMS[1:], 1):
        constant = name.upper()
        assert getattr(draws, constant) == number
        used = [p for p, text in sources.items() if re.search(rf"\bdraws\.{constant}\b|draws import [^\n]*\b{constant}\b", text)]
        assert used, f"nobody draws from {name}"


def test_no_draw_is_named_by_a_row_or_by_a_running_number(root):
    """`who` and `what` of a draw in a kernel are ids, keys, need numbers or small constants: never a row, a place, a count."""
    rows = {"i", "j", "k", "at", "row", "w.used", "b"}
    calls = 0
    for path in (root / "sim").rglob("*.py"):
        for call in re.finditer(r"\b(?:uniform|draw)\(((?:[^()]|\([^()]*\))*)\)", path.read_text(encoding="utf-8")):
            arguments = [part.strip() for part in re.split(r",(?![^(]*\))", call.group(1))]
            if path.name == "draws.py" or len(arguments) not in (2, 5):
                continue
            calls += 1
            who = arguments[1] if len(arguments) == 2 else arguments[3]
            assert who not in rows, f"{path.name}: {call.group()}"
    assert calls > 30
