"""What there is to write scenarios with: the promises and their clauses, the sentences and the words that they take."""

import inspect
import sys
import textwrap
from collections.abc import Iterator

from support.spec.language import PLACE, own_steps, plain
from support.spec.register import Register
from support.spec.sentences import TYPES

WIDTH = 118


def promises(register: Register) -> Iterator[str]:
    """Every promise by area, each clause with the tag that a scenario names it by."""
    for area in register.areas.values():
        yield from ("", area.title)
        for promise in (one for one in register.promises.values() if one.area is area):
            yield from _wrapped(f"{promise.id}  {promise.title}", 2)
            width = max(len(clause.id) for clause in promise.clauses.values())
            for clause in promise.clauses.values():
                yield from _wrapped(f"@promise:{clause.id:<{width}}  {clause.sentence}", 4, 4 + 11 + width)


def sentences() -> Iterator[str]:
    """Every sentence by what it speaks of, and the words that stand in its places where these are counted."""
    by_file: dict[str, list[tuple[str, str]]] = {}
    for context, _, _ in own_steps():
        if context.step_func.__module__.startswith("steps."):
            words = f"{str(context.type or 'step').capitalize():<6}{plain(context)}"
            by_file.setdefault(context.step_func.__module__, []).append((words, context.parser.name))
    for module, bound in sorted(by_file.items()):
        yield from ("", inspect.getdoc(sys.modules[module]) or module)
        for words, sentence in bound:
            yield from _wrapped(words, 2, 8)
            for name, type_ in PLACE.findall(sentence):
                if known := getattr(TYPES.get(type_), "words", ()):
                    yield from _wrapped(f"{{{name}}}: {', '.join(known)}", 10, 12)


def _wrapped(text: str, first: int, later: int | None = None) -> list[str]:
    later = first + 5 if later is None else later
    return textwrap.wrap(text, WIDTH, initial_indent=" " * first, subsequent_indent=" " * later)
