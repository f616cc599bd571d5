"""The line between a person's program and Netra: what is sent over it, right or wrong, and what comes back."""

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

from support.cast.faulty import MESSAGES, Faulty
from support.cast.privacy import inside
from support.cast.stage import Telling, as_told, cannot, told_before
from support.cast.transcript import Seen
from support.facts.frame import Frame, FrameKind
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person
    from support.cast.tab import Tab

FLOOD = [*["x" * 64 * 1024] * 16, "x"]
"""The pieces of a message of one byte more than Netra reads at all: the line cannot go on behind it."""

# RFC 6455: 1009 message too big.
_TOO_BIG = 1009

FEWEST_WORDS = 4
"""A sentence that tells a person what is wrong has more than a code and a number."""


class Line:
    """A person's line, on the tab that was opened last."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.sent: list[tuple[str, Faulty]] = []
        self.answers: list[list[Frame]] = []
        self.before: list[str] = []
        self.pids: tuple[int, ...] = ()
        self.calls = 0
        self.flooded = 0
        self.answered: list[Seen] = []

    # Verbs

    def send(self, words: str) -> None:
        """Sends one message that Netra cannot take; what is answered before the next answer is recorded."""
        self.stage.do(lambda: self._send([words]), f"{self.person.name} sends {words}")

    def send_all(self) -> None:
        """Sends every message that Netra cannot take, one after the other."""
        self.stage.do(lambda: self._send(list(MESSAGES)), f"{self.person.name} sends what Netra cannot take")

    async def _send(self, messages: list[str]) -> None:
        await self._remember()
        tab = self.person.tab
        for words in messages:
            faulty = MESSAGES[words](self.person.conversation.thread)
            self.sent.append((words, faulty))
            first = len(self.person.transcript.entries)
            # Netra answers one message after the other: once a call is answered, so is whatever was sent before it.
            if tab.open:
                await tab.send_raw(faulty.content, words)
                await self._pong(tab, first)
            self.answers.append(self._answered(first))

    def flood(self) -> None:
        """Sends a message so large that Netra ends the connection; waits for that, or for Netra to go on answering."""

        async def flood() -> None:
            await self._remember()
            tab, first = self.person.tab, len(self.person.transcript.entries)
            tab.excused = True
            with contextlib.suppress(ConnectionError):
                await tab.send_in_pieces(FLOOD, f"one message of {sum(map(len, FLOOD))} bytes")
            await self._pong(tab, first)
            self.flooded = tab.number

        self.stage.do(flood, f"{self.person.name} floods the connection")

    async def _remember(self) -> None:
        """What the person has, and which processes serve, before anything is sent."""
        self.before = await self._everything(told_before)
        for person in self._connected():
            person.line.pids = await person.line.serving()

    def _answered(self, first: int) -> list[Frame]:
        """What came to the last tab since this entry, besides keep-alives and updates; all of it is read."""
        found = []
        for seen in self.person.transcript.entries[first:]:
            frame = seen.frame
            quiet = frame is None or frame.kind in (FrameKind.KEEP_ALIVE, FrameKind.UPDATE)
            if frame is None or quiet or seen.tab != self.person.tab.number:
                continue
            seen.read = frame.kind is FrameKind.TROUBLE
            found.append(frame)
        return found

    async def _pong(self, tab: "Tab", first: int) -> bool:
        """Whether Netra answers a call on this tab: everything sent before has then been answered."""

        def answer() -> Seen | None:
            later = (seen for seen in self.person.transcript.entries[first:] if seen.tab == tab.number)
            return next((seen for seen in later if seen.frame is None or seen.frame.type == "pong"), None)

        if not tab.open:
            return False
        try:
            await tab.send_raw(json.dumps({"type": "ping"}), "a call")
        except ConnectionError:
            return False
        seen = await self.person.transcript.until(answer, self.stage.clock.deadline(), "the answer to a call")
        return seen.frame is not None

    def call(self, times: int) -> None:
        """Calls Netra so many times without waiting for an answer in between."""

        async def call() -> None:
            await self._remember()
            first = len(self.person.transcript.entries)
            tab, ping = self.person.tab, json.dumps({"type": "ping"})
            for _ in range(times - 1):
                await tab.send_raw(ping)
            # The last one is of a kind that Netra does not know: its answer shows that all others have been answered.
            words = "a message of an unknown kind"
            await tab.send_raw(MESSAGES[words]("").content, words)

            def fence() -> Seen | None:
                # Looked for whenever something arrives; it comes last, so what came long before need not be searched.
                later = self.person.transcript.entries[first:][-3:]
                return next((s for s in later if s.frame is None or s.frame.kind is FrameKind.TROUBLE), None)

            last = await self.person.transcript.until(fence, self.stage.clock.deadline(), "the answer to the last call")
            self.answers.append(self._answered(first))
            self.calls = times
            came = self.person.transcript.entries[first:]
            self.answered = [s for s in came[: came.index(last)] if s.frame is not None and s.frame.type == "pong"]

        self.stage.do(call, f"{self.person.name} calls Netra {times} times")

    def ask_in_message_of(self, size: int) -> None:
        """Asks a question that makes its message exactly so many bytes long; the outcome is recorded."""
        if not self.person.conversations:
            self.person.start_conversation()
        conversation = self.person.conversation
        self.stage.do(lambda: conversation.ask(size), f"{self.person.name} asks at length")

    # What is so at the moment

    async def serving(self) -> tuple[int, ...]:
        """The number of the process behind each server's door, 0 where none answers."""
        rest = self.stage.deployment.doors.rest
        seconds = max(0.1, self.stage.clock.deadline().seconds)
        told = [
            await self.stage.rest.ask("GET", f"{base}/health/identity", asked="who serves", seconds=seconds)
            for base in rest
        ]
        return tuple(int(answer.field("pid") or 0) for answer in told)

    async def _everything(self, told: Telling = as_told) -> list[str]:
        """Everything that the person has, as Netra tells it, and how much of it is stored."""
        paths = ["/api/threads?limit=100&offset=0"]
        for conversation in self.person.conversations:
            base = f"/api/threads/{conversation.thread}"
            paths += [f"{base}/messages?limit=100&offset=0", f"{base}/updates?after=0", f"{base}/runs"]
        answers = await asyncio.gather(*(self.person.request("GET", path, "looks at what is there") for path in paths))
        stored = await self.stage.rows.counts_of([self.person.identity.user])
        return [*told(answers), str(stored)]

    def _connected(self) -> "list[Person]":
        return [self.person, *(one for one in self.person.privacy.others if one.tabs)]

    # Judgements

    def expect_told(self) -> None:
        """Each message was refused once, for what is wrong with it, in words that a person understands."""
        self.stage.story.observed("messages that Netra cannot take", len(self.sent), ", ".join(w for w, _ in self.sent))
        causes: dict[str, str] = {}
        for (words, faulty), answers in zip(self.sent, self.answers, strict=True):
            told = [str(frame.body.get("error_message", "")) for frame in answers]
            refused = [frame for frame in answers if frame.kind is FrameKind.TROUBLE]
            plain = [text for text in told if len(text.split()) >= FEWEST_WORDS and not inside(text)]
            codes = [frame.body.get("error_code") for frame in refused]
            if len(answers) != 1 or codes != [faulty.code] or len(plain) != 1:
                came = [f"{frame.type}: {text}" for frame, text in zip(answers, told, strict=True)]
                raise Broken(
                    f"{words} is refused once, in plain words ({faulty.code})",
                    f"{len(answers)} answers: {'; '.join(came) or 'none'}",
                    [frame.raw for frame in answers],
                )
            if causes.setdefault(plain[0], faulty.code) != faulty.code:
                cause = f"{causes[plain[0]]} and {faulty.code} in the same words: {plain[0]}"
                raise Broken(f"{words} is refused for what is wrong with it", cause, [frame.raw for frame in answers])

    def expect_ended_for_size(self) -> None:
        """The connection that was flooded has ended, and its end says that it was too much."""
        shown = [seen for seen in self.person.transcript.entries if seen.tab == self.flooded]
        end = next((seen for seen in shown if seen.frame is None), None)
        self.stage.story.observed("connections that were flooded", 1 if self.flooded else 0, str(end or "lives on"))
        if end is None or end.code != _TOO_BIG:
            raise Broken(
                f"the connection of tab {self.flooded} has ended because of what came ({_TOO_BIG})",
                str(end or "the connection lives on"),
                [str(seen) for seen in shown[-5:]],
            )

    def expect_intact(self) -> None:
        """What Netra tells of everything the person has, and how much is stored, is what it was before."""
        if not self.before:
            cannot(f"nobody looked at what {self.person.name} had before")
        now = self.stage.do(self._everything, f"what {self.person.name} has")
        self.stage.story.observed(f"things of {self.person.name} that were compared", len(now))
        if changed := [(was, after) for was, after in zip(self.before, now, strict=True) if was != after]:
            raise Broken(
                f"everything of {self.person.name} is as it was",
                f"{len(changed)} of {len(now)} things have changed",
                [side for pair in changed for side in pair],
            )

    def expect_alive(self) -> None:
        """Every connection of the person that nobody ended answers, and the same processes serve as before."""
        if not self.pids:
            cannot("nobody looked at who served before")
        tabs = [tab for tab in self.person.tabs if not tab.excused]
        first = len(self.person.transcript.entries)

        async def answering() -> list[int]:
            return [tab.number for tab in tabs if await self._pong(tab, first)]

        alive = self.stage.do(answering, f"the connections of {self.person.name} to answer")
        serving = self.stage.do(self.serving, "who serves now")
        self.stage.story.observed(
            f"connections of {self.person.name} that answer", len(alive), f"served by processes {serving}"
        )
        if not tabs or len(alive) != len(tabs) or serving != self.pids or 0 in serving:
            ends = [str(seen) for seen in self.person.transcript.entries if seen.frame is None]
            raise Broken(
                f"the {len(tabs)} connections of {self.person.name} live on, served by processes {self.pids}",
                f"{len(alive)} answer, served by processes {serving}; {'; '.join(ends) or 'none ended'}",
                ends,
            )

    def expect_taken(self) -> None:
        """The last question was accepted: its analysis has begun."""
        last: Outcome | None = self.person.last.look() if self.person.last else None
        self.stage.story.observed("questions that were asked", 1, str(last))
        if last is None or last.kind is not Kind.ACCEPTED:
            raise Broken("Netra takes the question", str(last or "no answer"), [last.raw if last else "no answer"])

    def expect_calls_answered(self) -> None:
        """Each call but the last was answered once, and then the last one, which Netra does not know, was refused."""
        self.stage.story.observed("calls that were made", self.calls, f"{len(self.answered)} were answered")
        refused = self.answers[-1] if self.answers else []
        if not self.calls or len(self.answered) != self.calls - 1 or len(refused) != 1:
            raise Broken(
                f"{self.calls - 1} calls are answered, and then the last one is refused",
                f"{len(self.answered)} were answered before that, and {len(refused)} refused",
                [frame.raw for frame in refused],
            )
