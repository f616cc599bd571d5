"""Everything that makes the sentences of `features/` real.

Rooms, from the inside out: facts, drivers and outside, targets, cast, report, spec, proof.
`reference` stands apart: it is a platform of its own, started as processes, imported by nobody here.
"""
