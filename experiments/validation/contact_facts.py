"""Facts about contacts (V18-V20, V31): responses, opting out, wear-out, and from the will to refer to the referral."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .watch import Seen

Measures = dict[str, float | None]
YEAR = 364


def refusals(seen: Seen, firm: int | None = None) -> float | None:
    """Opt-outs over messages delivered (V20), of all firms or of one."""
    totals = seen.model.totals
    days = totals.rows(0)
    firms = range(seen.firms) if firm is None else (firm,)
    sent = sum(int(totals.count_of("msg_push", days, f)) for f in firms)
    left = sum(int(totals.count_of("refused", days, f)) for f in firms)
    return left / sent if sent else None


def funnel(seen: Seen, firms: npt.NDArray[np.int64] | None = None) -> Measures:
    """From intention to success (V31): of customers asked on day 0 of the second year, over the year that follows.

    Intention is the survey's, act is any praise said to others, success a first deal credited to her.
    """
    from ...agents.survey import would_refer
    from ...agents.talk import deviation
    from ...sim.metrics.survey import WOULD

    p = seen.model.params
    stand = seen.watch.stands[YEAR]
    told = seen.rows("utterance")
    told = told[(told["day"] >= YEAR) & (told["day"] < 2 * YEAR) & (told["value"] > 0) & (told["actor"] >= 0)]
    joined = seen.rows("referral_join")
    joined = joined[(joined["day"] >= YEAR) & (joined["day"] < 2 * YEAR)]
    meant = acted = succeeded = 0
    for f in range(seen.firms):
        pairs = stand.pairs[:, f]
        mine = np.flatnonzero((pairs["last_bought"] >= 0) & (pairs["bought"] > 0))
        feels = deviation(pairs["satisfaction"][mine].astype(np.float64), p.talk.middle, p.talk.width) + p.survey.politeness
        would = mine[np.array([would_refer(one, p.survey.score, p.survey.score_slope) for one in feels]) >= WOULD - 0.5]
        ids = seen.model.columns.ids[would]
        meant += len(would)
        acted += int(np.isin(ids, told["actor"][told["firm"] == f]).sum())
        succeeded += int(np.isin(ids, joined["other"][joined["firm"] == f]).sum())
    return {"act": acted / meant if meant else None, "success": succeeded / meant if meant else None}
