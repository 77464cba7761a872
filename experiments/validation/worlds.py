"""Where each row is measured: experiments by name, each a function of a seed, and how their seeds are pooled or combined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import adoption, advertising, cascade_facts, contact_facts, contracts, joint_facts, loyalty_facts, storms, tag_facts, talk_effects
from . import talk_facts as talk
from .branches import lived

Found = dict[str, Any]
"""Row id -> part -> value; under "sizes" the sizes of cascades."""
YEAR = 364
LARGE = 20_000


def everyday(seed: int) -> Found:
    """The baseline, two years of 5,000 people, watched in full: most rows."""
    from ...scenarios.load import load

    scenario = load("baseline")
    seen = lived(scenario, seed, scenario.days, "full", stands=(YEAR,))
    return {
        **cascade_facts.passed_on(seen), **talk.talk(seen),
        "V14": talk_effects.elasticities(seen), "V18": advertising.direct_response(seen),
        "V21": loyalty_facts.jeopardy(seen.bought(scenario.days)), "V24": loyalty_facts.counts(seen.bought(YEAR)),
        "V26": loyalty_facts.retention(*loyalty_facts.occasions(seen.episodes, seen.rows("episode_start"))),
        "V27": loyalty_facts.correlates(seen, YEAR), "V31": contact_facts.funnel(seen),
    }  # fmt: skip


def large(seed: int) -> Found:
    """The baseline with 20,000 people: rows about large cascades."""
    from ...scenarios.load import load

    scenario = load("baseline", customers=LARGE)
    found = cascade_facts.grown_large(lived(scenario, seed, scenario.days, "talk", watched=False))
    return {**found, "large_sizes": found.pop("sizes")}


def ties(seed: int) -> Found:
    """The generated network of the baseline."""
    from ...scenarios.load import load
    from ...sim.model import ServiceEcosystem
    from ...sim.network import network_statistics

    found = network_statistics(ServiceEcosystem.make_network(load("baseline"), seed))
    return {"V43": {name: float(value) for name, value in found.items()}}


def worse(seed: int) -> Found:
    """The storms of a market, which are pooled over markets."""
    return {"storms": storms.worse(seed)}


def one_row(name: str, measure: Callable[[int], Any]) -> Callable[[int], Found]:
    """An experiment that measures a single row."""

    def measured(seed: int) -> Found:
        return {name: measure(seed)}

    return measured


EXPERIMENTS: dict[str, Callable[[int], Found]] = {
    "diffusion": one_row("V17", adoption.diffusion), "worse": worse, "answers": one_row("V39", storms.answers),
    "large": large, "community": one_row("V41", joint_facts.community), "everyday": everyday,
    "taking_part": one_row("V42", joint_facts.load_of_taking_part), "advertising": one_row("V15", advertising.elasticities),
    "contracts": one_row("V25", contracts.churn), "tag": one_row("V36", tag_facts.hijacked), "recovery": one_row("V35", storms.recovery),
    "pressed": one_row("V20", advertising.pressed), "worn_out": one_row("V19", advertising.worn_out), "ties": ties,
}  # fmt: skip
"""By name, the longest first, so that workers end together."""

NEEDS = {"pooled": ("everyday", "large"), "derived": ("everyday", "advertising")}
"""What rows need that no single experiment measures."""


def collected(found: Mapping[str, Sequence[Found]]) -> dict[str, dict[str, list[float | None]]]:
    """Row id -> part -> values by seed, from what the experiments found (name -> by seed)."""
    values: dict[str, dict[str, list[float | None]]] = {}
    for runs in found.values():
        for seed, one in enumerate(runs):
            for row, parts in one.items():
                if isinstance(parts, dict):
                    for part, value in parts.items():
                        values.setdefault(row, {}).setdefault(part, [None] * len(runs))[seed] = None if value is None else float(value)
    if "everyday" in found and "large" in found:
        small, large = ([one[name] for one in found[where]] for name, where in (("sizes", "everyday"), ("large_sizes", "large")))
        values["V03"] = {"small": [cascade_facts.exponent(pool) for pool in pools(small)],
                         "large": [cascade_facts.exponent(pool) for pool in pools(large)],
                         "lognormal": [cascade_facts.against_lognormal(pool)["ratio"] for pool in pools(large)]}  # fmt: skip
    if "worse" in found:
        pools_ = [storms.coefficients(pool) for pool in storms.pooled([one["storms"] for one in found["worse"]])]
        values["V34"] = {name: [one[name] for one in pools_] for name in storms.FEATURES}
    if "V14" in values and "V15" in values:
        pairs = zip(values["V14"]["volume"], values["V15"]["long"], strict=True)
        values["V16"] = {"ratio": [None if a is None or b is None or b <= 0 else a / b for a, b in pairs]}
    return values


def pools(sizes: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Sizes of cascades, seeds in turn put together until a pool's tail is large enough; what is left joins the last."""
    found: list[np.ndarray] = []
    open_: list[np.ndarray] = []
    for one in sizes:
        open_.append(one)
        together = np.concatenate(open_)
        if (together >= cascade_facts.LARGE).sum() >= cascade_facts.FEWEST_IN_TAIL:
            found.append(together)
            open_ = []
    if open_ and found:
        found[-1] = np.concatenate([found[-1], *open_])
    return found
