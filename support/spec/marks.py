"""Tags become markers, so that `-m` selects by promise, exit, segment and by the sources' own names.

`-m 'promise(id="P05")'`, `-m 'exit(value="timeout")'`, `-m 'segment(value="enterprise")'`,
`-m 'thread_isolation and not slow'`. Feature files hold none of the sources' markers: they follow
from the promise, and are registered so that a misspelt one is an error.
"""

import ast
import re
from collections.abc import Iterator, Mapping

import pytest
from _pytest.mark.expression import IDENT_PREFIX, Expression, Scanner, expression

from support.facts.trouble import CannotRun
from support.spec.register import MARKERS, Register
from support.spec.specification import Row, Scenario, Specification

_KINDS = {"promise": "id", "exit": "value", "segment": "value", "goal": "value", "value": "value", "impact": "value"}
EVERYBODY = "all"
_ALWAYS = ("integration", "real_services")


def declare(config: pytest.Config) -> None:
    """Registers every marker."""
    for kind, argument in _KINDS.items():
        config.addinivalue_line("markers", f"{kind}({argument}): the tag @{kind} of a scenario")
    config.addinivalue_line("markers", "slow: takes its time, because something really lasts that long")
    for marker in (*_ALWAYS, *MARKERS):
        config.addinivalue_line("markers", f"{marker}: as the sources group the promises")


def of(scenario: Scenario, register: Register, row: Row | None = None) -> Iterator[pytest.MarkDecorator]:
    """The markers of a scenario, or of one of its rows."""
    names: list[str] = [*_ALWAYS]
    for written in dict.fromkeys((*scenario.tags, *(row.tags if row else ()))):
        tag = register.tag(written)
        if tag is None:
            continue
        kind = tag.family.name.rpartition(":")[2]
        if kind == "promise":
            promise, _, clause = tag.value.partition(".")
            yield pytest.mark.promise(id=promise, clause=clause)
            names += register.promises[promise].markers
            names += ["mission_critical"] * (register.promises[promise].severity == "mission_critical")
        elif tag.family.flag:
            names.append(kind)
        else:
            values = _segments(register) if (kind, tag.value) == ("segment", EVERYBODY) else [tag.value]
            yield from (getattr(pytest.mark, kind)(value=value) for value in values)
    for name in dict.fromkeys(names):
        yield getattr(pytest.mark, name)


def _segments(register: Register) -> list[str]:
    """Every segment: what all customers are promised is promised to each of them."""
    prefix = "bvj:segment="
    return [tag.removeprefix(prefix) for tag in register.permitted_tags() if tag.startswith(prefix)]


def speaks_of_slow(expression: str) -> bool:
    """Whether a `-m` says anything about what takes its time, so that nothing else has to be decided."""
    return "slow" in re.findall(r"\w+", expression or "")


def check_selection(selection: str, register: Register, specification: Specification) -> None:
    """Refuses a `-m` that is no expression, or names a marker or a value that nothing can have; CannotRun."""
    known = {*_KINDS, *_ALWAYS, *MARKERS, "slow"}
    for marker, asked in _asked(selection):
        if marker not in known:
            raise CannotRun(
                f"-m names the marker '{marker}', which is unknown.", f"Known are: {', '.join(sorted(known))}."
            )
        argument = _KINDS.get(marker, "")
        for name in asked:
            if name != argument and (marker, name) != ("promise", "clause"):
                how = f'{marker}({argument}="…")' if argument else marker
                raise CannotRun(f"-m asks for {marker}({name}=…).", f"Write {how}.")
        if marker == "promise" and asked:
            _check_promise(asked, register, specification)
        elif argument in asked and register.tag(_tag(marker, asked[argument])) is None:
            raise CannotRun(
                f'There is no {marker} "{asked[argument]}".', "The values stand in features/vocabulary.toml."
            )


def check_words(words: str) -> None:
    """Refuses a `-k` that is no expression; CannotRun."""
    try:
        Expression.compile(words)
    except SyntaxError as error:
        where = f" (column {error.offset})" if error.offset else ""
        raise CannotRun(
            f"-k {words} is no expression: {error.msg}{where}.", "Put and, or, not between words: -k 'quick and store'."
        ) from None


def _asked(selection: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each marker that an expression names, with what it asks of it, read by pytest's own compiler."""
    try:
        Expression.compile(selection)
        tree, _ = expression(Scanner(selection))
    except SyntaxError as error:
        where = f" (column {error.offset})" if error.offset else ""
        raise CannotRun(
            f"-m {selection} is no expression: {error.msg}{where}.",
            """Write it like -m 'exit(value="timeout") and not slow'.""",
        ) from None
    arguments: dict[ast.expr, Mapping[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            arguments[node.func] = {
                str(one.arg): str(one.value.value) for one in node.keywords if isinstance(one.value, ast.Constant)
            }
        elif isinstance(node, ast.Name):
            yield node.id.removeprefix(IDENT_PREFIX), arguments.get(node, {})


def _tag(kind: str, value: str) -> str:
    return f"exit:{value}" if kind == "exit" else f"bvj:{kind}={value}"


def _check_promise(asked: Mapping[str, str], register: Register, specification: Specification) -> None:
    """Refuses a promise, or a clause of it or of any, that does not exist or that no scenario exercises."""
    promise, clause = asked.get("id"), asked.get("clause")
    if promise is not None and promise not in register.promises:
        of, _, part = promise.partition(".")
        next_action = "The promises stand in features/promises.toml."
        if part and of in register.promises:
            next_action = f'Write promise(id="{of}", clause="{part}").'
        raise CannotRun(f'There is no promise "{promise}".', next_action)
    whose = [one for one in register.clauses.values() if promise in (None, one.promise)]
    if clause is not None and clause not in [one.key for one in whose]:
        has = "No promise has" if promise is None else f"Promise {promise} does not have"
        raise CannotRun(f'{has} a clause "{clause}".', "The clauses stand in features/promises.toml.")
    exercised = {name for scenario in specification.scenarios for name in scenario.promises}
    if not any(one.id in exercised for one in whose if clause in (None, one.key)):
        what = f"Promise {promise}" if clause is None else f'"{clause}"' + (f" of promise {promise}" if promise else "")
        raise CannotRun(
            f"{what} is not specified yet: no scenario exercises it.",
            "Choose one that the summary of a run lists, or write a scenario for it.",
        )
