"""A feature becomes a run: collection, tags, checks on the language, verdicts and the scenario's ground.

The pytest plugin (`support.spec.plugin`) wires every other room; only `proof` imports this one.
"""
