"""One self-contained page about a comparison or a run, and the folder of figures beside it.

Everything is inline: no script, no address, no name of a person in the user's network. The same result gives the same
bytes but for the provenance at its end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .arm_words import apart, have_dials, option_words
from .closeup_plot import closeup_panels
from .damage import Damage
from .figures import Panel, figure_of, inline, looks, save
from .money_plot import money_panels
from .network_picture import MOST_PANELS, network_panels
from .paired_plot import paired_panels
from .plots import scoreboard_panels, talk_panels
from .replays import Replays
from .report_boards import Subject, boards, cards, catalogue, caveats, headline, market, missing
from .report_damage import save_figure, section_of, write_page
from .report_setup import arms_table, assumptions, dials, network_facts, price_ratio, prices_table, provenance
from .surface import surface_panels

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

SHAPES = ("●", "■", "▲", "◆", "▼", "✚", "✖")


def write_report(result: Any, path: str | Path, *, figures: bool = True) -> Path:
    """Write the page of a result to `path`, and its figures to `figures/` beside it; returns the path."""
    path = Path(path)
    if isinstance(result, Damage | Replays):
        return write_page(result, path, environment(), figures=figures)
    subject = Subject.of(result)
    drawn = panels_of(subject)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(subject, drawn), encoding="utf-8", newline="\n")
    if figures:
        # side by side some panels are laid out otherwise than one by one
        wide = {
            "money": money_panels(subject.spending, subject.budget, beside=3, given_back=subject.given_back),
            "paired": paired_panels(subject.paired, subject.arms, subject.smallest, aligned=True) if subject.compared else [],
        }
        for name, panels in {**drawn, **wide}.items():
            if panels:
                save(figure_of(panels, 1 if name == "money" else 2), path.parent / "figures", name)
        if hurt(subject) is not None:
            save_figure(hurt(subject), path.parent / "figures")
    return path


def panels_of(subject: Subject) -> dict[str, list[Panel]]:
    """All panels by figure: scoreboards, surface, paired, talk, money, closeups, network; a list may be empty."""
    network, surface = subject.result.network, getattr(subject.result, "surface", None)
    return {
        "scoreboards": scoreboard_panels(subject.daily, subject.smallest if subject.compared else None),
        "surface": surface_panels(surface, subject.values) if surface is not None else [],
        "paired": paired_panels(subject.paired, subject.arms, subject.smallest) if subject.compared else [],
        "talk": talk_panels(subject.daily, subject.people),
        "money": money_panels(subject.spending, subject.budget, given_back=subject.given_back),
        "closeups": closeups_of(subject.result, subject.arms),
        "network": network_panels(network, _attachment(subject.result)) if network is not None else [],
    }


def closeups_of(result: Any, arms: Sequence[str]) -> list[Panel]:
    """Pictures of single worlds: of a run all of them, of a comparison those of the first few arms that tell arms apart."""
    tables = getattr(result, "closeups", None) or {}
    if not hasattr(result, "arms"):
        return closeup_panels(tables)
    import pyarrow.compute as pc

    panels = []
    for arm in arms[:MOST_PANELS]:
        own = {name: table.filter(pc.equal(table["arm"], arm)) for name, table in tables.items() if name in ("equity", "ladder")}
        panels += closeup_panels({name: table for name, table in own.items() if table.num_rows}, arm)
    return panels


def _attachment(result: Any) -> dict[str, Any] | None:
    """Arm -> attachment of each row of the network in the first seed, where the result kept it (table `people`)."""
    people = getattr(result, "people", None)
    if people is None:
        return None
    arms = people.column("arm").to_pylist()
    values = people.column("attachment").to_numpy()
    return {arm: values[[a == arm for a in arms]] for arm in dict.fromkeys(arms)}


def hurt(subject: Subject) -> Any:
    """The damage of a run with a twin, else None."""
    return getattr(subject.result, "damage", None)


def environment() -> Environment:
    """Where templates lie and what they may call."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(loader=PackageLoader(__package__ or "", "templates"), autoescape=True, lstrip_blocks=True,
                      undefined=StrictUndefined, keep_trailing_newline=True)  # fmt: skip
    env.filters["prose"] = prose
    env.filters["paragraphs"] = lambda text: [p for p in re.split(r"\n\s*\n", str(text).strip()) if p.strip()]
    return env


def render(subject: Subject, drawn: Mapping[str, Sequence[Panel]]) -> str:
    """The page as text."""
    from markupsafe import Markup

    env = environment()
    look = looks(subject.arms)
    marks = {arm: {"shape": SHAPES[k % len(SHAPES)], "ink": look[arm].ink} for k, arm in enumerate(subject.arms)}
    network, arms = subject.result.network, arms_table(subject)
    text = env.get_template("report.html.j2").render(
        subject=subject, about=subject.scenario.about, headline=headline(subject), horizon=horizon(subject.scenario.days),
        cards=cards(subject), boards=boards(subject), market=market(subject), catalogue=catalogue(subject), missing=missing(subject),
        caveats=caveats(subject),
        arms=arms, dials=dials() if have_dials(arms) else [], apart=apart(arms), option_words=option_words,
        prices=prices_table(subject.scenario), ratio=price_ratio(subject.scenario),
        known=assumptions(subject.scenario), damage=None if hurt(subject) is None else section_of(hurt(subject)),
        network=network_facts(subject, network), provenance=provenance(subject), marks=marks,
        figures={name: [Markup(inline(panel, f"{name}{k}")) for k, panel in enumerate(panels)] for name, panels in drawn.items()},
    )  # fmt: skip
    return re.sub(r"\n\s*\n+", "\n", text)


def horizon(days: int) -> str:
    """Days in words, with years where they are round."""
    years = round(days / 364)
    whole = days in (364 * years, 365 * years) and years > 0
    return f"{days:,} day{'' if days == 1 else 's'}" + (f" ({years} year{'' if years == 1 else 's'})" if whole else "")


def prose(text: str) -> Markup:
    """A scenario's text for the page: escaped, with `words in backquotes` as code."""
    from markupsafe import Markup, escape

    parts = str(text).strip().split("`")
    whole = len(parts) % 2 == 1  # a lone backquote is only a backquote
    if not whole:
        return escape(text)
    return Markup("").join(Markup("<code>{}</code>").format(part) if k % 2 else escape(part) for k, part in enumerate(parts))
