"""What a defect must turn red, what it turned red, and whether the two are the same."""

import zlib
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from support.facts.verdict import Reason, Word
from support.proof.bench import Bench, Ran
from support.proof.beside import beside
from support.proof.defect import Defect, line_of, rows, without_row
from support.proof.reach import Cross
from support.spec.specification import Scenario, Specification

HOST = "support.proof.host:main"
PATIENCE_SECONDS = 5.0
CROSS_PATIENCE_SECONDS = 20.0
"""With this patience every scenario is kept on the platform that is right, also one that waits for a recovery."""


@dataclass(frozen=True)
class Outcome:
    """What came of one defect.

    Attributes:
        deviations: how often the platform deviated.
        ran: every scenario that was run on it.
        wrong: what is not as declared; nothing when the defect was caught exactly.
        looked_at: of how many scenarios and rows it is known what it turns red: those that were run, and in a cross
            those that cannot notice it.
        first_wrong: what was not as declared at a first attempt, where there were more.
    """

    defect: Defect
    deviations: int
    ran: tuple[Ran, ...]
    wrong: tuple[str, ...]
    looked_at: int
    first_wrong: tuple[str, ...] = ()

    @property
    def declarations(self) -> str:
        """What was red, to be pasted into the catalogue."""
        red = [ran.verdict for ran in self.ran if not ran.verdict.kept]
        return "\n".join(
            f'        "{one.scenario}": "{_then(one.sentence)}",  # {one.word}, {one.observed[:90]}' for one in red
        )


def must_catch(defect: Defect, specification: Specification) -> dict[str, str]:
    """Every scenario and row that must catch a defect, and at which Then; an outline without a row in each of them."""
    return {name: then for identity, then in defect.caught_by.items() for name in _runnable(identity, specification)}


def shared_out(defects: Iterable[Defect], specification: Specification) -> Mapping[str, tuple[str, ...]]:
    """On which of the scenarios that must catch it each defect is tried where all of them are, by its id.

    Whatever they declare is killed once, every Then of every scenario, and each of them is caught: an outline is tried
    in one row for each defect, not always the same, and what several declare with one of them.
    """
    due = {one.id: _in_one_row(one, specification) for one in defects}
    killers = Counter(unit for declared in due.values() for unit in declared)
    for declared in due.values():
        for unit in list(declared):
            if killers[unit] > 1 and len(declared) > 1:
                killers[unit] -= 1
                del declared[unit]
    return {name: tuple(dict.fromkeys(declared.values())) for name, declared in due.items()}


def _in_one_row(defect: Defect, specification: Specification) -> dict[tuple[str, str], str]:
    """By scenario and Then, a scenario or row in which a defect must be caught."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, then in must_catch(defect, specification).items():
        found.setdefault((without_row(name), then), []).append(name)
    spread = zlib.crc32(defect.id.encode())
    return {unit: names[spread % len(names)] for unit, names in found.items()}


def everyday(
    defects: Sequence[Defect], specification: Specification, exact: Container[str]
) -> Mapping[str, tuple[str, ...]]:
    """What is run for each defect where all of them are tried, by its id.

    That is its share, and until a cross has shown that it is exact one scenario more, which must stay green.
    """
    return {
        one.id: (*share, *([] if one.id in exact else _runnable(beside(one), specification)[:1]))
        for one, share in zip(defects, shared_out(defects, specification).values(), strict=True)
    }


def chosen(defect: Defect, specification: Specification, due: Sequence[str], cross: Cross | None = None) -> list[str]:
    """What is run for a defect.

    Always what is due. With `cross` also what it declares to be red beside that, and whatever else could notice it;
    elsewhere than in its areas only the latter.
    """
    if not cross:
        return list(due)
    if cross.scope == "elsewhere":
        expected = declared(defect, specification)
        return [name for name in cross.noticing(defect, specification) if name not in expected]
    beside_it = [name for identity in defect.also_red for name in _runnable(identity, specification)]
    return list(dict.fromkeys([*due, *beside_it, *cross.noticing(defect, specification)]))


def try_again(
    defect: Defect,
    specification: Specification,
    due: Sequence[str],
    bench: Bench,
    counter: Path,
    alone: Callable[[], AbstractContextManager[None]],
    cross: Cross | None = None,
) -> Outcome:
    """Tries a defect, up to twice more if that was not as declared: a busy machine can come between it and its Then.

    So the further attempts are made while no other defect is tried. The closing line of the proof names whatever was
    not caught at the first attempt. A cross makes one attempt, in which it looks once more at what it could not decide.
    """
    outcome = first = try_defect(defect, specification, due, bench, counter, cross)
    for suffix in (".second", ".third") if cross is None else ():
        if not outcome.wrong:
            break
        # The new file makes the platform start anew: what it did before is neither counted nor remembered.
        with alone():
            outcome = try_defect(defect, specification, due, bench, counter.with_suffix(suffix), cross)
    if outcome is first:
        return outcome
    wrong = (*outcome.wrong, *(f"at the first attempt: {words}" for words in first.wrong)) if outcome.wrong else ()
    return replace(outcome, wrong=wrong, first_wrong=first.wrong)


def try_defect(
    defect: Defect,
    specification: Specification,
    due: Sequence[str],
    bench: Bench,
    counter: Path,
    cross: Cross | None = None,
) -> Outcome:
    """Runs what is chosen on the platform with this defect, and compares; what is due and named must catch it."""
    counter.touch()
    counter.chmod(0o666)
    items = chosen(defect, specification, due, cross)
    patience = CROSS_PATIENCE_SECONDS if cross else PATIENCE_SECONDS
    arguments = (defect.id, str(counter))
    ran = bench.run(items, HOST, arguments, patience)
    if cross:
        # Many run side by side, and some measure: what could not be decided and is not declared is looked at once more.
        expected = declared(defect, specification)
        open_ = [one.verdict.scenario for one in ran if one.verdict.word is Word.INCONCLUSIVE]
        once_more = bench.run([name for name in open_ if name not in expected], HOST, arguments, patience)
        second = {one.verdict.scenario: one for one in once_more}
        ran = [second.get(one.verdict.scenario, one) for one in ran]
    deviations = counter.stat().st_size
    wrong = list(_differences(defect, specification, due, ran))
    if due and not deviations:
        wrong.insert(0, "void: the platform never deviated")
    known = {*items, *(cross.looked_at(defect, specification) if cross else ())}
    return Outcome(defect, deviations, tuple(ran), tuple(wrong), len(known))


def _differences(defect: Defect, specification: Specification, due: Sequence[str], ran: Sequence[Ran]) -> Iterable[str]:
    red = {one.verdict.scenario: one.verdict for one in ran if not one.verdict.kept}
    thens = must_catch(defect, specification)
    for name in due:
        if name not in thens:
            continue
        scenario = specification.scenario(name)
        assert scenario is not None
        line = line_of(scenario, thens[name])
        verdict = red.get(name)
        if verdict is None:
            yield f"{name} stayed green"
            continue
        impatient = defect.never and verdict.reason == Reason.PATIENCE
        if verdict.line != line or (verdict.word is not Word.BROKEN and not impatient):
            yield (
                f"{name} is {verdict.word} ({verdict.reason}) at line {verdict.line} "
                f"'{verdict.sentence}' and not broken at line {line}: {verdict.observed[:200]}"
            )
    expected = declared(defect, specification)
    for name, verdict in red.items():
        if name not in expected:
            yield f"{name} is red and was not declared: '{verdict.sentence}' {verdict.observed[:200]}"
    tried = {one.verdict.scenario for one in ran}
    for identity in defect.also_red:
        if tried.isdisjoint(_runnable(identity, specification)):
            continue
        if not any(name in red for name in _runnable(identity, specification)):
            yield f"{identity} is declared to be red too and stayed green"


def declared(defect: Defect, specification: Specification) -> set[str]:
    """Every scenario and row that may be red with a defect."""
    permitted = (*defect.caught_by, *defect.also_red, *defect.at_times)
    return {name for identity in permitted for name in _runnable(identity, specification)}


def _runnable(identity: str, specification: Specification) -> list[str]:
    scenario = specification.scenario(identity)
    if scenario is None:
        return []
    return [identity] if identity != scenario.id else rows(scenario)


def units(specification: Specification) -> list[tuple[Scenario, str]]:
    """Every Then line of every scenario: what must be proven able to fail."""
    return [
        (scenario, step.text) for scenario in specification.scenarios for step in scenario.steps if step.type == "then"
    ]


def _then(sentence: str) -> str:
    return sentence.partition(" ")[2]
