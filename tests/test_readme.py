"""What the README tells people to type works: its Python runs, its strategy takes a seat, its commands are understood."""

import re
import shlex

import pytest
import typer

import valuescape
from valuescape.experiments.cli import app, main

SMALL = {"customers": 60, "days": 14}
BURN_IN = {"world.burn_in_days": 7}


@pytest.fixture(scope="module")
def text(root):
    """The README."""
    return (root / "README.md").read_text(encoding="utf-8")


def blocks(text, language):
    """The fenced blocks of a language, '' for those that name none."""
    found = re.findall(r"^```([a-z]*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [block for named, block in found if named == language]


def commands(text):
    """The words after `valuescape` in blocks without a language and in code within the text."""
    lines = [line for block in blocks(text, "") for line in block.splitlines()]
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines += [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose)]
    # a line that only names an option or a folder is none
    return [shlex.split(line, comments=True)[1:] for line in lines if re.match(r"valuescape [a-z]", line)]


@pytest.fixture
def smaller(monkeypatch):
    """Questions of the public face asked of a small world for a short time, whatever sizes are asked for."""
    face = {name: getattr(valuescape, name) for name in ("run", "compare", "load", "sweep")}

    def less(settings):
        return {**(settings or {}), **BURN_IN}

    def run(*args, set=None, **more):  # noqa: A002
        return face["run"](*args, **{**more, **SMALL, "set": less(set)})

    def compare(*args, set=None, **more):  # noqa: A002
        return face["compare"](*args, **{**more, **SMALL, "seeds": 2, "set": less(set)})

    def load(*args, set=None, **more):  # noqa: A002
        return face["load"](*args, **{**more, **SMALL, "set": less(set)})

    def sweep(design, **more):
        return face["sweep"]({**design, **SMALL, "seeds": 2, "set": BURN_IN}, **more)

    for function in (run, compare, load, sweep):
        monkeypatch.setattr(valuescape, function.__name__, function)


def test_there_is_something_to_run(text):
    assert len(blocks(text, "python")) >= 2
    assert any("vs.run(" in block for block in blocks(text, "python"))
    assert len(commands(text)) >= 5


def test_its_python_runs_from_top_to_bottom(text, smaller, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "readme"}
    for number, block in enumerate(blocks(text, "python")):
        exec(compile(block, f"README block {number}", "exec"), names)
    assert names["run"].scoreboard.num_rows > 0
    assert names["run"].scenario.days == SMALL["days"]
    assert set(names["pair"].winners) == {"goods_dominant", "service_dominant"}
    assert names["model"].day == 1
    assert names["found"].counts == {"runs": 8, "failed": 0}


def test_its_own_strategy_takes_a_seat(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (block,) = (block for block in blocks(text, "python") if "class " in block)
    world = blocks(text, "toml")[0]
    file, cls = re.search(r'"(\w+\.py):(\w+)"', world).groups()
    assert f"class {cls}" in block
    (tmp_path / file).write_text(block, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(world, encoding="utf-8")
    arm = re.search(r"\[arms\.(\w+)\]", world).group(1)
    small = ["--customers", "60", "--days", "14", "--set", "world.burn_in_days=7", "--seeds", "2"]
    assert main(["compare", "mine.toml", "--arms", f"ecrm,{arm}", *small]) == 0
    assert arm in capsys.readouterr().out


def test_its_design_is_one(text, tmp_path):
    from valuescape.experiments.sweep.design import read_design
    from valuescape.experiments.sweep.plan import plan_of

    (block,) = (block for block in blocks(text, "toml") if "[grid]" in block)
    (tmp_path / "openness.toml").write_text(block, encoding="utf-8")
    assert plan_of(read_design(tmp_path / "openness.toml")).runs == 3 * 2 * 20


def understood(words):
    """Parse a command line without doing it; the parser's own error where it is not understood."""
    group = typer.main.get_command(app)
    with group.make_context("valuescape", list(words)) as context:
        name, command, rest = group.resolve_command(context, list(words))
        with command.make_context(name, rest, parent=context):
            return name


def test_its_commands_are_understood(text):
    for words in commands(text):
        assert understood(words) == words[0], words


def test_what_is_not_understood_is_noticed():
    for wrong in (["compare", "crossroads", "--nonsense"], ["frobnicate"]):
        with pytest.raises(Exception, match=r"nonsense|frobnicate"):
            understood(wrong)
