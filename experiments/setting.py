"""What a question is about: the scenario with the differences asked for, the user's network, arms and seeds.

Nothing here waits for Mesa or Numba, so that what cannot be used is refused at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..agents.declare import InputError

if TYPE_CHECKING:
    from ..scenarios.schema import Scenario
    from ..sim.customers_table import CustomersTable
    from ..sim.network import Network

TOO_MANY = 1_000_000
Settings = Mapping[str, Any] | Iterable[str]
"""Parameter paths and values, or texts KEY=VALUE."""


class Setting:
    """A scenario and perhaps a network and a table of customers of the user's own: what all runs of one question share.

    scenario    resolved; with a network, its number of customers is the network's
    network     the user's, without traits; None for generated ones
    table       known traits of some people, or None
    digests     of both, or None: their part of a result's identity
    provenance  where they came from, and what was mended on the way in
    """

    @classmethod
    def of(cls, scenario: str | Path | Scenario | Setting, *differences: Any) -> Setting:
        """The setting itself where one is given, else a new one."""
        return scenario if isinstance(scenario, Setting) else cls(scenario, *differences)

    def __init__(
        self, scenario: str | Path | Scenario, days: int | None = None, customers: int | None = None,
        network: str | Path | Network | None = None, settings: Settings | None = None, mode: str | None = None,
        customers_table: str | Path | None = None, era: str | None = None,
    ) -> None:  # fmt: skip
        self.scenario = load_scenario(scenario, days, customers, settings, mode, era)
        self.network: Network | None = None
        self.table: CustomersTable | None = None
        self.provenance: dict[str, Any] = {}
        if network is not None:
            self._take_network(network, customers, settings)
        if customers_table is not None:
            self._take_table(customers_table)

    def within(self, days: int) -> Setting:
        """The same for at most so many days."""
        if self.scenario.days > days:
            self.scenario = self.scenario.model_copy(update={"days": days})
        return self

    @cached_property
    def digests(self) -> dict[str, str | None]:
        """The digests of network and table of customers, as `identity_of` takes them."""
        given = {"network": self.network, "customers_table": self.table}
        return {name: None if part is None else part.digest() for name, part in given.items()}

    @property
    def digest(self) -> str | None:
        """The network's digest."""
        return self.digests["network"]

    @property
    def given(self) -> dict[str, Any]:
        """Network and table of customers, as `ensemble` takes them."""
        return {"network": self.network, "customers_table": self.table}

    def _take_network(self, network: Any, customers: int | None, settings: Settings | None) -> None:
        settings = settings if settings is None or isinstance(settings, Mapping | str) else list(settings)
        beside = ["customers"] if customers is not None else []
        beside += [key for key in _keys(settings or {}) if f"{key}.".startswith(("world.network.", "world.customers.number."))]
        if beside:
            raise InputError("a network file fixes people and ties", key=beside[0], allowed="either the file or this")
        self.network = read_any_network(network)
        if not hasattr(network, "digest"):
            self.provenance = {"network": str(network), "notes": list(self.network.notes)}
        people = self.scenario.world.customers.model_copy(update={"number": self.network.people})
        self.scenario = self.scenario.model_copy(update={"world": self.scenario.world.model_copy(update={"customers": people})})

    def _take_table(self, path: str | Path) -> None:
        from ..sim.customers_table import read_customers_table

        self.table = read_customers_table(path, self.scenario.world.customers.number if self.network is None else self.network)
        notes = [*self.provenance.get("notes", ()), *self.table.notes]
        self.provenance |= {"customers_table": str(path), "notes": notes}


def load_scenario(
    scenario: str | Path | Scenario, days: int | None = None, customers: int | None = None,
    settings: Settings | None = None, mode: str | None = None, era: str | None = None,
) -> Scenario:  # fmt: skip
    """The resolved scenario that a name, a path or a Scenario stands for, with the differences asked for."""
    from ..scenarios.load import load

    for name, number in (("days", days), ("customers", customers)):
        if number is not None and number < 1:
            raise InputError("must be 1 or more", key=name, given=number, allowed="1 or more")
    return load(scenario, set=settings, days=days, customers=customers, mode=mode, era=era)


def _keys(settings: Settings) -> list[str]:
    """The parameter paths that settings name."""
    if isinstance(settings, Mapping):
        return list(settings)
    return [text.partition("=")[0].strip() for text in ([settings] if isinstance(settings, str) else settings)]


def read_any_network(network: Any) -> Network:
    """The network that a path, a networkx graph or a Network stands for."""
    from ..sim.network import Network
    from ..sim.network_file import from_networkx, read_network

    if isinstance(network, Network):
        return network
    return read_network(network) if isinstance(network, (str, Path)) else from_networkx(network)


def network_of(scenario: Scenario, seed: int, manifest: Mapping[str, Any]) -> Network | None:
    """The network of a result, built or read anew; None where it came from a file that is no longer the same."""
    from ..sim.model import ServiceEcosystem

    digest = manifest["identity"]["network"]
    if digest is None:
        return ServiceEcosystem.make_network(scenario, seed)
    try:
        net = read_any_network(manifest["provenance"].get("network") or "")
    except InputError:
        return None
    return net if net.digest() == digest else None


def scenario_in(folder: str | Path, identity: Mapping[str, Any]) -> Scenario:
    """The resolved scenario of a result folder, with its texts."""
    from ..scenarios.load import load
    from ..scenarios.schema import Scenario

    try:
        return load(Path(folder) / "scenario.toml")
    except InputError:  # texts alone are missing then
        return Scenario.model_validate(identity["scenario"])


def arms_of(arms: str | Sequence[str] | None, scenario: Scenario) -> list[str]:
    """The arms asked for, all of the scenario's by default; an InputError for one that it has not, or a repeated one."""
    names = list(scenario.arms) if arms is None else arms.split(",") if isinstance(arms, str) else list(arms)
    names = [name.strip() for name in names]
    if not names:
        raise InputError("no arms to compare", key=f"scenario {scenario.name}", allowed="a scenario with [arms.NAME]")
    for name in names:
        scenario.seated(name)
        if names.count(name) > 1:
            raise InputError("an arm is named twice", key="arms", given=name, allowed="each arm once")
    return names


def seeds_of(seeds: int | str | Iterable[int]) -> list[int]:
    """The seeds meant by 20 or "20" (0 to 19), "3,7", "5-9", or a sequence; an InputError for anything else."""
    allowed = 'a number N from 1 to 999999 (seeds 0 to N-1), "3,7" or "5-9"'
    try:
        if isinstance(seeds, str):
            parts = [part.strip() for part in seeds.split(",")]
            if len(parts) == 1 and "-" not in parts[0].lstrip("-"):
                numbers = list(range(min(int(parts[0]), TOO_MANY)))
            else:
                ends = [part.split("-") for part in parts]
                spans = [range(int(end[0]), int(end[-1]) + 1)[:TOO_MANY] for end in ends if len(end) < 3]
                numbers = [seed for span in spans for seed in span]
        elif isinstance(seeds, int):
            numbers = list(range(min(seeds, TOO_MANY)))
        else:
            numbers = [int(seed) for seed in seeds]
    except (ValueError, TypeError):
        numbers = []
    if not 0 < len(numbers) < TOO_MANY or min(numbers) < 0 or max(numbers) >= 1 << 63:
        raise InputError("not a list of seeds", key="seeds", given=str(seeds), allowed=allowed)
    if len({*numbers}) < len(numbers):
        raise InputError("a seed is named twice", key="seeds", given=seeds if isinstance(seeds, str) else numbers, allowed="each seed once")
    return numbers
