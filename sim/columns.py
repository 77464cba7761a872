"""State in columns, declared once: what a person, a customer-firm pair, a firm and the queues consist of.

Rows of records keep what is read together together: one block per person and one per customer-firm pair. Days are
counted from the branch (burn-in is negative); NEVER stands for no day yet.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..agents.view import LEVERS
from .events import Log

NEVER = -30_000
STAYS = 2_000_000_000
"""The day on which somebody leaves who never leaves."""
OWN_MEANS, NOTHING = -1, -2
"""Firm numbers of an episode done with own means, or left undone."""

CLOSED, OPEN, AGREED, PREFERRED = range(4)
"""A channel to a person: she refused or was not asked; open until she refuses; opened by herself; within her preferences."""

PERSON = np.dtype([
    ("id", "i4"), ("need_no", "i4"), ("since", "i4"), ("planned", "i4"), ("rate", "f4"),
    ("w0", "f4"), ("w1", "f4"), ("w2", "f4"), ("d0", "f4"), ("d1", "f4"), ("d2", "f4"),
    ("skill", "f4"), ("order", "f4"), ("price_sense", "f4"), ("talk", "f4"), ("attention", "f4"), ("irritability", "f4"),
    ("openness", "f4"), ("online", "f4"), ("cred_strong", "f4"), ("cred_feed", "f4"), ("cred_community", "f4"),
    ("peer", "f4"), ("weary", "f4"), ("value_sum", "f4"), ("public", "f4"),
    ("needs", "i2"), ("reached", "i2"), ("weary_day", "i2"), ("offer_firm", "i2"), ("contract", "i2"), ("until", "i2"),
    ("offer_key", "i8"),
])  # fmt: skip

# What of a person is rarely read, so that the rows above stay short.
LIFE = np.dtype([
    ("jinx", "f4"), ("vivid", "f4"), ("owed", "f4"), ("jinx_firm", "i2"), ("commons", "u1"), ("norm", "f4"), ("shout", "f4"),
    ("leaves", "i4"),
    ("demo", "f4"), ("tied", "f4"),  # what of her is observable: a demographic score, public ties relative to the mean
    ("agreed_price", "f8"), ("agreed_outcome", "f8"),  # of a running contract
    ("silent", "u1"), ("talked", "i2"),  # whether others hear her, and since when they have
])  # fmt: skip

PAIR = np.dtype([
    ("salience", "f4"), ("irritation", "f4"), ("expectation", "f4"), ("satisfaction", "f4"), ("credibility", "f4"),
    ("attachment", "f4"), ("habit", "f4"), ("taste", "f4"), ("claim", "f4"), ("heard", "f4"), ("heard_from", "i4"),
    ("touched", "i2"), ("claim_day", "i2"), ("heard_day", "i2"), ("last_bought", "i2"), ("joined_day", "i2"),
    ("bought", "i2"), ("praise", "i2"), ("blame", "i2"),
    ("heard_class", "u1"), ("follows", "u1"), ("member", "u1"), ("known", "u1"),
])  # fmt: skip

# What of a customer-firm pair is rarely read; a pair above is one cache line and stays so.
BOND = np.dtype([
    ("story", "f4"), ("sincerity", "f4"), ("mood", "f4"), ("mood_day", "i2"),
    ("story_day", "i2"), ("tag_day", "i2"), ("excuse", "u1"), ("unheard", "u1"),
    ("first_bought", "i2"), ("refused", "u1"),  # channels ever refused: 1 e-mail, 2 letters
    ("console_gap", "i2"), ("console_day", "i2"), ("console_timed", "u1"),  # her preferences, and the last message under them
    ("m0", "f4"), ("m1", "f4"), ("m2", "f4"),  # what the brand stands for to her, by job
])  # fmt: skip

# Messages of a firm that she left unread: counted for most messages that are sent, so a narrow table of its own.
UNREAD = np.dtype([("left", "f4"), ("day", "i2")])

# What `check_columns` holds every state to: (low, high).
BOUNDS: dict[str, dict[str, tuple[float, float]]] = {
    "people": {"skill": (0, 1), "peer": (0, 1), "weary": (0, 1e4), "cred_strong": (0, 1), "cred_feed": (0, 1),
               "cred_community": (0, 1), "public": (0, 1e6), "rate": (0, 1e3), "needs": (0, 32767), "online": (0, 1), "openness": (0, 1)},
    "pairs": {"salience": (0, 1), "irritation": (0, 1e5), "credibility": (0, 1), "attachment": (-50, 50), "habit": (0, 1),
              "expectation": (-5, 20), "satisfaction": (-20, 50), "member": (0, 1)},
    "lives": {"owed": (0, 1e6), "commons": (0, 1), "norm": (0.5, 240), "shout": (0, 1)},
    "bonds": {"sincerity": (0, 1), "mood": (-1, 1)},
    "unread": {"left": (0, 1e5)},
}  # fmt: skip

FIRM = np.dtype([
    ("key", "i8"), ("o0", "f8"), ("o1", "f8"), ("o2", "f8"), ("quality", "f8"), ("list_price", "f8"), ("margin", "f8"),
    ("term", "f8"), ("notice", "f8"), ("switching_cost", "f8"), ("partner_share", "f8"),
    ("belief0", "f8"), ("belief1", "f8"), ("belief2", "f8"), ("handover_loss", "f8"), ("handover_delay", "f8"), ("excuses", "f8"),
    ("here", "i8"), ("launch", "i8"), ("shown", "f8"), ("tag", "i8"), ("tag_size", "i8"), ("tag_since", "f8"),
    ("stopped", "f8"), ("alert", "f8"), ("shifted", "f8"),
    ("tracked", "f8"),  # the highest level of tracking practised so far
    *((name, "f8") for name in LEVERS),  # the decision in force, field by field
])  # fmt: skip

# A community: one hosted by each firm, and in the last row the one that nobody owns.
COMMUNITY_ROW = np.dtype([
    ("key", "i8"), ("as_of", "i8"), ("order", "f8"), ("kept", "f8"), ("worth", "f8"),
])  # fmt: skip

OPEN_IDEAS = 256
"""Ideas that a firm can hold at once, looked at or not."""

IDEA_ROW = np.dtype([
    ("key", "i8"), ("row", "i8"), ("who", "i8"), ("day", "i8"), ("state", "i8"), ("votes", "i8"), ("voters", "i8"), ("due", "i8"),
    ("x0", "f8"), ("x1", "f8"), ("x2", "f8"), ("left", "f8"),
])  # fmt: skip

STUDIO_ROW = np.dtype([("ideas", "i8"), ("unread", "i8"), ("credit", "f8")])

PARTNER_ROW = np.dtype([
    ("key", "i8"), ("here", "i8"), ("x0", "f8"), ("x1", "f8"), ("x2", "f8"), ("served0", "f8"), ("served1", "f8"), ("served2", "f8"),
    ("found", "f8"), ("failure", "f8"), ("essential", "f8"), ("share", "f8"),
])  # fmt: skip

PUSH_ROW = np.dtype([("firm", "i8"), ("channel", "i8"), ("target", "i8"), ("volume", "f8"), ("key", "i8"), ("offset", "i8"),
                     ("after", "i8"), ("until", "i8")])  # fmt: skip

EPISODE = np.dtype([
    ("row", "i8"), ("firm", "i8"), ("need_no", "i8"), ("key", "i8"), ("cause", "i8"), ("paid", "i8"), ("gap", "i8"),
    ("price", "f8"), ("outcome", "f8"), ("act", "f8"), ("value", "f8"), ("satisfaction", "f8"), ("valence", "f8"), ("vivid", "f8"),
    ("effort", "f8"), ("part", "i8"), ("context", "i8"), ("y0", "f8"), ("y1", "f8"), ("y2", "f8"),
])  # fmt: skip

SAID = np.dtype([
    ("row", "i8"), ("firm", "i8"), ("kind", "i8"), ("place", "i8"), ("hour", "f8"), ("key", "i8"), ("thread", "i8"),
    ("cause", "i8"), ("valence", "f8"), ("value", "f8"), ("vivid", "f8"), ("community", "i8"), ("paid", "i8"),
])  # fmt: skip

HEARD = np.dtype([
    ("row", "i8"), ("firm", "i8"), ("place", "i8"), ("valence", "f8"), ("value", "f8"), ("weight", "f8"), ("vivid", "f8"),
    ("source", "i8"),
    ("cause", "i8"), ("m0", "f8"), ("m1", "f8"), ("m2", "f8"),
])  # fmt: skip

POST_ROW = np.dtype([
    ("key", "i8"), ("thread", "i8"), ("author", "i8"), ("firm", "i8"), ("kind", "i8"), ("place", "i8"), ("valence", "f8"),
    ("value", "f8"), ("infectious", "f8"), ("vivid", "f8"), ("relays", "i8"), ("waiting", "i8"), ("grown_to", "i8"), ("case", "i8"),
    ("begun", "f8"),  # the hour at which it was new
    ("root", "i8"),  # of the tree in which those who pass it on are found
])  # fmt: skip

# Whoever passes a post on: in a list, last comer first, and in a tree, so that nobody is looked for among all others.
RELAY_ROW = np.dtype([("row", "i8"), ("next", "i8"), ("below", "i8"), ("above", "i8")])

CASE = np.dtype([
    ("row", "i8"), ("firm", "i8"), ("channel", "i8"), ("key", "i8"), ("kind", "i8"), ("state", "i8"), ("next", "i8"),
    ("prev", "i8"), ("arrived", "f8"), ("due", "f8"), ("word", "f8"), ("minutes", "f8"), ("to_end", "i8"), ("works", "i8"),
    ("said", "i8"), ("honest", "i8"), ("public", "i8"), ("shown", "i8"), ("paid", "i8"), ("money", "f8"), ("valence", "f8"),
])  # fmt: skip

DESK_ROW = np.dtype([
    ("busy", "i8"), ("head", "i8"), ("tail", "i8"), ("credit", "f8"), ("as_of", "f8"), ("waiting", "i8"), ("rate", "f8"), ("finish", "f8"),
])  # fmt: skip

ORDER_ROW = np.dtype([
    ("key", "i8"), ("firm", "i8"), ("watch", "i8"), ("act", "i8"), ("fired", "i8"), ("count", "i8"), ("hours", "f8"), ("level", "f8"),
    ("delay", "f8"),
])  # fmt: skip

VISIT = np.dtype([("time", "f8"), ("key", "i8"), ("kind", "i8"), ("at", "i8"), ("who", "i8"), ("parent", "i8")])

JOINED = np.dtype([("row", "i8"), ("firm", "i8")])

# places in `counter`
COUNTERS = (
    "queue", "heard", "free_posts", "free_relays", "free_cases", "block", "at", "begun", "wanted", "jinxed", "tagged", "shouted",
)  # fmt: skip
(C_QUEUE, C_HEARD, C_POSTS, C_RELAYS, C_CASES, C_BLOCK, C_AT, C_BEGUN, C_WANTED, C_JINXED, C_TAGGED, C_SHOUTED) = range(len(COUNTERS))


class Columns(NamedTuple):
    """Everything a kernel may touch, as arrays; built once, renewed only when a buffer grows."""

    seed: np.ndarray
    """The seed of what happens (the luck, after the branch), and that of who people are."""
    par: np.ndarray
    people: np.ndarray
    pairs: np.ndarray
    lives: np.ndarray
    bonds: np.ndarray
    unread: np.ndarray
    firms: np.ndarray
    partners: np.ndarray
    pushes: np.ndarray
    ids: np.ndarray
    slot: np.ndarray
    due: np.ndarray
    items: np.ndarray
    """Items offered to a person today."""
    email_ok: np.ndarray
    """Whether a firm's e-mail may reach a person, uint8 [person, firm]: CLOSED, OPEN, AGREED or PREFERRED."""
    mail_ok: np.ndarray
    start: np.ndarray
    other: np.ndarray
    strong: np.ndarray
    audience_start: np.ndarray
    audience: np.ndarray
    fans: np.ndarray
    """Rows of the people who follow a firm, [firm, capacity]."""
    fan_count: np.ndarray
    members: np.ndarray
    """Members of a community in the order of their places on a ring, [firm + 1, capacity]; the last is nobody's."""
    ring: np.ndarray
    """Their places, int64 [firm + 1, capacity], ascending."""
    member_count: np.ndarray
    communities: np.ndarray
    ideas: np.ndarray
    """Ideas that a firm holds, [firm, OPEN_IDEAS], in no order."""
    studios: np.ndarray
    """What a firm's staff for ideas has before it, [firm]."""
    episodes: np.ndarray
    episode_count: np.ndarray
    said: np.ndarray
    said_count: np.ndarray
    joined: np.ndarray
    joined_count: np.ndarray
    heard: np.ndarray
    posts: np.ndarray
    free_posts: np.ndarray
    relays: np.ndarray
    free_relays: np.ndarray
    cases: np.ndarray
    free_cases: np.ndarray
    desks: np.ndarray
    orders: np.ndarray
    """Standing orders in force, [firm x MOST_ORDERS]; key 0 is none."""
    queue: np.ndarray
    counter: np.ndarray
    scratch: np.ndarray
    """Working space of a block, int64 [block, ...]."""
    log: Log


LINE = 64
"""Bytes that a processor fetches at once. Tables begin at such a boundary: a pair of 64 bytes is then one fetch, not two."""


def table(dtype: np.dtype, *shape: int) -> np.ndarray:
    """A zeroed table of records whose fields read as attributes, in plain Python and compiled alike."""
    size = int(np.prod(shape)) * dtype.itemsize
    room = np.zeros(size + LINE, dtype=np.uint8)
    begin = -room.ctypes.data % LINE
    return room[begin : begin + size].view(dtype).reshape(shape).view(np.recarray)


def same_table(rows: np.ndarray) -> np.ndarray:
    """An independent copy of a table, at the beginning of a cache line like its model."""
    copy = table(rows.dtype, *rows.shape)
    copy[...] = rows
    return copy
