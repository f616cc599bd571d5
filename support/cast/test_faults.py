"""Nothing stands in the catalogue of faults that no sentence speaks of."""

from pathlib import Path

import pytest

from support.cast import places
from support.cast.faults import FAULTS

FEATURES = Path(__file__).resolve().parents[2] / "features"
LINES = [line.strip() for path in FEATURES.rglob("*.feature") for line in path.read_text(encoding="utf-8").splitlines()]
CELLS = {cell.strip() for line in LINES if line.startswith("|") for cell in line.split("|")}


@pytest.mark.parametrize("words", FAULTS)
def test_every_fault_befalls_somebody(words: str) -> None:
    assert words in CELLS or any(line.endswith(words) for line in LINES)


@pytest.mark.parametrize("words", places.WORDS)
def test_every_place_fails_somewhere(words: str) -> None:
    assert words in CELLS
