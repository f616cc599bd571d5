"""Requests say something of availability only when they were evenly spaced, and only right ones in time count."""

from support.cast.workload import PACE, WINDOW, Control, Request, excused, not_answered, unevenness
from support.facts.limit import Limit


def begun_at(*moments: float) -> list[Request]:
    return [Request("reading", "Ana", True, 1, 0.01, begun=moment) for moment in moments]


def evenly(windows: int) -> list[float]:
    return [number / PACE for number in range(int(windows * WINDOW * PACE))]


def test_an_even_pace_is_even() -> None:
    assert unevenness(begun_at(*evenly(3))) == ""


def test_a_stretch_without_requests_is_named() -> None:
    stalled = [moment for moment in evenly(4) if not WINDOW <= moment < 2 * WINDOW]
    assert unevenness(begun_at(*stalled)).startswith("in the 3 seconds from second 3 0 requests")


def test_a_burst_is_named() -> None:
    burst = [0.5 for _ in range(int(WINDOW * PACE))]
    assert unevenness(begun_at(*evenly(2), *burst)).startswith("in the 3 seconds from second 0 600 requests")


def test_what_is_wrong_late_lost_or_doubled_was_not_answered() -> None:
    def asked(words: str, *, right: bool = True, seconds: float = 0.1, text: str = "") -> Request:
        return Request("writing" if text else "reading", "Ana", right, 1, seconds, words, text)

    requests = [
        asked("right, at the last moment", seconds=5.0),
        asked("wrong", right=False),
        asked("late", seconds=5.01),
        asked("stored once", text="once"),
        asked("lost", text="nowhere"),
        asked("doubled", text="twice"),
    ]
    failed = not_answered(requests, {"once": 1, "twice": 2}, Limit(5.0, "5 seconds"))
    assert [one.words for one in failed] == ["wrong", "late", "lost", "doubled"]


def test_what_took_long_is_excused_by_a_control_that_took_long_at_that_moment_and_nothing_else_is() -> None:
    def asked(words: str, *, right: bool = True, seconds: float = 6.0, text: str = "", begun: float = 0.0) -> Request:
        return Request("writing" if text else "reading", "Ana", right, 1, seconds, words, text, begun)

    failed = [
        asked("late while the machine was busy"),
        asked("given up while the machine was busy", right=False, text="nowhere"),
        asked("late before it was", begun=-7.0),
        asked("late after it was", begun=5.1),
        asked("wrong, and soon", right=False, seconds=0.1, begun=4.0),
        asked("lost", text="nowhere"),
        asked("doubled", text="twice"),
    ]
    busy = [Control(3.0, 2.0), Control(5.0, 0.1)]
    limit = Limit(5.0, "5 seconds")
    found = excused(failed, {"twice": 2}, busy, limit)
    assert [one.words for one in found] == ["late while the machine was busy", "given up while the machine was busy"]
    assert excused(failed, {"twice": 2}, [Control(3.0, 0.9)], limit) == []
