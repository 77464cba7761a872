"""A distribution of losses with an honest tail: odds, value at risk, expected shortfall, tail index, what luck explains.

Every figure is {value, low, high} with a 95 % interval; where the number of losses cannot carry it, the value is null and
`why` says what it takes. A loss below 0 is a gain. Resampling is seeded by name: the same losses give the same intervals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from math import ceil, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Figure = dict[str, Any]
LEVEL = 0.95
Z = 1.959963984540054
RESAMPLES = 2000
IN_TAIL = 10
"""Losses beyond the value at risk that an expected shortfall is the mean of, at least."""
TAIL_SHARE = 0.1
FEWEST_IN_TAIL = 20
"""The k of the tail index: a tenth of the losses, at least so many."""
FEWEST_FOR_VERDICT = 50
"""Losses in the tail below which its shape gets no verdict: what twenty say a thousand replays may turn round."""
WANTED = 0.1
"""Half-width that is asked for in `replays_needed`, as a part of the figure."""


def missing(why: str) -> Figure:
    """A figure that there is not, and the reason."""
    return {"value": None, "low": None, "high": None, "why": why}


def generator(name: str) -> np.random.Generator:
    """A generator seeded by a name: chance in statistics only, never in a world."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little"))


def bootstrapped(losses: Floats, name: str, of: Callable[[Floats], Floats]) -> Figure:
    """A statistic of each row of a table [resample, loss, sorted], with its percentile interval over resamples."""
    rng, found = generator(name), []
    ordered = np.sort(losses)
    chunk = max(1, 2_000_000 // len(ordered))
    for begin in range(0, RESAMPLES, chunk):
        picks = rng.integers(0, len(ordered), (min(chunk, RESAMPLES - begin), len(ordered)))
        picks.sort(axis=1)  # ranks in order are losses in order
        found.append(of(ordered[picks]))
    low, high = np.quantile(np.concatenate(found), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {"value": float(of(ordered[None, :])[0]), "low": float(low), "high": float(high)}


# --- the figures ------------------------------------------------------------------------------------------------------


def mean_loss(losses: Floats) -> Figure:
    """The mean loss; needs 2."""
    if len(losses) < 2:
        return missing("one history: a mean needs 2 or more")
    return bootstrapped(losses, "mean", lambda rows: rows.mean(axis=1))


def median_loss(losses: Floats) -> Figure:
    """The median loss; needs 20."""
    if len(losses) < 20:
        return missing(f"{len(losses)} losses cannot carry it: needs 20")
    return bootstrapped(losses, "median", lambda rows: np.asarray(np.median(rows, axis=1)))


def fewest_for(percent: int) -> int:
    """The fewest losses with which the value at risk has an interval by order statistics."""
    return ceil(log((1 - LEVEL) / 2) / log(percent / 100))


def value_at_risk(losses: Floats, percent: int) -> Figure:
    """The smallest loss that at least `percent` % of the losses do not exceed."""
    if len(losses) < fewest_for(percent):
        return missing(f"{len(losses)} losses cannot carry it: needs {fewest_for(percent)}")
    return bootstrapped(losses, f"value at risk {percent}", lambda rows: rows[:, _rank(len(losses), percent)])


def _rank(count: int, percent: int) -> int:
    """Place of the value at risk among the losses in ascending order, from 0."""
    return max(0, -(-count * percent // 100) - 1)


def expected_shortfall(losses: Floats, percent: int) -> Figure:
    """The mean of the worst 100 - `percent` % of the losses; the one on the border counts in part."""
    if len(losses) * (100 - percent) < IN_TAIL * 100:
        return missing(f"{len(losses)} losses cannot carry it: needs {-(-IN_TAIL * 100 // (100 - percent))}, so that "
                       f"{IN_TAIL} lie beyond")  # fmt: skip
    share = len(losses) * (100 - percent) / 100
    whole = int(share)

    def of(rows: Floats) -> Floats:
        worst = rows[:, len(losses) - whole :].sum(axis=1)
        part = (share - whole) * rows[:, len(losses) - whole - 1] if whole < len(losses) else 0.0
        return np.asarray((worst + part) / share)

    return bootstrapped(losses, f"expected shortfall {percent}", of)


def top_share(losses: Floats) -> Figure:
    """The part of all that is lost (losses above 0) that the worst 1 % of the losses bring."""
    if len(losses) < 100:
        return missing(f"{len(losses)} losses have no 1 %: needs 100")
    if not (losses > 0).any():
        return missing("nothing was lost")
    worst = len(losses) // 100

    def of(rows: Floats) -> Floats:
        lost = np.maximum(rows, 0.0)
        total = lost.sum(axis=1)
        return np.divide(lost[:, -worst:].sum(axis=1), total, out=np.zeros(len(rows)), where=total > 0)

    return bootstrapped(losses, "top share", of)


def share_of(hits: int, count: int) -> Figure:
    """A share with Wilson's interval, which is honest at 0 and 1 too."""
    if not count:
        return missing("no losses")
    p, z2 = hits / count, Z * Z / count
    middle, half = (p + z2 / 2) / (1 + z2), Z * sqrt(p * (1 - p) / count + z2 / (4 * count)) / (1 + z2)
    return {"value": p, "low": 0.0 if hits == 0 else middle - half, "high": 1.0 if hits == count else middle + half}


def hill(losses: Floats, k: int | None = None) -> Figure:
    """The tail index by Hill over the k largest losses (default a tenth of them), with its exact interval for a Pareto tail.

    Below 2 the variance is infinite, below 1 the mean is; more replays then hardly narrow a mean.
    """
    positive = np.sort(losses[losses > 0])[::-1]
    k = max(FEWEST_IN_TAIL, int(TAIL_SHARE * len(losses))) if k is None else k
    if len(positive) <= k:
        return missing(f"{len(positive)} losses above 0 cannot carry it: needs more than k = {k}") | {"k": k}
    above = np.log(positive[:k] / positive[k])
    if above.sum() <= 0:
        return missing("the largest losses are all the same") | {"k": k}
    from scipy.stats import chi2

    index = k / float(above.sum())
    low, high = (index * float(chi2.ppf(q, 2 * k)) / (2 * k) for q in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return {"value": index, "low": low, "high": high, "k": k, "from": float(positive[k])}


def against_lognormal(losses: Floats, k: int | None = None) -> dict[str, Any]:
    """Whether the tail of `hill` looks more like a power law or a lognormal: log-likelihood ratio and Vuong's p.

    A ratio above 0 favours the power law; `favours` is None where p is above 0.05, and all are where the tail is too small.
    """
    found = hill(losses, k)
    if found["value"] is None:
        return {"ratio": None, "p": None, "favours": None, "why": found["why"]}
    if found["k"] < FEWEST_FOR_VERDICT:
        why = f"too few losses in the tail to tell ({found['k']} of {FEWEST_FOR_VERDICT})"
        return {"ratio": None, "p": None, "favours": None, "why": why}
    from scipy.optimize import minimize
    from scipy.special import log_ndtr
    from scipy.stats import norm

    start, alpha, count = found["from"], found["value"], found["k"]
    x = np.log(np.sort(losses)[::-1][:count])
    power = log(alpha) - alpha * (x - log(start)) - x

    def density(q: npt.NDArray[Any]) -> Floats:
        mu, sigma = q[0], np.exp(q[1])
        z = (x - mu) / sigma
        return np.asarray(-0.5 * z * z - log(sigma * sqrt(2 * np.pi)) - x - log_ndtr((mu - log(start)) / sigma))

    fitted = minimize(lambda q: -density(q).sum(), np.array([x.mean(), log(x.std() + 1e-6)]), method="Nelder-Mead",
                      bounds=[(log(start) - 50, x.max() + 5), (-6, 5)], options={"maxiter": 2000})  # fmt: skip
    apart = power - density(fitted.x)
    spread = float(apart.std() * sqrt(count))
    if not spread > 0:
        return {"ratio": 0.0, "p": 1.0, "favours": None, "why": "both fit alike"}
    p = float(2 * norm.sf(abs(apart.sum()) / spread))
    favours = None if p > 0.05 else "power law" if apart.sum() > 0 else "lognormal"
    return {"ratio": float(apart.sum()), "p": p, "favours": favours} | ({} if favours else {"why": "the data cannot tell them apart"})


# --- luck, and how many replays it takes ------------------------------------------------------------------------------


def luck_share(groups: Sequence[Floats]) -> Figure:
    """The part of the variance of losses that luck makes within a seed; the rest lies between seeds (other people and ties).

    One-way components of variance, equal weight for seeds; the interval resamples whole seeds.
    """
    if len(groups) < 2:
        return missing("one seed: all spread is luck by construction; --seeds 10 beside --replays tells")
    if min(map(len, groups)) < 2:
        return missing("needs 2 replays of each seed")
    within = np.array([group.var(ddof=1) for group in groups])
    error = np.array([group.var(ddof=1) / len(group) for group in groups])
    means = np.array([group.mean() for group in groups])

    def of(picked: npt.NDArray[Any]) -> Floats:
        inside = within[picked].mean(axis=1)
        between = np.maximum(0.0, means[picked].var(axis=1, ddof=1) - error[picked].mean(axis=1))
        return np.divide(inside, inside + between, out=np.full(len(picked), np.nan), where=inside + between > 0)

    value = float(of(np.arange(len(groups))[None, :])[0])
    if np.isnan(value):
        return missing("losses do not differ")
    if len(groups) < 5:
        return {"value": value, "low": None, "high": None, "why": f"{len(groups)} seeds are too few for an interval: 5"}
    drawn = of(generator("luck share").integers(0, len(groups), (RESAMPLES, len(groups))))
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {"value": value, "low": float(low), "high": float(high)}


def replays_needed(losses: Floats) -> dict[str, dict[str, Any]]:
    """Replays for a half-width of a tenth: of the mean by its standard error, of the 95 % value at risk by order statistics.

    Both go by the spread found here; with a heavy tail and few replays that spread is itself too small.
    """
    mean = float(losses.mean()) if len(losses) else 0.0
    wanted: dict[str, dict[str, Any]] = {"mean": {"replays": None, "half_width": None}, "var95": {"replays": None, "half_width": None}}
    if len(losses) < 10:
        return {name: row | {"why": f"{len(losses)} losses say too little about their spread: needs 10"} for name, row in wanted.items()}
    spread, half = float(losses.std(ddof=1)), WANTED * abs(mean)
    if half > 0:
        wanted["mean"] = {"replays": max(2, ceil((Z * spread / half) ** 2)), "half_width": half}
    else:
        wanted["mean"]["why"] = "the mean loss is 0"
    ordered = np.sort(losses)
    at = float(np.quantile(ordered, 0.95))
    if len(losses) < fewest_for(95):
        wanted["var95"]["why"] = f"{len(losses)} losses cannot carry it: needs {fewest_for(95)}"
    elif at <= 0:
        wanted["var95"]["why"] = "the value at risk is not above 0"
    else:
        wanted["var95"] = {"replays": _for_quantile(ordered, WANTED * at), "half_width": WANTED * at}
        if wanted["var95"]["replays"] is None:
            wanted["var95"]["why"] = "more than 10 million"
    return wanted


def _for_quantile(ordered: Floats, half: float) -> int | None:
    """The fewest replays whose order-statistic interval of the 95 % quantile is as narrow, by the quantiles found."""
    low, high = fewest_for(95), 10_000_000

    def width(count: int) -> float:
        reach = Z * sqrt(0.95 * 0.05 / count)
        ends = np.quantile(ordered, [max(0.0, 0.95 - reach), min(1.0, 0.95 + reach)])
        return float(ends[1] - ends[0]) / 2

    if width(high) > half:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if width(middle) <= half else (middle + 1, high)
    return low


def summary(groups: Sequence[Floats], sizes: dict[float, float]) -> dict[str, Any]:
    """All figures of the losses of one or more seeds; `sizes` maps a part of the margin to money, for the odds beyond it."""
    losses = np.concatenate(list(groups))
    count = len(losses)
    said = f"{count} losses cannot carry them: needs 20"
    return {
        "replays": count,
        "seeds": len(groups),
        "mean": mean_loss(losses),
        "median": median_loss(losses),
        "quantiles": {f"p{q:02d}": float(np.quantile(losses, q / 100)) if count >= 20 else None for q in (5, 25, 50, 75, 95)}
        | ({} if count >= 20 else {"why": said}),
        "zero": share_of(int((losses == 0).sum()), count),
        "gain": share_of(int((losses < 0).sum()), count),
        "odds": [{"share": part, "size": size, **share_of(int((losses > size).sum()), count)} for part, size in sizes.items()],
        "var95": value_at_risk(losses, 95), "var99": value_at_risk(losses, 99),
        "es95": expected_shortfall(losses, 95), "es99": expected_shortfall(losses, 99),
        "tail_index": hill(losses), "tail_against_lognormal": against_lognormal(losses), "top_1_percent": top_share(losses),
        "luck_share": luck_share(groups), "replays_needed": replays_needed(losses),
    }  # fmt: skip
