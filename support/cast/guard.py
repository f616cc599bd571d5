"""Nothing unread: what arrived and nobody looked at ends a scenario that would have passed.

Keep-alives need no reading. Well-formed updates of an analysis that the person asked for are held
to order, pairing and owner. Error messages, ends of connections that the scenario did not cause,
notices, and refused requests must have been read. Another's data, an unknown analysis or type, and
an update after the end are never allowed; nor is a call to the outside world that belongs to nobody, or a server of
Netra that has ended without anybody having ended it.
"""

import itertools
from typing import TYPE_CHECKING

from support.cast.transcript import Seen
from support.cast.wholeness import each_once, flaws
from support.facts.frame import FrameKind
from support.facts.update import Update
from support.facts.verdict import Broken, Inconclusive

if TYPE_CHECKING:
    from support.cast.cast import Cast
    from support.cast.person import Person

SENTENCE = "Nothing else happened"


def expect_nothing_else(cast: "Cast") -> None:
    """Judges everything that arrived at anybody in the scenario; Inconclusive where something was lacking."""
    told = [(person.name, words) for person in cast.people for words in _unread(person, cast.netra.interrupted)]
    told += [(one.who, str(one.outcome)) for one in cast.stage.outcomes if not one.read and not one.outcome.accepted]
    unread = [f"{who}: {words}" for who, words in told]
    unread += cast.strangers.objections()
    unread += [
        f"{one.sentence} has ended by itself, with exit code {one.exit.code}"
        for one in cast.stage.deployment.instances
        if one.exit is not None and not one.fault
    ]
    if not unread and cast.stage.lacking:
        raise Inconclusive(cast.stage.lacking[0])
    if unread:
        raise Broken("nothing but what the sentences speak of", "; ".join(unread[:5]), unread, [who for who, _ in told])


def _unread(person: "Person", interrupted: bool) -> list[str]:
    found = []
    for seen in list(person.transcript.entries):
        if not seen.read and (words := _objection(person, seen, interrupted)):
            found.append(words)
    for analysis in (analysis for conversation in person.conversations for analysis in conversation.analyses):
        for tab in person.tabs:
            shown = analysis.updates(tab.number)
            found += [f"tab {tab.number}: {words}" for words in _out_of_order(shown)]
        others = {update.sequence for update in person.transcript.updates(analysis.conversation.thread)}
        elsewhere = others - {update.sequence for update in analysis.updates()}
        found += flaws(each_once(analysis.updates()), ended=False, elsewhere=elsewhere)
    return found


def _objection(person: "Person", seen: Seen, interrupted: bool) -> str:
    frame = seen.frame
    if frame is None:
        return "" if seen.excused or person.tabs[seen.tab - 1].excused else f"{seen} and nobody caused it"
    owner = str(frame.body.get("user_id") or person.identity.user)
    if frame.kind is FrameKind.KEEP_ALIVE or frame.kind is FrameKind.RESUMED:
        return "" if owner == person.identity.user else f"{seen} belongs to somebody else"
    if frame.kind is FrameKind.NOTICE and interrupted:
        return ""
    if frame.update is None:
        return f"{seen} was not expected: {frame.raw[:160]}"
    runs = {analysis.run for conversation in person.conversations for analysis in conversation.analyses}
    if owner != person.identity.user or frame.update.run not in runs:
        return f"{seen} belongs to an analysis that {person.name} did not ask for"
    return ""


def _out_of_order(shown: list[Update]) -> list[str]:
    numbered = [update for update in shown if update.sequence]
    return [
        f"{after} came after number {before.sequence}"
        for before, after in itertools.pairwise(numbered)
        if after.sequence <= before.sequence
    ]
