"""Hypotheses read from their files, and held to what the model can do: a plan names no path, metric or arm that there is not."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from ...agents.declare import InputError, nearest
from ..fixed import unamended
from .schema import Hypothesis

IDS = tuple(f"H{number:02d}" for number in range(1, 59))
DIGESTS = "digests.json"
"""Where the digests of the plans stand, as they were fixed."""


def hypothesis(name: str) -> Hypothesis:
    """The hypothesis of an id such as H03; an InputError for an unknown one."""
    wanted = name.upper()
    if wanted not in IDS:
        raise InputError("no such hypothesis", key="ID", given=name, allowed=f"{IDS[0]} to {IDS[-1]}", nearest=nearest(wanted, IDS))
    return _read(wanted)


def hypotheses() -> list[Hypothesis]:
    """All of them, in the order of their ids."""
    return [_read(name) for name in IDS]


def digests() -> dict[str, list[str]]:
    """Of the primary hypotheses: id -> the digest as it was fixed, then one for each amendment."""
    return json.loads(files(__package__).joinpath(DIGESTS).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def not_as_fixed(found: Hypothesis, fixed: list[str]) -> str | None:
    """What is wrong with a hypothesis, given its digests; None where nothing is."""
    return unamended(found.id, found, found.amended, fixed, DIGESTS)


def state_of(found: Hypothesis) -> str:
    """How far a hypothesis has come, in words; of a plan that was changed without stating it, that."""
    fixed = digests().get(found.id)
    return found.state if fixed is None or not_as_fixed(found, fixed) is None else "changed since it was fixed, without stating it"


@cache
def _read(name: str) -> Hypothesis:
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    found = parsed(text, f"{name}.toml")
    if found.id != name:
        raise InputError("the id is not that of the file", file=f"{name}.toml", key="id", given=found.id, allowed=name)
    return found


def parsed(text: str, file: str) -> Hypothesis:
    """The hypothesis that a file's text says; an InputError, a sentence about the first thing that does not fit."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not TOML: {error}", file=file) from None
    try:
        found = Hypothesis.model_validate(_flowing(data))
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
        shown = first["input"] if isinstance(first["input"], str | int | float) else None
        raise InputError(first["msg"], file=file, key=".".join(str(part) for part in first["loc"]) or None, given=shown) from None
    if found.plan is not None:
        from .checks import check_plan

        check_plan(found.plan, file)
    return found


def _flowing(data: Any) -> Any:
    """The data with texts on one line: line breaks of the file are not those of the text."""
    if isinstance(data, dict):
        return {key: _flowing(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_flowing(value) for value in data]
    return re.sub(r"\s*\n\s*", " ", data).strip() if isinstance(data, str) else data
