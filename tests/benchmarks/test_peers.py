"""The toy is the same toy in every framework, and what is not installed is left out in one line."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture
def peers():
    """The benchmark's file as a module of its own."""
    spec = importlib.util.spec_from_file_location("peers", Path(__file__).parent / "peers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expected(peers, steps):
    """The share that has adopted where everybody has the mean number of contacts, by hand."""
    adopted = 0.0
    for _ in range(steps):
        adopted += (1 - adopted) * (1 - (1 - peers.P) * (1 - peers.Q) ** (peers.CONTACTS * adopted))
    return adopted


@pytest.mark.parametrize("name", ["plain Mesa", "NumPy", "starsim"])
def test_the_same_share_adopts(name, peers):
    if name == "starsim":
        pytest.importorskip("starsim")
    found = peers.TOYS[name](4000, 60)
    assert found.adopted == pytest.approx(expected(peers, 60), rel=0.25)
    assert found.nanoseconds > 0


def test_without_contacts_fewer_adopt(peers, monkeypatch):
    there = {name: peers.TOYS[name](2000, 60).adopted for name in ("plain Mesa", "NumPy")}
    monkeypatch.setattr(peers, "Q", 0.0)
    for name, adopted in there.items():
        assert peers.TOYS[name](2000, 60).adopted < 0.8 * adopted


def test_the_table_names_what_is_left_out(peers, monkeypatch, capsys):
    def absent(people, steps):
        raise ModuleNotFoundError("No module named 'starsim'", name="starsim")

    monkeypatch.setattr(peers, "talk_only", lambda people: 50.0)
    monkeypatch.setitem(peers.TOYS, "starsim", absent)
    peers.main(300, 5, whole_day=90.0, repeats=1)
    lines = capsys.readouterr().out.splitlines()
    assert lines.count("starsim: not installed (starsim), left out") == 1
    assert any(line.startswith("plain Mesa") and "x" in line for line in lines)
    assert any("whole crossroads day" in line and "1.8x" in line for line in lines)
