"""One command from a fresh clone to a result: `python bootstrap.py demo` (`py bootstrap.py demo` on Windows).

Needs nothing but Python. Makes `.venv` with uv where it is present and with venv + pip where it is not, once; then does
what it is asked. The Makefile's targets are the verbs of this file. It is kept readable for Python 2.7 and 3.6, so that
a Python that is too old says so in one sentence and not with a syntax error.
"""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "valuescape.stamp")
WINDOWS = os.name == "nt"
OLDEST = (3, 11)
NEWEST_CONSTRAINED = (3, 14)  # a newer Python gets the newest libraries: the constrained ones may not run on it
EXTRAS = "dev,analysis,cluster"

DEMO = ["compare", "crossroads", "--seeds", "4", "--customers", "1000", "--out", "results/runs/demo"]
TWINS = "tests/sim/test_plain_equals_compiled.py"
TYPED = ["agents", "scenarios", "sim", "experiments"]
CACHES = [".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"]
FIGURES = "results/runs/reference"
REFERENCE = "results/reference"
BUILDS = ["build", "dist", "valuescape.egg-info"]

VERBS = [
    ("setup", "make .venv with everything in it (the other verbs do it too, once)"),
    ("demo", "compare three strategies in one world: a table here and a report under results/runs/demo"),
    ("test", "all tests"),
    ("lint", "ruff: style and format"),
    ("check", "lint, types, and the plain = compiled test with array bounds checked"),
    ("bench", "speed and memory of a day"),
    ("mutants", "break the model on purpose: each break must be caught by a test"),
    ("odd", "remake the tables of sim/ODD.md from what is declared"),
    ("figures", "remake what the README shows, in results/reference"),
    ("validation", "validate on 20 seeds, and write the README's table of facts (20 minutes)"),
    ("controls", "run the controls, and write the README's headlines beside them (15 minutes)"),
    ("cdnow", "fit the buying part to CDNOW again (needs the extra `data`)"),
    ("wheel", "build dist/*.whl from what is committed"),
    ("clean", "remove .venv, caches and builds (results/runs stays)"),
    ("help", "this list"),
]


class Refusal(Exception):
    """A sentence for the user; the program ends with code 2."""


# --- which Python ----------------------------------------------------------------------------------------------------


def too_old(version, where="this one"):
    """One sentence if `version` (a tuple) is below what valuescape needs, else None."""
    if tuple(version[:2]) >= OLDEST:
        return None
    found = ".".join(str(part) for part in version[:3])
    needs = "valuescape needs Python %d.%d or newer" % OLDEST
    return "%s; %s is %s and no newer one was found: install one, then try again." % (needs, where, found)


def answers(command):
    """What a command prints, stripped, or None where it cannot be run or fails."""
    try:
        return subprocess.check_output(command, stderr=subprocess.STDOUT).decode("utf-8", "replace").strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def new_enough(command):
    """True if `command` starts a Python that valuescape can use."""
    return answers(command + ["-c", "import sys; sys.exit(sys.version_info < %r)" % (OLDEST,)]) is not None


def another_python():
    """A command that starts a Python new enough, or None."""
    names = ["python3.13", "python3.12", "python3.11", "python3.14", "python3", "python"]
    found = answers(["uv", "python", "find", "--no-python-downloads", ">=%d.%d" % OLDEST])
    for command in [[name] for name in names] + [["py", "-3"]] + [[line] for line in (found or "").splitlines()[-1:]]:
        if new_enough(command):
            return command
    return None


def hand_over(arguments):
    """Run this file under a newer Python and return its exit code."""
    command = another_python()
    if command is None:
        raise Refusal(too_old(sys.version_info, sys.executable))
    return subprocess.call(command + [os.path.abspath(__file__)] + arguments)


# --- set-up ----------------------------------------------------------------------------------------------------------


def venv_python():
    """The interpreter of `.venv`."""
    return os.path.join(VENV, "Scripts", "python.exe") if WINDOWS else os.path.join(VENV, "bin", "python")


def wanted_stamp():
    """What the stamp of a good `.venv` says: where it was made and from which requirements."""
    import hashlib

    digest = hashlib.sha256()
    for name in ["pyproject.toml", "setup.py", "constraints.txt"]:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read().replace(b"\r\n", b"\n"))
    return "%s %s %s\n" % (digest.hexdigest(), EXTRAS, ROOT)


def read_stamp():
    """The stamp of `.venv`, or an empty text where there is none."""
    try:
        with open(STAMP, "rb") as file:
            return file.read().decode("utf-8")
    except (IOError, OSError):
        return ""


def remove(path):
    """Delete a file or a folder, if it is there."""
    import shutil

    try:
        if os.path.islink(path) or os.path.isfile(path):
            os.remove(path)
        elif os.path.isdir(path):
            shutil.rmtree(path)
    except OSError as error:
        raise Refusal("%s cannot be removed (%s): close what uses it, then try again." % (path, error.strerror))


def setup(arguments=()):
    """Make `.venv`, or bring it up to date; nothing where it is good already."""
    stamp = read_stamp()
    if stamp == wanted_stamp() and new_enough([venv_python()]):
        return 0
    # without a stamp it was left half-made: begin anew. With another one it was whole: install what has changed.
    if not (stamp.endswith(" %s\n" % ROOT) and new_enough([venv_python()])):
        remove(VENV)
    remove(STAMP)
    uv = answers(["uv", "--version"]) is not None
    say("setting up .venv with %s (once; a minute or two) ..." % ("uv" if uv else "venv and pip"))
    if not (uv and with_uv()):
        if uv:
            say("uv could not do it: trying venv and pip ...")
            remove(VENV)
        with_pip()
    with open(STAMP, "wb") as file:
        file.write(wanted_stamp().encode("utf-8"))
    say("ready: %s" % os.path.join(os.path.dirname(venv_python()), "valuescape"))
    return 0


def requirements():
    """The end of the install command: this folder, editable, held to the constraints."""
    held = ["-c", "constraints.txt"] if sys.version_info[:2] <= NEWEST_CONSTRAINED else []
    return held + ["-e", ".[%s]" % EXTRAS]


def base_python():
    """The interpreter that `.venv` is made from: never the one inside it, which is about to be replaced."""
    return getattr(sys, "_base_executable", None) or sys.executable


def with_uv():
    """Fill `.venv` by uv; False where that fails."""
    made = os.path.exists(venv_python()) or call(["uv", "venv", "-q", "--python", base_python(), VENV]) == 0
    return made and call(["uv", "pip", "install", "-q", "--python", venv_python()] + requirements()) == 0


def with_pip():
    """Fill `.venv` by the standard library's venv and pip."""
    if not os.path.exists(venv_python()):
        if answers([base_python(), "-c", "import ensurepip, venv"]) is None:
            raise Refusal(
                "%s cannot make virtual environments: install its venv package (python3-venv on Debian and Ubuntu) "
                "or uv, then try again." % base_python()
            )
        must([base_python(), "-m", "venv", VENV], "making .venv failed")
    pip = [venv_python(), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    must(pip + requirements(), "installing into .venv failed")


# --- verbs -----------------------------------------------------------------------------------------------------------


def say(line):
    """Print a line at once, so that it stands before what a child prints."""
    print(line)
    sys.stdout.flush()


def call(command, cwd=ROOT, **extra):
    """Run a command in the root folder, with extra environment variables, and return its exit code."""
    code = subprocess.call(command, cwd=cwd, env=dict(os.environ, **extra))
    return code if code >= 0 else 128 - code


def must(command, complaint):
    """Run a command; a failure ends the program."""
    if call(command) != 0:
        raise Refusal("%s: see above." % complaint)


def python(*arguments):
    """A command for the interpreter of `.venv`; -P keeps bare folder names (`agents`, ...) from being importable."""
    return [venv_python(), "-P"] + list(arguments)


def demo(arguments):
    """The first thing to see: one comparison with its table and its report."""
    out = DEMO[DEMO.index("--out") + 1]
    if "--out" not in arguments:
        remove(os.path.join(ROOT, *out.split("/")))  # an older engine's results there would be refused
    return call(python("-m", "valuescape", *(DEMO + arguments)))


def test(arguments):
    """pytest with the project's own settings."""
    return call(python("-m", "pytest", *arguments))


def lint(arguments=()):
    """ruff, rules and format."""
    rules = call(python("-m", "ruff", "check", "."))
    return call(python("-m", "ruff", "format", "--check", ".")) or rules


def types(arguments=()):
    """mypy, through a link that is named like the package: the clone's own folder may have any name."""
    links = os.path.join(VENV, "link")
    link = os.path.join(links, "valuescape")
    if not os.path.isdir(link):
        if not os.path.isdir(links):
            os.mkdir(links)
        if WINDOWS:  # a junction needs no rights
            must(["cmd", "/c", "mklink", "/J", link, ROOT], "linking the folder failed")
        else:
            os.symlink(ROOT, link)
    packages = [part for name in TYPED for part in ("-p", "valuescape." + name)]
    return call(python("-m", "mypy", "-m", "valuescape", "-m", "valuescape.__main__", *packages), MYPYPATH=links)


def bounds(arguments=()):
    """The plain = compiled test once more, with every array access checked."""
    return call(python("-m", "pytest", TWINS), NUMBA_BOUNDSCHECK="1")


def check(arguments=()):
    """All of it, also where a part fails; the exit code is that of the worst."""
    codes = []
    for part in [lint, types, bounds]:
        say("--- %s" % part.__name__)
        codes.append((part.__name__, part()))
    say("--- " + ", ".join("%s: %s" % (name, "failed" if code else "ok") for name, code in codes))
    return max(code for _, code in codes)


def bench(arguments):
    """The figures on speed and memory."""
    return call(python("tests/benchmarks/bench.py", *arguments))


def mutants(arguments):
    """The table of mutants."""
    return call(python("tests/mutants.py", *arguments))


def odd(arguments):
    """The ODD document with its tables made anew."""
    return call(python("-m", "valuescape", "odd", "--out", "sim/ODD.md", *arguments))


def figures(arguments):
    """What the README shows, from the comparison that it names."""
    import json
    import shutil

    folder = os.path.join(ROOT, *REFERENCE.split("/"))
    if not os.path.isdir(folder):
        os.makedirs(folder)
    remove(os.path.join(ROOT, *FIGURES.split("/")))
    words = ["compare", "crossroads", "--seeds", "20", "--workers", "2", "--json", "--out", FIGURES]
    said = subprocess.check_output(python("-m", "valuescape", *(words + arguments)), cwd=ROOT)
    found = json.loads(said.decode("utf-8"))
    del found["manifest"]["provenance"]  # when and where it ran is no evidence
    with open(os.path.join(folder, "crossroads.json"), "w", encoding="utf-8", newline="\n") as file:
        json.dump(found, file, indent=1, sort_keys=True)
        file.write("\n")
    for name in ["scoreboards", "paired"]:
        shutil.copy(os.path.join(ROOT, *(FIGURES.split("/") + ["figures", name + ".png"])),
                    os.path.join(folder, "crossroads_%s.png" % name))  # fmt: skip
    return 0


def validation(arguments):
    """The rows of validation in results/reference, its figure, and the README's table of facts."""
    return call(python("-m", "valuescape.experiments.trust", "validation", *arguments))


def controls(arguments):
    """The controls in results/reference, their figure, and the README's headlines beside them."""
    return call(python("-m", "valuescape.experiments.trust", "controls", *arguments))


def cdnow(arguments):
    """The fit to CDNOW in results/reference."""
    return call(python("-m", "valuescape.experiments.trust", "cdnow", *arguments))


def wheel(arguments=()):
    """A wheel of what is committed, built in an empty folder: one built here could hold deleted modules."""
    import shutil
    import tempfile

    folder = tempfile.mkdtemp()
    try:
        archive = os.path.join(folder, "tree.zip")
        if answers(["git", "-C", ROOT, "archive", "-o", archive, "HEAD"]) is None:
            raise Refusal("a wheel is built from what is committed: this folder is no git clone, or git is missing.")
        tree = os.path.join(folder, "tree")
        shutil.unpack_archive(archive, tree)
        return call(python("-m", "build", "--wheel", "--no-isolation", "--outdir", os.path.join(ROOT, "dist"), tree))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clean(arguments=()):
    """Remove what can be made again."""
    for folder, folders, _ in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in (".git", ".venv")]
        if "__pycache__" in folders:
            folders.remove("__pycache__")
            remove(os.path.join(folder, "__pycache__"))
    for name in [".venv"] + CACHES + BUILDS:
        remove(os.path.join(ROOT, name))
    return 0


def help_text():
    """The verbs, a line each."""
    lines = ["usage: make VERB, or python bootstrap.py VERB [arguments for what it runs]", ""]
    return "\n".join(lines + ["  %-8s %s" % row for row in VERBS])


def main(arguments):
    """Do one verb and return an exit code."""
    verb = arguments[0] if arguments else "help"
    if verb in ("help", "-h", "--help"):
        say(help_text())
        return 0
    if verb not in dict(VERBS):
        raise Refusal("unknown verb %r; allowed: %s" % (verb, ", ".join(name for name, _ in VERBS)))
    if too_old(sys.version_info):
        return hand_over(arguments)
    if verb not in ("setup", "clean"):
        setup()
    return globals()[verb](arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        sys.stderr.write("%s\n" % refusal)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
