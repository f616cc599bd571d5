"""What the parser of the command line refuses: told as everything else is that a run cannot do.

pytest would print its usage, the parser's words and where its settings stand.
"""

import argparse
import difflib
from collections.abc import Iterable
from functools import partial
from typing import NoReturn

import pytest

from support.facts.trouble import CannotRun

UNKNOWN = "unrecognized arguments: "
"""With these words argparse begins when it does not know an option."""
LIKE = 0.7
"""How like the nearest option must be to be meant, from 0 to 1."""
NEXT_ACTION = "Correct it; pytest features/ --help tells of every option."


def tell_plainly(parser: pytest.Parser) -> None:
    """Puts our words in the place of the parser's own; `error` is what argparse has for that."""
    parser.optparser.error = partial(_refuse, parser.optparser)  # type: ignore[method-assign]


def refusal(message: str, known: Iterable[str]) -> CannotRun:
    """What there is to say of the parser's message, where these options are known."""
    if not message.startswith(UNKNOWN):
        return CannotRun(f"The command line cannot be read: {message.rstrip('.')}.", NEXT_ACTION)
    words = message.removeprefix(UNKNOWN).split()
    names = list(dict.fromkeys(word.partition("=")[0] for word in words if word.startswith("-"))) or words
    near = difflib.get_close_matches(names[0], list(known), 1, LIKE)
    return CannotRun(
        f"There is no option {', '.join(names)}{f'; the nearest is {near[0]}' if near else ''}.", NEXT_ACTION
    )


def _refuse(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    # Where argparse keeps the options; it has no question for them.
    raise pytest.UsageError(str(refusal(message, parser._option_string_actions)))
