"""Eras: how far and how fast contacts reach, as settings of the world. Motives and rules are the same in all of them.

An era lies under what a scenario file says itself and under the user's own changes, and over what the file stands on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..agents.declare import InputError, nearest
from ..sim.settings import WorldParams
from .reading import Layer


class Era(NamedTuple):
    """One era: what it stands for, and its settings by dotted path."""

    sentence: str
    settings: Mapping[str, float]


NOW = WorldParams()
"""The world as declared: the era of social tools."""


def _reach(openness: float, online: float, email: float, join: float, feed: float, prompt: float, deadline: float) -> dict[str, float]:
    """Settings of an era; `feed` is how much people post in public, relative to the world as declared."""
    return {
        "world.talk.openness": openness, "world.customers.online": online, "world.attention.email": email, "world.community.join": join,
        "world.service.prompt": prompt, "world.service.deadline": deadline,
        **{f"world.talk.{name}": feed * float(getattr(NOW.talk, name)) for name in ("feed_base", "feed_good", "feed_bad")},
    }  # fmt: skip


ERAS: Mapping[str, Era] = {
    "industrial": Era("letters and word of mouth; an answer takes weeks", _reach(0.0, 0.01, 0.0, 0.0, 0.0, 168.0, 672.0)),
    "manufacturing": Era("mass mailings and a complaints office; an answer takes a week", _reach(0.0, 0.01, 0.0, 0.0, 0.0, 96.0, 336.0)),
    "service": Era("telephone desks; contacts stay between firm and customer", _reach(0.0, 0.02, 0.0, 0.0, 0.0, 24.0, 168.0)),
    "web_1": Era("e-mail and web pages; few contacts are seen by others", _reach(0.05, 0.08, 0.16, 0.01, 0.1, 24.0, 120.0)),
    "web_2": Era("social tools: half of the on-line contacts are open (the world as declared)",
                 _reach(NOW.talk.openness, NOW.customers.online, NOW.attention.email, NOW.community.join, 1.0, NOW.service.prompt,
                        NOW.service.deadline)),
    "community": Era("customers meet each other first; most contacts are open", _reach(0.85, 0.3, 0.12, 0.08, 1.5, 3.0, 48.0)),
}  # fmt: skip


def era_layer(name: str, file: str | None = None) -> Layer:
    """The settings of an era as a layer; an InputError for an unknown one."""
    if not isinstance(name, str) or name not in ERAS:
        raise InputError("unknown era", file=file, key="era", given=name, allowed=", ".join(ERAS), nearest=nearest(str(name), ERAS))
    data: dict[str, dict[str, dict[str, float]]] = {"world": {}}
    for path, value in ERAS[name].settings.items():
        _, group, key = path.split(".")
        data["world"].setdefault(group, {})[key] = value
    return Layer(dict(data), "era", f"era {name}")
