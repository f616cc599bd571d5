"""When the updates of an analysis are whole: in order, paired, each once, with a beginning and an end.

Gapless numbers alone prove little: a platform that never sent an update has no gap. So a whole
analysis is also measured against what the outside world was really asked.
"""

import itertools
from collections.abc import Collection, Sequence
from typing import Any

from support.facts import update as kinds
from support.facts.update import Update


def flaws(
    updates: Sequence[Update],
    *,
    ended: bool = True,
    tools: Sequence[str] | None = None,
    elsewhere: Collection[int] = (),
) -> list[str]:
    """What is wrong with the updates of one analysis, in the order in which they were shown.

    Args:
        ended: whether each attempt must have come to its end.
        tools: the outside services that were asked for it, each as often as it was asked; None when unknown.
        elsewhere: the numbers that other analyses of the same conversation have; they leave no gap here.
    """
    found = [_objection(before, update) for before, update in _disorder(updates, elsewhere)]
    attempts = list(dict.fromkeys(update.attempt for update in updates))
    for number in attempts:
        attempt = [update for update in updates if update.attempt == number]
        # An attempt that a shutdown interrupted has no end of its own; the next one goes on from it.
        found += _shape(attempt, ended and number == attempts[-1])
        found += _pairs(attempt, number != attempts[-1] or any(update.ends for update in attempt))
    if ended and not updates:
        found.append("no update was shown")
    if tools is not None:
        found += _renamed(updates)
        for kind, words in ((kinds.TOOL_STARTED, "starts"), (kinds.TOOL_ENDED, "ends")):
            shown = sorted(update.tool for update in updates if update.kind == kind)
            if len(shown) != len(tools):
                found.append(f"{len(tools)} tools were used and {len(shown)} {words} of tools were shown")
            elif any(sum(tool in name for name in shown) != tools.count(tool) for tool in set(tools)):
                found.append(f"the {words} of tools do not name what was used: {', '.join(shown)}")
    return found


def each_once(updates: Sequence[Update]) -> list[Update]:
    """The updates by number, each once: what all tabs together have shown.

    An update without a number stands behind the number after which it came. Of a number that tells different things
    each of them stays.
    """
    found: list[tuple[int, Update]] = []
    last = 0
    for update in updates:
        last = update.sequence or last
        if not update.sequence or not any(_tells_the_same(update, other) for _, other in found):
            found.append((last, update))
    # What came first with its number stands before what came behind that number, and before what else it told.
    return [update for _, update in sorted(found, key=lambda one: (one[0], not one[1].sequence))]


def _tells_the_same(one: Update, other: Update) -> bool:
    return (one.sequence, one.kind, _told(one)) == (other.sequence, other.kind, _told(other))


def _told(update: Update) -> dict[str, Any]:
    """What an update tells, apart from when it was written."""
    return {name: value for name, value in update.body.items() if name != "timestamp"}


def _objection(before: Update, update: Update) -> str:
    if update.sequence == before.sequence and not _tells_the_same(before, update):
        return f"number {update.sequence} tells two different things: {before.fact}, and {update.fact}"
    return f"{update} came after number {before.sequence}"


def _disorder(updates: Sequence[Update], elsewhere: Collection[int]) -> list[tuple[Update, Update]]:
    numbered = [update for update in updates if update.sequence]
    return [
        (a, b)
        for a, b in itertools.pairwise(numbered)
        if b.sequence <= a.sequence or not set(range(a.sequence + 1, b.sequence)) <= set(elsewhere)
    ]


def _shape(attempt: Sequence[Update], must_end: bool) -> list[str]:
    found = []
    starts = [update for update in attempt if update.kind == kinds.STARTED]
    ends = [update for update in attempt if update.ends]
    if attempt and (attempt[0].kind != kinds.STARTED or len(starts) != 1):
        found.append(f"it begins with {attempt[0]} and has {len(starts)} beginnings")
    thinking = [update.agent for update in attempt if update.kind == kinds.THINKING]
    found += [f"{agent} thinks {thinking.count(agent)} times" for agent in set(thinking) if thinking.count(agent) > 1]
    if len(ends) > 1:
        found.append(f"it has {len(ends)} ends")
    if ends and attempt[-1] is not ends[-1]:
        found.append(f"{attempt[-1]} came after the end")
    if must_end and not ends:
        found.append("it has no end")
    return found


def _pairs(attempt: Sequence[Update], over: bool) -> list[str]:
    """Each tool that was started has ended once, at the latest when the attempt is over."""
    found, open_ = [], dict[str, str]()
    for update in attempt:
        name = update.call or update.tool
        if update.kind == kinds.TOOL_STARTED:
            if name in open_:
                found.append(f"{update.tool} was started twice")
            open_[name] = update.tool
        elif update.kind == kinds.TOOL_ENDED and open_.pop(name, None) is None:
            found.append(f"{update.tool} ended and had not begun")
    if open_ and over:
        found.append(f"{', '.join(open_.values())} never ended")
    return found


def _renamed(updates: Sequence[Update]) -> list[str]:
    """Each tool whose call has started under one name and ended under another one."""
    started = {update.call: update.tool for update in updates if update.call and update.kind == kinds.TOOL_STARTED}
    return [
        f"{started[update.call] or 'a tool'} was started and ended as {update.tool or 'a tool'}"
        for update in updates
        if update.kind == kinds.TOOL_ENDED and started.get(update.call, update.tool) != update.tool
    ]
