"""How one row of the log is entered in the ledger: kernels over the rows of a day."""

from __future__ import annotations

import numpy as np

from ..columns import NEVER
from ..events import (
    ANSWER,
    CHURN,
    COMMUNITY,
    COMPLAINT,
    EFFECTIVE_CUSTOMER,
    EPISODE_END,
    EPISODE_START,
    FEED,
    KIND,
    PURCHASE,
    QUESTION,
    REFERRAL_JOIN,
    RETURN,
    STRONG,
    UTTERANCE,
    millionths,
)

ENTRY = KIND["entry"]
IN_ANY_ORDER, BY_THE_CLOCK, IS_KEPT = 1, 2, 4
"""What a kind is to the ledger; it may be several things."""
MEMORY = 84.0
"""Days in which the weight of a past deal in the strength of a relationship falls by 1/e."""
N_CONTACTS, N_FAILURE_DEMAND, N_CHURNED, N_SILENT, N_WON_BACK = range(5)


def line_of(slot, ids, people, who):  # type: ignore[no-untyped-def]
    """The line of person `who` in the ledger; -1 where she is not in it. Of those in one place, the last comes first."""
    if who < 0:
        return -1
    k = -1
    seat = who & (people_stride(slot) - 1)
    if seat < slot.shape[0]:
        k = int(slot[seat])
    while k >= 0 and ids[k] != who:
        k = int(people[k].before)
    return k


def people_stride(slot):  # type: ignore[no-untyped-def]
    """What ids grow by from a person to her successor."""
    stride = 1 << 20
    while stride < slot.shape[0]:
        stride *= 2
    return stride


def enters_deal(book, rows, day, weight, role, picked):  # type: ignore[no-untyped-def]
    """Enter deals, episodes and utterances of one day; `weight` discounts its money.

    What else is asked for is found on the way: `picked[0]` gets the places of rows that are entered by the clock,
    `picked[1]` of those that are kept, each behind their number, `picked[2]` the line of each row; `role` says what a kind is.
    """
    slot, ids, people, dyads, words, counts, moves, contexts, tones, windows = book
    picked[0, 0] = 0
    picked[1, 0] = 0
    for k in range(rows.shape[0]):
        row = rows[k]
        kind = int(row.kind)
        roles = int(role[kind])
        if kind == UTTERANCE and int(row.place) == STRONG:
            roles = IN_ANY_ORDER  # what friends tell each other is counted and not kept: nobody passes it on
        if roles & BY_THE_CLOCK:
            picked[0, 0] += 1
            picked[0, picked[0, 0]] = k
        if roles & IS_KEPT:
            picked[1, 0] += 1
            picked[1, picked[1, 0]] = k
        picked[2, k] = line_of(slot, ids, people, int(row.actor)) if roles & IN_ANY_ORDER else -1
    # lines lie scattered in memory: many are fetched at once here, where nothing waits for them, and are near below
    fetched = 0
    for k in range(rows.shape[0]):
        i = picked[2, k]
        if i >= 0:
            fetched += int(dyads[i, int(rows[k].firm)].stage) + int(people[i].jobs)
    if contexts.shape[1] > 1:
        # in what context a job arose has to be known before its end is entered
        for k in range(rows.shape[0]):
            if int(rows[k].kind) == EPISODE_START and picked[2, k] >= 0:
                people[picked[2, k]].context = int(rows[k].amount)
    for k in range(rows.shape[0]):
        i = picked[2, k]
        if i < 0:
            continue
        row = rows[k]
        kind = int(row.kind)
        f = int(row.firm)
        if kind == PURCHASE:
            line = dyads[i, f]
            margin = int(row.value)
            line.paid += int(row.amount)
            line.margin += margin
            worth = int(np.floor(margin * weight * 1e6 + 0.5))
            line.worth += worth
            gap = 0 if line.deals == 0 else day - int(line.last)
            line.strength = np.float64(line.strength) * np.exp(-gap / MEMORY) + 1.0
            line.deals += 1
            line.deals_now += 1
            line.last = day
            if line.first == NEVER:
                line.first = day
            if line.marked == 0:
                continue
            said = words[i, f]
            if said.joined != NEVER and day > said.joined and day - said.joined <= windows[0]:
                is_credited(slot, ids, people, words, int(said.friend), f, worth)
            if said.churned != NEVER and said.won_back == NEVER and day > said.churned:
                said.won_back = day
                counts[f, N_WON_BACK] += 1
        elif kind == EPISODE_END:
            person = people[i]
            done = -1 - int(row.other)
            moves[int(person.last_firm), done] += 1
            person.last_firm = done
            person.jobs += 1
            person.jobs_now += 1
            if f >= 0:
                line = dyads[i, f]
                line.episodes += 1
                line.value += millionths(row.value)
                line.net += int(row.amount)
                if contexts.shape[1] > 1:
                    context = contexts[f, int(person.context)]
                    context[0] += 1
                    context[1] += millionths(row.value)
                    context[2] += millionths(row.value * row.value)
        elif kind == UTTERANCE:
            said = words[i, f]
            line = dyads[i, f]
            if row.value > 0:
                said.praise += 1
                line.praise_now += 1
            else:
                said.blame += 1
                line.blame_now += 1
            said.acts += 1
            tones[f, 0] += 1
            tones[f, 1] += millionths(row.value)
            tones[f, 2] += millionths(row.value * row.value)
            if int(row.place) == FEED:
                people[i].told += 1
        elif kind == REFERRAL_JOIN:
            said = words[i, f]
            said.joined = day
            dyads[i, f].marked = 1
            said.friend = int(row.other)
            is_credited(slot, ids, people, words, int(row.other), f, int(np.floor(row.amount * weight * 1e6 + 0.5)))
    return fetched


def is_credited(slot, ids, people, words, friend, f, worth):  # type: ignore[no-untyped-def]
    """Credit the friend whose praise brought a customer with what that customer was worth today."""
    j = line_of(slot, ids, people, friend)
    if j >= 0:
        words[j, f].credit += worth


def enters_case(book, rows, day, weight, used):  # type: ignore[no-untyped-def]
    """Enter contacts, ends of contracts, money given back and newcomers of one day, by the clock; lines from `used` on are free."""
    slot, ids, people, dyads, words, counts, _, _, _, windows = book
    for k in range(rows.shape[0]):
        row = rows[k]
        kind = int(row.kind)
        f = int(row.firm)
        if kind == ENTRY:
            seat = int(row.actor) & (people_stride(slot) - 1)
            newcomer = people[used]
            ids[used] = int(row.actor)
            newcomer.since = day + 1
            newcomer.before = int(slot[seat])
            slot[seat] = used
            used += 1
            continue
        i = line_of(slot, ids, people, int(row.other) if kind == RETURN else int(row.actor))
        if i < 0:
            continue
        if kind == ANSWER:
            people[i].told += 1
            continue
        if f < 0:
            continue
        said = words[i, f]
        if kind == RETURN:
            back = int(np.floor(row.amount * weight * 1e6 + 0.5))
            line = dyads[i, f]
            line.paid -= int(row.amount)
            line.margin -= int(row.amount)
            line.worth -= back
            if said.joined != NEVER and day - said.joined <= windows[0]:
                is_credited(slot, ids, people, words, int(said.friend), f, -back)
            continue
        if kind == CHURN:
            said.churned = day
            dyads[i, f].marked = 1
            said.won_back = NEVER
            counts[f, N_CHURNED] += 1
            if said.complained == NEVER:
                counts[f, N_SILENT] += 1
            continue
        said.acts += 1
        if kind in (COMPLAINT, QUESTION):
            if int(row.place) == COMMUNITY:
                people[i].told += 1
                continue
            if kind == COMPLAINT:
                said.complained = day
            counts[f, N_CONTACTS] += 1
            if said.unmet != NEVER and day - said.unmet <= windows[1]:
                counts[f, N_FAILURE_DEMAND] += 1
            said.unmet = day
        elif kind == EFFECTIVE_CUSTOMER:
            said.acts -= 1
            said.unmet = NEVER


def looks_at_rungs(people, dyads, here, rungs):  # type: ignore[no-untyped-def]
    """Where everybody who is there stands at the end of a quarter, and from where she came; who had fewer than two jobs stays."""
    for i in range(people.shape[0]):
        jobs = int(people[i].jobs_now)
        people[i].jobs_now = 0
        for f in range(dyads.shape[1]):
            line = dyads[i, f]
            before = int(line.stage)
            now = before
            if line.deals > 0:
                now = max(before, 1)
                if jobs >= 2:
                    now = 1
                    if line.deals_now >= 2 and 2 * line.deals_now >= jobs:
                        now = 3 if line.praise_now > line.blame_now else 2
            elif jobs >= 2:
                now = 0
            if here[i] > 0:
                rungs[f, before, now] += 1
            line.stage = now
            line.deals_now = 0
            line.praise_now = 0
            line.blame_now = 0
