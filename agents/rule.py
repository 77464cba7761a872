"""The mark of a rule: a short scalar function that decides or changes one thing for one actor.

A rule takes plain numbers and returns one number or a small tuple. It has no loop, no array and no generator; chance
comes in as its last argument, a draw in [0, 1). The mark changes nothing: the function stays a plain function, which
is what makes a rule testable in three lines and lets one source serve both the plain day and the compiled one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


def rule(function: F) -> F:
    """Mark `function` as a rule and return it unchanged."""
    function.__rule__ = True  # type: ignore[attr-defined]
    return function
