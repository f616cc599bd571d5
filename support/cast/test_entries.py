"""Entries of the audit trail, right ones and such as tell another story than the attempts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from support.cast.entries import NAMES, Entry, Made, objections

WHAT = ("eve", "read_messages", "thread", "thread_1", "ana", "rest")
BEGAN = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
MADE = Made(WHAT, BEGAN, BEGAN + timedelta(seconds=1), "127.0.0.1")
RIGHT = Entry(WHAT, BEGAN + timedelta(seconds=0.5), "127.0.0.1")


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_entry_that_tells_the_attempt_is_right(elsewhere: bool) -> None:
    assert objections([MADE], [RIGHT], elsewhere=elsewhere) == []


@pytest.mark.parametrize(
    "wrong",
    [
        replace(RIGHT, at=datetime(1970, 1, 1, tzinfo=UTC)),
        replace(RIGHT, at=BEGAN + timedelta(hours=1)),
        replace(RIGHT, at=None),
        replace(RIGHT, address="203.0.113.9"),
        replace(RIGHT, address=""),
        replace(RIGHT, what=(*WHAT[:5], "socket")),
    ],
)
def test_an_entry_that_tells_another_time_place_or_door_is_wrong(wrong: Entry) -> None:
    assert objections([MADE], [wrong], elsewhere=False)


def test_missing_and_repeated_entries_are_wrong() -> None:
    assert objections([MADE], [], elsewhere=False)
    assert objections([MADE], [RIGHT, RIGHT], elsewhere=False)


def test_two_attempts_of_a_kind_need_the_moments_of_both() -> None:
    later = replace(MADE, began=BEGAN + timedelta(seconds=5), ended=BEGAN + timedelta(seconds=6))
    entry = replace(RIGHT, at=BEGAN + timedelta(seconds=5.5))
    assert objections([later, MADE], [RIGHT, entry], elsewhere=False) == []
    assert objections([later, MADE], [RIGHT, RIGHT], elsewhere=False)


def test_elsewhere_a_clock_may_be_off_by_little_and_an_address_may_be_another() -> None:
    assert (
        objections([MADE], [replace(RIGHT, at=BEGAN - timedelta(seconds=4), address="10.1.2.3")], elsewhere=True) == []
    )
    assert objections([MADE], [replace(RIGHT, at=BEGAN - timedelta(seconds=6))], elsewhere=True)
    for impossible in ("localhost, perhaps", "0.0.0.0", "203.0.113.77"):
        assert objections([MADE], [replace(RIGHT, address=impossible)], elsewhere=True)


def test_told_and_stored_entries_are_read_alike() -> None:
    plain = dict(zip(NAMES, WHAT, strict=True))
    told = Entry.of({**plain, "at": "2026-05-04T14:00:00.500+02:00", "address": "127.0.0.1"})
    stored = Entry.of({**plain, "at": BEGAN + timedelta(seconds=0.5), "address": "127.0.0.1"})
    assert told == stored == RIGHT
    assert Entry.of({**plain, "at": "yesterday"}).at is None
    assert Entry.of({**plain, "at": "2026-05-04T12:00:00"}).at is None
