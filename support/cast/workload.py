"""People who work at an even pace while servers come and go, as their programs would: another door when one is shut."""

import asyncio
import itertools
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.drivers.live import LiveConnection
from support.facts.frame import Frame, FrameKind
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.waits import QUIET_CONTROL

if TYPE_CHECKING:
    from support.cast.analysis import Analysis
    from support.cast.person import Person

PACE = 100.0
"""Requests a second, of all people together."""
WINDOW = 3
"""Seconds in which about as many requests must be begun as in any others."""
GIVES_UP_SECONDS = 10.0
"""After which a customer's program gives a request up; what counts as in time is the sentence's to say."""
TRIES = 4
CONTROL_EVERY = 0.25
"""Seconds from the end of one control to the beginning of the next."""
FAR_TOO_MANY = 200
"""Requests without a right answer, after which nobody need go on: whatever followed could not make up for them."""


@dataclass(frozen=True)
class Request:
    """One request: whether it was answered rightly, after how many tries, and how many seconds that took.

    Attributes:
        begun: when it was begun, seconds since the work began.
        text: what was written; "" for a request that writes nothing.
    """

    kind: str
    person: str
    right: bool
    tries: int
    seconds: float
    words: str = ""
    text: str = ""
    begun: float = 0.0

    def right_within(self, limit: Limit) -> bool:
        """Whether it was answered rightly in time."""
        return self.right and self.seconds <= limit.seconds


@dataclass(frozen=True)
class Control:
    """A question to something that is not Netra: when it was asked, in seconds since the work began, and how long."""

    begun: float
    seconds: float

    def beside(self, request: Request) -> bool:
        """Whether the two were under way at the same moment."""
        return self.begun < request.begun + request.seconds and request.begun < self.begun + self.seconds


class LiveLine:
    """A person's live connection at work, opened at another server whenever it has ended.

    Each connection asks for every update of the person's finished analysis: the first answer brings all of them, once
    and in order, and each answer tells how many there are.
    """

    def __init__(self, person: "Person", analysis: "Analysis") -> None:
        self.person = person
        self._thread = analysis.conversation.thread
        self._wanted = [update.sequence for update in analysis.updates()]
        self._shown_here: list[int] = []
        self._server = itertools.cycle(range(len(person.stage.deployment.doors.socket)))
        self._connection: LiveConnection | None = None
        self._open = False
        self._opening = asyncio.Lock()
        self._resumed: list[asyncio.Future[bool]] = []

    async def resume(self) -> bool:
        """Asks for every update; whether all were shown on this connection, and Netra said that these were all."""
        async with self._opening:
            if not self._open:
                await self._connect()
        if not self._open or self._connection is None:
            return False
        answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._resumed.append(answered)
        try:
            frame = {"type": "resume", "payload": {"thread_id": self._thread, "after": 0}}
            await self._connection.send(frame)
            async with asyncio.timeout(GIVES_UP_SECONDS):
                return await answered
        except (TimeoutError, ConnectionError):
            return False

    async def close(self) -> None:
        """Leaves."""
        if self._connection is not None and self._open:
            await self._connection.close()

    async def _connect(self) -> None:
        self._shown_here = []
        self._connection = LiveConnection(self._shown, self._ended)
        door = self.person.stage.deployment.doors.socket[next(self._server)]
        outcome = await self._connection.open(door, self.person.token, GIVES_UP_SECONDS, "opens Netra")
        self._open = outcome.accepted

    def _shown(self, frame: Frame) -> None:
        if frame.update is not None and frame.update.thread == self._thread:
            self._shown_here.append(frame.update.sequence)
        if frame.kind is FrameKind.RESUMED and self._resumed:
            first = self._resumed.pop(0)
            if not first.done():
                whole = frame.body.get("up_to") == max(self._wanted, default=None)
                first.set_result(whole and self._shown_here == self._wanted)

    def _ended(self, code: int, reason: str) -> None:
        self._open = False
        waiting, self._resumed = self._resumed, []
        for one in waiting:
            if not one.done():
                one.set_result(False)


class Workload:
    """Requests for reading, writing and live updates, evenly spaced and in turn.

    Args:
        analyses: for each person by name a finished analysis, whose updates are asked for.
        written: for each person by name what stands first in the conversation in which the person works.
        control: asks something that is not Netra; what it takes, the machine takes.
    """

    KINDS = ("reading", "writing", "live updates")

    def __init__(
        self,
        people: "Sequence[Person]",
        analyses: "Mapping[str, Analysis]",
        written: Mapping[str, str],
        control: Callable[[], Awaitable[object]],
    ) -> None:
        self._people, self._written = people, written
        self._lines = {person.name: LiveLine(person, analyses[person.name]) for person in people}
        self._control = control
        self._wrong = 0
        self.controls: list[Control] = []
        """Those that were taken all the while."""

    async def work(self, seconds: float) -> list[Request]:
        """Sends them for so long; each is begun at its own time, whatever became of those before it.

        It ends early when far too many were not answered rightly.
        """
        began = asyncio.get_running_loop().time()
        controlling = asyncio.create_task(self._take_controls(began))
        try:
            return await self._work(began, seconds)
        finally:
            controlling.cancel()
            await asyncio.gather(controlling, return_exceptions=True)

    async def _work(self, began: float, seconds: float) -> list[Request]:
        turns = itertools.cycle(itertools.product(self.KINDS, self._people))
        tasks: list[asyncio.Task[Request]] = []
        for number in range(int(seconds * PACE)):
            if self._wrong >= FAR_TOO_MANY:
                break
            kind, person = next(turns)
            await asyncio.sleep(max(0.0, began + number / PACE - asyncio.get_running_loop().time()))
            begun = asyncio.get_running_loop().time() - began
            tasks.append(asyncio.create_task(self._one(kind, person, begun)))
        done = await asyncio.gather(*tasks)
        for line in self._lines.values():
            await line.close()
        return list(done)

    async def _take_controls(self, began: float) -> None:
        now = asyncio.get_running_loop().time
        while True:
            begun = now()
            try:
                await self._control()
            finally:
                self.controls.append(Control(begun - began, now() - begun))
            await asyncio.sleep(CONTROL_EVERY)

    async def _one(self, kind: str, person: "Person", begun: float) -> Request:
        began, mark, words = Moment.now(), str(uuid.uuid4()), ""
        text = f"A note {mark}" if kind == "writing" else ""
        for tries in range(1, TRIES + 1):
            right, words = await self._try(kind, person, tries, mark, text)
            seconds = Moment.now().seconds_since(began)
            if right or seconds > GIVES_UP_SECONDS:
                self._wrong += not right
                return Request(kind, person.name, right, tries, seconds, words, text, begun)
        self._wrong += 1
        return Request(kind, person.name, False, TRIES, Moment.now().seconds_since(began), words, text, begun)

    async def _try(self, kind: str, person: "Person", tries: int, mark: str, text: str) -> tuple[bool, str]:
        if kind == "live updates":
            return await self._lines[person.name].resume(), ""
        doors = person.stage.deployment.doors.rest
        base = doors[(tries + len(person.name)) % len(doors)]
        path = f"{base}/api/threads/{person.conversation.thread}/messages"
        writing = kind == "writing"
        outcome = await person.stage.rest.ask(
            "POST" if writing else "GET",
            path if writing else f"{path}?limit=1",
            asked=kind,
            seconds=GIVES_UP_SECONDS,
            token=person.token,
            body={"message": text} if writing else None,
            headers={"Idempotency-Key": mark} if writing else None,
        )
        told = [outcome.body] if writing else outcome.field("messages") or []
        wanted = text if writing else self._written[person.name]
        right = [one.get("content") for one in told if isinstance(one, dict)] == [wanted]
        return outcome.accepted and right, str(outcome)


def not_answered(requests: Sequence[Request], stored: Mapping[str, int], limit: Limit) -> list[Request]:
    """Which were answered wrongly or too late, or wrote what is not stored once; `stored` counts each text."""
    return [one for one in requests if not one.right_within(limit) or (one.text and stored.get(one.text) != 1)]


def excused(
    failed: Sequence[Request], stored: Mapping[str, int], controls: Sequence[Control], limit: Limit
) -> list[Request]:
    """Those that took too long, and are not said to be their fault: a control beside them took long, too.

    A fifth of the limit is long for a control. What was lost or doubled is excused by nothing.
    """
    long = [one for one in controls if one.seconds > limit.seconds * QUIET_CONTROL]
    late = [one for one in failed if one.seconds > limit.seconds and not _lost_or_doubled(one, stored)]
    return [one for one in late if any(control.beside(one) for control in long)]


def _lost_or_doubled(one: Request, stored: Mapping[str, int]) -> bool:
    times = stored.get(one.text, 0)
    return bool(one.text) and (times > 1 or (one.right and not times))


def unevenness(requests: Sequence[Request]) -> str:
    """In which seconds far too few or too many requests were begun; "" when they were evenly spaced."""
    begun = Counter(int(request.begun // WINDOW) for request in requests)
    for window in range(max(begun, default=0)):
        if not PACE * WINDOW / 2 <= begun[window] <= PACE * WINDOW * 1.5:
            since, wanted = window * WINDOW, PACE * WINDOW
            return (
                f"in the {WINDOW} seconds from second {since} {begun[window]} requests were begun, and not {wanted:g}"
            )
    return ""
