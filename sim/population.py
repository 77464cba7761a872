"""People get their traits: drawn by name from continuous distributions, alike along ties by the network's latent trait."""

from __future__ import annotations

import numpy as np
from scipy import special

from . import draws
from .columns import BOND, LIFE, NEVER, PAIR, PARTNER_ROW, PERSON, STAYS, UNREAD, table
from .customers_table import CustomersTable

# what is drawn, as the `what` of its TRAIT draw
TRAITS = ("rate", "job0", "job1", "job2", "desire0", "desire1", "desire2", "skill", "order", "price", "talk", "attention",
           "irritability", "openness", "online", "demo")  # fmt: skip


def normals(seed: int, ids: np.ndarray, trait: str) -> np.ndarray:
    """A standard normal value per person, named by the trait."""
    u = draws.uniforms(seed, draws.TRAIT, 0, ids, TRAITS.index(trait))
    return special.ndtri(np.clip(u, 1e-12, 1 - 1e-12))  # type: ignore[no-any-return]


def logit(x: float) -> float:
    """Log odds of x."""
    return float(np.log(x / (1.0 - x)))


def make_people(  # type: ignore[no-untyped-def]
    seed: int, ids: np.ndarray, latent: np.ndarray, world, day: int, known: CustomersTable | None = None,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """PERSON rows of people who enter on `day`, and the day of each one's first need (int32); `known` traits replace drawn ones."""
    n = len(ids)
    customers, spread = world.customers, world.integration.public_spread
    people = table(PERSON, n)
    like, unlike = customers.likeness, np.sqrt(1.0 - customers.likeness**2)

    def alike(trait: str) -> np.ndarray:
        return like * latent + unlike * normals(seed, ids, trait)  # type: ignore[no-any-return]

    def lognormal(trait: str, spread: float, mean: float = 1.0) -> np.ndarray:
        return mean * np.exp(spread * normals(seed, ids, trait) - spread**2 / 2)  # type: ignore[no-any-return]

    people["id"] = ids
    u = draws.uniforms(seed, draws.TRAIT, 0, ids, 0)
    rate = special.gammaincinv(customers.need_shape, u) / customers.need_shape * customers.need_rate / 365.0
    people["rate"] = np.maximum(rate, 1e-5)
    weights = np.exp(customers.job_spread * np.column_stack([normals(seed, ids, f"job{j}") for j in range(3)]))
    weights /= weights.sum(axis=1, keepdims=True)
    for j in range(3):
        people[f"w{j}"] = weights[:, j]
        people[f"d{j}"] = customers.desire_spread * (alike("desire0") if j == 0 else normals(seed, ids, f"desire{j}"))
    people["skill"] = special.expit(logit(customers.skill) + customers.skill_spread * alike("skill"))
    people["order"] = lognormal("order", customers.order_spread)
    people["price_sense"] = lognormal("price", customers.price_spread)
    people["talk"] = lognormal("talk", customers.talk_spread)
    people["attention"] = lognormal("attention", 0.5, customers.attention)
    people["irritability"] = lognormal("irritability", 0.5)
    people["openness"] = special.expit(logit(customers.peer_openness) + 0.7 * normals(seed, ids, "openness"))
    people["online"] = special.expit(logit(customers.online) + normals(seed, ids, "online"))
    people["cred_strong"] = people["cred_feed"] = people["cred_community"] = world.trust
    people["offer_firm"] = people["contract"] = -1
    # public resources belong to the neighbourhood: relative to the mean, which is 1
    people["public"] = np.exp(spread * latent - spread**2 / 2)
    people["since"] = people["planned"] = people["weary_day"] = day
    if known is not None:
        known.lay_on(people)
    first = -np.log1p(-draws.uniforms(seed, draws.GAP, 0, ids, 0)) / people["rate"]
    return people, np.minimum(first, 1e6).astype(np.int32) + np.int32(day)


def make_pairs(seed: int, ids: np.ndarray, firms, customers, trust: float, day: int) -> np.ndarray:  # type: ignore[no-untyped-def]
    """PAIR rows [person, firm]: lasting taste from gamma variates (so that choice is Dirichlet), and a common start.

    `firms` is a list of (key, share, known); taste is the log of a gamma variate with shape `taste_strength` x share,
    whatever other firms there are.
    """
    pairs = table(PAIR, len(ids), len(firms))
    for f, (key, share, known) in enumerate(firms):
        u = draws.uniforms(seed, draws.TASTE, 0, ids, key)
        gamma = special.gammaincinv(customers.taste_strength * share, np.clip(u, 1e-12, 1 - 1e-12))
        pairs["taste"][:, f] = np.log(np.maximum(gamma, 1e-30))
        start = draws.uniforms(seed, draws.KNOWN, 0, ids, key)
        pairs["salience"][:, f] = known + 2.0 * min(0.25, known, 1.0 - known) * (start - 0.5)
        pairs["known"][:, f] = pairs["salience"][:, f] > 0
    pairs["expectation"] = pairs["credibility"] = trust
    pairs["satisfaction"] = trust
    pairs["heard_from"] = -1
    for column in ("claim_day", "heard_day", "last_bought", "joined_day"):
        pairs[column] = NEVER
    pairs["touched"] = day
    return pairs


def make_lives(seed: int, ids: np.ndarray, latent: np.ndarray, world, day: int) -> np.ndarray:  # type: ignore[no-untyped-def]
    """LIFE rows of people who enter on `day`: a demographic score from the neighbourhood, and the day on which each leaves for good."""
    lives = table(LIFE, len(ids))
    lives["jinx_firm"] = -1
    lives["norm"] = world.service.prompt
    lives["talked"] = NEVER
    demography, likeness, turnover = world.targeting.demography, world.customers.likeness, world.customers.turnover
    part = min(1.0, demography / likeness) if likeness > 0.0 else 0.0  # desires follow the neighbourhood by `likeness`
    lives["demo"] = part * latent + np.sqrt(1.0 - part**2) * normals(seed, ids, "demo")
    lives["leaves"] = STAYS
    if turnover > 0.0:
        stay = -365.0 * np.log1p(-draws.uniforms(seed, draws.LEAVE, 0, ids, 0)) / turnover
        lives["leaves"] = np.minimum(STAYS, day + np.maximum(1.0, np.minimum(stay, 1e9))).astype(np.int32)
    return lives


def public_ties(degree: np.ndarray) -> np.ndarray:
    """How many can read each person in public, relative to the mean of those who can be read at all."""
    return degree / max(1.0, degree[degree > 0].mean() if degree.any() else 1.0)  # type: ignore[no-any-return]


def make_consent(seed: int, ids: np.ndarray, keys: list[int], channel: int, start: float) -> np.ndarray:
    """Which people each firm may contact through a channel at the start, uint8 [person, firm]."""
    named = [draws.uniforms(seed, draws.CONSENT, 0, ids, draws.name_key(key, channel, 0, 0)) < start for key in keys]
    return np.column_stack(named).astype(np.uint8)


def make_partners(partners) -> np.ndarray:  # type: ignore[no-untyped-def]
    """PARTNER rows of (name, complement), in order."""
    rows = table(PARTNER_ROW, len(partners))
    for row, (name, p) in zip(rows, partners, strict=True):
        row["key"], row["here"] = draws.text_key(f"partner {name}"), 1
        for j, served in enumerate((p.functional, p.emotional, p.social)):
            row[f"x{j}"], row[f"served{j}"] = p.quality * served, served
        row["found"], row["failure"], row["essential"], row["share"] = p.found, p.failure, p.essential, p.share
    return rows


def make_bonds(people: int, firms: int, trust: float) -> np.ndarray:
    """BOND rows [person, firm] at the start."""
    bonds = table(BOND, people, firms)
    bonds["sincerity"] = trust
    for column in ("story_day", "tag_day", "first_bought", "console_day", "mood_day"):
        bonds[column] = NEVER
    return bonds


def make_unread(people: int, firms: int) -> np.ndarray:
    """UNREAD rows [person, firm] at the start."""
    unread = table(UNREAD, people, firms)
    unread["day"] = NEVER
    return unread
