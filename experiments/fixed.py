"""Plans that are fixed before they are run: what a later change must state, and the digest by which one is noticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel

from ..agents.declare import Declared


class Amendment(Declared):
    """A change after a plan was fixed: when, what, and why."""

    day: date
    what: str
    why: str


def digest_of(plan: BaseModel) -> str:
    """The sha256 over everything that a plan says, whatever the layout of its file."""
    text = json.dumps(plan.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def unamended(name: str, plan: BaseModel, amended: Sequence[Amendment], digests: Sequence[str], where: str) -> str | None:
    """What is wrong with a plan, given its digests as kept in the file `where`; None where nothing is.

    The first digest is that of the plan as it was fixed; each stated amendment adds one, and none is ever taken out.
    """
    if digest_of(plan) == digests[-1] and len(digests) == 1 + len(amended):
        return None
    said = f"its last stated amendment is of {amended[-1].day}" if amended else "no amendment is stated"
    return (f"{name} is not as it was fixed, and {said}: state the change, with day and reason, in `amended`, "
            f"and add the new digest {digest_of(plan)} to its list in {where}")  # fmt: skip
