"""Figures stand in two places that must agree: once in the register, and in the sentences that demand them.

A Then demands nothing that was not promised, and whatever was promised is demanded somewhere, or the register says
what makes sure of it. So no limit can be moved in a sentence alone.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from support.spec.complaint import Complaint
from support.spec.register import PROMISES, Register, Unit
from support.spec.specification import Scenario, Specification

_QUOTED = re.compile(r'"[^"]*"')
_BOUND = re.compile(r"\b(?:at least|at most|more than|less than|fewer than)(?: the \w+)? (\d+) (\w+)")
"""How a sentence states a bound; that is a count where no unit follows."""
_REPEATED = "ratio"
"""The measure of "2 times": before a Then these words say how often somebody does something."""


def unpromised(scenario: Scenario, register: Register) -> Iterator[Complaint]:
    """Every figure that a Then demands and no promise of its scenario holds."""
    promises = _promises(scenario, register)
    where = f"{', '.join(dict.fromkeys(promises))} in features/{PROMISES}"
    for _, steps in scenario.rendered():
        for step in steps:
            for number, word in _stated(step.text, register) if step.type == "then" else ():
                if register.figure(promises, Decimal(number), word) is None:
                    words = f"'{number} {word}'" if word else f"'{number}'"
                    yield Complaint(scenario.path, step.line, f"{words} is no figure of {where}")


def unstated(specification: Specification, register: Register) -> Iterator[Complaint]:
    """Every figure with a unit that no scenario of its promise states; counts need not be.

    A promise that is specified in part is told in the ledger, and its figures may still be without a sentence.
    """
    stated: defaultdict[str, set[tuple[str, Decimal]]] = defaultdict(set)
    exercised = {promise for scenario in specification.scenarios for promise in scenario.promises}
    for scenario in specification.scenarios:
        told = [
            (unit.measure, Decimal(number) * unit.factor)
            for _, steps in scenario.rendered()
            for step in steps
            for number, word in _stated(step.text, register)
            if (unit := _unit(word, register)).measure != _REPEATED or step.type == "then"
        ]
        for promise in _promises(scenario, register):
            stated[promise].update(told)
    for name, told_of in stated.items():
        if not {f"{name}.{clause}" for clause in register.promises[name].clauses} <= exercised:
            continue
        for figure in register.promises[name].figures.values():
            if figure.unit.words and not figure.covered and (figure.unit.measure, figure.amount) not in told_of:
                words = f"no scenario of {name} states '{figure}': let one, or tell in 'covered' what makes sure of it"
                yield Complaint(f"features/{PROMISES}", _line(specification, name, figure.name), words)


def _promises(scenario: Scenario, register: Register) -> list[str]:
    return [one for promise in scenario.promises if (one := promise.partition(".")[0]) in register.promises]


def _unit(word: str, register: Register) -> Unit:
    unit = register.unit(word)
    assert unit is not None, f"'{word}' was found as the word of a unit"
    return unit


def _stated(sentence: str, register: Register) -> list[tuple[str, str]]:
    """Each number that a sentence states with a unit, and each bound; what somebody says, in quotes, states nothing."""
    plain = _QUOTED.sub("", sentence)
    words = sorted({word for unit in register.units.values() for word in unit.words}, key=len, reverse=True)
    stated: list[tuple[str, str]] = re.findall(
        rf"(?<![\w.])(\d+(?:\.\d+)?) ({'|'.join(map(re.escape, words))})(?!\w)", plain
    )
    return stated + [(number, "") for number, word in _BOUND.findall(plain) if word not in words]


def _line(specification: Specification, promise: str, figure: str) -> int:
    """Where the figure stands in the register, 1 where there is none."""
    path = specification.root / "features" / PROMISES
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    within = False
    for number, line in enumerate(lines, start=1):
        within = line.strip() == f"[{promise}]" or (within and not line.startswith("["))
        if within and f'name = "{figure}"' in line:
            return number
    return 1
