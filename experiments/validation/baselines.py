"""Replication baselines: markets with a known answer, made by settings alone, and whether the model returns it.

B1  one offer, no bad news, everybody mixes with everybody: the Bass curve
B2  the word-of-mouth automaton of Goldenberg and others, on the same ties: its adoption curve
B3  lasting taste and nothing else: NBD-Dirichlet buying
B4  no ties: talk changes no purchase
Each is a function of seeds, and takes the setting of a counter-case on which it must fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..verdict import Estimate, estimate, number
from . import baseline_worlds as worlds
from .buying_fits import brands_of, dirichlet_brands
from .diffusion_fits import bass_curve, fit_bass, r_squared
from .goldenberg import Automaton, adoptions, circles

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario
    from ..ensemble import Outcome
    from ..store import Progress

HOLDS, FAILS = "holds", "fails"
ENOUGH = 0.7
"""Share of the seeds that must be inside a band, beside the median."""
LIKE_BASS = 0.99
"""Least R2 of the Bass curve."""
APART = 0.05
"""Largest distance of two adoption curves, as a share of the market, that counts as the same curve."""
MISFIT = 0.05
"""Largest relative error of a brand's penetration or purchases per buyer."""


@dataclass(frozen=True)
class Row:
    """What one baseline says."""

    id: str
    setting: str
    must_return: str
    measured: float | None
    """Mean over seeds; of the worst place where several are looked at."""
    low: float | None
    """End of its 95 % interval over seeds; both are null for one seed."""
    high: float | None
    verdict: str
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return asdict(self)


def baselines(seeds: Sequence[int], workers: int = 1, progress: Progress | None = None) -> list[Row]:
    """All rows, in order; with 20 seeds on two cores some two minutes."""
    return [
        *bass(seeds, workers, progress=progress),
        *goldenberg(seeds, workers, progress=progress),
        dirichlet(seeds, workers, progress=progress),
        no_ties(seeds, workers, progress=progress),
    ]


def run(
    scenarios: Sequence[Scenario], seeds: Sequence[int], workers: int, progress: Progress | None, detail: str = "counts", **more: Any,
) -> list[Sequence[Outcome]]:  # fmt: skip
    """Outcomes [scenario][seed] of worlds run by the ensemble, as all worlds are."""
    from ..ensemble import Identity, ensemble

    identities = [Identity(scenario, seed, detail=detail) for scenario in scenarios for seed in seeds]
    outcomes = ensemble(identities, workers=workers, progress=progress, **more).outcomes
    return [outcomes[k * len(seeds) : (k + 1) * len(seeds)] for k in range(len(scenarios))]


def adopted(outcome: Outcome, days: int) -> npt.NDArray[np.float64]:
    """First purchases of the one firm in each period of so many days."""
    return np.asarray(outcome.daily["new_customers"].to_numpy(), float).reshape(-1, days).sum(axis=1)


def within(values: Iterable[float], least: float) -> str:
    """Holds where the median and 70 % of the seeds reach the least."""
    there = np.asarray(list(values))
    return HOLDS if np.median(there) >= least and np.mean(there >= least) >= ENOUGH else FAILS


# --- B1 -----------------------------------------------------------------------------------------------------------------

MONTH = 28
INNOVATION, IMITATION = 0.005, 0.2  # 1/month, the p and q that the settings of B1 stand for


def bass(
    seeds: Sequence[int], workers: int = 1, *, people: int = 20_000, months: int = 50, mean_degree: float = 100, rewiring: float = 1.0,
    progress: Progress | None = None,
) -> list[Row]:  # fmt: skip
    """B1: the fitted discrete Bass curve, and the one on paper, against adoptions per four weeks; a ring (`rewiring` 0) must fail."""
    scenario = worlds.bass_world(people, MONTH * months, INNOVATION / MONTH, IMITATION / MONTH, mean_degree, rewiring)
    seen = [adopted(outcome, MONTH) for outcome in run([scenario], seeds, workers, progress)[0]]
    fits = [fit_bass(curve) for curve in seen]
    paper = bass_curve(INNOVATION / MONTH, IMITATION / MONTH, people, MONTH * months).reshape(-1, MONTH).sum(axis=1)
    aim = fit_bass(paper)
    fitted, unfitted = [fit.r_squared for fit in fits], [r_squared(curve, paper) for curve in seen]
    p, q = estimate([fit.p for fit in fits]), estimate([fit.q for fit in fits])
    setting = f"one offer, no bad news, {people:,} people, {mean_degree:g} ties each, {_mixing(rewiring)}"
    return [
        _row("B1", setting, f"R2 >= {LIKE_BASS} of the discrete Bass equation, per four weeks", estimate(fitted), within(fitted, LIKE_BASS),
             f"fitted p {number(p.mean)} and q {number(q.mean)} per four weeks; the settings say {INNOVATION} and {IMITATION} by the day, "
             f"which is {number(aim.p)} and {number(aim.q)} in steps of four weeks"),
        _row("B1 paper", setting, f"R2 >= {LIKE_BASS} of the Bass curve that the settings say, nothing fitted", estimate(unfitted),
             within(unfitted, LIKE_BASS), "what is left is chance and the half week that who has heard waits for her next need"),
    ]  # fmt: skip


def _mixing(rewiring: float) -> str:
    return "to anybody" if rewiring == 1.0 else f"on a ring with a share of {rewiring:g} led elsewhere"


# --- B2 -----------------------------------------------------------------------------------------------------------------

AS_PUBLISHED = Automaton()
REFERENCES = 20
"""Runs of the automaton at least: they are cheap, and their mean should not be what is uncertain."""
IN_TURN = 8
"""Turns within a period that stand for people who look around one after another."""


def goldenberg(
    seeds: Sequence[int], workers: int = 1, *, people: int = 3000, weeks: int = 150, numbers: Automaton = AS_PUBLISHED,
    said: Automaton | None = None, progress: Progress | None = None,
) -> list[Row]:  # fmt: skip
    """B2: adoption curves of the model and of the automaton with the same numbers, on the same ties, with the same people disappointed.

    `said` gives the automaton other numbers than the model's settings stand for: the counter-case.
    """
    from ...sim import draws

    net = circles(people, seed=1)
    chosen = draws.uniforms(0, draws.SAMPLE, 0, net.ids, draws.text_key("disappointed")) < numbers.dissatisfied
    said = said or numbers
    nobody = np.zeros(people, bool)
    curves = {}
    for name, disappointed in (("with", chosen), ("without", nobody)):
        table = worlds.goldenberg_people(disappointed)
        scenario = worlds.goldenberg_world(people, weeks, numbers)
        outcomes = run([scenario], seeds, workers, progress, network=net, customers_table=table)[0]
        curves[name] = np.array([np.cumsum(adopted(outcome, 7)) for outcome in outcomes]) / people

    def reference(disappointed: npt.NDArray[np.bool_], as_said: Automaton) -> npt.NDArray[np.float64]:
        runs = [adoptions(net, disappointed, weeks, as_said, seed) for seed in range(max(REFERENCES, len(seeds)))]
        return np.cumsum(runs, axis=1) / people

    in_turn, mute = replace(said, moments=IN_TURN), replace(said, moments=IN_TURN, rejecters_talk=False)
    at_once = _distance(curves["without"], reference(nobody, said))
    whole = reference(chosen, in_turn)
    praise, full = _distance(curves["without"], reference(nobody, in_turn)), _distance(curves["with"], whole)
    own = _distance(curves["with"], reference(chosen, mute))
    ends = [number(float(curve[:, -1].mean()), 0.01) for curve in (curves["with"], whole)]
    setting = f"{people:,} people in cliques of nine with eight weak ties, {weeks} periods of a week"
    must = f"that model's adoption curve, nowhere further off than {APART} of the market"
    return [
        _row("B2 praise", f"{setting}; nobody is disappointed", must, praise, _near(praise),
             "people look around one after another within a period, as in the code of 2025; where all look at once, as published, the "
             f"distance is {number(at_once.mean, 0.01)}"),
        _row("B2 own", f"{setting}; only who has bought speaks", must, own, _near(own),
             f"a share of {numbers.dissatisfied} is disappointed and warns {numbers.bad_news:g} times as often as others praise"),
        _row("B2", f"{setting}; who rejects on hearsay warns others, too", must, full, _near(full),
             f"the automaton ends at {ends[1]} of the market and the model at {ends[0]}: in the model nobody tells of what she has not "
             "lived, and no setting makes those talk who reject on hearsay"),
    ]  # fmt: skip


def _distance(curves: npt.NDArray[np.float64], reference: npt.NDArray[np.float64]) -> Estimate:
    """Difference of the mean curves where it is largest, with Welch's interval there."""
    from scipy import stats

    gaps = curves.mean(axis=0) - reference.mean(axis=0)
    worst = int(np.argmax(np.abs(gaps)))
    if len(curves) < 2:
        return Estimate(float(gaps[worst]), None, None, len(curves))
    interval = stats.ttest_ind(curves[:, worst], reference[:, worst], equal_var=False).confidence_interval()
    return Estimate(float(gaps[worst]), float(interval.low), float(interval.high), len(curves))


def _near(gap: Estimate) -> str:
    return HOLDS if gap.mean is not None and abs(gap.mean) <= APART else FAILS


# --- B3 -----------------------------------------------------------------------------------------------------------------

STANDING = (0.9, 0.5, 0.3, 0.2, 0.1)
STRENGTH, NEEDS, SHAPE = 1.2, 4.0, 0.6


def dirichlet(seeds: Sequence[int], workers: int = 1, *, people: int = 3000, habit: float = 0.0, progress: Progress | None = None) -> Row:
    """B3: what each brand reaches in a year against the theory with the declared S and K; with `habit` it must fail."""
    scenario = worlds.dirichlet_world(people, 364, STANDING, STRENGTH, NEEDS, SHAPE, habit)
    bought = [_purchases(outcome, people) for outcome in run([scenario], seeds, workers, progress, detail="full")[0]]
    seen = [brands_of(matrix) for matrix in bought]
    mean = float(np.mean([matrix.sum() / people for matrix in bought]))
    theory = dirichlet_brands(np.array(STANDING) / sum(STANDING), STRENGTH * sum(STANDING), mean, SHAPE)
    found = [
        (name, brand, estimate([float(getattr(brands, field)[brand] / getattr(theory, field)[brand] - 1.0) for brands in seen]))
        for field, name in (("penetration", "penetration"), ("often", "purchases per buyer"))
        for brand in range(len(STANDING))
    ]
    name, brand, worst = max(found, key=lambda entry: abs(entry[2].mean or 0.0))
    alone = "lasting taste and habit" if habit else "lasting taste alone"
    return _row("B3", f"{len(STANDING)} brands, {people:,} people, a year of {NEEDS:g} needs, {alone}",
                f"penetration and purchases per buyer of each brand within {MISFIT:.0%} of NBD-Dirichlet theory", worst,
                HOLDS if abs(worst.mean or 0.0) <= MISFIT else FAILS,
                f"the largest relative error is that of the {name} of the brand with a share of "
                f"{number(float(theory.share[brand]))}; S and K are the declared ones, the mean of {number(mean)} is counted")  # fmt: skip


def _purchases(outcome: Outcome, people: int) -> npt.NDArray[np.int64]:
    """Purchases [person, firm] of a world that kept its log."""
    import pyarrow.compute as pc

    deals = outcome.events.filter(pc.equal(outcome.events["kind"], "purchase"))
    firms = list(outcome.identity.scenario.firms)
    count = np.zeros((people, len(firms)), np.int64)
    np.add.at(count, (deals["actor"].to_numpy(), [firms.index(firm) for firm in deals["firm"].to_pylist()]), 1)
    return count


# --- B4 -----------------------------------------------------------------------------------------------------------------

DECIDED = ("purchase", "episode_start", "response")


def no_ties(seeds: Sequence[int], workers: int = 1, *, ties: bool = False, progress: Progress | None = None) -> Row:
    """B4: purchases with talk and with talk switched off are the same bytes; with `ties` they must not be."""
    pair = [worlds.talk_world(300, 91, ties, talk) for talk in (True, False)]
    loud, mute = run(pair, seeds, workers, progress, detail="full")
    same = [float(_decided(a) == _decided(b)) for a, b in zip(loud, mute, strict=True)]
    spoke = sum(sum(outcome.daily["utterances"].to_pylist()) for outcome in loud)
    mean = estimate(same)
    return _row("B4", "the everyday market " + ("with its ties" if ties else "without ties, communities, press and open places"),
                "the same purchases, byte by byte, with talk and without", mean, HOLDS if min(same) == 1.0 and spoke > 0 else FAILS,
                f"share of seeds in which all purchases are the same; {spoke:,} things were said where talk is on")  # fmt: skip


def _decided(outcome: Outcome) -> bytes:
    """The rows of the log that say who decided for what, as bytes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = outcome.events.filter(pc.is_in(outcome.events["kind"], value_set=pa.array(DECIDED))).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return bytes(sink.getvalue())


def _row(name: str, setting: str, must: str, found: Estimate, verdict: str, sentence: str) -> Row:
    return Row(name, setting, must, found.mean, found.low, found.high, verdict, sentence)
