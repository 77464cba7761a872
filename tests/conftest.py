"""What several tests need: the folder of the clone, and the files that belong to it."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MADE_AGAIN = {"__pycache__", "build", "dist", "runs"}


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the clone, which is also the package."""
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[str]:
    """Paths from the root, with `/`, of all files that are committed or would be by `git add --all`."""
    git = ["git", "-C", str(ROOT)]
    try:
        top = subprocess.run([*git, "rev-parse", "--show-toplevel"], capture_output=True, check=True, encoding="utf-8")
        if not Path(top.stdout.strip()).samefile(ROOT):
            return sorted(_walked())
        listing = subprocess.run(
            [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
    except (OSError, subprocess.CalledProcessError):
        return sorted(_walked())
    return sorted(name for name in set(listing.stdout.split("\0")) if name and (ROOT / name).is_file())


def _walked():
    """The same for a folder that git does not know, such as an unpacked archive."""
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [
            name
            for name in folders
            if name not in MADE_AGAIN and not name.endswith(".egg-info") and (name == ".ci" or not name.startswith("."))
        ]
        yield from ((here / name).as_posix() for name in names)
