"""The platform with one defect: what is started instead of it.

`main(argv)` gets the defect's id, or several with commas between them, the file in which deviations are
counted, and then the platform's own arguments. The platform knows nothing of it.
"""

import os
from collections.abc import Sequence

import support.reference.__main__ as platform
from support.proof.defect import catalogue

# Read once, wherever this module is imported, so that a process forked from there has it at hand.
catalogue()


def main(argv: Sequence[str]) -> int:
    """Seeds the defects and runs the platform; its exit code."""
    identities, counter, *arguments = argv
    file = os.open(counter, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    for identity in identities.split(","):
        if identity in catalogue():
            catalogue()[identity].install(lambda: _count(file))
    return platform.main(arguments)


def _count(file: int) -> None:
    os.write(file, b".")
