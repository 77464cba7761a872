"""When talk gathers: stories kept until asked for, prompts and tags, threads, mockery, and the press that joins in.

Nothing here speaks by itself: a prompt or a thread is an occasion on which the one speak-rule is asked again.
"""

from __future__ import annotations

from math import exp

from .customer import LN2
from .declare import Declared, par
from .rule import rule


class ThreadParams(Declared):
    """Occasions to tell what was left untold, under a firm's tag or beside another person's post."""

    story_from: float = par(1.0, "1", 0, 10, "assumption", "Widths from the middle at which an episode is kept as a story worth telling.")
    story_life: float = par(180.0, "days", 5, 3650, "assumption", "Half-life of an untold story.")
    prompt_pull: float = par(1.0, "1", 0, 100, "assumption", "How many times likelier she posts a kept story when asked for one.")
    thread_pull: float = par(0.5, "1", 0, 100, "assumption", "The same when she reads another person's post about the firm.")
    answer_delay: float = par(0.4, "hours", 0.02, 48, "data: most reactions come within an hour", "Median delay of such an answer.")
    prompt_hours: float = par(24.0, "hours", 1, 720, "assumption", "Hours for which a prompt is shown, unless it is withdrawn.")
    tag_memory: float = par(14.0, "days", 0, 365, "assumption", "Days for which one who saw a tag puts it on her own posts about the firm.")
    detected: float = par(0.7, "1", 0, 1, "assumption", "Chance that a firm sees a public post that is not addressed to it.")
    order_minutes: float = par(30.0, "minutes", 0, 600, "assumption", "Staff time at the desk that carrying out a standing order takes.")
    order_hours: float = par(72.0, "hours", 1, 720, "assumption", "Hours for which a stop, an answer to all or a shift of staff lasts.")
    mockery: float = par(0.05, "1", 0, 1, "assumption",
                         "Chance that a reader mocks a post that seems wholly insincere, times sincerity weight and talk.")  # fmt: skip


class MediaParams(Declared):
    """The press: one threshold and one amplifier."""

    threshold: float = par(0.02, "1", 0.0001, 1, "assumption", "Size, as a share of all people, at which the press takes a cascade up.")
    tag_news: float = par(10.0, "1", 1, 1000, "paper: some 1,600 posts were news in 2012",
                          "How many times smaller a firm's own tag may be to be taken up.")  # fmt: skip
    reach: float = par(0.25, "1", 0, 1, "assumption", "Share of all people who meet the story in the press; 0 is no press.")
    impact: float = par(2.0, "1", 0, 20, "assumption", "Weight of a story met in the press, relative to the feed.")
    shared: float = par(0.05, "1", 0, 1, "assumption",
                        "Chance to pass on what is met in the press, relative to a post by somebody one follows.")  # fmt: skip
    delay: float = par(12.0, "hours", 0, 240, "assumption", "Hours from the threshold to the press.")


@rule
def keeps(remarkable, kept, story_life, days, threshold):
    """True if an untold episode replaces the story kept so far; both in widths from the middle, the old one has faded."""
    return abs(remarkable) >= threshold and abs(remarkable) > abs(kept) * exp(-LN2 * days / story_life)


@rule
def recalled(kept, story_life, days):
    """How remarkable a kept story still is, in widths from the middle."""
    return kept * exp(-LN2 * days / story_life)


@rule
def invited(pull, remarkable, frame):
    """How many times more likely she tells a story when asked; a question framed closely (0) leaves no room for a bad one."""
    return pull * (frame if remarkable < 0 else 1.0)


@rule
def picks_up(size, people, threshold):
    """True if a cascade is large enough for the press."""
    return size >= max(2.0, threshold * people)


@rule
def mocks(rate, weight, sincerity, talk, u):
    """True if a reader turns a firm's post into a joke on it: only where it seems insincere and sincerity weighs anything."""
    return u < rate * weight * talk * max(0.0, 1.0 - 2.0 * sincerity)


@rule
def seems_sincere(sincerity, seen, step):
    """Sincerity in [0, 1] after a cue `seen` in [0, 1]: a promise tried, what peers say, an answer."""
    return sincerity + step * (seen - sincerity)
