"""A kept result: a folder with manifest, scenario, tables and report, written whole or not at all and read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ..agents.declare import InputError
from .store import Progress, new_folder, read_manifest, read_tables, table_of, tables_digest, write_table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pyarrow as pa

    from ..scenarios.schema import Scenario


WRITING = "writing tables and report"


class Kept:
    """What every question leaves behind: a scenario, a manifest and named tables.

    A kind of result is a frozen dataclass that says which `question` its folder answers and how it is made of a folder.
    """

    question: ClassVar[str]
    """What the manifest of its folder names."""
    scenario: Scenario
    manifest: dict[str, Any]

    if TYPE_CHECKING:

        @property
        def tables(self) -> Mapping[str, pa.Table]:
            """The tables that are written, by name."""

        @classmethod
        def of(cls, scenario: Scenario, folder: Folder) -> Self:
            """The result that lies in a folder."""

    @property
    def has_report(self) -> bool:
        """True if there is something to show."""
        return True

    def digest(self) -> str:
        """The sha256 over the columns of all tables: equal for results of the same identity and versions."""
        return tables_digest(self.tables)

    def save(self, folder: str | Path) -> Path:
        """Write the folder, whole or not at all; an InputError where another result lies there. Returns where it is."""
        from ..scenarios.load import to_toml

        with new_folder(folder, self.manifest) as beside:
            (beside / "scenario.toml").write_text(to_toml(self.scenario), encoding="utf-8", newline="\n")
            for name, table in self.tables.items():
                write_table(table, beside / f"{name}.parquet")
            fault = None
            if self.has_report:
                (beside / "figures").mkdir()
                fault = _fault_of_report(self, beside / "report.html")
        if fault is not None:
            fault.add_note(f"the tables are in {folder}; `valuescape report` makes the report of them")
            raise fault
        return Path(folder)

    @classmethod
    def read(cls, folder: str | Path) -> Self:
        """The result that was saved in a folder; an InputError where it answers another question."""
        from .setting import scenario_in

        found = Folder(folder)
        asked = found.identity.get("question")
        if asked != cls.question:
            raise InputError("this folder answers another question", file=folder, given=asked, allowed=cls.question)
        return cls.of(scenario_in(folder, found.identity), found)


class Folder:
    """The manifest and the tables of a results folder."""

    def __init__(self, path: str | Path) -> None:
        self.path = path
        self.manifest = read_manifest(path)
        self.tables = read_tables(path)

    @property
    def identity(self) -> dict[str, Any]:
        """What the result is of: question, scenario, arms, seeds, ..."""
        return self.manifest["identity"]  # type: ignore[no-any-return]

    def table(self, name: str) -> pa.Table:
        """A table that must be there, with all columns that are written today; an InputError where it is not."""
        from .tables import DAILY

        return self._whole(name, table_of(self.path, self.tables, name), DAILY if name == "daily" else ())

    def extra(self, columns: Mapping[str, Collection[str]], *marks: str) -> dict[str, pa.Table]:
        """Tables that need not be there, with their columns and the `marks` before them; an InputError where one lacks some."""
        return {name: self._whole(name, self.tables[name], {*marks, *columns[name]}) for name in columns if name in self.tables}

    def _whole(self, name: str, found: pa.Table, columns: Collection[str]) -> pa.Table:
        missing = [column for column in columns if column not in found.column_names]
        if missing:
            raise InputError(
                "this table was written by another version, or changed, and lacks a column", file=f"{self.path}/{name}.parquet",
                given=", ".join(sorted(missing)), allowed="results of this version: run the command in manifest.json again",
            )  # fmt: skip
        return found


def keep(result: Kept, path: str | Path, progress: Progress | None) -> Path:
    """Save a result, and tell the progress, since the report takes some seconds; returns where it is."""
    if progress is not None:
        progress(0, 0, WRITING)
    return result.save(path)


def _fault_of_report(result: Kept, path: Path) -> Exception | None:
    """What went wrong with the report, if anything: hours of computing are not thrown away for a defect in a figure."""
    try:
        write_report(result, path)
    except Exception as error:
        path.unlink(missing_ok=True)
        return error
    return None


def write_report(result: Kept, path: Path) -> None:
    """The report of a result, and its figures in the folder `figures` beside it."""
    if hasattr(result, "write_page"):  # a result with a page of its own
        result.write_page(path)
        return
    from .report import write_report as write

    write(result, path)
