"""A limit cannot be moved in a sentence alone, nor promised and never demanded."""

import shutil
from pathlib import Path

import pytest

from support.spec.figures import unpromised, unstated
from support.spec.register import Register, load
from support.spec.specification import Specification, read

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "features", tmp_path / "features")
    return tmp_path


def changed(copy: Path, file: str, old: str, new: str) -> tuple[Specification, Register]:
    path = copy / "features" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return read(copy), load(copy / "features")


def test_every_figure_is_stated_or_tells_what_makes_sure_of_it() -> None:
    assert list(unstated(read(ROOT), load(ROOT / "features"))) == []


def test_a_limit_that_became_another_one_of_its_promise_is_missed(copy: Path) -> None:
    said = ("opens for them within 50 milliseconds", "opens for them within 100 milliseconds")
    (complaint,) = unstated(*changed(copy, "responsiveness/together.feature", *said))
    place = (copy / complaint.path).read_text("utf-8").splitlines()[complaint.line - 1]
    assert 'name = "open"' in place
    assert "no scenario of PF-4 states 'a conversation opens on average in less than: 50" in complaint.words


def test_what_makes_sure_of_a_figure_must_be_told(copy: Path) -> None:
    told = ', covered = "from its confirmation on, the very next reader sees a change"'
    (complaint,) = unstated(*changed(copy, "promises.toml", told, ""))
    assert "no scenario of PF-3 states" in complaint.words


def test_how_often_somebody_does_something_states_no_factor(copy: Path) -> None:
    said = ("more than 2 times as fast", "more than 3 times as fast")
    (complaint,) = unstated(*changed(copy, "responsiveness/again.feature", *said))
    assert "no scenario of PF-3 states 'reading again is faster by more than: 2 times'" in complaint.words


def test_a_bound_that_is_a_count_is_promised_too(copy: Path) -> None:
    said = ("at least 3000 requests", "at least 300 requests")
    specification, register = changed(copy, "continuity/maintenance.feature", *said)
    found = [one.words for scenario in specification.scenarios for one in unpromised(scenario, register)]
    assert found == ["'300' is no figure of BC-3 in features/promises.toml"]
