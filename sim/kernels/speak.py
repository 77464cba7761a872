"""speak: testimony to friends and in the feed, complaints and questions to the firm or the community."""

from __future__ import annotations

import numpy as np

from ...agents.customer import normal_from
from ...agents.learning import overhears
from ...agents.recovery import louder
from ...agents.service import asks, complains, in_the_open
from ...agents.talk import deviation, hour_of_day, speaks
from ..columns import C_SHOUTED
from ..draws import ASK, COMPLAIN, HOUR, OVERHEAR, PLACE, POST, TELL, name_key, uniform
from ..events import (
    COMMUNITY,
    COMPLAINT,
    DESK,
    FEED,
    HANDLE,
    QUESTION,
    S_TOLD,
    S_TOLD0,
    S_TOLD1,
    S_TOLD2,
    STRONG,
    T_BLAME,
    T_PRAISE,
    UTTERANCE,
    has_room,
    tell,
)
from ..silence import is_audible
from ..threads import keeps_story, tag_of, uses_tag


def speak(w, b, day, at, hi):  # type: ignore[no-untyped-def]
    """Let those who had an episode with a firm speak; returns the episode reached."""
    p = w.par[0]
    seed = w.seed[0]
    for k in range(at, w.episode_count[b]):
        entry = w.episodes[b, k]
        f = int(entry.firm)
        if f < 0 or entry.act == 0.0:
            continue
        if w.said_count[b] + 4 > w.said.shape[1] or not has_room(w.log, b):
            return k
        i = int(entry.row)
        person = w.people[i]
        who = int(person.id)
        need = int(entry.need_no)
        talk = np.float64(person.talk)
        remarkable = deviation(entry.satisfaction, p.talk_middle, p.talk_width)
        if speaks(talk, remarkable, p.talk_friends_base, p.talk_friends_slope, p.talk_friends_slope, p.talk_volume,
                  uniform(seed, TELL, need, who, 0)) and is_audible(w, i, day):  # fmt: skip
            says(w, b, day, entry, i, who, UTTERANCE, STRONG, -1, uniform(seed, HOUR, need, who, 0), p)
        on_line = talk * np.float64(person.online) / p.customers_online
        if speaks(on_line, remarkable, p.talk_feed_base, p.talk_feed_good, p.talk_feed_bad, p.talk_volume,
                  uniform(seed, POST, need, who, 0)):  # fmt: skip
            if is_audible(w, i, day):
                says(w, b, day, entry, i, who, UTTERANCE, FEED, -1, uniform(seed, HOUR, need, who, 1), p)
        elif abs(remarkable) >= p.threads_story_from:
            keeps_story(w, i, f, day, entry.satisfaction, remarkable, p)
        openness = p.talk_openness
        chance = p.service_complain
        threshold = p.service_complain_from
        if w.counter[C_SHOUTED] > 0:
            # who has seen that it pays to shout complains of less, more often, and where others see it
            shout = np.float64(w.lives[i].shout)
            openness = louder(openness, shout)
            chance = louder(chance, shout)
            threshold *= 1.0 - shout
        open_place = in_the_open(openness, np.float64(person.online), uniform(seed, PLACE, need, who, 0))
        if complains(chance, threshold, entry.valence, uniform(seed, COMPLAIN, need, who, 0)):
            says(w, b, day, entry, i, who, COMPLAINT, HANDLE if open_place else DESK, -1, uniform(seed, HOUR, need, who, 2), p)
        elif asks(p.service_question, np.float64(person.skill), uniform(seed, ASK, need, who, 0)):
            place = HANDLE if open_place else DESK
            community = community_of(w, i, f, p)
            if community >= 0:
                place = COMMUNITY
            says(w, b, day, entry, i, who, QUESTION, place, community, uniform(seed, HOUR, need, who, 3), p)
    return w.episode_count[b]


def community_of(w, i, f, p):  # type: ignore[no-untyped-def]
    """The community to which she would put a question about firm f: the firm's, else the one that nobody owns, else -1."""
    if w.pairs[i, f].member > 0 and w.communities[f].order > 0.0:
        return f
    if p.community_centreless > 0.0 and w.lives[i].commons > 0:
        return w.firms.shape[0]
    return -1


def says(w, b, day, entry, i, who, kind, place, community, u, p):  # type: ignore[no-untyped-def]
    """Put an utterance of this episode before those who will hear it; `community` is -1 outside of communities."""
    f = int(entry.firm)
    line = w.said[b, w.said_count[b]]
    w.said_count[b] += 1
    line.row = i
    line.firm = f
    line.kind = kind
    line.place = place
    line.community = community
    line.hour = hour_of_day(u)
    line.key = name_key(who, day, kind * 16 + place, 0)
    line.thread = tag_of(w, f) if place == FEED and uses_tag(w, i, f, day, p) else line.key
    line.cause = entry.key
    line.valence = entry.valence
    line.value = entry.value
    line.vivid = entry.vivid
    line.paid = entry.paid
    in_public = place in (FEED, HANDLE, COMMUNITY)
    if kind == COMPLAINT and place == HANDLE:
        in_public = is_audible(w, i, day)
    if in_public:
        is_overheard(w, b, w.people[i], int(entry.need_no))
    nobodys = 1 if community == w.firms.shape[0] else 0
    if kind == UTTERANCE:
        pair = w.pairs[i, f]
        if entry.valence > 0:
            w.log.tally[b, f, T_PRAISE] += 1
            pair.praise = min(32000, int(pair.praise) + 1)
        else:
            w.log.tally[b, f, T_BLAME] += 1
            pair.blame = min(32000, int(pair.blame) + 1)
    tell(w.log, b, day, line.hour, kind, place, f, line.key, who, -1 - f, line.thread, 0, entry.key, entry.valence, nobodys)


def is_overheard(w, b, person, need):  # type: ignore[no-untyped-def]
    """Every firm that listens learns a little of the job that is spoken of in public, whoever's customer she is."""
    p = w.par[0]
    for g in range(w.firms.shape[0]):
        listening = w.firms[g].listening
        if listening > 0.0:
            seed = w.seed[0]
            who = int(person.id)
            known = overhears(p.learning_public, listening)
            spread = p.integration_adapt_error * (1.0 - known)
            e0 = spread * normal_from(uniform(seed, OVERHEAR, need, who, 0), uniform(seed, OVERHEAR, need, who, 1))
            e1 = spread * normal_from(uniform(seed, OVERHEAR, need, who, 2), uniform(seed, OVERHEAR, need, who, 3))
            e2 = spread * normal_from(uniform(seed, OVERHEAR, need, who, 4), uniform(seed, OVERHEAR, need, who, 5))
            w.log.total[b, g, S_TOLD] += known
            w.log.total[b, g, S_TOLD0] += known * (np.float64(person.d0) + e0)
            w.log.total[b, g, S_TOLD1] += known * (np.float64(person.d1) + e1)
            w.log.total[b, g, S_TOLD2] += known * (np.float64(person.d2) + e2)
