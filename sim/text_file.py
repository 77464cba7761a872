"""A file of the user's as bytes and as text: what can be mended is mended and noted, the rest is refused in a sentence."""

from __future__ import annotations

import re
from pathlib import Path

from ..agents.declare import InputError

MAX_BYTES = 2 << 30
BLANK = " \t\r\f\v\xa0"
BLANK_LINE = re.compile(r"^[ \t\r\f\v\xa0]*$", re.MULTILINE)
COMMENT = re.compile(r"^[ \t\r\f\v\xa0]*[#%].*$", re.MULTILINE)
PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}


def bytes_of(path: Path, kinds: str) -> bytes:
    """All bytes of a file; an InputError for a folder, a pipe, a packed, huge or unreadable one. `kinds` says what would do."""
    try:
        if path.is_dir():
            raise InputError("this is a folder", file=path, allowed=kinds)
        if path.exists() and not path.is_file():  # a pipe would be waited for, and could not be read again
            raise InputError("this is no regular file", file=path, allowed=kinds)
        if path.stat().st_size > MAX_BYTES:
            raise InputError("the file is too large for memory", file=path, given=f"{path.stat().st_size} bytes",
                             allowed=f"up to {MAX_BYTES} bytes")  # fmt: skip
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # a name may hold what no system takes
        why = getattr(error, "strerror", None) or error
        raise InputError(f"the file cannot be read ({why})", file=path, allowed=kinds) from None
    for mark, name in PACKED.items():
        if data.startswith(mark):
            raise InputError("the file is packed", file=path, given=name, allowed=f"{kinds}, unpacked")
    return data


def text_of(data: bytes, path: Path, kinds: str, notes: list[str]) -> str:
    """The text of a file's bytes with plain line ends, or an InputError with the line at which it is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("the text is UTF-16", file=path, allowed="save as UTF-8")
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        notes.append("byte-order mark dropped")
    try:
        text = data.decode("utf-8")
        fault = data.find(b"\0")
    except UnicodeDecodeError as error:
        fault = error.start
    if fault >= 0:
        line = f"line {data.count(bytes([10]), 0, fault) + 1}"
        raise InputError("this is not text in UTF-8", file=path, key=line, given=data[fault : fault + 1],
                         allowed="save as UTF-8")  # fmt: skip
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        notes.append("line ends of another system accepted")
    if not text.strip(BLANK + "\n"):
        raise InputError("the file is empty", file=path, allowed=kinds)
    return text


def without_comments(text: str, notes: list[str]) -> str:
    """The text with comments as empty lines, so that lines keep their numbers; both kinds are counted."""
    blank = len(BLANK_LINE.findall(text)) - text.endswith("\n")
    text, comments = COMMENT.subn("", text)
    notes += [f"{count} {what} line(s) skipped" for count, what in ((blank, "blank"), (comments, "comment")) if count]
    return text
