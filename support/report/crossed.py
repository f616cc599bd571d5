"""The record of the full cross: which defects were tried on every scenario, when, and at which commit.

The full cross takes too long to be part of every change, so what it proved is kept beside the catalogue,
and every report says how old it is.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

RECORD = "support/proof/crossed.json"
NEVER = "no defect has been tried on every scenario yet"


class Crossed:
    """What `pytest support/proof/test_defects.py --cross` has proved so far; `root` is the project's folder."""

    def __init__(self, root: Path) -> None:
        self._path = root / RECORD
        self._exact: dict[str, dict[str, Any]] = {}
        if self._path.exists():
            self._exact = json.loads(self._path.read_text("utf-8"))

    def record(self, exact: Iterable[str], wrong: Iterable[str], scenarios: int, date: str, commit: str) -> None:
        """Keeps which defects were caught exactly, among so many scenarios; drops the `wrong` ones."""
        for defect in wrong:
            self._exact.pop(defect, None)
        for defect in exact:
            self._exact[defect] = {"scenarios": scenarios, "date": date, "commit": commit}
        self._path.write_text(json.dumps(self._exact, indent=1, sort_keys=True) + "\n", "utf-8")

    def sentence(self) -> str:
        """One sentence for the head of a report."""
        if not self._exact:
            return NEVER
        latest = max(self._exact.values(), key=lambda one: str(one["date"]))
        fewest = min(int(one["scenarios"]) for one in self._exact.values())
        return (
            f"full cross: {len(self._exact)} defects turned exactly the scenarios red that they name, "
            f"of at least {fewest}; last on {latest['date']} at commit {latest['commit']}"
        )
