"""Money given back: by a price that depends on the outcome, or by the desk."""

from __future__ import annotations

from .columns import NEVER
from .events import RETURN, T_MARGIN, T_REFERRED, T_RETURNED, T_REVENUE, tell


def gives_back(w, b, day, hour, place, f, key, i, thread, cause, cents, p):  # type: ignore[no-untyped-def]
    """Firm f gives money back to row i: less revenue, less margin, less for the friend who is credited with her; a `return`."""
    w.log.tally[b, f, T_REVENUE] -= cents
    w.log.tally[b, f, T_MARGIN] -= cents
    w.log.tally[b, f, T_RETURNED] += cents
    joined = int(w.pairs[i, f].joined_day)
    if joined != NEVER and day - joined <= p.talk_referral_margin:
        w.log.tally[b, f, T_REFERRED] -= cents
    tell(w.log, b, day, hour, RETURN, place, f, key, -1 - f, int(w.ids[i]), thread, cause, cause, 0.0, cents)
