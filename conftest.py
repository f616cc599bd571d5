"""Wiring: the plugin that runs features, and every step file."""

from pathlib import Path

_STEPS = sorted(Path(__file__).parent.joinpath("steps").glob("[!_]*.py"))

pytest_plugins = ["support.spec.plugin", "support.proof.summary", *(f"steps.{path.stem}" for path in _STEPS)]
