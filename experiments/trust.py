"""What the README says of trust, remade: tables between marks, from validation and controls, and the evidence in results/reference.

`make validation` runs `valuescape validate` and writes the table of facts; `make controls` runs `valuescape controls` and writes the
headlines beside their controls. Both take the folder of a result instead, to write it without running it again.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
EVIDENCE = Path("results") / "reference"


def with_table(text: str, mark: str, table: str) -> str:
    """A text with another table between `<!-- mark -->` and `<!-- end -->`; a ValueError where there is no such place."""
    place = re.compile(rf"(?<=<!-- {mark} -->\n).*?(?=<!-- end -->)", re.DOTALL)
    made, count = place.subn(lambda _: f"\n{table}\n\n", text)
    if count != 1:
        raise ValueError(f"no single place for a table named {mark}")
    return made


def write_evidence(root: Path, name: str, document: Any, mark: str, table: str) -> None:
    """Write NAME.json into the evidence, and the table into the README."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (root / EVIDENCE / f"{name}.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    readme = root / "README.md"
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), mark, table), encoding="utf-8", newline="\n")


def of_validation(found: Any, root: Path = ROOT) -> None:
    """The rows, the baselines, their picture, the README's table; an InputError for a first look, or for some of the rows."""
    from ..agents.declare import InputError
    from .figures import figure_of, png
    from .validation.bands_plot import bands_panels
    from .validation.judged import FEWEST
    from .validation.rows import rows as all_rows
    from .validation.words import trust_table

    rows = found.published()
    if found.seeds < FEWEST or len(rows) < len(all_rows()) or not found.baselines.num_rows:
        raise InputError("this is no whole validation, and is not published", given=f"{len(rows)} rows on {found.seeds} seeds",
                         allowed=f"all {len(all_rows())} rows and the baselines on {FEWEST} seeds or more")  # fmt: skip
    said = json.dumps(found.baselines.to_pylist(), indent=1, ensure_ascii=False)
    (root / EVIDENCE / "baselines.json").write_text(said + "\n", encoding="utf-8", newline="\n")
    write_evidence(root, "validation", rows, "trust", trust_table(rows))
    for panel in bands_panels(found):
        picture = root / EVIDENCE / f"validation_{panel.name.removeprefix('bands_')}.png"
        picture.write_bytes(png(figure_of([panel], columns=1)))


def of_controls(found: Any, root: Path = ROOT) -> None:
    """The controls and headlines, the picture, the README's table."""
    from .controls.forest import forest_panels
    from .figures import figure_of, png

    said = found.to_json()
    document = {name: said[name] for name in ("controls", "passed", "sentence", "headlines")}
    write_evidence(root, "controls", document, "controls", controls_table(said["headlines"], said["sentence"]))
    (root / EVIDENCE / "controls.png").write_bytes(png(figure_of(forest_panels(said["headlines"]))))


def controls_table(lines: Sequence[Mapping[str, Any]], sentence: str) -> str:
    """The headlines beside their controls in Markdown: a row per condition, a column per board and arm."""
    from .wording import difference_text, face_of

    columns = list(dict.fromkeys((line["metric"], line["arm"]) for line in lines))
    heads = [f"{metric.replace('_', ' ')}, `{arm}` less `{lines[0]['baseline']}`" for metric, arm in columns]
    rows: dict[str, list[str]] = {}
    for line in lines:
        text = difference_text(line, face_of(line["metric"]).kind)
        rows.setdefault(line["title"], []).append(f"**{text}**" if line["says"] in ("ahead", "behind") else text)
    grid = [f"| condition | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    grid += [f"| {title} | {' | '.join(cells)} |" for title, cells in rows.items()]
    seeds, days = (max(line[name] for line in lines) for name in ("seeds", "days"))
    grid = [f"On {seeds} seeds, over {days:,} days at most:", "", *grid]
    return "\n".join([*grid, "", "Bold: beyond chance and beyond the smallest effect. " + sentence])


def main(arguments: list[str]) -> int:
    """`validation`, `controls` or `cdnow`, and for the first two a folder to take instead of running; an InputError for anything else."""
    from ..agents.declare import InputError
    from .progress import Meter
    from .results import read_result

    what, *folder = arguments or [""]
    if what not in ("validation", "controls", "cdnow") or len(folder) > (what != "cdnow"):
        raise InputError("no such evidence", given=" ".join(arguments), allowed="validation [FOLDER], controls [FOLDER] or cdnow")
    workers = os.cpu_count() or 1
    if what == "cdnow":
        from .validation.cdnow_forecast import write_reference

        write_reference(ROOT / EVIDENCE)
        return 0
    if folder:
        found: Any = read_result(folder[0])
        if found.question != what:
            raise InputError("this folder answers another question", file=folder[0], given=found.question, allowed=what)
    else:
        with Meter() as meter:
            if what == "validation":
                from .validation.validate import validate

                found = validate(workers=workers, progress=meter)
            else:
                from .controls.ask import controls

                found = controls(workers=workers, progress=meter)
    {"validation": of_validation, "controls": of_controls}[what](found)
    return 0


if __name__ == "__main__":
    from ..agents.declare import InputError

    try:
        sys.exit(main(sys.argv[1:]))
    except InputError as error:
        print(f"valuescape: {error}", file=sys.stderr)
        sys.exit(2)
