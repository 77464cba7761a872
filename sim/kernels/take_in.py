"""take_in: listeners move. What a friend, a stranger or a firm said shifts salience, expectation and mood."""

from __future__ import annotations

import numpy as np

from ...agents.attention import believes, grows_salient
from ...agents.talk import is_moved, listens_to_blame
from ...agents.threads import seems_sincere
from ..columns import C_HEARD
from ..events import COMMUNITY, FOLLOWED, STRONG
from .meaning import claimed, moves
from .mood import feels
from .propose import refresh


def take_in(w, day):  # type: ignore[no-untyped-def]
    """Let everybody who heard something today take it in, in the order of hearing; empties the list."""
    p = w.par[0]
    for k in range(w.counter[C_HEARD]):
        entry = w.heard[k]
        i = int(entry.row)
        f = int(entry.firm)
        person = w.people[i]
        pair = w.pairs[i, f]
        refresh(pair, day, p.attention_fading, p.attention_fading_bought, p.attention_calm)
        bought = int(pair.bought)
        if entry.place == FOLLOWED and entry.source < 0:
            # the firm's own post is a claim like any other
            pair.expectation = believes(np.float64(pair.expectation), entry.value, np.float64(pair.credibility),
                                        p.attention_belief, bought, p.attention_experience)  # fmt: skip
            if p.choice_meaning > 0.0:
                claimed(w.bonds[i, f], w.firms[f].theme, p.choice_meant * np.float64(pair.credibility))
            pair.claim = entry.value
            pair.claim_day = day
            pair.salience = grows_salient(np.float64(pair.salience), p.attention_gain)
            pair.known = 1
            continue
        credibility = np.float64(person.cred_feed)
        if entry.place == STRONG:
            credibility = np.float64(person.cred_strong)
        elif entry.place == COMMUNITY:
            credibility = np.float64(person.cred_community)
        weight = entry.weight * listens_to_blame(entry.valence, bought, p.talk_own_blame)
        pair.expectation = is_moved(np.float64(pair.expectation), entry.value, p.talk_moved, np.float64(person.openness),
                                    credibility, min(1.0 / max(p.talk_moved, 1e-9), weight))  # fmt: skip
        # how vivid it is moves the mood, which passes; what it says of the firm moves what is expected, which stays
        feels(w.bonds[i, f], day, entry.valence, p.talk_warmth * weight * credibility * entry.vivid, p)
        if pair.known > 0 and entry.valence < 0 and p.talk_sincerity_weight > 0.0:
            bond = w.bonds[i, f]
            bond.sincerity = seems_sincere(np.float64(bond.sincerity), 1.0 + entry.valence, p.talk_sincerity_step * credibility)
        if p.choice_meaning > 0.0 and entry.source >= 0:
            step = min(1.0, p.choice_meant_talk * np.float64(person.openness) * credibility * weight)
            moves(w.bonds[i, f], entry.m0, entry.m1, entry.m2, step)
        pair.known = 1
        pair.salience = grows_salient(np.float64(pair.salience), p.talk_noticed)
        pair.heard = entry.value
        pair.heard_day = day
        pair.heard_class = entry.place
        if entry.valence > 0 and entry.source >= 0:
            pair.heard_from = entry.source
    w.counter[C_HEARD] = 0
