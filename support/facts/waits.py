"""What a sample of waits says of a limit, on a machine that others use as well.

A machine that is busy makes everything slow, and nothing quick. So each wait stands beside a control, measured at the
same moment: a question to something that is not the platform, where there is such a thing. A wait that is too long and
whose control was slow is set aside, because it says more of the machine than of the platform. Of those that remain, a
limit is kept when at most one in twenty lies beyond it and broken when most do; anything between, and a sample with too
little left, says nothing.

An average is kept when it lies within the limit as it was measured. It is broken when it lies beyond on a quiet
machine, or beyond by more than the controls took on one that is not; of a busy machine nothing else can be said.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from support.facts.verdict import Word

BEYOND_AT_MOST = 0.05
LEFT_AT_LEAST = 0.5
"""Of the sample, so much must remain."""
SLOW_CONTROL = 0.5
"""A control that takes so much of the limit is slow."""
QUIET_CONTROL = 0.2
"""Controls that take no more of the limit than this on average show a quiet machine."""


@dataclass(frozen=True)
class Wait:
    """One wait and the control beside it, in seconds; a question that failed waits for ever."""

    seconds: float
    control: float


def judge(waits: Sequence[Wait], limit: float) -> tuple[Word, str]:
    """The word on a limit in seconds, and why."""
    quiet = [one.seconds for one in waits if one.seconds <= limit or one.control <= limit * SLOW_CONTROL]
    if not waits or len(quiet) < max(1.0, len(waits) * LEFT_AT_LEAST):
        return Word.INCONCLUSIVE, f"the machine was busy: only {len(quiet)} of {len(waits)} waits can be judged"
    beyond = sum(seconds > limit for seconds in quiet)
    words = (
        f"{beyond} of {len(quiet)} waits were longer than {limit * 1000:.0f} ms "
        f"(median {statistics.median(quiet) * 1000:.1f} ms, longest {max(quiet) * 1000:.1f} ms; "
        f"{len(waits) - len(quiet)} set aside)"
    )
    if beyond <= len(quiet) * BEYOND_AT_MOST:
        return Word.KEPT, words
    return (Word.BROKEN if beyond > len(quiet) / 2 else Word.INCONCLUSIVE), words


def judge_average(waits: Sequence[Wait], limit: float) -> tuple[Word, str]:
    """The word on a limit in seconds for the average of the sample, and why."""
    if not waits:
        return Word.INCONCLUSIVE, "nothing was waited for"
    average, beside = statistics.mean(one.seconds for one in waits), statistics.mean(one.control for one in waits)
    words = f"the average was {average * 1000:.1f} ms; that of the controls {beside * 1000:.1f} ms"
    if average <= limit:
        return Word.KEPT, words
    beyond = average if beside <= limit * QUIET_CONTROL else average - beside
    broken = beside <= limit * SLOW_CONTROL and beyond > limit
    return (Word.BROKEN if broken else Word.INCONCLUSIVE), words
