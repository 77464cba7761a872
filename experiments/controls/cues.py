"""A1c, no proxy: whatever a customer can perceive of a firm, every strategy can do, at the same posted price.

If one strategy alone could send a cue, a rule that reads the cue would read the strategy. So each field of a decision is set
once by a strategy written in user land and once by the built-in table of dials, in two worlds that are else the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...agents.prices import OTHERWISE
from ...agents.view import LEVERS, Decision, Push, StandingOrder
from ...scenarios.load import load
from ...sim.model import ServiceEcosystem
from ..levers import Field, fields, levers
from .row import Control, verdict_of

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

USER_LAND = '''"""A strategy as a user writes it: it takes one decision and knows nothing of the built-in ones."""

from valuescape import Decision


class Sets:
    """The same decision every time."""

    def __init__(self, **fields):
        self.decision = Decision.model_validate(fields)

    def decide(self, view):
        return self.decision
'''
PEOPLE, DAYS = 30, 7
NO_SHARES = dict.fromkeys(("email", "mail", "targeting", "desk", "embedded"), 0.0)
FREE = "free"
PASSES = "each is accepted from both, stands in the world as it was set, is charged the same, and is on the price list or open to all"


class Cue(NamedTuple):
    """One field of a decision: what it costs, and what it was charged in user land and by the built-in table, in cents."""

    lever: str
    level: str
    price: str
    free: bool
    user_land: int
    built_in: int
    alike: bool


def a_level(field: Field) -> Any:
    """A level of a lever that is not its default: the second word of a category, else 1 or what lies in its range."""
    default = None if field.info.is_required() else field.info.default
    if field.words:
        return next(word for word in field.words if word != default)
    assert field.number is not None
    levels = [level for level in (1.0, 0.5, field.number.high) if field.number.low <= level <= field.number.high and level != default]
    return int(levels[0]) if field.info.annotation is int else levels[0]


def decision_with(field: Field) -> dict[str, Any]:
    """The fields of a decision in which this lever is set; of a group inside it, the whole group."""
    group, _, name = field.name.rpartition(".")
    level = a_level(field)
    if group == "pushes":
        whole: Any = {"channel": "email", "volume": 1.0, name: level}
        return {"pushes": [Push.model_validate(whole).model_dump(mode="json")]}
    if group == "orders":
        return {"orders": [StandingOrder.model_validate({name: level}).model_dump(mode="json")]}
    return {name: level}


def in_a_world(scenario: Scenario, strategy: str, options: Mapping[str, Any]) -> tuple[int, dict[str, float], Decision]:
    """Cents charged to the focal firm in a week, its row of levers, and the decision in force."""
    seat = scenario.firms["focal"].model_copy(update={"strategy": strategy, "options": dict(options)})
    model = ServiceEcosystem(scenario.model_copy(update={"firms": {**scenario.firms, "focal": seat}}), 0)
    for _ in range(DAYS):
        model.step()
    row = model.columns.firms[0]
    # what is disclosed or thinned moves by itself: the decision says what was set
    return sum(model.spent_cents()["focal"].values()), {name: float(row[name]) for name in LEVERS}, model.firms[0].decision


def cues(names: Collection[str] | None = None) -> list[Cue]:
    """Every lever, or those named, set by a strategy in user land and by the built-in table of dials."""
    scenario = load("crossroads", customers=PEOPLE, days=DAYS, set={"world.burn_in_days": 0, "firms.focal.budget": 100.0})
    priced = {row["name"]: row for row in levers()}
    found = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "own.py"
        file.write_text(USER_LAND, encoding="utf-8", newline="\n")
        for field in (field for field in fields() if names is None or field.name in names):
            set_to = decision_with(field)
            own, own_row, taken = in_a_world(scenario, f"{file}:Sets", set_to)
            # the claim of the row lies under the levers: the same default in both
            other, row, same = in_a_world(scenario, "dials", {"claim": 0.5, "shares": NO_SHARES, "levers": set_to})
            lines = [price["line"] for price in priced[field.name]["price"]]
            otherwise = OTHERWISE.get(field.name, "")
            asked = Decision.model_validate(set_to)
            alike = own == other and own_row == row and _acts(taken) == _acts(same) == _acts(asked)
            price = " or ".join(lines) or otherwise
            found.append(Cue(field.name, str(a_level(field)), price, otherwise.startswith(FREE), own, other, alike))
    return found


def _acts(decision: Decision) -> dict[str, Any]:
    """A decision without messages that are never sent."""
    whole = decision.model_dump()
    return {**whole, "pushes": tuple(push for push in whole["pushes"] if push["volume"] > 0)}


def no_proxy(found: list[Cue]) -> Control:
    """The control, from the cues found."""
    unlike = [cue.lever for cue in found if not cue.alike]
    unpriced = [cue.lever for cue in found if not cue.price]
    free = [cue.lever for cue in found if cue.free]
    measured = (f"{sum(cue.alike for cue in found)} of {len(found)} levers alike in user land and built in; "
                f"{len(found) - len(unpriced)} priced or open to all; free: {', '.join(free)}")  # fmt: skip
    if unlike or unpriced:
        faults = {"not alike": unlike, "neither priced nor declared open": unpriced}
        said = "; ".join(f"{fault}: {', '.join(names)}" for fault, names in faults.items() if names)
        why = f"Some cues are not open to every strategy at one price ({said})."
    else:
        why = ("Whatever a customer can perceive, every strategy can do at one price; `steps`, names in the log, are all that is left, and "
               "nobody reads them.")  # fmt: skip
    done = ("each field of a decision is set by a strategy in a file of the user's and by the built-in table of dials, in the same "
            "world for a week with the same budget")  # fmt: skip
    return Control("A1c", "No proxy", done, measured, PASSES, verdict_of(bool(found) and not unlike and not unpriced), why)


def cues_table(found: list[Cue]) -> Any:
    """The cues as a pyarrow table; cents are a week's."""
    import pyarrow as pa

    kinds = {"lever": pa.string(), "level": pa.string(), "price": pa.string(), "free": pa.bool_(), "user_land": pa.int64(),
             "built_in": pa.int64(), "alike": pa.bool_()}  # fmt: skip
    return pa.Table.from_pylist([cue._asdict() for cue in found], schema=pa.schema(list(kinds.items())))
