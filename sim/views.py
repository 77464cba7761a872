"""Customers as Mesa users expect them: a row seen as an agent, and the whole population as an agent set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from ..agents.declare import InputError, nearest
from ..agents.view import CHANNELS, LAST_DAY, RULED, TARGETS, Push
from . import columns as c
from .draws import DRAW_BY_NAME
from .events import EMAIL, MAIL
from .kernels.reach import reachable

if TYPE_CHECKING:
    from .model import ServiceEcosystem

PERSONAL = [name for name in c.PERSON.names or () if name not in ("id", "offer_key", "offer_firm")]
LIVED = [name for name in c.LIFE.names or () if name not in ("jinx", "jinx_firm", "vivid")]
CONSENT = ["email_ok", "mail_ok"]
BOUND = list(c.BOND.names or ())
TOWARDS = [*(c.PAIR.names or ()), *BOUND, *CONSENT]


class Audience(Mapping[tuple[Any, ...], int]):
    """People who can be contacted on a day, by (channel, target) or (channel, target, after, until), counted when asked for.

    `count` is the kernel that counts them, by the same rule that lets messages through.
    """

    def __init__(self, w: c.Columns, firm: int, day: int = 0, count: Callable[..., int] = reachable) -> None:
        self.w, self.firm, self.day, self.count = w, firm, day, count
        self.counted: dict[tuple[Any, ...], int] = {}
        self.rows = c.table(c.PUSH_ROW, 1)

    def __getitem__(self, key: tuple[Any, ...]) -> int:
        if key not in self.counted:
            if len(key) not in (2, 4) or key[0] not in CHANNELS or key[1] not in TARGETS:
                raise KeyError(key)
            place = EMAIL if key[0] == "email" else MAIL
            after, until = key[2:] or (0, LAST_DAY)
            self.rows[0] = (self.firm, place, TARGETS.index(key[1]), 0.0, 0, 0, after, until)
            self.counted[key] = int(self.count(self.w, self.rows, self.day))
        return self.counted[key]

    def count_anew(self, pushes: Sequence[Push]) -> None:
        """Forget the counts of those pushes whose target rule depends on levers, as these have changed."""
        for push in pushes:
            if push.target in RULED:
                self.counted.pop(push.group, None)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter([(channel, target) for channel in CHANNELS for target in TARGETS])

    def __len__(self) -> int:
        return len(CHANNELS) * len(TARGETS)


class Asked(Mapping[tuple[Any, ...], int]):
    """An audience as a strategy may see it: numbers of people, and nothing of the world behind them."""

    def __init__(self, audience: Audience) -> None:
        self._ask = lambda key: audience[key]
        self._keys = tuple(audience)

    def __getitem__(self, key: tuple[Any, ...]) -> int:
        return self._ask(key)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def column_of(model: ServiceEcosystem, name: str, firm: int = 0) -> np.ndarray:
    """The column behind an attribute: of the person, or of her relation to a firm (default the first, the focal one)."""
    w = model.columns
    if name == "unique_id":
        return w.ids
    if name in PERSONAL:
        return w.people[name]  # type: ignore[no-any-return]
    if name in LIVED:
        return w.lives[name]  # type: ignore[no-any-return]
    if name in CONSENT:
        return getattr(w, name)[:, firm]  # type: ignore[no-any-return]
    if name in BOUND:
        return w.bonds[name][:, firm]  # type: ignore[no-any-return]
    if name in TOWARDS:
        return w.pairs[name][:, firm]  # type: ignore[no-any-return]
    raise AttributeError(
        f"customers have no {name!r}" + (f"; did you mean {found!r}?" if (found := nearest(name, PERSONAL + LIVED + TOWARDS)) else "")
    )


class Customer:
    """One customer as an agent: a view of her row that holds nothing of its own."""

    __slots__ = ("firm", "model", "row", "unique_id")

    def __init__(self, model: ServiceEcosystem, row: int, firm: int = 0) -> None:
        for name, value in (("model", model), ("row", row), ("firm", firm), ("unique_id", int(model.columns.ids[row]))):
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if self.model.columns.ids[self.row] != self.unique_id:
            raise LookupError(f"customer {self.unique_id} has left; {int(self.model.columns.ids[self.row])} took her place")
        return column_of(self.model, name, self.firm)[self.row].item()

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "unique_id":
            raise AttributeError("a customer's unique_id stays hers: draws are named by it")
        column_of(self.model, name, self.firm)[self.row] = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Customer) and other.model is self.model and other.unique_id == self.unique_id

    def __hash__(self) -> int:
        return hash((id(self.model), self.unique_id))

    def __repr__(self) -> str:
        return f"Customer({self.unique_id})"

    def towards(self, firm: str) -> Customer:
        """The same customer, seen in her relation to a named firm."""
        names = [f.name for f in self.model.firms]
        if firm not in names:
            raise InputError("unknown firm", key="towards", given=firm, allowed=", ".join(names))
        return Customer(self.model, self.row, names.index(firm))

    @property
    def friends(self) -> list[Customer]:
        """Those she has strong ties with."""
        w = self.model.columns
        begin = int(w.start[self.row])
        return [Customer(self.model, int(j), self.firm) for j in w.other[begin : begin + int(w.strong[self.row])]]


class Customers(Sequence[Customer]):
    """The customers of a world, or some of them, vectorised over columns, with the verbs of Mesa's AgentSet.

    A place in square brackets is a position, as in Mesa; `by_id` finds a customer by her stable id. Columns come as
    arrays where Mesa gives lists. Who is in the market is the columns' matter, so nobody is added or removed, and an
    order by chance is refused: a draw must have a name.
    """

    def __init__(self, model: ServiceEcosystem, rows: np.ndarray | None = None) -> None:
        self.model = model
        self.rows = np.arange(len(model.columns.ids)) if rows is None else rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Customer]:
        return (Customer(self.model, int(row)) for row in self.rows)

    @overload
    def __getitem__(self, item: int) -> Customer: ...
    @overload
    def __getitem__(self, item: slice) -> list[Customer]: ...
    def __getitem__(self, item: int | slice) -> Customer | list[Customer]:
        rows = self.rows[item]
        return [Customer(self.model, int(row)) for row in rows] if isinstance(item, slice) else Customer(self.model, int(rows))

    def by_id(self, unique_id: int) -> Customer:
        """The customer with this stable id; a KeyError where she is not in the set."""
        found = self.rows[self.model.columns.ids[self.rows] == unique_id]
        if not len(found):
            raise KeyError(f"no customer {unique_id} here")
        return Customer(self.model, int(found[0]))

    def __contains__(self, customer: object) -> bool:
        return isinstance(customer, Customer) and customer.model is self.model and bool((self.rows == customer.row).any())

    def to_list(self) -> list[Customer]:
        """The customers as a list."""
        return list(self)

    def get(self, attr_names: str | Iterable[str], handle_missing: str = "error", default_value: Any = None) -> Any:
        """Values of one attribute as an array, or of several as a list of rows.

        An unknown attribute raises an AttributeError, or with `handle_missing="default"` gives everybody `default_value`.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"Unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'")
        if isinstance(attr_names, str):
            try:
                return column_of(self.model, attr_names)[self.rows]
            except AttributeError:
                if handle_missing == "error":
                    raise
                return np.full(len(self.rows), default_value)
        columns = [self.get(name, handle_missing, default_value).tolist() for name in attr_names]
        return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in self.rows]

    def set(self, attr_name: str, value: Any) -> Customers:
        """Give an attribute a value (one, or one each); returns the set."""
        if attr_name == "unique_id":
            raise AttributeError("a customer's unique_id stays hers: draws are named by it")
        column_of(self.model, attr_name)[self.rows] = value
        return self

    def agg(self, attribute: str, func: Callable[[Any], Any] | Iterable[Callable[[Any], Any]]) -> Any:
        """A function of all values of an attribute, such as `numpy.mean` or `max`; of several functions, a list."""
        values = self.get(attribute)
        return func(values) if callable(func) else [one(values) for one in func]

    def select(
        self, filter_func: Callable[[Any], Any] | None = None, at_most: int | float = float("inf"), inplace: bool = False,
        agent_type: type | None = None, **equal: Any,
    ) -> Customers:  # fmt: skip
        """Those for whom `filter_func(customer)` holds (one by one, or at once on the whole set) and attributes equal.

        `at_most` is a number of customers, or as a float up to 1 a share of the set; the first are taken.
        """
        keep = np.full(len(self.rows), agent_type is None or issubclass(Customer, agent_type))
        for name, value in equal.items():
            keep &= self.get(name) == value
        if filter_func is not None:
            try:
                chosen = np.asarray(filter_func(Columnwise(self)))
                whole = chosen.shape == keep.shape and chosen.dtype == bool
            except (ValueError, TypeError, AttributeError):
                whole = False  # one by one it may well be answered, and what is unknown is refused there
            keep &= chosen if whole else np.array([bool(filter_func(one)) for one in self], dtype=bool)
        count = int(at_most * len(self.rows)) if isinstance(at_most, float) and at_most <= 1.0 else ceil(min(at_most, len(self.rows)))
        return self._with(self.rows[keep][: max(0, count)], inplace)

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Customers:
        """In the order of an attribute or of `key(customer)`, from high to low unless `ascending`; equals keep their order."""
        values = self.get(key).tolist() if isinstance(key, str) else [key(one) for one in self]
        order = sorted(range(len(values)), key=values.__getitem__, reverse=not ascending)
        return self._with(self.rows[np.array(order, dtype=np.int64)], inplace)

    def _with(self, rows: np.ndarray, inplace: bool) -> Customers:
        if not inplace:
            return Customers(self.model, rows)
        self.rows = rows
        return self

    def do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> Customers:
        """Call a function (or a method by name) on every customer in turn; returns the set."""
        self.map(method, *args, **kwargs)
        return self

    def map(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> list[Any]:
        """The same, returning the results."""
        if isinstance(method, str):
            return [getattr(one, method)(*args, **kwargs) for one in self]
        return [method(one, *args, **kwargs) for one in self]

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> Groups:
        """The customers parted by an attribute or by `by(customer)`; groups are sets, or with `result_type="list"` lists."""
        values = self.get(by).tolist() if isinstance(by, str) else [by(one) for one in self]
        places: dict[Any, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(value, []).append(place)
        groups = {value: Customers(self.model, self.rows[np.array(at)]) for value, at in places.items()}
        return Groups({value: group.to_list() for value, group in groups.items()} if result_type == "list" else groups)

    def shuffle(self, inplace: bool = False) -> Customers:
        """Refused: chance has names; sort by a named draw instead."""
        raise RuntimeError(DRAW_BY_NAME)

    def shuffle_do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> Customers:
        """Refused as `shuffle` is."""
        raise RuntimeError(DRAW_BY_NAME)


class Groups:
    """What `groupby` gives, with the verbs of Mesa's: group by the value that its customers share."""

    def __init__(self, groups: Mapping[Any, Any]) -> None:
        self.groups = dict(groups)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self.groups.items())

    def __len__(self) -> int:
        return len(self.groups)

    def count(self) -> dict[Any, int]:
        """How many are in each group."""
        return {value: len(group) for value, group in self}

    def agg(self, attr_name: str, func: Callable[[Any], Any]) -> dict[Any, Any]:
        """A function of an attribute's values, group by group."""
        return {value: func([getattr(one, attr_name) for one in group]) for value, group in self}

    def map(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """What a function (or a method by name) returns for each group."""
        call = (lambda group: getattr(group, method)) if isinstance(method, str) else (lambda group: partial(method, group))
        return {value: call(group)(*args, **kwargs) for value, group in self}

    def do(self, method: Callable[..., Any] | str, *args: Any, **kwargs: Any) -> Groups:
        """The same, returning the groups."""
        self.map(method, *args, **kwargs)
        return self


class Columnwise:
    """A set of customers whose attributes read as whole columns: lets a filter run at once."""

    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    def __getattr__(self, name: str) -> np.ndarray:
        return self._customers.get(name)  # type: ignore[no-any-return]
