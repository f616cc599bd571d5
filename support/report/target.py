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
_ROLES = {"real": "real", "played": "played by this suite", "not played": "not under the control of this suite"}
_PROCESS = re.compile(r",? process (\d+)")


@dataclass
class Answered:
    """Everything that answered; filled while scenarios end."""

    _deployments: dict[str, None] = field(default_factory=dict)

    def add(self, described: str) -> None:
        """A deployment's own lines, each "name: words"."""
        self._deployments[described] = None

    def lines(self) -> list[tuple[str, str]]:
        """The target, its servers, what was real, what was played, and the processes; short names, for any report."""
        if not self._deployments:
            return [("target", NOBODY)]
        count = len(self._deployments)
        origins = dict.fromkeys(said.rpartition(", ")[2] for name, said in self._parts() if name == "target")
        who = "the reference platform" if self.stood_in else "Netra"
        lines = [("target", f"{who}, {' and '.join(origins)}; {count} deployment{'s' if count > 1 else ''}")]
        roles: dict[str, dict[str, None]] = {}
        for name, said in self._parts():
            if name != "target":
                role, words = _role(name, _PROCESS.sub("", said))
                roles.setdefault(role, {})[words] = None
        lines += [(role, "; ".join(words)) for role, words in roles.items()]
        if processes := self.processes:
            shown = " ".join(processes[:MOST_PROCESSES])
            more = f" … ({len(processes)} in all)" if len(processes) > MOST_PROCESSES else ""
            lines.append(("processes", f"{shown}{more}"))
        return lines

    @property
    def processes(self) -> list[str]:
        """Every process id, in order of appearance."""
        return list(dict.fromkeys(pid for _, said in self._parts() for pid in _PROCESS.findall(said)))

    @property
    def stood_in(self) -> bool:
        """Whether the reference platform answered in place of Netra."""
        return any(name != "target" and said.startswith(_REFERENCE) for name, said in self._parts())

    def _parts(self) -> Iterable[tuple[str, str]]:
        for described in self._deployments:
            for line in described.splitlines():
                name, _, said = line.partition(": ")
                yield name, said


def _role(name: str, said: str) -> tuple[str, str]:
    """What a part is in the run, and how it is named there."""
    for role, words in _ROLES.items():
        if said.endswith(words):
            version = said.removesuffix(words).rstrip(", ")
            return role, version if version.startswith(name) else f"{name} {version}".strip()
    return "servers", said
