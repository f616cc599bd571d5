"""One browser tab: a live connection and what it shows."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from support.cast.transcript import Seen
from support.drivers.live import LiveConnection
from support.facts.frame import Frame
from support.facts.moment import Moment
from support.facts.outcome import Outcome

if TYPE_CHECKING:
    from support.cast.person import Person


class Tab:
    """A tab of a person; `number` counts from 1.

    Attributes:
        open: whether its connection lives.
        server: the server of Netra that it is connected to, from 0.
        resumed: conversation to the last update that the tab said it knew when it came back.
        excused: whether the scenario itself ends, or lets end, the connection.
        opened: when its connection was asked for.
        breaks_after: with so many updates shown, its connection breaks; 0 for never.
        slow: whether little may be on its way to it before Netra has to wait.
    """

    def __init__(self, person: "Person", number: int, *, slow: bool = False) -> None:
        self.slow = slow
        self.opened: Moment | None = None
        self.breaks_after = 0
        self.person = person
        self.number = number
        self.open = False
        self.server = 0
        self.resumed: dict[str, int] = {}
        self.excused = False
        self._connection = LiveConnection(self._shown, self._ended)

    async def connect(self, server: int, token: str | None = None, claim: Mapping[str, str] | None = None) -> Outcome:
        """Opens the connection; what came of it. `claim` is what is said beside the pass."""
        self.server, self.opened = server, Moment.now()
        stage = self.person.stage
        deadline = stage.clock.deadline()
        outcome = await self._connection.open(
            stage.deployment.doors.socket[server] + (f"?{urlencode(claim)}" if claim else ""),
            self.person.token if token is None else token,
            max(0.1, deadline.seconds),
            f"{self.person.name} opens Netra",
            narrow=self.slow,
            headers=self.person.pretence,
        )
        self.person.received.append(outcome)
        self.open = outcome.accepted
        stage.story.tell(self.person.name, f"opens Netra (tab {self.number}, server {server + 1}): {outcome.kind}")
        return stage.demand_answered(outcome, deadline)

    async def send(self, type_: str, payload: dict[str, Any]) -> str:
        """Sends a message; the identity under which its answer speaks of it."""
        client_id = str(uuid.uuid4())
        await self.send_named(type_, client_id, payload)
        self.person.stage.story.tell(self.person.name, f"sends {type_} (tab {self.number})")
        return client_id

    async def send_named(self, type_: str, client_id: str, payload: Mapping[str, Any] | None = None) -> None:
        """Sends a message under a name of one's own choice, by which its answer calls it."""
        await self._connection.send_raw(_written(type_, payload or {}, client_id))

    @property
    def address(self) -> str:
        """From where it is connected."""
        return self._connection.address

    def size(self, type_: str, payload: dict[str, Any]) -> int:
        """How many bytes such a message has."""
        return len(_written(type_, payload, str(uuid.uuid4())).encode())

    async def send_raw(self, content: str | bytes, words: str = "") -> None:
        """Sends text, or bytes that are no text, exactly as they are; told in the story by `words`, if any."""
        if words:
            self.person.stage.story.tell(self.person.name, f"sends {words} (tab {self.number})", repr(content)[:400])
        await self._connection.send_raw(content)

    async def send_in_pieces(self, pieces: Sequence[str], words: str) -> None:
        """Sends one long text piece by piece; told in the story by `words`."""
        self.person.stage.story.tell(self.person.name, f"sends {words} (tab {self.number})")
        await self._connection.send_in_pieces(pieces)

    async def resume(self, thread: str, after: int) -> str:
        """Asks for every update of a conversation after this one."""
        self.resumed[thread] = after
        return await self.send("resume", {"thread_id": thread, "after": after})

    def stop_reading(self) -> None:
        """Shows nothing more until `read_on`."""
        self._connection.stop_reading()
        self.person.stage.story.tell(self.person.name, f"tab {self.number} stops reading")

    def read_on(self) -> None:
        """Shows what has waited, and whatever comes."""
        self.person.stage.story.tell(self.person.name, f"tab {self.number} reads again")
        self._connection.read_on()

    def unread(self) -> int:
        """How many bytes wait at its door."""
        return self._connection.unread()

    async def break_off(self) -> None:
        """The network dies: a reset without goodbye."""
        self.excused = True
        self.person.stage.story.tell(self.person.name, f"the connection of tab {self.number} breaks (reset)")
        await self._connection.break_off()

    async def close(self) -> None:
        """Leaves with the closing handshake."""
        self.excused = True
        if self.open:
            self._connection.read_on()
            await self._connection.close()

    def _shown(self, frame: Frame) -> None:
        self.person.transcript.add(Seen(self.number, frame.moment, frame))
        if frame.type != "pong":
            where = f" on tab {self.number}" if self.number > 1 else ""
            self.person.stage.story.tell(f"{self.person.name} is", frame.told + where, frame.raw, frame.moment)

        self.breaks_after -= frame.update is not None
        if frame.update is not None and self.breaks_after == 0:
            self.excused = True
            self.person.stage.story.tell(self.person.name, f"the connection of tab {self.number} breaks (reset)")
            self._connection.cut()

    def _ended(self, code: int, reason: str) -> None:
        self.open = False
        moment = Moment.now()
        self.person.transcript.add(Seen(self.number, moment, code=code, reason=reason, excused=self.excused))
        self.person.stage.story.tell(
            f"{self.person.name} sees",
            f"the connection of tab {self.number} ended ({code} {reason})".rstrip(),
            "",
            moment,
        )


def _written(type_: str, payload: Mapping[str, Any], client_id: str) -> str:
    return json.dumps({"type": type_, "payload": {**payload, "client_id": client_id}})
