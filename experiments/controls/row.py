"""A control as a row: what is done, what was measured, when it passes, what came out, and why in a sentence."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Verdict = Literal["pass", "fail", "shown"]


class Control(NamedTuple):
    """One control, or one case of a control that has several."""

    id: str
    title: str
    done: str
    measured: str
    passes_when: str
    verdict: Verdict
    """`shown` stands for a result that is shown beside others and cannot pass or fail."""
    why: str


def verdict_of(passed: bool) -> Verdict:
    """Pass or fail."""
    return "pass" if passed else "fail"


def controls_table(rows: list[Control]) -> Any:
    """The controls as a pyarrow table of text."""
    import pyarrow as pa

    schema = pa.schema([(name, pa.string()) for name in Control._fields])
    return pa.Table.from_pylist([row._asdict() for row in rows], schema=schema)
