"""What answered in a run, from what each scenario's deployment said of itself.

A run has many deployments, one a worker and one for each scenario that breaks things. What they
have in common is said once; their process ids are listed as far as anybody would look them up.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_PROCESSES = 12
STAND_IN = (
    "The reference platform answered, not Netra itself: this run proves the specification and says nothing of Netra."
)
NOBODY = "No deployment was asked anything."
_REFERENCE = "reference"
_PROCESS = re.compile(r",? process (\d+)")


@dataclass
class Answered:
    """Everything that answered; filled while scenarios end."""

    _deployments: dict[str, None] = field(default_factory=dict)

    def add(self, described: str) -> None:
        """A deployment's own lines, each "name: words"."""
        self._deployments[described] = None

    def lines(self) -> list[tuple[str, str]]:
        """Name and words of all that answered: the target first, then parts, then processes."""
        if not self._deployments:
            return [("target", NOBODY)]
        words: dict[str, list[str]] = {}
        for name, said in self._parts():
            words.setdefault(name, []).append(_PROCESS.sub("", said))
        count = len(self._deployments)
        origins = dict.fromkeys(said.rpartition(", ")[2] for said in words.pop("target", ()))
        lines = [("target", f"{' and '.join(origins)}; {count} deployment{'s' if count > 1 else ''}")]
        for said, names in _grouped(words).items():
            lines.append((" and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}", said))
        if processes := self.processes:
            shown = " ".join(processes[:MOST_PROCESSES])
            more = f" … ({len(processes)} in all)" if len(processes) > MOST_PROCESSES else ""
            lines.append(("process ids", f"{shown}{more}"))
        return lines

    @property
    def processes(self) -> list[str]:
        """Every process id, in order of appearance."""
        return list(dict.fromkeys(pid for _, said in self._parts() for pid in _PROCESS.findall(said)))

    @property
    def stood_in(self) -> bool:
        """Whether the reference platform answered in place of Netra."""
        return any(name not in ("target",) and said.startswith(_REFERENCE) for name, said in self._parts())

    def _parts(self) -> Iterable[tuple[str, str]]:
        for described in self._deployments:
            for line in described.splitlines():
                name, _, said = line.partition(": ")
                yield name, said


def _grouped(words: dict[str, list[str]]) -> dict[str, list[str]]:
    """The names of parts by what they said of themselves."""
    grouped: dict[str, list[str]] = {}
    for name, said in words.items():
        grouped.setdefault(", or ".join(dict.fromkeys(said)), []).append(name)
    return grouped
