"""Chance by name: a draw is a hash of (seed, stream, day, who, what), never a place in a stream of numbers.

`who` is a person's stable id, `what` the key of the item, message, firm, job or other person decided about. What
belongs to an episode is named by its need number instead of the day, so that a message that pulls a need forward keeps
its luck. The same name gives the same draw in every world, arm, thread and process: that is what pairs worlds.

One mixing function (splitmix64's finaliser) stands here three times: in plain Python integers, for the compiled
kernels in machine words, and for whole columns. A test holds the three equal.
"""

from __future__ import annotations

import hashlib

import numpy as np

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15 - (1 << 64)  # as a signed word, so that compiled code keeps to int64
TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53

DRAW_BY_NAME = "chance comes only through named draws: use valuescape.sim.draws.uniform(seed, stream, day, who, what)"
"""What is said to whoever asks for chance without a name."""

# All streams of chance, in one list; numbers are part of a run's identity and are never reused.
STREAMS = (
    "unused", "trait", "taste", "slot", "known", "gap", "drift", "push", "notice", "optout", "respond", "follow", "evoke",
    "choose", "act", "luck", "fail", "adapt", "friend", "hour", "tell", "listener", "post", "content", "place", "complain",
    "ask", "see", "relay", "delay", "handle", "works", "join", "answer", "network", "unanswered",
    "invite", "seed", "mock", "detect",
    "consent", "agree", "console", "wish", "prefer", "analyse", "share", "guess", "search", "find", "overhear",
    "lookup", "owing", "part", "idea", "vote",
    "quit",
    "handed_over", "welcome", "found",
    "context", "partner_joins", "partner_fails", "leave",
    "survey", "sample",
)  # fmt: skip
(_, TRAIT, TASTE, SLOT, KNOWN, GAP, DRIFT, PUSH, NOTICE, OPTOUT, RESPOND, FOLLOW, EVOKE, CHOOSE, ACT, LUCK, FAIL, ADAPT,
 FRIEND, HOUR, TELL, LISTENER, POST, CONTENT, PLACE, COMPLAIN, ASK, SEE, RELAY, DELAY, HANDLE, WORKS, JOIN, ANSWER,
 NETWORK, UNANSWERED, INVITE, SEED, MOCK, DETECT,
 CONSENT, AGREE, CONSOLE, WISH, PREFER, ANALYSE, SHARE, GUESS, SEARCH, FIND, OVERHEAR,
 LOOKUP, OWING, PART, IDEA, VOTE, QUIT, HANDED_OVER, WELCOME, FOUND, CONTEXT, PARTNER_JOINS, PARTNER_FAILS,
 LEAVE, SURVEY, SAMPLE) = range(len(STREAMS))  # fmt: skip


def mix_compiled(z):  # type: ignore[no-untyped-def]
    """`mix` in machine words, for compiled kernels."""
    z = np.uint64(z)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.int64(z ^ (z >> np.uint64(31)))


def mix(z):  # type: ignore[no-untyped-def]
    """A 64-bit word scrambled, as a signed integer."""
    z = int(z) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    z ^= z >> 31
    return z - (1 << 64) if z >> 63 else z


mix.__compiled__ = mix_compiled  # type: ignore[attr-defined]


def to_unit_compiled(word):  # type: ignore[no-untyped-def]
    """`to_unit` in machine words, for compiled kernels."""
    return np.float64(np.uint64(word) >> np.uint64(11)) * TO_UNIT


def to_unit(word):  # type: ignore[no-untyped-def]
    """A word as a number in [0, 1) with 53 random bits."""
    return ((int(word) & MASK) >> 11) * TO_UNIT


to_unit.__compiled__ = to_unit_compiled  # type: ignore[attr-defined]


def spaced_compiled(a):  # type: ignore[no-untyped-def]
    """`spaced` in machine words, for compiled kernels."""
    return np.int64(a) * np.int64(GOLDEN)


def spaced(a):  # type: ignore[no-untyped-def]
    """An integer spread over the word, so that neighbours lie far apart; wraps around like a machine word once mixed."""
    return int(a) * GOLDEN


spaced.__compiled__ = spaced_compiled  # type: ignore[attr-defined]


def name_key(a, b, c, d):  # type: ignore[no-untyped-def]
    """A 64-bit content key of four integers: the origin of an item, e.g. (author, day, kind, how-manieth)."""
    return mix(mix(mix(mix(spaced(a) + 1) + spaced(b)) + spaced(c)) + spaced(d))


def head(seed, stream, day, what):  # type: ignore[no-untyped-def]
    """What the draws of all people under one name have in common: a word to be mixed with each one's id."""
    return mix(mix(mix(spaced(seed) + stream) + spaced(day)) + spaced(what))


def draw(common, who):  # type: ignore[no-untyped-def]
    """The draw in [0, 1) of one person under the name that `common` (from `head`) stands for."""
    return to_unit(mix(int(common) + spaced(who)))


def uniform(seed, stream, day, who, what):  # type: ignore[no-untyped-def]
    """The named draw, uniform in [0, 1)."""
    return draw(head(seed, stream, day, what), who)


def thirds(u):  # type: ignore[no-untyped-def]
    """Three coarse draws in (0, 1) out of one, from different bits of it: 17, 17 and 19 of 53."""
    first = np.floor(u * 131072.0)
    rest = (u * 131072.0 - first) * 131072.0
    second = np.floor(rest)
    return (first + 0.5) / 131072.0, (second + 0.5) / 131072.0, rest - second


def uniforms(seed: int, stream: int, day: int, who: np.ndarray, what: int) -> np.ndarray:
    """The named draws of a whole column of ids, float64 in [0, 1), equal to `uniform` one by one."""
    common = np.uint64(head(seed, stream, day, what) & MASK)
    z = np.asarray(who, dtype=np.int64).astype(np.uint64) * np.uint64(GOLDEN & MASK) + common
    return (_mix_column(z) >> np.uint64(11)).astype(np.float64) * TO_UNIT


def _mix_column(z: np.ndarray) -> np.ndarray:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def text_key(text: str) -> int:
    """A stable signed 64-bit key of a name, the same in every process."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "little", signed=True)
