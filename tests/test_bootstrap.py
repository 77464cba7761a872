"""The set-up script: readable for old Pythons, clear refusals, verbs that the Makefile knows too."""

import ast
import importlib.util
import re
import subprocess
import sys

import pytest

# What `ast.parse(feature_version=...)` lets pass or does not know; that one is asked too.
TOO_NEW = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.AsyncFunctionDef, ast.Match, ast.YieldFrom)


@pytest.fixture
def bootstrap(root):
    """The script as a module of its own, so that a test may change its names."""
    spec = importlib.util.spec_from_file_location("bootstrap", root / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def newer_syntax(text):
    """Lines that Python 2.7 or 3.4 cannot read."""
    for node in ast.walk(ast.parse(text)):
        only_new = isinstance(node, TOO_NEW)
        if isinstance(node, ast.FunctionDef):
            typed = [a for a in node.args.args if a.annotation] or node.returns
            only_new = typed or node.args.kwonlyargs or node.args.posonlyargs
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            only_new = any(isinstance(item, ast.Starred) for item in node.elts)
        if isinstance(node, ast.Call):
            only_new = sum(isinstance(item, ast.Starred) for item in node.args) > 1
        if isinstance(node, ast.Raise):
            only_new = node.cause
        if only_new:
            yield node.lineno


def test_old_pythons_can_read_it(root):
    text = (root / "bootstrap.py").read_text(encoding="ascii")  # Python 2.7 asks for a declaration otherwise
    assert list(newer_syntax(text)) == []
    ast.parse(text, feature_version=(3, 4))


@pytest.mark.parametrize("text", ["f'{x}'", "x: int = 1", "def f(*, a): pass", "[*a, 1]", "f(*a, *b)", "raise A from b"])
def test_newer_syntax_is_seen(text):
    assert list(newer_syntax(text))


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6), (3, 10), (3, 10, 13, "final", 0)])
def test_a_python_that_is_too_old_gets_one_sentence(bootstrap, version):
    sentence = bootstrap.too_old(version, "python3")
    assert "3.11 or newer" in sentence
    assert f"python3 is {version[0]}.{version[1]}" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("version", [(3, 11), (3, 11, 0), (3, 13, 1), (4, 0)])
def test_others_get_none(bootstrap, version):
    assert bootstrap.too_old(version) is None


def test_an_old_python_hands_over_or_refuses(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 13))
    monkeypatch.setattr(bootstrap, "another_python", lambda: None)
    with pytest.raises(bootstrap.Refusal, match=r"3\.11 or newer"):
        bootstrap.main(["demo"])
    seen = []
    monkeypatch.setattr(bootstrap, "another_python", lambda: ["newer"])
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda command: seen.append(command) or 7)
    assert bootstrap.main(["demo", "--seeds", "2"]) == 7
    assert seen[0][0] == "newer"
    assert seen[0][2:] == ["demo", "--seeds", "2"]


def test_every_floor_of_the_requirement_is_the_same(bootstrap, root):
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">={}.{}"'.format(*bootstrap.OLDEST) in project


def test_the_makefile_knows_the_same_verbs(bootstrap, root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^([a-z ]+):$", makefile, re.MULTILINE).group(1).split()
    verbs = [verb for verb, _ in bootstrap.VERBS]
    assert sorted(targets) == sorted(verbs)
    assert targets[0] == "help"
    assert all(callable(getattr(bootstrap, verb)) for verb in verbs if verb != "help")


def test_help_and_an_unknown_verb_need_no_setup(root):
    def run(*arguments):
        return subprocess.run([sys.executable, root / "bootstrap.py", *arguments], capture_output=True, encoding="utf-8")

    assert "demo" in run("help").stdout
    refused = run("tset")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "'tset'" in refused.stderr


@pytest.fixture
def empty_clone(bootstrap, tmp_path, monkeypatch):
    """The script at work on a folder with nothing but requirements; installing is only noted."""
    for name in ("pyproject.toml", "setup.py", "constraints.txt"):
        (tmp_path / name).write_bytes(b"1\n")
    made = []

    def with_pip():
        made.append(bootstrap.os.path.isdir(bootstrap.VENV))
        bootstrap.os.makedirs(bootstrap.VENV, exist_ok=True)

    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / ".venv" / "stamp"))
    monkeypatch.setattr(bootstrap, "answers", lambda command: None)  # no uv
    monkeypatch.setattr(bootstrap, "with_pip", with_pip)
    monkeypatch.setattr(bootstrap, "new_enough", lambda command: True)
    return bootstrap, tmp_path, made


def test_setup_is_done_once_and_again_when_requirements_change(empty_clone):
    bootstrap, folder, made = empty_clone
    bootstrap.setup()
    bootstrap.setup()
    assert made == [False]
    (folder / "constraints.txt").write_bytes(b"2\n")
    bootstrap.setup()
    assert made == [False, True]  # in place


def test_a_half_made_environment_is_made_anew(empty_clone, monkeypatch):
    bootstrap, folder, made = empty_clone
    (folder / ".venv" / "bin").mkdir(parents=True)
    bootstrap.setup()
    assert made == [False]
    monkeypatch.setattr(bootstrap, "new_enough", lambda command: False)  # its interpreter was removed
    bootstrap.setup()
    assert made == [False, False]


def test_an_interrupted_setup_leaves_no_stamp(empty_clone, monkeypatch):
    bootstrap, folder, _ = empty_clone

    def stop():
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "with_pip", stop)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.setup()
    assert not (folder / ".venv" / "stamp").exists()


def test_pip_does_it_where_uv_cannot(empty_clone, monkeypatch):
    bootstrap, _, made = empty_clone
    monkeypatch.setattr(bootstrap, "answers", lambda command: "uv 0")
    monkeypatch.setattr(bootstrap, "with_uv", lambda: False)
    bootstrap.setup()
    assert made == [False]
