"""Break the model on purpose: each break must be caught by the test that is there for it (`make mutants`).

A mutant is one replacement of text in a copy of the clone. The tests run on it as plain Python: nothing is compiled, so
the whole table takes ten minutes or more. `make mutants ARGS="-k cent"` runs those whose name or file has a word.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from breaks import OF_THE_CORE, Mutant  # noqa: E402
from breaks_of_parts import OF_PARTS  # noqa: E402
from breaks_of_questions import OF_QUESTIONS  # noqa: E402

MUTANTS = OF_THE_CORE + OF_PARTS + OF_QUESTIONS


def copied(folder: Path) -> Path:
    """A copy of the clone's files, as a package that can be imported from `folder`."""
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    names = [name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file() and not name.startswith("results/")]
    for name in names:
        target = folder / "valuescape" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return folder / "valuescape"


def python(package: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an interpreter that imports this copy, uncompiled worlds, without traces in the clone."""
    environment = os.environ | {"PYTHONPATH": str(package.parent), "VALUESCAPE_PLAIN": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-P", *arguments], cwd=package, env=environment, capture_output=True, encoding="utf-8", errors="replace"
    )


def pytest(package: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    """Run tests of a copy; the first failure ends it."""
    return python(package, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", *tests)


def verdict(mutant: Mutant) -> tuple[str, str]:
    """(caught, survived or broken; the line that says why) of a mutant."""
    with tempfile.TemporaryDirectory() as folder:
        package = copied(Path(folder))
        path = package / mutant.file
        text = path.read_text(encoding="utf-8")
        if text.count(mutant.old) != 1:
            return "broken", f"its text stands {text.count(mutant.old)} times in {mutant.file}"
        path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8", newline="\n")
        done = pytest(package, mutant.test)
        lines = done.stdout.splitlines()
        failed = next((line for line in lines if line.startswith("FAILED")), "")
        why = next((line[1:].strip() for line in lines if re.match(r"E\s+\S", line)), lines[-1] if lines else done.stderr.strip())
        if done.returncode == 0:
            return "survived", why
        if done.returncode == 1 and failed and not re.match(r"(Name|Syntax|Import|Attribute|Type)Error", why):
            return "caught", why
        return "broken", why


def main() -> int:
    """Print the table; 1 if a mutant survives or is none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-k", default="", metavar="WORD", help="only those with this word in their name or file")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    options = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if options.k in mutant.name or options.k in mutant.file]
    if not chosen:
        parser.error(f"no mutant has {options.k!r} in its name or file")
    console = Console(width=None if sys.stdout.isatty() else 200)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        package = copied(Path(folder))
        where = python(package, "-c", "import valuescape; print(valuescape.__file__)").stdout.strip()
        if Path(where).parent != package:
            console.print(f"the copy is not what is imported, but {where}", markup=False)
            return 1
        files = sorted({mutant.test.split("::")[0] for mutant in chosen})
        unbroken = [pool.submit(pytest, package, *sorted({m.test for m in chosen if m.test.startswith(file)})) for file in files]
        found = list(track(pool.map(verdict, chosen), total=len(chosen), console=console, disable=not sys.stdout.isatty()))
        for whole in (future.result() for future in unbroken):
            if whole.returncode != 0:
                console.print(f"the tests fail on the unbroken model already:\n{whole.stdout[-3000:]}", markup=False)
                return 1
    table = Table("mutant", "file", "test that must fail", "verdict", "why", title="Mutants")
    for mutant, (word, why) in zip(chosen, found, strict=True):
        colour = {"caught": "green", "survived": "bold red", "broken": "bold yellow"}[word]
        table.add_row(mutant.name, mutant.file, mutant.test.split("::")[-1], f"[{colour}]{word}[/]", why[:44].replace("[", r"\["))
    console.print(table)
    lost = [mutant.name for mutant, (word, _) in zip(chosen, found, strict=True) if word != "caught"]
    console.print(
        f"{len(chosen) - len(lost)} of {len(chosen)} mutants caught" + (f"; not: {', '.join(lost)}" if lost else ""), markup=False
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
