"""The place of the backups knows what it holds, how far that reaches, and where something is missing."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from support.reference.place import Base, Place, following, position, verify
from support.reference.sealed import Damaged, Key

SEGMENT = 1024 * 1024
LARGE = 16 * SEGMENT
AT = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = "000000010000000000000002"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path, Key(secrets.token_bytes(32)))
    made.prepare()
    made.take_measure(SEGMENT)
    size = made.keep_base("one", (b"everything",))
    made.describe(Base("one", AT, FIRST, FIRST, 100, size))
    return made


@pytest.mark.parametrize(
    ("name", "segment", "next_one"),
    [
        ("000000010000000000000001", LARGE, "000000010000000000000002"),
        ("0000000100000000000000FF", LARGE, "000000010000000100000000"),
        ("00000002000000AB000000FF", LARGE, "00000002000000AC00000000"),
        ("0000000100000000000000FF", SEGMENT, "000000010000000000000100"),
        ("00000002000000AB00000FFF", SEGMENT, "00000002000000AC00000000"),
    ],
)
def test_segments_follow_each_other_as_postgresql_names_them(name: str, segment: int, next_one: str) -> None:
    assert following(name, segment) == next_one


@pytest.mark.parametrize("segment", [SEGMENT, LARGE])
def test_the_last_byte_before_a_boundary_belongs_to_the_segment_that_it_fills(segment: int) -> None:
    assert position("00000001", 2 * segment, segment) == ("000000010000000000000001", segment)
    assert position("00000001", 2 * segment + 1, segment) == (FIRST, 1)


def test_a_log_of_other_segments_is_refused(place: Place, tmp_path: Path) -> None:
    place.take_measure(SEGMENT)
    for one in (place, Place(tmp_path, place.key)):
        with pytest.raises(Damaged, match="segments of 1048576 bytes and not 16777216"):
            one.take_measure(LARGE)


def test_the_latest_backup_before_a_time_is_found(place: Place) -> None:
    place.describe(Base("two", AT + timedelta(hours=1), FIRST, FIRST, 100, 0))
    assert place.base_before(None).name == "two"
    assert place.base_before(AT + timedelta(minutes=1)).name == "one"
    with pytest.raises(Damaged):
        place.base_before(AT - timedelta(minutes=1))


def test_a_gap_in_the_log_is_noticed(place: Place) -> None:
    place.keep_segment(FIRST, b"a")
    place.keep_segment(following(following(FIRST, SEGMENT), SEGMENT), b"c")
    with pytest.raises(Damaged) as found:
        verify(place)
    assert found.value.code == "missing"


def test_a_log_that_ends_too_soon_or_begins_too_late_is_noticed(place: Place) -> None:
    place.reach(AT + timedelta(seconds=5), following(FIRST, SEGMENT), 2)
    for found, code in ((None, "missing"), (b"a", "cut_short")):
        if found:
            place.keep_segment(FIRST, b"a" * SEGMENT)
            place.keep_segment(following(FIRST, SEGMENT), found)
        with pytest.raises(Damaged) as trouble:
            verify(place)
        assert trouble.value.code == code
    place.keep_segment(following(FIRST, SEGMENT), b"ab")
    assert verify(place)["segments"] == 2


def test_a_full_segment_takes_the_place_of_its_beginning(place: Place) -> None:
    place.keep_segment(FIRST, b"a")
    place.keep_segment(FIRST, b"b" * SEGMENT)
    (segment,) = place.segments(FIRST)
    assert place.log_content(segment) == b"b" * SEGMENT


def test_the_log_reaches_further_than_the_backup(place: Place) -> None:
    assert place.reaches() == AT
    place.reach(AT + timedelta(seconds=5), FIRST, 100)
    assert verify(place)["reaches_at"] == (AT + timedelta(seconds=5)).isoformat()
    assert place.verified() == AT + timedelta(seconds=5)


def test_what_was_erased_is_remembered(place: Place) -> None:
    erased = [{"kind": "user", "id": "ana", "actor": "ana", "at": AT.isoformat()}]
    assert place.erasures() == []
    place.keep_erasures(erased)
    assert place.erasures() == erased
