"""One budget, one question: which part of it pushes messages at people, and which part waits to be found and wanted.

Two rows of the table stand at the ends. A share of pushing between them mixes the two line by line, so that nothing jumps
and every share spends the same money.
"""

from __future__ import annotations

from .dials import Dials, Row, need_part

PUSHED = Row(shares={"email": 0.12, "mail": 0.66, "targeting": 0.1, "desk": 0.1}, claim=0.6)
"""All that is left beside a small desk goes into messages, to everybody, with the targeting that own deals allow."""

PULLED = Row(shares={"posts": 0.2, "content": 0.12, "support": 0.38, "open_desk": 0.08, "scope": 0.1, "desk": 0.1}, claim=0.6)
"""The same money in posts to those who follow, content for those who look, help in use, an open desk, and asking for consent."""


class PushShare(Dials):
    """A part `push` of one budget sends messages; the rest goes to posts, content, help in use, an open desk and consent."""

    row = PUSHED

    def __init__(self, *, push: float = 0.5, claim: float | None = None) -> None:
        need_part(push, "options.push", "the share of pushing is out of range")
        lines = dict.fromkeys((*PUSHED.shares, *PULLED.shares))
        shares = {line: push * PUSHED.shares.get(line, 0.0) + (1.0 - push) * PULLED.shares.get(line, 0.0) for line in lines}
        self.row = Row(shares=shares, claim=PUSHED.claim)
        super().__init__(claim=claim)
