"""The house keeps its shape: arrows point down, rules know no strategy, text files are plain.

Each check is a function from a path and its text to complaints. A second test gives it a text that it must complain
about, because a check that can no longer fail protects nothing.
"""

import ast
import re

import pytest

from valuescape.experiments.controls.blindness import imports, knows_strategy

FLOORS = ("agents", "sim", "scenarios", "experiments")  # from the ground up
SHOWS = {"matplotlib", "typer", "rich", "nicegui"}
NOT_FOR = {"agents": SHOWS | {"numba", "llvmlite"}, "sim": SHOWS}
LONGEST = 400

# Written in pieces, so that these lines do not match themselves.
ADDRESSES = re.compile(
    r"index-ur[l]|find-link[s]|pypi[.]org|pythonhosted[.]org|anaconda[.]org|registry *= *\"http|"
    r"https?://[^ ]*[.](?:whl|tgz|tar[.]gz)"
)
MACHINE_PATHS = re.compile(r"(?<![\w.~$}])/(?:home|root|Users|work|mnt|tmp|opt)/\w|\b[A-Z]:[\\](?:Users|Program)")


def floor_of(path):
    """The floor that a file lies on, or None."""
    first = path.split("/")[0]
    return first if first in FLOORS else None


def upward(path, text):
    """Imports from a floor above, or from the public face, which stands above all of them."""
    own = floor_of(path)
    for line, name in imports(path, text) if own else ():
        parts = name.split(".")
        if parts[0] == "valuescape" and parts[1:] != ["__version__"]:
            target = parts[1] if len(parts) > 1 else ""
            if target not in FLOORS or FLOORS.index(target) > FLOORS.index(own):
                yield f"{path}:{line} imports {name}"


def foreign(path, text):
    """Imports of libraries that a floor must do without."""
    for line, name in imports(path, text):
        if name.split(".")[0] in NOT_FOR.get(floor_of(path), ()):
            yield f"{path}:{line} imports {name}"


def bare(path, text):
    """Imports of our folders without `valuescape`: another package owns the name `agents`."""
    for line, name in imports(path, text):
        if name.split(".")[0] in FLOORS:
            yield f"{path}:{line} imports {name}"


def unordered(path, text):
    """Compiler options under which a run is no longer the same bit by bit."""
    if floor_of(path) != "sim":
        return
    for node in ast.walk(ast.parse(text)):
        words = {
            ast.Name: lambda n: n.id,
            ast.Attribute: lambda n: n.attr,
            ast.alias: lambda n: n.name,
            ast.keyword: lambda n: n.arg,
            ast.Constant: lambda n: n.value,
        }
        word = words[type(node)](node) if type(node) in words else None
        named = isinstance(node, ast.keyword | ast.Constant)
        if word == "prange" or (named and word in ("parallel", "fastmath")):
            yield f"{path}:{getattr(node, 'lineno', '?')} uses {word}"


def locale_bound(path, text):
    """Text opened without `encoding`, or written without `newline`: another file on another machine."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        call = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = {keyword.arg for keyword in node.keywords}
        if call in ("read_text", "write_text") or (call == "open" and not _binary_or_not_a_file(node)):
            if "encoding" not in given:
                yield f"{path}:{node.lineno} {call} without encoding"
            writes = call == "write_text" or (call == "open" and re.search("[wax]", _mode(node)))
            if writes and floor_of(path) and "newline" not in given:
                yield f"{path}:{node.lineno} {call} without newline"


def _mode(call):
    position = 1 if isinstance(call.func, ast.Name) else 0  # open(path, mode) and path.open(mode)
    modes = [k.value for k in call.keywords if k.arg == "mode"] + call.args[position : position + 1]
    return modes[0].value if modes and isinstance(modes[0], ast.Constant) else "r"


def _binary_or_not_a_file(call):
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return "b" in str(_mode(call)) or (isinstance(owner, ast.Name) and owner.id in ("os", "webbrowser", "Image"))


def undescribed(path, text):
    """Modules without a docstring."""
    if not ast.get_docstring(ast.parse(text)):
        yield f"{path} has no docstring"


def long(path, text):
    """Files that hold more than one idea."""
    count = len(text.splitlines())
    if count > LONGEST:
        yield f"{path} has {count} lines"


def addressed(path, text):
    """Addresses of registries and paths of one machine."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern in (ADDRESSES, MACHINE_PATHS):
            if found := pattern.search(line):
                yield f"{path}:{number} holds {found.group()}"


CODE = [upward, foreign, bare, knows_strategy, unordered, locale_bound, undescribed, long]


def texts(root, tracked):
    """(path, text) of every tracked file that is text."""
    for path in tracked:
        try:
            yield path, (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a figure or a table


@pytest.mark.parametrize("check", CODE, ids=lambda check: check.__name__)
def test_code_keeps_its_shape(check, root, tracked):
    modules = [(path, text) for path, text in texts(root, tracked) if path.endswith(".py")]
    assert modules
    assert [complaint for path, text in modules for complaint in check(path, text)] == []


def test_no_registry_address_and_no_machine_path(root, tracked):
    assert [complaint for path, text in texts(root, tracked) for complaint in addressed(path, text)] == []


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (upward, "agents/talk.py", "from ..sim.draws import uniform"),
        (upward, "agents/strategies/mine.py", "from ...sim import draws"),
        (upward, "sim/kernels/talk.py", "def f():\n    from ...experiments import run"),
        (upward, "sim/model.py", "import valuescape.scenarios.load"),
        (upward, "sim/model.py", "from .. import experiments"),
        (upward, "sim/model.py", "from valuescape import load"),
        (upward, "scenarios/load.py", "from ..experiments.run import run"),
        (foreign, "agents/talk.py", "import numba"),
        (foreign, "agents/talk.py", "from numba import njit"),
        (foreign, "sim/model.py", "import matplotlib.pyplot as plt"),
        (foreign, "sim/model.py", "def f():\n    import rich.progress"),
        (bare, "tests/test_x.py", "import agents"),
        (bare, "experiments/run.py", "from sim.model import ServiceEcosystem"),
        (knows_strategy, "sim/market.py", "from ..agents.strategies import ecrm"),
        (knows_strategy, "agents/talk.py", "from .strategies.dials import Dials"),
        (knows_strategy, "agents/talk.py", "from . import strategies"),
        (knows_strategy, "agents/talk.py", "if name == 'sd':\n    pass"),
        (knows_strategy, "agents/talk.py", "bonus_crossroads = 2"),
        (knows_strategy, "sim/market.py", "if firm.strategy == 'status_quo':\n    pass"),
        (knows_strategy, "sim/market.py", "bonus = 1 if firm.strategy else 0"),
        (knows_strategy, "sim/desk.py", "name = getattr(firm, 'strategy')"),
        (unordered, "sim/jit.py", "from numba import prange"),
        (unordered, "sim/jit.py", "for i in nb.prange(3):\n    pass"),
        (unordered, "sim/jit.py", "njit(parallel=True)"),
        (unordered, "sim/jit.py", "OPTIONS = {'fastmath': True}"),
        (locale_bound, "tests/test_x.py", "open('a')"),
        (locale_bound, "sim/events.py", "path.write_text('a', newline='\\n')"),
        (locale_bound, "sim/events.py", "path.write_text('a', encoding='utf-8')"),
        (locale_bound, "sim/events.py", "path.open('w', encoding='utf-8')"),
        (undescribed, "sim/events.py", "x = 1"),
        (long, "sim/events.py", "x = 1\n" * (LONGEST + 1)),
        (addressed, "constraints.txt", "--index" + "-url simple"),
        (addressed, "README.md", "see /" + "home/ann/clone"),
        (addressed, "README.md", "see C:" + "\\Users\\ann"),
    ],
)
def test_each_check_catches_what_it_forbids(check, path, text):
    assert list(check(path, text))


@pytest.mark.parametrize(
    ("check", "path", "text"),
    [
        (upward, "experiments/run.py", "from ..sim.model import ServiceEcosystem\nfrom .. import __version__"),
        (upward, "sim/kernels/talk.py", "from ...agents.talk import passes_on\nfrom ..draws import uniform"),
        (foreign, "sim/jit.py", "import numba"),
        (bare, "experiments/run.py", "from . import sim\nfrom valuescape.agents import rule"),
        (knows_strategy, "sim/market.py", "from ..agents.strategies.protocol import Strategy"),
        (knows_strategy, "sim/model.py", "firm.strategy = make(p.strategy)"),
        (knows_strategy, "agents/strategies/dials.py", "ROWS = {'crossroads': 1}"),
        (unordered, "sim/model.py", "parallel = 3"),
        (locale_bound, "sim/events.py", "open('a', 'rb')\nos.open('a', 0)\np.open('xb')"),
        (addressed, "README.md", "https://example.org/home/ann and a/tmp/b"),
    ],
)
def test_no_check_catches_what_it_allows(check, path, text):
    assert list(check(path, text)) == []
