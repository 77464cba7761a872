"""The names that users write: stable, complete, and fetched only when used."""

import ast
import subprocess
import sys

import pytest

import valuescape

# A renamed one works for two minor releases with a warning.
NAMES = {
    "Comparison", "Controls", "Damage", "Decision", "Ensemble", "FirmView", "Influence", "InputError", "Knockout", "PhaseMap", "Push",
    "Run", "Sensitivity", "ServiceEcosystem", "Strategy", "Validation", "__version__",
    "build_network", "compare", "controls", "crv", "damage", "knockout", "load", "phase_map", "read_network", "rule", "run",
    "scenario_names", "sensitivity", "sweep", "validate",
}  # fmt: skip
HEAVY = {"SALib", "distributed", "duckdb", "igraph", "matplotlib", "mesa", "networkx", "numba", "pandas", "pyarrow", "scipy"}


def loaded_by(*arguments):
    """Top-level names of all modules that a new interpreter loads while it runs `arguments`."""
    done = subprocess.run([sys.executable, "-P", "-X", "importtime", *arguments], capture_output=True, check=True, encoding="utf-8")
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in lines}


def test_the_names_are_these():
    assert set(valuescape.__all__) == NAMES
    assert len(valuescape.__all__) == len(NAMES)
    assert set(dir(valuescape)) >= NAMES


@pytest.mark.parametrize("name", sorted(NAMES - {"__version__"}))
def test_each_name_can_be_fetched(name):
    value = getattr(valuescape, name)
    assert callable(value)
    assert getattr(valuescape, name) is value


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="enable_magic"):
        valuescape.enable_magic  # noqa: B018


def test_type_checkers_see_the_same_names_and_homes(root):
    tree = ast.parse((root / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {}
    for node in block.body:
        for alias in node.names:
            renamed = f":{alias.name}" if alias.asname else ""
            seen[alias.asname or alias.name] = node.module + renamed
    assert seen == valuescape._HOME
    assert set(seen) == NAMES - {"__version__"}


def test_importing_it_loads_nothing_heavy():
    assert not loaded_by("-c", "import valuescape") & (HEAVY | {"numpy", "pydantic"})


def test_the_check_sees_what_is_loaded():
    assert "numpy" in loaded_by("-c", "import valuescape, numpy")


def test_help_does_not_wait_for_heavy_libraries():
    assert not loaded_by("-m", "valuescape", "--help") & HEAVY
