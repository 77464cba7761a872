"""What reaches stdout and stderr: with --json one document and nothing else; one line where stdout cannot be written."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

_document: Any = None
"""Where the document goes while all else that is printed goes to stderr."""


@contextmanager
def document_alone(asked: bool) -> Iterator[None]:
    """Within it, if `asked`, only `print_json` reaches stdout: a user's strategy may print, and would spoil the document."""
    global _document
    if not asked:
        yield
        return
    before, _document = _document, sys.stdout
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _document = before


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, indent=1, allow_nan=False), file=_document or sys.stdout)


def unwritable(ending: str = "") -> OSError | None:
    """The error that keeps what was printed, and `ending`, from reaching stdout; None where all is written.

    After an error stdout is given up: what it still holds would raise once more when Python ends.
    """
    try:
        print(end=ending, flush=True)
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        return error
    return None
