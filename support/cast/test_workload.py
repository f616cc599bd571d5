"""Requests say something of availability only when they were evenly spaced."""

from support.cast.workload import PACE, Request, unevenness


def begun_at(*moments: float) -> list[Request]:
    return [Request("reading", "Ana", True, 1, 0.01, begun=moment) for moment in moments]


def evenly(seconds: int) -> list[float]:
    return [number / PACE for number in range(int(seconds * PACE))]


def test_an_even_pace_is_even() -> None:
    assert unevenness(begun_at(*evenly(3))) == ""


def test_a_second_without_requests_is_named() -> None:
    stalled = [moment for moment in evenly(4) if not 1 <= moment < 2]
    assert unevenness(begun_at(*stalled)).startswith("in second 2 0 requests")


def test_a_burst_is_named() -> None:
    late = [max(moment, 0.99) if moment < 1 else moment for moment in evenly(3)]
    caught_up = [2.5 if 1 <= moment < 2 else moment for moment in late]
    assert unevenness(begun_at(*caught_up)).startswith("in second 2 0 requests")
    assert "in second 1 200" in unevenness(begun_at(*evenly(2), *(0.5 for _ in range(int(PACE)))))
