"""The places at which a change of several parts can fail, by the words of a sentence.

Each is one kind of thing that is written, of one person; see the tables of the platform's contract.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from support.cast.faults import Fault, Struck
from support.targets.positions import ALWAYS, FailsAt, Place

if TYPE_CHECKING:
    from support.cast.person import Person

_MESSAGE, _USER = "NEW.content LIKE '%{marker}%'", "NEW.user_id = '{user}'"
_PLACES: Mapping[str, Place] = {
    "the conversation": Place("threads", where=_USER),
    "the first message": Place("messages", where=f"{_MESSAGE} AND NEW.content LIKE 'Part 1 %'"),
    "the second message": Place("messages", where=f"{_MESSAGE} AND NEW.content LIKE 'Part 2 %'"),
    "the third message": Place("messages", where=f"{_MESSAGE} AND NEW.content LIKE 'Part 3 %'"),
    "the fourth message": Place("messages", where=f"{_MESSAGE} AND NEW.content LIKE 'Part 4 %'"),
    "the last message": Place("messages", where=_MESSAGE + r" AND NEW.content ~ 'Part (\d+) of \1 '"),
    "the number of messages": Place("threads", "UPDATE", where=f"{_USER} AND NEW.last_position > OLD.last_position"),
    "the mark of the request": Place("repeats", where=_USER),
    "the answer to a repeated request": Place("repeats", "UPDATE", where=_USER),
    "the confirmation": Place("threads", where=_USER, at_commit=True),
    "the question": Place("messages", where=f"{_MESSAGE} AND NEW.role = 'user'"),
    "the analysis": Place("runs", where=_USER),
    "the number of updates": Place("threads", "UPDATE", where=f"{_USER} AND NEW.last_sequence > OLD.last_sequence"),
    "the first update": Place("updates", where=f"{_USER} AND NEW.type = 'agent_started'"),
    "a step of the work": Place("run_steps"),
    "the finding of a step": Place("run_steps", "UPDATE", where="NEW.state = 'done'"),
    "the end": Place("runs", "UPDATE", where=f"{_USER} AND NEW.status = 'completed'"),
    "the exit": Place("run_exits"),
    "the answer": Place("messages", where="NEW.role = 'assistant'"),
    "the report": Place("reports"),
    "the last update": Place("updates", where=f"{_USER} AND NEW.type = 'agent_completed'"),
}
WORDS = tuple(_PLACES)
"""Every place, as a sentence names it."""
WRITTEN = Place("messages", where=_MESSAGE, at_commit=True)
"""The confirmation of a message."""


def of(person: "Person", place: Place) -> Place:
    """The place where what is this person's comes by."""
    where = place.where.format(marker=person.identity.marker, user=person.identity.user)
    return Place(place.table, place.event, where, place.at_commit)


def no_room(words: str, person: "Person", *, once: bool = False) -> Fault:
    """Storage has no room at a place of a person's, always or once."""
    place = of(person, _PLACES[words])

    def parts(deployment: Any) -> list[Any]:
        return [FailsAt(deployment.postgres, place, 1 if once else ALWAYS)]

    return Fault(
        f"Netra's storage has no room for {words} of {person.name}",
        Struck.STORAGE,
        parts,
        lambda strain: strain.begin(),
        lambda strain: strain.end(),
    )
