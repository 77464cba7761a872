"""What a hypothesis says: its wording, and of a primary one the whole plan by which it is to be judged, fixed beforehand.

A plan runs arms (strategies with options) under every combination of its factors' levels. A cell is one arm at one level of
each factor on one day; `cells` picks some by coordinate and stands for the mean over all that it does not tell apart.
A contrast is a number made of cells, with a 95 % interval over seeds; a rule says of contrasts what must hold.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from ...agents.declare import Declared
from ..fixed import Amendment

Coordinate = str | float
Cells = dict[str, Coordinate]
"""Coordinate -> where: `arm` by name, an arm's own coordinate by number, a factor by the name of its level, `day` by number."""


class Arm(Declared):
    """A strategy with options in the focal firm's seat, and where it lies on coordinates that arms have of their own."""

    strategy: str
    options: dict[str, Any] = Field(default_factory=dict)
    at: dict[str, float] = Field(default_factory=dict)


class Level(Declared):
    """One level of a factor: settings of the world by dotted path; `value` is its place where a trend is asked about."""

    name: str
    value: float | None = None
    set: dict[str, Any] = Field(default_factory=dict)


class Outcome(Declared):
    """One measured quantity.

    metric     a name of the catalogue of metrics
    damage     a column of the losses of worlds and their twins without the trigger: loss, SERIES_area, SERIES_peak, ...
    state      the mean over all people of a column of state on the last day, such as people.cred_strong
    """

    of: Literal["metric", "damage", "state"]
    name: str


class Contrast(Declared):
    """A number with an interval that is made of cells; `formula` says it in words.

    difference     outcome in `cells` minus outcome (or `minus_outcome`) in `minus`, paired by seed
    trend          the last level of `over` minus the first, in `cells`; with the steps between neighbours
    interaction    (`cells` - `minus`) at the last level of `across` minus the same at its first
    crossing       the difference of `cells` and `minus` at every level of `over`
    effect_gap     |last - first| of `over` minus |last - first| of `across`, each a mean over the other's levels
    top_share      part of all losses that the worst `share` of them bring, over seeds and lucks, in `cells`
    correlation    Spearman's rank correlation of `outcome` and `minus_outcome` over the worlds of `cells`
    prediction     out-of-sample R2 for `outcome` (its growth between the first and the last day of the plan) by the best of `by`
                   minus that by `minus_outcome`, both read on the first day; ridge regression, folds are whole seeds
    """

    form: Literal["difference", "trend", "interaction", "crossing", "effect_gap", "top_share", "correlation", "prediction"]
    formula: str
    outcome: str
    minus_outcome: str | None = None
    by: list[str] = Field(default_factory=list)
    cells: Cells = Field(default_factory=dict)
    minus: Cells | None = None
    over: str | None = None
    across: str | None = None
    share: float | None = Field(None, gt=0, lt=1)


class Condition(Declared):
    """What must hold of a contrast, judged by its 95 % interval and `by` (default: the smallest effect of its outcome).

    above          the interval lies above `by`
    below          it lies below -`by`
    less           it lies below `by`, of a share
    within         it lies between -`by` and `by`
    not_above      it does not lie above `by`, and is no wider than twice `by`
    not_below      it does not lie below -`by`, and is no wider than twice `by`
    rising         above, and no step between neighbours lies below 0
    falling        below, and no step lies above 0
    turns          of a crossing: below -`by` at the first level and above `by` at the last
    keeps          of a crossing: at no two levels beyond `by` on opposite sides, and nowhere wider than twice `by`

    `where` is the plan's own settings, or the points of its region, of which the part `share` at least must comply.
    """

    contrast: str
    holds: Literal["above", "below", "less", "within", "not_above", "not_below", "rising", "falling", "turns", "keeps"]
    by: float | None = Field(None, ge=0)
    where: Literal["defaults", "region"] = "defaults"
    share: float | None = Field(None, gt=0, le=1)


class Rule(Declared):
    """Conditions that must all hold, and what they come to in words."""

    words: str
    all: list[Condition] = Field(min_length=1)


class Smallest(Declared):
    """The smallest effect of interest of one outcome, and why this one; `relative` is of the mean over cells of its size."""

    outcome: str
    value: float = Field(gt=0)
    relative: bool = False
    reason: str


class Axis(Declared):
    """One parameter of the region in which the claim is made, from low to high."""

    path: str
    low: float
    high: float


class Region(Declared):
    """The part of the space of worlds that the claim is about: `points` of a Latin hypercube, seeded by the hypothesis's id."""

    words: str
    points: int = Field(ge=8)
    seeds: str
    axes: list[Axis] = Field(min_length=1)


class Control(Declared):
    """The plan once more under another condition, and how its result is read.

    settings    with other settings
    neutral     every bias at its neutral value
    placebo     decisions played back under another name: every difference must be exactly nought
    """

    name: str
    kind: Literal["settings", "neutral", "placebo"]
    set: dict[str, Any] = Field(default_factory=dict)
    reading: str


class Plan(Declared):
    """How a primary hypothesis is judged: what is run, what is measured, and which result means what."""

    scenario: str
    set: dict[str, Any] = Field(default_factory=dict)
    seeds: str
    lucks: int = Field(1, ge=1)
    days: int = Field(ge=1)
    days_read: list[int] = Field(default_factory=list)
    """Days up to which outcomes are read, ascending; none is the last alone."""
    arms: dict[str, Arm] = Field(min_length=1)
    factors: dict[str, list[Level]] = Field(default_factory=dict)
    outcomes: dict[str, Outcome] = Field(min_length=1)
    smallest: list[Smallest] = Field(min_length=1)
    contrasts: dict[str, Contrast] = Field(min_length=1)
    supported_if: list[Rule] = Field(min_length=1)
    refuted_if: list[Rule] = Field(min_length=1)
    region: Region
    controls: list[Control] = Field(min_length=1)
    refuting_result: str
    """The result that would refute the hypothesis, in words."""
    known: str
    """What was known of related results when the plan was fixed."""
    left_out: str
    """What the hypothesis asks for and the model cannot give."""


class Hypothesis(Declared):
    """One hypothesis; `fixed` is the day on which everything in the file was fixed: of a screened one that is its wording alone."""

    format: Literal[1]
    id: str = Field(pattern=r"^H\d\d$")
    wording: str
    origin: str
    conflict: str
    """Where sources disagree, or under which conditions the other side should win; "none found" where there is no such note."""
    supports: str
    refutes: str
    status: Literal["primary", "screened"]
    fixed: date
    plan: Plan | None = None
    amended: list[Amendment] = Field(default_factory=list)

    @model_validator(mode="after")
    def _planned_if_primary(self) -> Hypothesis:
        if (self.status == "primary") != (self.plan is not None):
            raise ValueError("a primary hypothesis has a plan, a screened one has none")
        return self

    @property
    def state(self) -> str:
        """How far it has come, in words."""
        return "fixed, not yet run" if self.plan else "worded, not yet fixed"
