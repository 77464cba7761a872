"""From plain data to a Scenario in which everything fits, or one sentence about what does not.

Refused are, in this order: unknown keys, values of the wrong kind or out of the declared range, missing keys, and then
what only the whole can tell: firms, seats and arms, strategies, shocks, and the ranges of levers and uncertainties.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ..agents.declare import InputError, Parameter, nearest, parameters
from ..agents.offer import Complement, Proposition
from ..agents.strategies.protocol import make_strategy
from ..sim.settings import WHO, WorldParams
from .places import allowed_at, keys, keys_of, range_text, spot
from .reading import Layer, leaves, line_of
from .schema import Arm, Scenario

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
FILE_NAME = re.compile(r"\w[\w .-]{0,99}")
MOST_PARTNERS = 8
MANY = 16
"""So many allowed keys are listed in a sentence; of more, the nearest ones."""


class Origins:
    """Who said what: the layer that each dotted path comes from, so that a refusal can name file and line."""

    def __init__(self, main: str | None = None) -> None:
        self.main = main
        self._said: dict[str, Layer] = {}

    def note(self, layer: Layer) -> None:
        """Everything in this layer was said by it."""
        for path, _ in leaves(layer.data):
            self._said.pop(path, None)
            self._said[path] = layer

    def said(self, path: str) -> tuple[str, Layer | None]:
        """The noted path nearest to `path`, itself or within it or beside it, and the layer that said so last."""
        around = path
        while around:
            for said in reversed(self._said):
                if said == around or said.startswith(f"{around}."):
                    return said, self._said[said]
            around = around.rpartition(".")[0]
        return path, None

    def refusal(self, path: str, what: str, *, given: Any = None, allowed: str | None = None, near: str | None = None) -> InputError:
        """The InputError about `path`, with the file that said it and the line where it did."""
        _, layer = self.said(path)
        line = line_of(layer.text, path) if layer and layer.text else None
        label = layer.label if layer else self.main
        return InputError(f"{what} (line {line})" if line else what, file=label, key=path, given=given,
                          allowed=allowed, nearest=near)  # fmt: skip


def checked(data: dict[str, Any], origins: Origins) -> Scenario:
    """The scenario that `data` describes; an InputError about the first thing that does not fit."""
    firms = data.get("firms")
    if isinstance(firms, dict) and "focal" in firms:
        data = {**data, "firms": {"focal": firms["focal"], **firms}}
    problems: list[Any] = []
    scenario = None
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        problems = list(error.errors(include_url=False))
    for problem in problems:
        if problem["type"] == "extra_forbidden":
            raise _unknown([str(part) for part in problem["loc"]], origins)
    for path, value in leaves(data):
        place = spot(path.split("."))
        truth = isinstance(value, bool) or (isinstance(value, list) and any(isinstance(item, bool) for item in value))
        if truth and place is not None and place.kind not in (bool, Any):
            raise origins.refusal(path, "cannot be true or false", given=value, allowed=allowed_at(place))
    if problems or scenario is None:
        raise _misfit(min(problems, key=lambda problem: problem["type"] == "missing"), origins)
    _check_firms(scenario, origins)
    _check_strategies(scenario, origins)
    _check_shocks(scenario, origins)
    _check_ranges(scenario, origins)
    return scenario


# -- keys and kinds --


def _unknown(parts: list[str], origins: Origins) -> InputError:
    """The sentence about an unknown key: what stands there instead, and what was probably meant."""
    path, around, last = ".".join(parts), ".".join(parts[:-1]), parts[-1]
    whole, _ = origins.said(path)
    known = [key for key in (*keys(Scenario), *keys(Proposition, "firms.focal.")) if key != "file"]
    place = spot(parts[:-1])
    beside = keys_of(place.kind) if place else []
    close = nearest(last, beside)
    if close:
        close = f"{around}.{close}" if around else close
    else:
        same = [key for end in (whole, last) for key in known if key.endswith(f".{end}")]
        close = next(iter(same), None) or nearest(whole, known)
    allowed = ", ".join(beside)
    if len(beside) > MANY and close:
        allowed = f"such as {', '.join(difflib.get_close_matches(last, beside, 4, 0.0))}, {len(beside)} keys in all"
    return origins.refusal(path, "unknown key", given=last, allowed=allowed or None, near=close)


def _misfit(problem: Any, origins: Origins) -> InputError:
    """The sentence about a value of the wrong kind, out of range, or missing."""
    place = spot([str(part) for part in problem["loc"]])
    assert place is not None  # only unknown keys lead nowhere
    value, allowed = problem["input"], allowed_at(place)
    if problem["type"] == "missing":
        return origins.refusal(place.path, "missing key", allowed=allowed)
    what = "out of range" if problem["type"] in ("greater_than_equal", "less_than_equal", "finite_number") else "does not fit"
    if isinstance(value, (dict, list)):
        what = f"cannot be a {'table' if isinstance(value, dict) else 'list'}"
    words = [str(word) for word in get_args(place.kind)] if get_origin(place.kind) is Literal else []
    return origins.refusal(place.path, what, given=_shown(value), allowed=allowed, near=nearest(str(value), words))


def _shown(value: Any) -> Any:
    """The value as a sentence may show it: nothing for tables and lists, the beginning of a long text."""
    if isinstance(value, (dict, list)):
        return None
    if isinstance(value, str) and len(value) > 60:
        return f"{value[:60]}..."
    return value


# -- what only the whole can tell --


def _check_firms(scenario: Scenario, origins: Origins) -> None:
    if not FILE_NAME.fullmatch(scenario.name):
        raise origins.refusal("name", "not a name", given=_shown(scenario.name), allowed="letters, digits, spaces and _ . -")
    for kind, names in (("firms", scenario.firms), ("arms", scenario.arms), ("partners", scenario.partners)):
        for name in names:
            if not NAME.fullmatch(name):
                raise origins.refusal(f"{kind}.{name}", "not a name", given=name, allowed="letters, digits and _, a letter first")
    if len(scenario.partners) > MOST_PARTNERS:
        raise origins.refusal("partners", "too many partners", given=len(scenario.partners), allowed=f"at most {MOST_PARTNERS}")
    if "focal" not in scenario.firms:
        raise origins.refusal("firms", "the firm whose seat is in question is missing; a file that names a rival names all firms",
                              given=", ".join(scenario.firms), allowed="focal and any rivals", near="focal")  # fmt: skip
    for name, firm in scenario.firms.items():
        if firm.budget is not None and firm.budget < 0:
            raise origins.refusal(f"firms.{name}.budget", "out of range", given=firm.budget, allowed="0 or more money/customer-day")
    if scenario.default_arm is None:
        return
    if scenario.default_arm not in scenario.arms:
        raise origins.refusal("default_arm", "unknown arm", given=scenario.default_arm, allowed=", ".join(scenario.arms) or "none",
                              near=nearest(scenario.default_arm, scenario.arms))  # fmt: skip
    seat = scenario.firms["focal"]
    arm = scenario.arms[scenario.default_arm]
    if (seat.strategy, seat.options) not in ((arm.strategy, arm.options), ("status_quo", {})):
        key = "options" if seat.strategy in (arm.strategy, "status_quo") else "strategy"
        raise origins.refusal(
            f"firms.focal.{key}", f"would not act, since the arm {scenario.default_arm} takes the focal firm's seat",
            given=getattr(seat, key), allowed=f"arms.{scenario.default_arm}.{key}, or firms.focal.strategy without default_arm",
        )  # fmt: skip


def _check_strategies(scenario: Scenario, origins: Origins) -> None:
    seats: dict[str, Proposition | Arm] = {f"firms.{name}": firm for name, firm in scenario.firms.items()}
    for place, seat in (seats | {f"arms.{name}": arm for name, arm in scenario.arms.items()}).items():
        start_strategy(scenario, place, seat.strategy, seat.options, origins)


def start_strategy(scenario: Scenario, seat: str, strategy: str, options: Mapping[str, Any], origins: Origins) -> None:
    """Make the strategy of a seat once, as a run would; an InputError that names the seat where that fails."""
    try:
        make_strategy(strategy, dict(options), scenario.file)
    except InputError as error:
        key = error.key or "strategy"
        inside = key if key.split(".")[0] in ("strategy", "options") else f"options.{key}"
        raise origins.refusal(f"{seat}.{inside}", error.what, given=str(error.file) if error.file else _shown(error.given),
                              allowed=error.allowed, near=error.nearest) from None  # fmt: skip
    except (Exception, SystemExit) as error:  # a user's own class may fail in any way, and must not end the program
        raise origins.refusal(f"{seat}.strategy", f"the strategy does not start: {type(error).__name__}: {error}",
                              given=strategy) from error  # fmt: skip


def _check_shocks(scenario: Scenario, origins: Origins) -> None:
    for k, shock in enumerate(scenario.shocks):
        if shock.firm not in scenario.firms:
            raise origins.refusal(f"shocks.{k}.firm", "unknown firm", given=shock.firm, allowed=", ".join(scenario.firms),
                                  near=nearest(shock.firm, scenario.firms))  # fmt: skip
        if shock.kind == "partner_exit" and shock.partner not in scenario.partners:
            raise origins.refusal(f"shocks.{k}.partner", "unknown partner", given=shock.partner,
                                  allowed=", ".join(scenario.partners) or "a partner of [partners.NAME]; there is none",
                                  near=nearest(str(shock.partner), scenario.partners))  # fmt: skip
        if shock.kind != "partner_exit" and shock.partner is not None:
            raise origins.refusal(f"shocks.{k}.partner", f"does not act with kind {shock.kind}", given=shock.partner, allowed="none")
        first = -scenario.world.burn_in_days
        if shock.day < first or (shock.trigger and shock.day >= scenario.days):
            raise origins.refusal(f"shocks.{k}.day", "the run is over before it, or begins after it", given=shock.day,
                                  allowed=f"{first} to {scenario.days - 1}, the days of the burn-in and of the run")  # fmt: skip
        if isinstance(shock.who, int) and shock.who < 0:
            raise origins.refusal(f"shocks.{k}.who", "unknown customer", given=shock.who, allowed=f"{WHO}; ids count from 0")


def numbers(scenario: Scenario) -> dict[str, Parameter]:
    """Every declared number of a scenario by its dotted path: what levers, uncertainties and sweeps may name."""
    groups: list[tuple[str, type[BaseModel]]] = [("world", WorldParams), *((f"firms.{name}", Proposition) for name in scenario.firms)]
    groups += [(f"partners.{name}", Complement) for name in scenario.partners]
    rows = [row for row in parameters(Scenario) if row.path == "days"]
    rows += [row for prefix, group in groups for row in parameters(group, f"{prefix}.")]
    return {row.path: row for row in rows}


def _check_ranges(scenario: Scenario, origins: Origins) -> None:
    known = numbers(scenario)
    for kind in ("levers", "uncertainties"):
        for path, ends in getattr(scenario, kind).items():
            key = f"{kind}.{path}"
            if len(ends) != 2 or not ends[0] < ends[1]:
                raise origins.refusal(key, "must be a range", given=ends, allowed="[low, high] with low below high")
            if path in known:
                row = known[path]
                if ends[0] < row.low or ends[1] > row.high:
                    raise origins.refusal(key, "leaves the declared range", given=ends, allowed=range_text(row.low, row.high, row.unit))
            elif not _is_option(scenario, path, ends, key, origins):
                raise origins.refusal(key, "no number of this scenario", near=nearest(path, known),
                                      allowed="a path such as world.talk.openness or arms.NAME.options.ts1")  # fmt: skip


def _is_option(scenario: Scenario, path: str, ends: list[float], key: str, origins: Origins) -> bool:
    """True if the path is an option of a seat whose strategy starts with both ends of the range."""
    parts = path.split(".")
    seats: Mapping[str, Any] = scenario.firms if parts[0] == "firms" else scenario.arms if parts[0] == "arms" else {}
    if len(parts) != 4 or parts[2] != "options" or parts[1] not in seats:
        return False
    if parts[:2] == ["firms", "focal"] and scenario.default_arm is not None:
        raise origins.refusal(key, f"would not act, since the arm {scenario.default_arm} takes the focal firm's seat",
                              allowed=f"arms.{scenario.default_arm}.options.{parts[3]}")  # fmt: skip
    seat = seats[parts[1]]
    for end in ends:
        try:
            make_strategy(seat.strategy, {**seat.options, parts[3]: end}, scenario.file)
        except InputError as error:
            raise origins.refusal(key, f"cannot be set: {error.what}", given=ends, allowed=error.allowed, near=error.nearest) from None
    return True
