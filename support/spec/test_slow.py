"""What really lasts long runs by name only: a scenario, or the rows of one block of its examples."""

from pathlib import Path

import pytest

from support.spec import marks
from support.spec.specification import read

FEATURE = """
Feature: Outages
  Scenario Outline: It is overcome
    Then it lasts <time>

    Examples: short
      | time |
      | 1    |

    @slow @promise:BC-1.back
    Examples: as long as agreements speak of
      | time |
      | 180  |
"""


def test_the_tag_of_a_block_of_examples_belongs_to_its_rows_alone(tmp_path: Path) -> None:
    folder = tmp_path / "features" / "persistence"
    folder.mkdir(parents=True)
    (folder / "outage.feature").write_text(FEATURE, "utf-8")
    (scenario,) = read(tmp_path).scenarios
    assert {row.id: row.tags for row in scenario.rows} == {"1": (), "180": ("slow", "promise:BC-1.back")}
    assert {row.id: row.promises for row in scenario.rows} == {"1": (), "180": ("BC-1.back",)}
    assert "slow" not in scenario.tags
    # An unknown tag there is refused like any other.
    assert "slow" in scenario.lines


@pytest.mark.parametrize(
    ("expression", "speaks"),
    [("", False), ("thread_isolation", False), ("slow", True), ("thread_isolation and not slow", True)],
)
def test_an_expression_that_speaks_of_it_decides_by_itself(expression: str, speaks: bool) -> None:
    assert marks.speaks_of_slow(expression) is speaks
