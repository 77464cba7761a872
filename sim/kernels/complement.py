"""Partners in an episode: brought in by the firm's alliance, or found by the customer; they may fail her."""

from __future__ import annotations

from ...agents.integration import lacks, works_with
from ..draws import PARTNER_FAILS, PARTNER_JOINS, name_key, uniform
from ..events import PARTNER, RESOURCE_USED, tell

SOURCE = 3
"""Number of the source that partners are."""


def complements(w, b, day, entry, f, who, w0, w1, w2):  # type: ignore[no-untyped-def]
    """What partners bring to the three jobs, and the part of each outcome that is left where an essential one is absent."""
    seed = w.seed[0]
    need = int(entry.need_no)
    x0 = 0.0
    x1 = 0.0
    x2 = 0.0
    left0 = 1.0
    left1 = 1.0
    left2 = 1.0
    alliance = 0.0
    if f >= 0:
        alliance = w.firms[f].alliance
    for k in range(w.partners.shape[0]):
        partner = w.partners[k]
        joins = partner.here > 0 and works_with(alliance, partner.found, uniform(seed, PARTNER_JOINS, need, who, partner.key))
        if joins and uniform(seed, PARTNER_FAILS, need, who, partner.key) >= partner.failure:
            x0 = max(x0, partner.x0)
            x1 = max(x1, partner.x1)
            x2 = max(x2, partner.x2)
            if entry.act > 0.0:
                used = w0 * partner.x0 + w1 * partner.x1 + w2 * partner.x2
                key = name_key(who, need, RESOURCE_USED, 5 + k)
                tell(w.log, b, day, 11.0, RESOURCE_USED, PARTNER, max(f, -1), key, who, SOURCE, entry.key, entry.key, 0, used, k)
        else:
            left0 = lacks(left0, partner.essential, partner.served0)
            left1 = lacks(left1, partner.essential, partner.served1)
            left2 = lacks(left2, partner.essential, partner.served2)
    return x0, x1, x2, left0, left1, left2
