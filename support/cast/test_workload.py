"""Requests say something of availability only when they were evenly spaced."""

from support.cast.workload import PACE, WINDOW, Request, unevenness


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
