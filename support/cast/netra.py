"""Netra itself, as a scenario stops, breaks and restarts it."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from support.cast.clock import Deadline
from support.cast.stage import Stage, cannot
from support.cast.transcript import WaitEnded
from support.facts.frame import FrameKind
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

ANSWER_TAKES_SECONDS = 0.05
"""About so long lies between an answer of the AI model and the end of its analysis."""


class Netra:
    """The platform under test as a whole; `people` are those who may be connected."""

    def __init__(self, stage: Stage, people: "dict[str, Person]") -> None:
        self.stage = stage
        self._people = people
        self._going_down: asyncio.Future[list[Any]] | None = None
        self._began: Moment | None = None
        self._witnesses: list[Any] = []
        self._frozen: Any = None
        self.interrupted = False

    @property
    def _instances(self) -> tuple[Any, ...]:
        return tuple(self.stage.deployment.instances)

    def shut_down(self) -> None:
        """Every server is told to stop, at once, and is waited for."""
        self.begin_to_shut_down(await_notice=False)
        self.be_down()

    def begin_to_shut_down(self, *, await_notice: bool = True) -> None:
        """Every server is told to stop; work goes on until the connected have been told."""
        self._excuse()
        self._began = Moment.now()

        async def begin() -> None:
            self._going_down = asyncio.ensure_future(
                asyncio.gather(*(instance.stop() for instance in self._instances), return_exceptions=True)
            )
            if await_notice:
                for person in self._connected():
                    await person.transcript.until(
                        lambda person=person: next(  # type: ignore[misc]
                            (s for s in person.transcript.entries if s.frame and s.frame.kind is FrameKind.NOTICE), None
                        ),
                        self.stage.clock.deadline(),
                        "the notice of the maintenance",
                    )

        self.stage.story.tell("scenario", "tells every server of Netra to stop")
        self.stage.do(begin, "Netra to begin its shutdown")

    def be_down(self) -> None:
        """Waits until every server has ended."""

        async def wait() -> list[Any]:
            if self._going_down is None:
                cannot("nobody has told Netra to stop")
            return await self._going_down

        self._witnesses = self.stage.do(wait, "Netra to be down")
        for witness in self._witnesses:
            if isinstance(witness, BaseException):
                raise witness
            self.stage.story.tell("Netra", str(witness))

    async def finish_going_down(self) -> None:
        """Waits until a shutdown that the scenario left under way is over; for the end of a scenario."""
        if self._going_down is not None:
            await asyncio.wait([self._going_down])

    def start_again(self) -> None:
        """Every server is started again, on the same ports."""

        async def start() -> list[Any]:
            return list(await asyncio.gather(*(instance.start() for instance in self._instances)))

        for witness in self.stage.do(start, "Netra to start again"):
            self.stage.story.tell("Netra", str(witness))

    def kill_server_of(self, person: "Person") -> None:
        """The server that works for a person dies at once."""
        instance = self._server_of(person)
        self._excuse(person.tab.server)
        person.interruption.remember()
        person.interruption.at = Moment.now()
        self.stage.story.tell("Netra", str(self.stage.do(instance.kill, "the server to die")))

    def crash_with_what_is_ready(self) -> None:
        """Every server dies at once, and whatever was kept ready is lost with it."""
        self._excuse()
        if self.stage.deployment.shared:
            cannot("others share what is kept ready")

        async def crash() -> int:
            for witness in await asyncio.gather(*(instance.kill() for instance in self._instances)):
                self.stage.story.tell("Netra", str(witness))
            return await self.stage.ready.empty()

        gone = self.stage.do(crash, "Netra to crash")
        self.stage.story.tell("scenario", f"took away all {gone} things that were kept ready")

    def kill_every_server(self) -> None:
        """Every server dies at once."""
        self._excuse()

        async def kill() -> list[Any]:
            return list(await asyncio.gather(*(instance.kill() for instance in self._instances)))

        for witness in self.stage.do(kill, "every server to die"):
            self.stage.story.tell("Netra", str(witness))

    def freeze_server_of(self, person: "Person") -> None:
        """The server that works for a person stands still, as if it were dead; its connections stay open."""
        self._frozen = self._server_of(person)
        self._excuse(person.tab.server)
        self.stage.story.tell("Netra", str(self.stage.do(self._frozen.pause, "the server to freeze")))

    def wake_server_for(self, person: "Person") -> None:
        """The frozen server goes on; a whole analysis of the person's through it shows that it had time to act."""
        if self._frozen is None:
            cannot("no server was frozen")
        self.stage.story.tell("Netra", str(self.stage.do(self._frozen.resume, "the server to wake up")))
        person.presence.come_back(self._instances.index(self._frozen))
        person.ask_in_new_conversation()
        person.conversation.analysis.await_completion()
        person.conversations.insert(0, person.conversations.pop())

    def stop_server_of(self, person: "Person") -> None:
        """The server that works for a person is shut down in good order; the other one goes on."""
        instance = self._server_of(person)
        self._excuse(person.tab.server)
        self.stage.story.tell("Netra", str(self.stage.do(instance.stop, "the server to stop")))

    def _server_of(self, person: "Person") -> Any:
        return self._instances[person.tab.server]

    def _connected(self) -> "list[Person]":
        return [person for person in self._people.values() if any(tab.open for tab in person.tabs)]

    def excuse(self, server: int | None = None) -> None:
        """The ends of all connections, or of those to one server, are the scenario's own doing, and so are notices."""
        self._excuse(server)

    def _excuse(self, server: int | None = None) -> None:
        """The ends of these connections, and the notices before them, are the scenario's own doing."""
        self.interrupted = True
        for person in self._people.values():
            for tab in person.tabs:
                if server in (None, tab.server):
                    tab.excused = True

    def demand_setting(self, name: str, limit: Limit) -> None:
        """The deployment is set so; Inconclusive when it says otherwise."""
        actual = float(getattr(self.stage.deployment.settings, name))
        if actual != limit.seconds:
            cannot(f"this deployment has {name} set to {actual:g} and not to {limit}")
        self.stage.story.tell("Netra", f"{name} is {limit}")

    def have_source_fail(self, person: "Person", source: str) -> None:
        """Lets a source fail for a person; waits for the end of the analysis, unless Netra itself is going down."""
        person.sources.let_source_fail(source)
        if self._going_down is None:
            person.conversation.analysis.await_end_unseen()

    def let_time_run_out(self, person: "Person") -> None:
        """Waits for the end of an analysis that can only end by its limit."""
        person.conversation.analysis.await_end_unseen()

    def expect_down_in_order(self, limit: Limit) -> None:
        """Every server ended within the limit, says that all was well, and left no analysis in its hands."""
        codes = [witness.code for witness in self._witnesses]
        seconds = [Moment.now().seconds_since(self._began)] if self._began else []
        self.stage.story.observed("servers that ended", len(codes), f"exit codes {codes}")
        self.stage.story.measured("seconds until Netra was down", seconds[0] if seconds else -1.0)
        left = [
            f"an analysis of {person.name} is {status or 'not stored'}"
            for person in self._people.values()
            for conversation in person.conversations
            for analysis in conversation.analyses
            if (status := analysis.stored().get("status")) in (None, "running")
        ]
        if not codes or any(codes) or seconds[0] > limit.seconds or left:
            raise Broken(
                f"every server ends within {limit}, in good order, and leaves no analysis in its hands",
                "; ".join([f"exit codes {codes} after {seconds[0]:.1f} s", *left]),
                [str(witness) for witness in self._witnesses],
            )

    def answer_around_the_limit(self, person: "Person") -> None:
        """Lets the AI model answer all of a person's analyses just before the second one's limit strikes."""

        async def at_the_limit() -> None:
            runs = [(await conversation.analysis.fetch()).body for conversation in person.conversations]
            deadlines = sorted(str(run.get("deadline_at")) for run in runs)
            await person.sources.script_silently()
            await _until_wall(deadlines[1], self.stage.clock.deadline(), ahead=ANSWER_TAKES_SECONDS)
            await person.sources.world.release(person.identity.user)

        self.stage.do(at_the_limit, "the instant of the limit")


async def _until_wall(iso: str, deadline: Deadline, *, ahead: float) -> None:
    """Returns so many seconds ahead of a time of day; an input of the scenario, not a judgement."""
    seconds = (datetime.fromisoformat(iso) - datetime.now(UTC)).total_seconds() - ahead
    if seconds > deadline.left:
        raise WaitEnded(f"the time {iso}", deadline, [])
    await asyncio.sleep(max(0.0, seconds))
