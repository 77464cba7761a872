"""The same word-of-mouth toy in other frameworks, and what a day costs here: the last section of `make bench`.

The toy: people on a random graph; who has not adopted does so with chance 1 - (1 - P)(1 - Q)^k a step, k being how many
of her contacts have. It is written as each framework's users would write it, on the same graph; the shares that have
adopted at the end stand beside the times, so that one sees that all run the same thing. Our day is not this toy: its
customers hold relations to several firms, and choose, integrate, judge, talk and are answered.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import mesa
import numpy as np

P, Q, CONTACTS = 0.001, 0.004, 10
TALK_ONLY = {"pushes": [], "claim": 0.5}
"""A decision without any lever: people buy and talk, firms do nothing."""


class Result(NamedTuple):
    """CPU nanoseconds per customer-step, and the share of people who have adopted at the end."""

    nanoseconds: float
    adopted: float


def edges(people: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of the ties of a random graph with CONTACTS contacts on average."""
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, people, (2, people * CONTACTS // 2))
    return one[one != other], other[one != other]


class Person(mesa.Agent):  # type: ignore[misc]
    """One person of the toy in plain Mesa."""

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.adopted = False
        self.friends: list[Person] = []

    def step(self) -> None:
        """Adopt, perhaps."""
        if self.adopted:
            return
        heard = 0
        for friend in self.friends:
            heard += friend.adopted
        if self.random.random() < 1.0 - (1.0 - P) * (1.0 - Q) ** heard:
            self.adopted = True


def in_mesa(people: int, steps: int) -> Result:
    """Plain Mesa: agents with lists of friends, `shuffle_do` every step."""
    model = mesa.Model(seed=1)
    agents = [Person(model) for _ in range(people)]
    for a, b in zip(*edges(people), strict=True):
        agents[a].friends.append(agents[b])
        agents[b].friends.append(agents[a])
    begin = time.process_time()
    for _ in range(steps):
        model.agents.shuffle_do("step")
    return _result(begin, people, steps, np.mean([agent.adopted for agent in agents]))


def in_numpy(people: int, steps: int) -> Result:
    """Vectorised NumPy: columns, and one pass over the ties a step."""
    one, other = edges(people)
    rng = np.random.default_rng(2)
    adopted, heard = np.zeros(people, dtype=bool), np.zeros(people)
    begin = time.process_time()
    for _ in range(steps):
        new = ~adopted & (rng.random(people) < 1.0 - (1.0 - P) * (1.0 - Q) ** heard)
        adopted |= new
        heard += np.bincount(other[new[one]], minlength=people) + np.bincount(one[new[other]], minlength=people)
    return _result(begin, people, steps, adopted.mean())


def in_starsim(people: int, steps: int) -> Result:
    """Starsim with common random numbers: a module with a state and one named draw per person and step."""
    import networkx as nx

    ss = importlib.import_module("starsim")

    class Adoption(ss.Intervention):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.define_states(ss.BoolState("adopted"))
            self.draw = ss.random(name="adoption")

        def step(self) -> None:
            ties = self.sim.networks[0].edges
            state = self.adopted.raw
            heard = np.bincount(ties.p2[state[ties.p1]], minlength=people) + np.bincount(ties.p1[state[ties.p2]], minlength=people)
            free = (~self.adopted).uids
            new = self.draw.rvs(free) < 1.0 - (1.0 - P) * (1.0 - Q) ** heard[free]
            self.adopted[free[new]] = True

    graph = nx.Graph()
    graph.add_nodes_from(range(people))
    graph.add_edges_from(zip(*(end.tolist() for end in edges(people)), strict=True))
    toy = Adoption()
    sim = ss.Sim(n_agents=people, networks=ss.StaticNet(graph=graph), interventions=toy, start=0, dur=steps - 1, dt=1, verbose=0,
                 rand_seed=1)  # fmt: skip
    sim.init()
    begin = time.process_time()
    sim.run()
    return _result(begin, people, steps, np.mean(sim.interventions[0].adopted.raw[:people]))


def _result(begin: float, people: int, steps: int, adopted: Any) -> Result:
    return Result((time.process_time() - begin) / people / steps * 1e9, float(adopted))


TOYS: dict[str, Callable[[int, int], Result]] = {"plain Mesa": in_mesa, "NumPy": in_numpy, "starsim": in_starsim}


def talk_only(people: int) -> float:
    """CPU nanoseconds per customer-day of this engine where firms do nothing and people buy and talk."""
    import valuescape as vs
    from valuescape.agents.strategies.replay import Replay

    scenario = vs.load("crossroads", customers=people, set={"world.burn_in_days": 28})
    model = vs.ServiceEcosystem(scenario, seed=1)
    for firm in model.firms:
        firm.strategy = Replay(decisions=[{"day": day, "decision": TALK_ONLY} for day in range(400)])
    return seconds_a_day(model) / people * 1e9


def seconds_a_day(model: Any, days: int = 56, repeats: int = 3) -> float:
    """The least CPU seconds of a day over some stretches, after a first one that warms up."""
    best = float("inf")
    for _ in range(repeats + 1):
        begin = time.process_time()
        for _ in range(days):
            model.step()
        best = min(best, (time.process_time() - begin) / days)
    return best


def main(people: int = 10_000, steps: int = 100, whole_day: float | None = None, repeats: int = 3) -> None:
    """Print the table; `whole_day` is the nanoseconds per customer-day of our flagship at the same size, where known."""
    print(f"\nthe same word-of-mouth toy elsewhere: {people:,} people, {CONTACTS} contacts, {steps} steps, CPU time, least of {repeats}")
    ours = talk_only(people)
    rows = [("here, firms do nothing, people buy and talk", ours, "")]
    if whole_day is not None:
        rows.append(("here, the whole crossroads day", whole_day, ""))
    for name, toy in TOYS.items():
        try:
            found = min(toy(people, steps) for _ in range(repeats))
        except ImportError as error:
            print(f"{name}: not installed ({error.name}), left out")
            continue
        rows.append((f"{name}, the toy", found.nanoseconds, f"{found.adopted:.0%} adopted"))
    print(f"{'':<46} {'ns/cust-step':>13} {'relative to ours':>17}")
    for name, nanoseconds, note in rows:
        print(f"{name:<46} {nanoseconds:>13,.0f} {nanoseconds / ours:>16.1f}x   {note}")
    print("The toy is a small part of what a day does here; where it is all you need, write it in NumPy.")


if __name__ == "__main__":
    main()
