"""The record of the cross: which defects were tried on whatever could notice them, when, and at which commit.

The cross takes too long to be part of every change, so what it proved is kept beside the catalogue,
and every report says how old it is.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

RECORD = "support/proof/crossed.json"
NEVER = "no defect has been crossed with the specification yet"
WORDS = {
    "area": "the scenarios of their areas",
    "elsewhere": "those of all other areas, many defects at once",
    "all": "all scenarios",
}
"""How far a cross looked; all but "all" look at one row of each outline, and at those that a defect names."""


class Crossed:
    """What `pytest support/proof/test_defects.py --cross` has proved so far; `root` is the project's folder."""

    def __init__(self, root: Path) -> None:
        self._path = root / RECORD
        self._exact: dict[str, dict[str, dict[str, Any]]] = {scope: {} for scope in WORDS}
        self._never: set[str] = set()
        if self._path.exists():
            kept = json.loads(self._path.read_text("utf-8"))
            self._exact |= kept["exact"]
            self._never = set(kept["never"])

    @property
    def known(self) -> set[str]:
        """Every defect that the record speaks of, also those of which it says that they were not tried so."""
        return self.exact | self._never

    @property
    def exact(self) -> set[str]:
        """The defects that were caught exactly, in their areas at least."""
        return {*self._exact["area"], *self._exact["all"]}

    def record(
        self,
        exact: Mapping[str, int],
        scope: str,
        *,
        wrong: Iterable[str] = (),
        catalogue: Iterable[str],
        date: str,
        commit: str,
    ) -> None:
        """Keeps which defects were caught exactly, and among how many scenarios and rows.

        Args:
            scope: "all", "area" when only the areas that a defect names were looked at, or "elsewhere" when it was
                all others.
            wrong: what was not caught exactly, and is exact no more.
            catalogue: every defect that there is; others are forgotten.
        """
        for defect, scenarios in exact.items():
            self._exact[scope][defect] = {"scenarios": scenarios, "date": date, "commit": commit}
        there = set(catalogue)
        lasting = there - set(wrong)
        for scope_, known in self._exact.items():
            self._exact[scope_] = {defect: about for defect, about in known.items() if defect in lasting}
        self._never = there - self.exact
        kept = {"exact": self._exact, "never": sorted(self._never)}
        self._path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")

    def sentence(self) -> str:
        """One sentence for the head of a report."""
        parts = [f"{len(known)} among {WORDS[scope]} ({_when(known)})" for scope, known in self._exact.items() if known]
        if not parts:
            return NEVER
        parts += [f"not tried so, or not exact: {len(self._never)}"] if self._never else []
        return f"defects that turned exactly the scenarios red that they name: {'; '.join(parts)}"


def _when(known: Mapping[str, Mapping[str, Any]]) -> str:
    """The commit at which they were tried, and its date; of several the oldest and the newest."""
    trials = sorted({(str(one["date"]), str(one["commit"])) for one in known.values()})
    ends = trials if len(trials) < 2 else [trials[0], trials[-1]]
    return "tried at " + " to ".join(f"{commit} on {date}" for date, commit in ends)
