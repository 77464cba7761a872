"""Libraries that come with an extra: which command needs which, said in a sentence where one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..agents.declare import InputError


def need(library: str, extra: str, key: str) -> Any:
    """The module of a library; an InputError about `key` where its extra is not installed."""
    try:
        return import_module(library)
    except ImportError:
        raise InputError(f"needs the extra `{extra}`", key=key, allowed=f"pip install 'valuescape[{extra}]'") from None
