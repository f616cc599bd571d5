"""One thing that the specification's language refuses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Complaint:
    """One thing that the language refuses."""

    path: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words}"
