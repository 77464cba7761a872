"""Facts about advertising (V15, V18-V20): what more of it sells, what people answer and refuse, and when they have had enough."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...sim.events import EMAIL, MAIL
from .branches import FOCAL, deals, lived, past, playing, spending
from .contact_facts import refusals
from .watch import Seen

Measures = dict[str, float | None]
MORE = 1.1
QUARTER, YEAR = 91, 364
PEOPLE_FOR_SALES = 20_000


def elasticities(seed: int) -> Measures:
    """Sales by spending on messages (V15): a lasting step of a tenth, same luck; in the first quarter, and in the second year."""
    from ...scenarios.load import load

    scenario = load("baseline", customers=PEOPLE_FOR_SALES)
    before = past(scenario, seed)
    usual, more = (deals(lived(playing(scenario, spending(times)), seed, 2 * YEAR, after=before)) for times in (1.0, MORE))
    return by_a_tenth(usual, more)


def by_a_tenth(usual: np.ndarray, more: np.ndarray) -> Measures:
    """Elasticities from deals by day over two years, with spending as usual and with a tenth more."""

    def elasticity(first: int, last: int) -> float:
        return float(np.log(more[first:last].sum() / usual[first:last].sum()) / np.log(MORE))

    short, long = elasticity(0, QUARTER), elasticity(YEAR, 2 * YEAR)
    return {"short": short, "long": long, "ratio": long / short if short > 0 else None}


def direct_response(seen: Seen) -> Measures:
    """Deals on a message over messages delivered, by channel (V18); a response is an act of its own that the message caused."""
    messages, caused = seen.rows("msg_push"), seen.rows("response")["cause"]
    by_channel = {"email": messages[messages["place"] == EMAIL], "mail": messages[messages["place"] == MAIL]}
    return {name: float(np.isin(sent["id"], caused).mean()) if len(sent) else None for name, sent in by_channel.items()}


def pressed(seed: int) -> Measures:
    """Opt-outs over messages, of a firm that sends as usual and three times as many (V20)."""
    from ...scenarios.load import load

    scenario = load("baseline", days=YEAR)
    before = past(scenario, seed)
    usual, triple = (lived(playing(scenario, spending(times)), seed, YEAR, after=before) for times in (1.0, 3.0))
    return {"usual": refusals(usual, FOCAL), "triple": refusals(triple, FOCAL)}


LETTERS, WEEKS, MOST = 3.0, 26, 24
PEOPLE_FOR_PANEL, FEWEST_IN_PANEL = 20_000, 30


def worn_out(seed: int) -> Measures:
    """How people think of a new brand by how often they have met its messages (V19): the number at the peak, and what is left of it.

    A brand that nobody knows mails everybody three letters a week for half a year; the people are those who met at least 24
    of them and never bought it. What they think is how likely they would choose it today, coming to mind included.
    """
    from ...scenarios.load import load

    settings = {"world.burn_in_days": 0, "firms.focal.known": 0, "firms.focal.budget": 5.0, "world.customers.number": PEOPLE_FOR_PANEL}
    push = {"levers": {"pushes": [{"channel": "mail", "volume": LETTERS}]}, "shares": {"email": 0.0, "mail": 0.0, "desk": 0.0}}
    scenario = playing(load("baseline", set=settings, days=7 * WEEKS), push)
    seen = lived(scenario, seed, 0)
    model, people = seen.model, seen.people
    met = np.zeros(people, dtype=np.int64)
    thought = np.full((people, MOST + 1), np.nan)
    for _ in range(7 * WEEKS):
        model.step()
        pairs = model.columns.pairs[:, FOCAL]
        today = pairs["claim_day"] == model.day - 1
        met[today] += 1
        at = np.flatnonzero(today & (met <= MOST))
        thought[at, met[at]] = opinion(model)[at]
    panel = (met >= MOST) & (model.columns.pairs[:, FOCAL]["bought"] == 0)
    if panel.sum() < FEWEST_IN_PANEL:
        return {"peak": None, "left": None}
    return turn(thought[panel][:, 1:].mean(axis=0))


def turn(curve: np.ndarray) -> Measures:
    """Exposures at the peak of an opinion by number of exposures (1, 2, ...), and what is left of it at twice as many."""
    peak = int(np.argmax(curve))
    # where twice the peak lies beyond what was met, the last that was met stands for it
    return {"peak": float(peak + 1), "left": float(curve[min(2 * peak + 1, len(curve) - 1)] / curve[peak])}


def opinion(model: Any) -> np.ndarray:
    """How likely everybody would choose the focal firm if a job arose today: float64 [people]."""
    from .loyalty_facts import preferences
    from .watch import Stand

    w = model.columns
    stand = Stand(model.day, np.asarray(w.people), np.asarray(w.pairs), np.asarray(w.bonds), np.asarray(w.firms))
    salience = w.pairs["salience"][:, FOCAL].astype(np.float64)
    return preferences(stand, model.params)[:, FOCAL] * salience  # type: ignore[no-any-return]
