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


class Crossed:
    """What `pytest support/proof/test_defects.py --cross` has proved so far; `root` is the project's folder."""

    def __init__(self, root: Path) -> None:
        self._path = root / RECORD
        self._exact: dict[str, dict[str, Any]] = {}
        if self._path.exists():
            self._exact = json.loads(self._path.read_text("utf-8"))

    def record(self, exact: Mapping[str, int], wrong: Iterable[str], scope: str, date: str, commit: str) -> None:
        """Keeps which defects were caught exactly, and among how many scenarios and rows; drops the `wrong` ones.

        Args:
            scope: "all", or "area" when only the areas that a defect names were looked at.
        """
        for defect in wrong:
            self._exact.pop(defect, None)
        for defect, scenarios in exact.items():
            self._exact[defect] = {"scope": scope, "scenarios": scenarios, "date": date, "commit": commit}
        self._path.write_text(json.dumps(self._exact, indent=1, sort_keys=True) + "\n", "utf-8")

    def sentence(self) -> str:
        """One sentence for the head of a report."""
        if not self._exact:
            return NEVER
        latest = max(self._exact.values(), key=lambda one: str(one["date"]))
        everywhere = sum(one["scope"] == "all" for one in self._exact.values())
        return (
            f"cross: {len(self._exact)} defects turn exactly the scenarios red that they name, {everywhere} of them "
            f"among all and {len(self._exact) - everywhere} among those of their area; "
            f"last on {latest['date']} at commit {latest['commit']}"
        )
