"""Speed and memory of a day, as CPU time of this process: `make bench`, `make bench ARGS=--quick`.

Every figure is the minimum of several stretches after a warm run, and stands beside the load it was measured under. The
plain-Python day is timed in the same run: what counts is the ratio.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import valuescape as vs
from valuescape.sim.day import DAY
from valuescape.sim.metrics.catalogue import measure_all
from valuescape.sim.metrics.headline import measure
from valuescape.sim.metrics.record import Record
from valuescape.sim.world import memory_per_customer

QUICK = "--quick" in sys.argv
SIZES = {300: 182, 1_000: 182, 10_000: 84, 100_000: 28} | ({} if QUICK else {1_000_000: 7})
REPEATS = 3 if QUICK else 8


def world(customers: int, burn_in: int, compiled: bool = True, arm: str = "crossroads") -> vs.ServiceEcosystem:
    """A world of the flagship at its default load, on day 0."""
    scenario = vs.load("crossroads", customers=customers, set={"world.burn_in_days": burn_in}).seated(arm)
    return vs.ServiceEcosystem(scenario, seed=1, compiled=compiled)


def seconds_a_day(model: vs.ServiceEcosystem, days: int, repeats: int) -> tuple[float, dict[str, float]]:
    """The least CPU seconds of a day over several stretches, and the seconds of its phases in that stretch."""
    best, phases = float("inf"), dict.fromkeys(DAY, 0.0)
    for _ in range(repeats):
        before, begin = dict(model.runner.seconds), time.process_time()
        for _ in range(days):
            model.step()
        spent = (time.process_time() - begin) / days
        if spent < best:
            best = spent
            phases = {name: (model.runner.seconds[name] - before[name]) / days for name in DAY}
    return best, phases


def load_of(model: vs.ServiceEcosystem) -> str:
    """Messages, needs and hearings per customer-day."""
    rows = model.totals.rows(0)
    people_days = len(model.columns.ids) * (rows.stop - rows.start)
    messages = model.totals.count_of("msg_push", rows).sum() / people_days
    needs = model.totals.tally_of("needs", rows).sum() / people_days
    hearings = model.totals.tally_of("hearings", rows).sum() / people_days
    return f"{messages:.3f} messages, {needs:.4f} needs, {hearings:.3f} hearings"


def by_size() -> dict[int, float]:
    """Print the cost of a day from small to large worlds; returns CPU seconds of a day by size."""
    print(f"{'customers':>10} {'ms a day':>9} {'ns/cust-day':>12} {'bytes/cust':>11} {'bytes/tie':>10}   load per customer-day")
    cost = {}
    for size, days in SIZES.items():
        model = world(size, 56 if size < 1_000_000 else 7)
        day, phases = seconds_a_day(model, days, REPEATS if size < 1_000_000 else 3)
        cost[size] = day
        memory = memory_per_customer(model.columns)
        print(f"{size:>10,} {day * 1e3:>9.3f} {day / size * 1e9:>12.1f} {memory['bytes_per_customer']:>11.0f} "
              f"{memory['bytes_per_tie']:>10.1f}   {load_of(model)}")  # fmt: skip
        if size == 100_000:
            parts = ", ".join(f"{name} {phases[name] / size * 1e9:.1f}" for name in DAY)
            print(f"{'':>10} of it, in ns by the wall clock: {parts}")
        del model
    return cost


def fixed_cost() -> None:
    """Print what a day costs before anybody is looked at: a world of two people."""
    day, _ = seconds_a_day(world(2, 56), 182, 2 * REPEATS)
    print(f"\nfixed cost of a day (2 customers): {day * 1e3:.3f} ms")


def against_plain() -> None:
    """Print the same day compiled and as plain Python, in one world size."""
    size, days = 1_000, 14
    plain, compiled = world(size, 7, compiled=False), world(size, 7)
    slow, _ = seconds_a_day(plain, days, 1)
    fast, _ = seconds_a_day(compiled, days, 1)
    equal = measure(plain) == measure(compiled)
    print(f"\nplain Python: {slow / size * 1e9:,.0f} ns per customer-day at {size} customers; compiled {fast / size * 1e9:,.0f}: "
          f"{slow / fast:.0f} times faster there, metrics {'equal' if equal else 'DIFFER'}")  # fmt: skip


def metrics_cost(size: int = 100_000, days: int = 364) -> None:
    """Print what measuring the whole catalogue costs, as a part of the time of the run: sums kept day by day, and the end."""
    scenario = vs.load("crossroads", customers=size, set={"world.burn_in_days": 56})
    base = vs.ServiceEcosystem(scenario, seed=1)
    checkpoint, best = base.checkpoint(), {False: float("inf"), True: float("inf")}
    end = float("inf")
    for _ in range(REPEATS):
        for ledger in (False, True):  # in turn, so that a busy machine is busy for both
            model = vs.ServiceEcosystem.branch(checkpoint, scenario, ledger=ledger)
            begin = time.process_time()
            for _ in range(days):
                model.step()
            best[ledger] = min(best[ledger], time.process_time() - begin)
        begin = time.process_time()
        found = measure_all(Record.of(model))
        end = min(end, time.process_time() - begin)
    kept, count = best[True] - best[False], sum(value is not None for value in found.values.values())
    print(f"\nmetrics at {size:,} customers, {days} days: run {best[False]:.2f} s; sums kept +{kept:.2f} s, {count} metrics at the end "
          f"+{end:.2f} s: {100 * (kept + end) / best[False]:.0f} % of the run")  # fmt: skip


def sweep_overhead(runs: int = 200 if QUICK else 1_000, customers: int = 100, days: int = 28) -> None:
    """Print what a run costs in a sweep, tables and report included, beside the same run alone; one process."""
    settings = {"world.burn_in_days": 28}
    scenario = vs.load("crossroads", customers=customers, days=days, set=settings)
    vs.ServiceEcosystem(scenario.seated("ecrm"), seed=0).step()
    begin = time.process_time()
    for seed in range(runs):
        model = vs.ServiceEcosystem(scenario.seated("ecrm"), seed=seed)
        for _ in range(days):
            model.step()
        measure(model)
        model.remove_all_agents()
    alone = (time.process_time() - begin) / runs
    design = {"scenario": "crossroads", "arms": ["ecrm"], "seeds": runs, "days": days, "customers": customers, "set": settings}
    with tempfile.TemporaryDirectory() as folder:
        begin = time.process_time()
        vs.sweep(design, out=Path(folder) / "sweep")
        swept = (time.process_time() - begin) / runs
    print(f"\nsweep of {runs:,} runs of {customers} customers and {days} days: {swept * 1e3:.1f} ms a run, alone {alone * 1e3:.1f}: "
          f"{1e3 * (swept - alone):.1f} ms more, tables and report included")  # fmt: skip


def start_up() -> None:
    """Print how long a newcomer waits: help, first compile, a first and a second run."""
    with tempfile.TemporaryDirectory() as folder:

        def wall(label: str, *words: str) -> None:
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-P", "-m", "valuescape", *words], check=True, capture_output=True,
                           env={**os.environ, "VALUESCAPE_CACHE": f"{folder}/cache"}, cwd=folder)  # fmt: skip
            print(f"{label:<62} {time.perf_counter() - begin:6.1f} s")

        print()
        wall("valuescape --help", "--help")
        wall("valuescape warm (cold cache: compiles everything)", "warm")
        wall("valuescape run crossroads, 2,000 customers, 1,820 days (warm)", "run", "crossroads", "--out", "one")


if __name__ == "__main__":
    print(f"crossroads, 3 firms, arm crossroads, detail counts, one thread; CPU seconds, least of {REPEATS}\n")
    costs = by_size()
    fixed_cost()
    small, large = 1_000, 100_000
    slope = (costs[large] - costs[small]) / (large - small)
    print(f"slope between {small:,} and {large:,} customers: {slope * 1e9:.1f} ns per customer-day")
    against_plain()
    metrics_cost()
    sweep_overhead()
    start_up()
    sys.path.append(str(Path(__file__).parent))  # python -P leaves it out
    import peers

    peers.main(10_000, repeats=1 if QUICK else 3, whole_day=costs[10_000] / 10_000 * 1e9)
