"""What the README says of validation, remade: `make validation` writes results/reference/validation.json, its picture, and the table."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from .words import trust_table

TABLE = re.compile(r"(?<=<!-- trust -->\n).*?(?=<!-- end -->)", re.DOTALL)


def write_reference(found: Any, root: Path) -> None:
    """Write what a validation found into results/reference and the README under `root`."""
    from ..figures import figure_of, png
    from .bands_plot import bands_panels

    folder = root / "results" / "reference"
    rows = found.published()
    (folder / "validation.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    for panel in bands_panels(found):
        (folder / f"validation_{panel.name.removeprefix('bands_')}.png").write_bytes(png(figure_of([panel], columns=1)))
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(with_table(text, trust_table(rows)), encoding="utf-8", newline="\n")


def with_table(text: str, table: str) -> str:
    """A README with another table of trust between its marks; a ValueError where they are missing."""
    made, count = TABLE.subn(lambda _: f"\n{table}\n\n", text)
    if count != 1:
        raise ValueError("the README has no place for the table of trust")
    return made


def main(arguments: list[str]) -> int:
    """Validate (or read the folder given) and write the reference of this clone; with the word cdnow, the fit to CDNOW instead."""
    root = Path(__file__).resolve().parents[2]
    if arguments == ["cdnow"]:
        from .cdnow_forecast import write_reference as write_fit

        write_fit(root / "results" / "reference")
        return 0
    from ..progress import Meter
    from ..results import read_result
    from .validate import validate

    if arguments:
        found: Any = read_result(arguments[0])
    else:
        import os

        with Meter() as meter:
            found = validate(workers=os.cpu_count() or 1, progress=meter)
    write_reference(found, root)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
