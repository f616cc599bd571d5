"""Tags become markers, so that `-m` selects by promise, exit, segment and by the sources' own names.

`-m 'promise(id="P05")'`, `-m 'exit(value="timeout")'`, `-m 'segment(value="enterprise")'`,
`-m 'thread_isolation and not slow'`. Feature files hold none of the sources' markers: they follow
from the promise, and are registered so that a misspelt one is an error.
"""

import re
from collections.abc import Iterator

import pytest

from support.facts.trouble import CannotRun
from support.spec.register import MARKERS, Register
from support.spec.specification import Row, Scenario, Specification

_KINDS = {"promise": "id", "exit": "value", "segment": "value", "goal": "value", "value": "value", "impact": "value"}
EVERYBODY = "all"
_ALWAYS = ("integration", "real_services")
_ASKED = re.compile(r'(\w+)\(\s*(\w+)\s*=\s*["\']([^"\']*)["\']\s*\)')


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
    for written in (*scenario.tags, *(row.tags if row else ())):
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


def check_selection(expression: str, register: Register, specification: Specification) -> None:
    """Refuses a `-m` that names a marker or a value that nothing can have; CannotRun."""
    known = {*_KINDS, *_ALWAYS, *MARKERS, "slow"}
    for word in re.findall(r"[A-Za-z_]\w*", re.sub(r"\([^)]*\)", "", expression)):
        if word not in known and word not in ("and", "or", "not", "True", "False"):
            raise CannotRun(
                f"-m names the marker '{word}', which is unknown.", f"Known are: {', '.join(sorted(known))}."
            )
    tagged = {tag for scenario in specification.scenarios for tag in scenario.tags}
    for kind, argument, value in _ASKED.findall(expression):
        if kind not in _KINDS:
            continue
        if argument not in (_KINDS[kind], "clause"):
            raise CannotRun(f"-m asks for {kind}({argument}=…).", f'Write {kind}({_KINDS[kind]}="…").')
        if kind == "promise" and argument == "id":
            if value not in register.promises:
                raise CannotRun(f'There is no promise "{value}".', "The promises stand in features/promises.toml.")
            if not any(tag.startswith(f"promise:{value}.") for tag in tagged):
                raise CannotRun(
                    f"Promise {value} is not specified yet: no scenario exercises it.",
                    "Choose one that the summary of a run lists, or write a scenario for it.",
                )
        elif kind != "promise" and not any(
            tag in (f"{kind}:{value}", f"bvj:{kind}={value}") for tag in register.permitted_tags()
        ):
            raise CannotRun(f'There is no {kind} "{value}".', "The values stand in features/vocabulary.toml.")
