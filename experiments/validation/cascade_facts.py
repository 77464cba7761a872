"""Facts about cascades (V01, V03-V08): how large, how fast, in which shape, and what travels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ...sim.metrics.cascades import Cascades, cascades
from .watch import Seen

LARGE, FEWEST_IN_TAIL = 5, 200
"""Size from which on the tail is fitted, and cascades that it takes."""
BIG, TALL, SHAPED = 100, 50, 10
"""Sizes from which on a cascade is large, tall, or has a shape that could be another."""
Sizes = npt.NDArray[np.int64]
Measures = dict[str, float | None]


def of_customers(seen: Seen) -> Cascades:
    """All cascades of posts by customers; firms' own posts are set aside."""
    found = cascades(seen.log)
    return found._replace(posts=found.posts[found.posts["author"] >= 0])


def lone_share(posts: np.ndarray) -> float | None:
    """Share of posts that nobody passed on (V01)."""
    return float(np.mean(posts["size"] == 1)) if len(posts) else None


def exponent(sizes: Sizes, least: int = LARGE) -> float | None:
    """Exponent of a discrete power law from `least` on, by maximum likelihood (V03); None for fewer than 200 in the tail."""
    from scipy.optimize import minimize_scalar
    from scipy.special import zeta

    tail = sizes[sizes >= least].astype(np.float64)
    if len(tail) < FEWEST_IN_TAIL:
        return None
    logs = float(np.mean(np.log(tail)))
    return float(minimize_scalar(lambda a: a * logs + np.log(zeta(a, least)), bounds=(1.05, 6.0), method="bounded").x)


def against_lognormal(sizes: Sizes, least: int = LARGE) -> dict[str, float]:
    """Vuong's comparison of the power law with a rounded lognormal on the same tail: {ratio, p}; above 0 speaks for the power law."""
    from scipy import optimize, special, stats

    tail = sizes[sizes >= least].astype(np.float64)
    power = exponent(sizes, least) or 2.0
    logs = np.log(tail)

    def density(x: Any) -> Any:
        mu, s = x[0], np.exp(x[1])
        edges = stats.norm.cdf((np.log(tail[:, None] + [-0.5, 0.5]) - mu) / s)
        return np.log(np.maximum(edges[:, 1] - edges[:, 0], 1e-300)) - stats.norm.logsf((np.log(least - 0.5) - mu) / s)

    best = optimize.minimize(lambda x: -density(x).mean(), [logs.mean() - 1.0, 0.3], method="Nelder-Mead").x
    gap = (-power * logs - np.log(special.zeta(power, least))) - density(best)
    if not np.std(gap) > 0:
        return {"ratio": 0.0, "p": 1.0}
    z = float(gap.sum() / (np.sqrt(len(gap)) * np.std(gap)))
    return {"ratio": z, "p": float(2 * stats.norm.sf(abs(z)))}


def speed(found: Cascades) -> Measures:
    """Share of relays within a day of their post, and the median over cascades of more than five of the hours to half (V06)."""
    tree = found.trees
    size = np.bincount(tree.post)
    root = np.cumsum(size) - size
    since = tree.hours - tree.hours[root[tree.post]]
    relays = tree.generation > 0
    halves = [float(np.median(since[at : at + n][1:])) for at, n in zip(root, size, strict=True) if n > 5]
    return {
        "within_a_day": float(np.mean(since[relays] <= 24.0)) if relays.any() else None,
        "half_hours": float(np.median(halves)) if halves else None,
    }


def blame_ratio(posts: np.ndarray, audience: npt.NDArray[np.int64]) -> float | None:
    """How many times likelier a bad post is passed on than a good one of the same audience (V07): Mantel-Haenszel over fifths."""
    edges: npt.NDArray[np.float64] = np.quantile(audience, [0.2, 0.4, 0.6, 0.8]) if len(posts) else np.empty(0)
    fifth, bad, passed = np.searchsorted(edges, audience), posts["valence"] < 0, posts["size"] > 1
    above = below = 0.0
    for k in range(5):
        here = fifth == k
        n, n1, n0 = here.sum(), (here & bad).sum(), (here & ~bad).sum()
        if n1 and n0:
            above += (here & bad & passed).sum() * n0 / n
            below += (here & ~bad & passed).sum() * n1 / n
    return float(above / below) if below else None


def big_share(posts: np.ndarray) -> float | None:
    """Share of posts that reached 100 or more (V04)."""
    return float(np.mean(posts["size"] >= BIG)) if len(posts) else None


def virality(posts: np.ndarray) -> float | None:
    """Median structural virality of cascades of 50 or more (V05)."""
    tall = posts["virality"][posts["size"] >= TALL]
    return float(np.median(tall)) if len(tall) else None


def shape_gap(posts: np.ndarray) -> float | None:
    """Relative difference of virality, bad against good posts of the same size (V08): over sizes of 10 and more that both have.

    Smaller trees hardly differ in shape whatever made them: of three there is only one.
    """
    posts = posts[posts["size"] >= SHAPED]
    step = np.floor(np.log2(posts["size"]) * 2).astype(np.int64)  # sizes within a factor of 1.4 pass for equal
    bad = posts["valence"] < 0
    one = other = 0.0
    for k in np.unique(step):
        here = step == k
        weight = min((here & bad).sum(), (here & ~bad).sum())
        if weight:
            one += weight * posts["virality"][here & bad].mean()
            other += weight * posts["virality"][here & ~bad].mean()
    return float(abs(one / other - 1.0)) if other else None


def audience_of(seen: Seen, posts: np.ndarray) -> npt.NDArray[np.int64]:
    """How many people may read each author's posts: ties and followers."""
    w = seen.model.columns
    reach = np.diff(w.start) + np.diff(w.audience_start)
    return np.asarray(reach[seen.place_of(posts["author"])], dtype=np.int64)


def passed_on(seen: Seen) -> dict[str, Any]:
    """V01, V06 and V07 of a world, and the sizes of its cascades for V03."""
    found = of_customers(seen)
    posts = found.posts
    told = posts[posts["kind"] == seen.rows("utterance")["kind"][0]] if len(posts) else posts
    return {
        "V01": {"lone": lone_share(posts)}, "V06": speed(found), "V07": {"ratio": blame_ratio(told, audience_of(seen, told))},
        "sizes": np.sort(posts["size"]),
    }  # fmt: skip


def grown_large(seen: Seen) -> dict[str, Any]:
    """V04, V05 and V08 of a large world, and the sizes of its cascades for V03."""
    posts = of_customers(seen).posts
    tall = posts[posts["size"] >= 10]
    together = float(np.corrcoef(np.log(tall["size"]), tall["virality"])[0, 1]) if len(tall) > 10 else None
    return {
        "V04": {"share": big_share(posts)}, "V05": {"virality": virality(posts)}, "V08": {"gap": shape_gap(posts)},
        "sizes": np.sort(posts["size"]), "size_and_shape": together,
    }  # fmt: skip
