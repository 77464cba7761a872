"""What is installed is what is tracked, and it lives beside a package that owns the bare name `agents`.

The package is built in an empty copy (a wheel rebuilt in place may hold deleted modules), installed into a fresh
environment outside the clone that borrows only the libraries of this one, and used from an empty folder.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import valuescape

FLOORS = ("agents", "sim", "scenarios", "experiments")
AT_THE_ROOT = ("__init__.py", "__main__.py", "py.typed")
BESIDE = """
import agents, valuescape, valuescape.agents, valuescape.agents.declare
assert agents.OWNER == "somebody else", agents.__file__
assert valuescape.agents is not agents
print(valuescape.__file__)
"""
DATA = """
from importlib.resources import files
assert files("valuescape").joinpath("py.typed").is_file()
print(*sorted(entry.name for entry in files("valuescape.scenarios").iterdir() if entry.name.endswith(".toml")))
"""


def run(*command, cwd):
    """What a command prints, in a folder of its own and without this process's import paths."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON") and key != "VIRTUAL_ENV"}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def copy(root, tracked, tmp_path_factory):
    """The tracked files alone, in a folder whose name is no identifier."""
    folder = tmp_path_factory.mktemp("copy") / "a-clone 1"
    for path in tracked:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, folder / path)
    return folder


@pytest.fixture(scope="module")
def wheels(copy, tmp_path_factory):
    """The wheel, and the one that an editable install makes."""
    made = {}
    for kind, hook in (("wheel", "build_wheel"), ("editable", "build_editable")):
        out = tmp_path_factory.mktemp(kind)
        run(sys.executable, "-P", "-c", f"from setuptools import build_meta as b; b.{hook}({str(out)!r})", cwd=copy)
        made[kind] = next(out.glob("*.whl"))
    return made


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installed(request, wheels, copy, tmp_path_factory):
    """(kind, folder of the scripts, folder where it must be imported from) of a fresh environment."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    pip = [sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--no-deps", "--no-index"]
    run(*pip, wheels[request.param], cwd=folder)
    (packages / "agents").mkdir()
    (packages / "agents" / "__init__.py").write_text('OWNER = "somebody else"\n', encoding="utf-8")
    # the libraries of this environment; its own .pth files are not read from there, so not its editable install
    lines = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    (packages / "libraries.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return request.param, scripts, packages / "valuescape" if request.param == "wheel" else copy


def test_the_wheel_holds_what_is_tracked(wheels, tracked):
    def belongs(path):
        return path in AT_THE_ROOT or (path.split("/")[0] in FLOORS and (not path.endswith(".md") or path == "sim/ODD.md"))

    with zipfile.ZipFile(wheels["wheel"]) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == {f"valuescape/{path}" for path in tracked if belongs(path)}


def test_both_names_can_be_imported(installed, tmp_path):
    _, scripts, home = installed
    assert Path(run(scripts / "python", "-c", BESIDE, cwd=tmp_path).strip()).parent.samefile(home)


def test_worlds_and_types_are_installed(installed, tmp_path, tracked):
    _, scripts, _ = installed
    worlds = sorted(path.split("/")[1] for path in tracked if re.fullmatch(r"scenarios/[^/]+\.toml", path))
    assert run(scripts / "python", "-c", DATA, cwd=tmp_path).split() == worlds


def test_the_command_answers(installed, tmp_path):
    _, scripts, _ = installed
    assert "compare" in run(scripts / "valuescape", "--help", cwd=tmp_path)
    assert "compare" in run(scripts / "python", "-m", "valuescape", "--help", cwd=tmp_path)


@pytest.fixture(scope="module")
def project(root):
    """pyproject.toml as a dictionary."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_is_listed(project, tracked):
    folders = [path.rpartition("/")[0] for path in tracked if path.endswith("/__init__.py")]
    ours = {f"valuescape.{folder.replace('/', '.')}" for folder in folders if folder.split("/")[0] in FLOORS}
    assert set(project["tool"]["setuptools"]["packages"]) == ours | {"valuescape"}


def test_constraints_are_names_and_versions_that_meet_the_floors(project, root):
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.-]+==[0-9a-z.+!]+( ; [a-zA-Z_ '.0-9<>=!()]+)?", line)] == []
    held = {}
    for line in map(Requirement, lines):
        held.setdefault(canonicalize_name(line.name), []).append(str(line.specifier).removeprefix("=="))
    groups = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    for wanted in (Requirement(text) for group in groups for text in group):
        versions = held[canonicalize_name(wanted.name)]
        assert all(wanted.specifier.contains(version) for version in versions), wanted


def test_the_version_is_the_same_everywhere(root):
    assert f"\nversion: {valuescape.__version__}\n" in (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## {valuescape.__version__} " in (root / "CHANGELOG.md").read_text(encoding="utf-8")
