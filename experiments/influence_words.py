"""Influence in the words of a reader: what talk is worth, how far that is known, and what the numbers cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .damage_words import about, brief
from .influence_figures import ONE_LUCK
from .page_setup import FEW, assumed
from .verdict import estimate

if TYPE_CHECKING:
    from .influence import Influence

MEANS = {
    "crv_causal": "by new customers who came for her talk (CRV, causal)", "civ": "by customers of day 0 (CIV)",
    "influence": "both together", "crv_attributed": "what attribution credits her with (CRV)", "clv": "her own deals (CLV)",
}  # fmt: skip
SHARES = {"zeros": "whose talk changes exactly nothing", "never_talk": "of them, who never talk", "negative": "whose talk costs the firm"}
NO_CHANCE = "everybody was asked about, in one luck"


def percent(share: float) -> str:
    """A share in per cent: whole from 10 on, two digits below; near the whole a decimal, since nearly all is not all."""
    if 0.985 < share < 1.0:
        return f"{min(100 * share, 99.9):.1f} %"
    return f"{100 * share:.0f} %" if share >= 0.0995 or share == 0.0 else f"{100 * share:.2g} %"


def span(figure: Mapping[str, Any], share: bool = False) -> str:
    """The interval of a figure in brackets; empty where there is none."""
    low, high = figure["low"], figure["high"]
    if low is None or high is None or low == high:
        return ""
    return f" ({percent(low).removesuffix(' %')} to {percent(high)})" if share else f" ({brief(low)} to {brief(high)})"


def answer_of(found: Influence) -> str:
    """What the talk of an average customer is worth, and what attribution says instead."""
    said = found.population
    if "means" in said:
        count, means = found.tables["customers"].num_rows, said["means"]
        who = "this customer" if count == 1 else f"each of these {count:,} customers"
        return (f"The talk of {who} is worth {brief(means['influence'])} of margin to the firm{'' if count == 1 else ' on average'}; "
                f"attribution credits it with {brief(means['crv_attributed'])}.")  # fmt: skip
    both, credited = said["influence"], said["crv_attributed"]
    if said["zeros"]["value"] == 1.0:
        return f"Nobody's talk changes what the firm earns; attribution credits an average customer with {brief(credited['value'])}."
    return (f"The talk of an average customer is worth {brief(both['value'])} of margin to the firm{about(both)}; attribution credits it "
            f"with {brief(credited['value'])}{span(credited)}.")  # fmt: skip


def said_of(found: Influence) -> list[str]:
    """The parts of that answer, how often talk changes nothing, and how often it costs."""
    said, scenario = found.population, found.scenario
    money = f"Money is the margin of the focal firm over {scenario.days:,} days"
    if "means" in said:
        crv, civ = (brief(said["means"][name]) for name in ("crv_causal", "civ"))
        return [
            f"{money}. {_parts(crv, civ)}",
            f"No figures of the population: {said['why']}. Nor are there intervals: how much is chance is not known.",
        ]
    crv, civ = (brief(said[name]["value"]) + about(said[name]) for name in ("crv_causal", "civ"))
    zeros, never, less = (said[name] for name in SHARES)
    people = f"{scenario.world.customers.number:,} people in the market, whoever's customers they are"
    always, costs = percent(zeros["value"]) + span(zeros, True), percent(less["value"]) + span(less, True)
    often = (f"In {always} of all cases a person's talk changes exactly nothing: in {percent(never['value'])} she never talks, in the "
             f"rest of them nobody buys otherwise for it. In {costs} it costs the firm more than it brings. A case is a person in one "
             "luck.")  # fmt: skip
    known = "95 % intervals in brackets" if said["influence"]["low"] is not None else f"no intervals: {NO_CHANCE}"
    return [f"Mean over all {people}; {known}. {money}. {_parts(crv, civ)}", often]


def _parts(crv: str, civ: str) -> str:
    return (f"Of it {crv} comes from people who had never bought from the firm and came for her talk (causal referral value, CRV), "
            f"and {civ} from its customers of day 0, who bought more or less for it (influence value, CIV).")  # fmt: skip


def ranks_of(found: Influence) -> list[str]:
    """Whether who buys much is also heard much, whether attribution finds the right people, how few bring most."""
    said = found.population
    if "means" in said:
        return []
    texts = []
    for name, what in (("rank_with_clv", "Customers ranked by influence and by their own margin"),
                       ("rank_of_attributed_with_causal", "Ranked by credited and by caused CRV")):  # fmt: skip
        row = said[name]
        known = f"rank correlation {brief(row['value'])}{about(row)}" if row["value"] is not None else f"no rank correlation, {row['why']}"
        texts.append(f"{what}: {known}.")
    said_of_ranks = " ".join(texts) + " 1 is the same order, 0 no relation, −1 the reverse."
    top = said["top_tenth"]
    if top["value"] is None:
        return [said_of_ranks]
    other = top["in_other_lucks"]
    more = "" if other is None else (f"; chosen in half of the lucks and measured in the other half, {percent(other)}: so much of it is "
                                     "more than a lucky day")  # fmt: skip
    return [said_of_ranks, f"The most influential tenth of people bring {percent(top['value'])} of all influence above 0{more}."]


def all_talk_of(found: Influence) -> Mapping[str, Any]:
    """The margin that is lost where nobody is heard: {value, low, high}; by t over lucks where people were named."""
    if "all_talk" in found.population:
        return found.population["all_talk"]  # type: ignore[no-any-return]
    e = estimate(found.tables["worlds"]["all_talk"].to_pylist())
    return {"value": e.mean, "low": e.low, "high": e.high}


def all_talk_words(found: Influence) -> str:
    """The value of all talk in a sentence, as a part of the margin."""
    lost = all_talk_of(found)
    margin = float(found.tables["worlds"]["margin"].to_numpy().mean())
    part = f", {brief(100 * abs(lost['value']) / margin)} % of its margin" if margin > 0 and lost["value"] else ""
    verb = "loses" if lost["value"] >= 0 else "gains"
    sign = 1.0 if lost["value"] >= 0 else -1.0
    return f"Where nobody's talk is heard any more, the firm {verb} {brief(sign * lost['value'])}{about(lost, sign)}{part}."


def limits_of(found: Influence) -> list[str]:
    """What the numbers cannot say, in plain words."""
    talk, lucks = found.scenario.world.talk, found.lucks
    known = ["One luck is one history: another course of chance may turn every number round."] if found.one_history else []
    if 1 < lucks < FEW:
        known = [f"{lucks} lucks are few: intervals are wide and their ends uncertain."]
    market = (f"All worlds are one market (seed {found.seed}): intervals are over customers and luck in it. Other seeds are other markets, "
              "and may say otherwise.")  # fmt: skip
    single = ("A single customer's value is mostly chance: one person's other choice leads to others, in both directions. Read means and "
              "shares, not one point in a picture.")  # fmt: skip
    margin = ("Influence is margin alone. What her talk costs in staff time, teaches the firm or gives to those who hear it is not in it; "
              "nor is anything after the last day.")  # fmt: skip
    booked = (f"Attribution is counted as firms book it: the margin of {talk.referral_margin:.0f} days from a first deal that came within "
              f"{talk.referral_window:.0f} days of praise, not discounted. All other money is discounted to day 0.")  # fmt: skip
    return [*known, market, single, margin, booked, *assumed(found.scenario)]


def one_history_words(found: Influence) -> str:
    """That there is one luck, for the first screen; empty where there are more."""
    if not found.one_history:
        return ""
    drawn = found.population.get("influence", {"low": None})["low"] is not None
    return f"{ONE_LUCK[0].upper()}{ONE_LUCK[1:]}." if drawn else "One luck is one history: there is no interval."
