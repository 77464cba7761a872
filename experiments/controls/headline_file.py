"""The file of headlines and of the conditions under which each is shown."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from ...agents.declare import Declared, InputError
from ...scenarios.load import load
from ...scenarios.schema import Scenario
from ..levers import neutral_settings

OWN = Path(__file__).with_name("headlines.toml")


class Headline(Declared):
    """A conclusion that is published: which arms differ in which world over which time."""

    id: str
    title: str
    scenario: str
    baseline: str
    arms: tuple[str, ...] = Field(min_length=1)
    talk: str
    """The arm in which all talk is knocked out."""
    days: int
    seeds: int


class Condition(Declared):
    """What is changed beside a headline; nothing for the default."""

    id: str
    title: str
    kind: Literal["default", "bias", "sigma", "shuffle", "horizon", "assumption"]
    settings: dict[str, Any] = Field(default_factory=dict)
    neutral: bool = False
    shuffle: Literal["ties", "traits", "traits_by_degree"] | None = None
    days: int | None = None


class Headlines(Declared):
    """All headlines and all conditions; the first condition is the default."""

    format: Literal[1]
    headlines: tuple[Headline, ...]
    conditions: tuple[Condition, ...]


def read_headlines(path: Path = OWN) -> Headlines:
    """What stands in a file; an InputError about the first thing that does not fit."""
    try:
        return Headlines.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(first["msg"], file=path, key=".".join(map(str, first["loc"]))) from None


def scenario_under(headline: Headline, condition: Condition, days: int | None = None, customers: int | None = None) -> Scenario:
    """The scenario of a headline under a condition, over `days` at most."""
    settings = dict(text.split("=") for text in neutral_settings()) if condition.neutral else {}
    numbers = {path: float(value) for path, value in settings.items()} | condition.settings
    horizon = min(condition.days or headline.days, days or headline.days)
    return load(headline.scenario, set=numbers, days=horizon, customers=customers)
