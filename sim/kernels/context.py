"""The context of an episode, and what it does to what she desires and to what matters to her."""

from __future__ import annotations

import numpy as np

from ...agents.customer import context_of, shifted, weighs_in_context
from ..draws import CONTEXT, draw, head, thirds, uniform

HOME, OF_NEED = -1, -2
"""What the draws of her prevailing context and of a need's context are about; those of a shift are about the context."""


def homes(w):  # type: ignore[no-untyped-def]
    """What all people's draws of their prevailing context have in common."""
    return head(w.seed[1], CONTEXT, 0, HOME)


def context_number(w, common, who, need, p):  # type: ignore[no-untyped-def]
    """The context of a need, a whole number below the number of contexts; `common` is `homes(w)`."""
    u = uniform(w.seed[0], CONTEXT, need, who, OF_NEED)
    return int(context_of(draw(common, who), p.customers_contexts, p.customers_context_skew, u))


def desires_in(w, who, context, d0, d1, d2, p):  # type: ignore[no-untyped-def]
    """Her desired outcomes in a context; what a context is to her stays the same for life."""
    u0, u1, u2 = thirds(uniform(w.seed[1], CONTEXT, 0, who, 2 * context))
    spread = p.customers_context_spread
    return shifted(d0, spread, u0), shifted(d1, spread, u1), shifted(d2, spread, u2)


def weights_in(w, who, context, w0, w1, w2, p):  # type: ignore[no-untyped-def]
    """The importance of her jobs in a context, summing to 1."""
    u0, u1, u2 = thirds(uniform(w.seed[1], CONTEXT, 0, who, 2 * context + 1))
    spread = p.customers_context_spread
    v0 = weighs_in_context(w0, spread, u0)
    v1 = weighs_in_context(w1, spread, u1)
    v2 = weighs_in_context(w2, spread, u2)
    total = v0 + v1 + v2
    return v0 / total, v1 / total, v2 / total


def has_contexts(p):  # type: ignore[no-untyped-def]
    """True if contexts differ at all."""
    return p.customers_context_spread > 0.0 and p.customers_contexts > 1.0


def weights_now(w, person, context, p):  # type: ignore[no-untyped-def]
    """The importance of her jobs here and now."""
    w0 = np.float64(person.w0)
    w1 = np.float64(person.w1)
    w2 = np.float64(person.w2)
    if has_contexts(p):
        return weights_in(w, int(person.id), context, w0, w1, w2, p)
    return w0, w1, w2
