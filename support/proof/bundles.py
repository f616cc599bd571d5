"""Several defects in one platform, so that they can be tried on all scenarios outside of their own areas.

There nothing should notice them. What stays green on a platform with many of them is taken to stay green with each;
what does not is tried with halves of them, until it is known whose doing it is.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from support.proof.bench import Bench
from support.proof.defect import Defect
from support.proof.matrix import CROSS_PATIENCE_SECONDS, HOST, declared
from support.proof.reach import areas, looked_at
from support.spec.specification import Specification

SIZE = 20
FEW = 8
"""Where so many scenarios are all red with several defects, the others are not run before these have been parted."""

Bundle = Sequence[Defect]
Kept = Callable[[Bundle, Sequence[str]], Collection[str]]
"""Runs scenarios on the platform with some defects; those that were kept."""


def bundles(defects: Iterable[Defect]) -> Iterator[Bundle]:
    """Puts together what has its killers in the same areas, and so is outside of the same, as far as that goes."""
    near = sorted(defects, key=lambda one: sorted(areas(one)))
    return (near[start : start + SIZE] for start in range(0, len(near), SIZE))


def green_together(
    bundle: Bundle, specification: Specification, reached: Mapping[str, Collection[str]], kept: Kept
) -> dict[str, set[str]]:
    """Which scenarios outside of their areas stay green with each of these defects, by its id.

    A defect is left out where a scenario is in its areas, or is declared not to stay green with it.
    """
    outside = {one.id: {*looked_at(one, specification, "elsewhere")} - declared(one, specification) for one in bundle}
    alike: dict[tuple[str, ...], list[str]] = {}
    for name in sorted(set().union(*outside.values())):
        seeded = [one for one in bundle if name in outside[one.id]]
        if any(one.replaces in reached[name] for one in seeded):
            alike.setdefault(tuple(one.id for one in seeded), []).append(name)
    green: dict[str, set[str]] = {one.id: set() for one in bundle}
    for ids, names in alike.items():
        _part([one for one in bundle if one.id in ids], names, kept, green)
    return green


def _part(seeded: Bundle, names: Sequence[str], kept: Kept, green: Mapping[str, set[str]]) -> None:
    half = len(seeded) // 2
    held = set(kept(seeded, names[:FEW]))
    if names[FEW:] and (held or not half):
        held |= set(kept(seeded, names[FEW:]))
    for one in seeded:
        green[one.id].update(held)
    red = [name for name in names if name not in held]
    for part in (seeded[:half], seeded[half:]) if red and half else ():
        _part(part, red, kept, green)


def kept_on(bench: Bench, counter: Path) -> Kept:
    """Runs them on a bench; `counter` is the file in which deviations are counted."""

    def kept(seeded: Bundle, names: Sequence[str]) -> Collection[str]:
        counter.touch()
        counter.chmod(0o666)
        arguments = (",".join(one.id for one in seeded), str(counter))
        ran = bench.run(names, HOST, arguments, CROSS_PATIENCE_SECONDS)
        return {one.verdict.scenario for one in ran if one.verdict.kept}

    return kept
