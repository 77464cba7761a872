"""A2, claims under shuffles: what talk brings, and that tied people buy alike, in worlds with other ties or other people at them.

A claim of contagion stands if it survives when traits are permuted among people (A2b); what vanishes there came from like
people being tied. A claim of structure, made of the ties that a world has, must vanish where ties are rewired (A2a).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..verdict import Estimate, difference, estimate
from .beside import METRICS, Line, conclusions
from .capability import gap_text
from .cases import Measured
from .headline_file import Headline, Headlines
from .row import Control, Verdict, verdict_of

DEFAULT, A2A, A2B, A2C = "default", "A2a", "A2b", "A2c"
WORLDS = {DEFAULT: "as it is", A2A: "ties rewired (A2a)", A2B: "traits permuted (A2b)", A2C: "traits permuted within degrees (A2c)"}
SILENCE = "no_talk"
"""Beside the shuffles: the world as it is in which nobody's talk is heard."""
COLUMNS = {**WORLDS, SILENCE: "nobody heard"}
TITLES = {"talk": "What all talk brings", "alike": "Tied people buy from the same firm"}
MEASURES = {
    "talk": "profit with all talk minus without, arm {}",
    "alike": "chance that deals of two people tied in the market as it is are with the same firm, minus that of any two people",
}
KINDS = {"talk": "contagion", "alike": "structure"}
PASSES = {
    "talk": "the same sign as it is and in A2b, each interval leaving out 0",
    "alike": "above 0 as it is; in A2a the interval holds 0",
}


class Claim(NamedTuple):
    """A claim of one headline's world, by shuffle: the condition's id -> estimate over seeds."""

    headline: str
    name: str
    under: Mapping[str, Estimate]

    @property
    def verdict(self) -> Verdict:
        """Whether it is what it is claimed to be; `shown` where there is nothing sure to shuffle."""
        if sign_of(self.under[DEFAULT]) == 0:
            return "shown"
        if self.name == "talk":
            return verdict_of(sign_of(self.under[A2B]) == sign_of(self.under[DEFAULT]))
        return verdict_of(sign_of(self.under[DEFAULT]) > 0 and sign_of(self.under[A2A]) == 0)

    @property
    def why(self) -> str:
        """The verdict as a sentence."""
        before = self.under[DEFAULT]
        if sign_of(before) == 0:
            return "No sure effect as it is, so there is nothing that a shuffle could take away; more seeds may show one."
        parts = {name: sign_of(self.under[name]) == sign_of(before) for name in (A2A, A2B, A2C)}
        if self.name == "talk":
            if not parts[A2B]:
                return "It is no longer sure once traits are permuted: what is gone came from like people being tied (homophily)."
            where = "stands" if parts[A2A] else "does not stand"
            return f"It survives A2b, so like people being tied is not its cause. With rewired ties it {where}: who talks to whom " + (
                "hardly matters for it." if parts[A2A] else "matters for it.")  # fmt: skip
        if parts[A2A]:
            return "It is still there where these ties carry nothing: like people buy alike, whether or not they are tied."
        rest = "and survives A2b: ties carry it, not likeness" if parts[A2B] else "and is not sure in A2b: the share of likeness is open"
        silent = self.under.get(SILENCE)
        heard = "" if silent is None else " Where nobody is heard it is " + ("there, too." if sign_of(silent) else "not there.")
        return f"It vanishes where ties are rewired, {rest}.{heard}"


def sign_of(e: Estimate) -> int:
    """1 or -1 where the interval leaves out 0, else 0."""
    return 0 if e.low is None or e.high is None or e.low <= 0.0 <= e.high else 1 if e.low > 0.0 else -1


def claims_of(asked: Headlines, found: Sequence[Measured]) -> list[Claim]:
    """Both claims of every headline."""
    there = {condition.id for condition in asked.conditions}
    if not there >= set(WORLDS):
        return []
    claims = []
    for headline in asked.headlines:
        claims.append(Claim(headline.id, "talk", {name: what_talk_brings(found, headline, name) for name in WORLDS}))
        tied = {name: how_alike(found, headline, name) for name in WORLDS}
        claims.append(Claim(headline.id, "alike", tied | {SILENCE: how_alike(found, headline, DEFAULT, talk=False)}))
    return claims


def what_talk_brings(found: Sequence[Measured], headline: Headline, condition: str) -> Estimate:
    """Profit of the arm with all talk minus the same world without, over seeds."""
    runs = [one for one in found if (one.headline, one.condition, one.arm) == (headline.id, condition, headline.talk)]
    return difference([one.profit for one in runs if one.talk], [one.profit for one in runs if not one.talk])


def how_alike(found: Sequence[Measured], headline: Headline, condition: str, talk: bool = True) -> Estimate:
    """Excess of same-firm deals of tied people, mean over the arms of a seed, over seeds; of worlds with talk or without."""
    by_seed: dict[int, list[float]] = {}
    for one in found:
        if (one.headline, one.condition, one.talk) == (headline.id, condition, talk) and one.alike is not None:
            by_seed.setdefault(one.seed, []).append(one.alike)
    return estimate([sum(values) / len(values) for values in by_seed.values()])


def shuffles(claims: Sequence[Claim], lines: Sequence[Line], asked: Headlines) -> list[Control]:
    """A row per claim, and one per headline for what shuffles leave of its differences."""
    rows = []
    for headline in asked.headlines:
        for claim in (claim for claim in claims if claim.headline == headline.id):
            measured = "; ".join(f"{COLUMNS[name]}: {gap_text(e)}" for name, e in claim.under.items())
            rows.append(Control("A2", f"{TITLES[claim.name]} ({KINDS[claim.name]})", MEASURES[claim.name].format(headline.talk), measured,
                                PASSES[claim.name], claim.verdict, claim.why))  # fmt: skip
        own = [line for line in lines if line.headline == headline.id and (line.kind in ("default", "shuffle"))]
        if any(line.kind == "shuffle" for line in own):
            rows.append(_of_headline(headline, own))
    return rows


def _of_headline(headline: Headline, lines: Sequence[Line]) -> Control:
    """What shuffles leave of a headline's differences; the numbers stand in the table of headlines."""
    said, kept, many = [], 0, 0
    for first, *others in conclusions(lines):
        gone = [line.condition for line in others if line.sign != first.sign]
        kept, many = kept + len(others) - len(gone), many + len(others)
        left = f"not so in {', '.join(gone)}" if gone else "the same in every shuffle"
        found = {1: "a lead", -1: "a deficit", 0: "nothing sure"}[first.sign]
        said.append(f"{first.arm} over {first.baseline} in {METRICS[first.metric]}: {found}, {left}")
    why = "; ".join(said) + ". What survives does not rest on who is tied to whom."
    return Control("A2", f"Headline under shuffles: {headline.id}", headline.title, f"{kept} of {many} differences keep their sign",
                   "shown: a difference between practices claims neither contagion nor structure", "shown", why)  # fmt: skip


def claims_table(claims: Sequence[Claim]) -> Any:
    """A row per claim and shuffle as a pyarrow table."""
    import pyarrow as pa

    kinds = {"headline": pa.string(), "claim": pa.string(), "kind": pa.string(), "condition": pa.string(), "mean": pa.float64(),
             "low": pa.float64(), "high": pa.float64(), "seeds": pa.int64(), "verdict": pa.string()}  # fmt: skip
    rows = [
        {"headline": claim.headline, "claim": claim.name, "kind": KINDS[claim.name], "condition": name, "mean": e.mean, "low": e.low,
         "high": e.high, "seeds": e.seeds, "verdict": claim.verdict}
        for claim in claims
        for name, e in claim.under.items()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
