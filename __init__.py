"""valuescape: a simulator of service ecosystems.

This is the public face. Each name is fetched from its module when it is first used, so that `import valuescape`,
`valuescape --help` and the errors about bad input do not wait for Mesa, NumPy and Numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the same names once more, for editors and type checkers; a test compares the lists
    from .agents.declare import InputError
    from .agents.rule import rule
    from .agents.strategies.protocol import Strategy
    from .agents.view import Decision, FirmView, Push
    from .experiments.compare import Comparison, compare
    from .experiments.controls.ask import controls
    from .experiments.controls.result import Controls
    from .experiments.damage import Damage, damage
    from .experiments.influence import Influence, crv
    from .experiments.knockout import Knockout, knockout
    from .experiments.map.phase_map import PhaseMap, phase_map
    from .experiments.run import Run, run
    from .experiments.sensitivity.sensitivity import Sensitivity, sensitivity
    from .experiments.sweep.result import Ensemble
    from .experiments.sweep.sweep import sweep
    from .experiments.validation.validate import Validation, validate
    from .scenarios.load import load, scenario_names
    from .sim.model import ServiceEcosystem
    from .sim.network_builder import build as build_network
    from .sim.network_file import read_network

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Controls",
    "Damage",
    "Decision",
    "Ensemble",
    "FirmView",
    "Influence",
    "InputError",
    "Knockout",
    "PhaseMap",
    "Push",
    "Run",
    "Sensitivity",
    "ServiceEcosystem",
    "Strategy",
    "Validation",
    "__version__",
    "build_network",
    "compare",
    "controls",
    "crv",
    "damage",
    "knockout",
    "load",
    "phase_map",
    "read_network",
    "rule",
    "run",
    "scenario_names",
    "sensitivity",
    "sweep",
    "validate",
]

_HOME = {
    "Comparison": "experiments.compare",
    "Controls": "experiments.controls.result",
    "Damage": "experiments.damage",
    "Decision": "agents.view",
    "Ensemble": "experiments.sweep.result",
    "FirmView": "agents.view",
    "Influence": "experiments.influence",
    "InputError": "agents.declare",
    "Knockout": "experiments.knockout",
    "PhaseMap": "experiments.map.phase_map",
    "Push": "agents.view",
    "Run": "experiments.run",
    "Sensitivity": "experiments.sensitivity.sensitivity",
    "ServiceEcosystem": "sim.model",
    "Strategy": "agents.strategies.protocol",
    "Validation": "experiments.validation.validate",
    "build_network": "sim.network_builder:build",
    "compare": "experiments.compare",
    "controls": "experiments.controls.ask",
    "crv": "experiments.influence",
    "damage": "experiments.damage",
    "knockout": "experiments.knockout",
    "load": "scenarios.load",
    "phase_map": "experiments.map.phase_map",
    "read_network": "sim.network_file",
    "rule": "agents.rule",
    "run": "experiments.run",
    "scenario_names": "scenarios.load",
    "sensitivity": "experiments.sensitivity.sensitivity",
    "sweep": "experiments.sweep.sweep",
    "validate": "experiments.validation.validate",
}


def __getattr__(name: str) -> Any:
    """The public name `name`, imported now and kept; AttributeError for any other."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _HOME[name].partition(":")
    value = getattr(import_module(f".{module}", __name__), attribute or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, fetched or not, beside what the module holds already."""
    return sorted({*__all__, *globals()})
