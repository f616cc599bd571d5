"""The phases of a person's conversation: what the person does with it, and what Netra makes of it.

Which deed leads where is stated here from the promise, and not read from the platform.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.cast.lists import Lists
from support.cast.stage import Telling, as_told, cannot, demand, told_before
from support.cast.together import Asking, at_once
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

LEADS_TO = {"pause": "paused", "resume": "active", "complete": "completed", "archive": "archived"}
"""Where a deed leads; to restore leads back to the phase before the archive."""
ARCHIVE_NOTES = {"archived_at", "archive_reason"}
"""What is noted of a conversation as long as Netra has put it away for its age."""
_WAY_TO = {"active": (), "paused": ("pause",), "completed": ("complete",), "archived": ("archive",)}
_DOORS = {deed: ("POST", f"/{deed}") for deed in ("pause", "resume", "complete", "restore")} | {
    "archive": ("DELETE", "")
}


@dataclass(frozen=True)
class Change:
    """A deed, the phase that it must lead to, its outcome, and the conversation as it is told right afterwards."""

    deed: str
    wanted: str
    outcome: Outcome
    seen: Outcome


class Phases:
    """A person's newest conversation on its way through the phases."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.phase = "active"
        self._before = "active"
        self._changes: list[Change] = []
        self._began: Outcome | None = None
        self._tried: list[Outcome] = []
        self._as_it_was: list[str] = []
        self._left: dict[str, str] = {}
        self.lists = Lists(person)

    # Verbs

    def bring_to(self, phase: str) -> None:
        """Starts a conversation with a message in it and brings it to a phase; demands that Netra agrees."""
        self.person.start_conversations(1)
        self.phase = "active"
        for deed in _WAY_TO[phase]:
            demand(self.stage.do(lambda deed=deed: self._ask(deed), f"{self.person.name} {deed}s"))  # type: ignore[misc]
            self._follow(deed)
        self._left[self.person.conversation.thread] = phase

    def go_through(self, deeds: tuple[str, ...]) -> None:
        """Does these deeds one after the other, and looks at the conversation after each."""
        self._changes = []
        self._began = self.stage.do(self._look, "the conversation before")
        for deed in deeds:
            outcome = self.stage.do(lambda deed=deed: self._ask(deed), f"{self.person.name} {deed}s")  # type: ignore[misc]
            self.person.attempt(outcome)
            self._follow(deed)
            self._changes.append(Change(deed, self.phase, outcome, self.stage.do(self._look, "the conversation")))

    def try_to(self, deeds: tuple[str, ...]) -> None:
        """Tries deeds that need not be permitted: a change of phase, writing, asking, a retry; recorded."""
        self._as_it_was = self.stage.do(lambda: self._everything(told_before), "the conversation before")
        self._tried = []
        for deed in deeds:
            self._try(deed)

    def _try(self, deed: str) -> None:
        if deed == "ask in":
            self.person.presence.connect()
            self.stage.do(self.person.conversation.ask, f"{self.person.name} asks")
        elif deed == "retry the analysis in":
            self.person.conversation.analysis.retry()
        elif deed == "write into":
            self.person.attempt(self.stage.do(self.person.conversation.write, f"{self.person.name} writes"))
        else:
            self.person.attempt(self.stage.do(lambda: self._ask(deed), f"{self.person.name} {deed}s"))
        if self.person.last is not None:
            self._tried.append(self.person.last.outcome)

    def twice_at_once(self, deed: str) -> None:
        """The same deed twice in one instant, through different servers where there are several."""
        servers = range(len(self.stage.deployment.doors.rest))
        asking = [lambda server=server: self._ask(deed, server) for server in (servers[0], servers[-1])]
        self._tried = at_once(self.stage, asking, f"{self.person.name} {deed}s twice at once")
        for outcome in self._tried:
            self.person.attempt(outcome)
        self._follow(deed)

    def complete_amid_writing(self, number: int) -> None:
        """Completes the conversation while so many messages are on their way to it, all released in one instant."""
        servers = len(self.stage.deployment.doors.rest)
        conversation, words = self.person.conversation, self.person.turns.words
        asking: list[Asking] = [
            lambda count=count: conversation.say(words(count), server=count % servers)  # type: ignore[misc]
            for count in range(number)
        ]
        asking.insert(number // 2, lambda: self._ask("complete", servers - 1))
        self._tried = at_once(self.stage, asking, f"{self.person.name} writes and completes at once")
        for outcome in self._tried:
            self.person.attempt(outcome)
        self._follow("complete")

    def _follow(self, deed: str) -> None:
        if deed == "archive":
            self._before = self.phase
        self.phase = LEADS_TO.get(deed, self._before)

    async def _ask(self, deed: str, server: int | None = None) -> Outcome:
        method, door = _DOORS[deed]
        path = f"/api/threads/{self.person.conversation.thread}{door}"
        return await self.person.request(method, path, f"{deed}s the conversation", server=server)

    async def _look(self, server: int | None = None) -> Outcome:
        path = f"/api/threads/{self.person.conversation.thread}"
        return await self.person.request("GET", path, "opens the conversation", server=server)

    async def _everything(self, told: Telling = as_told) -> list[str]:
        """The conversation and its messages as Netra tells them, and as they are stored."""
        thread = self.person.conversation.thread
        messages = await self.person.request("GET", f"/api/threads/{thread}/messages?limit=1000", "reads the messages")
        rows = await self.stage.rows.of("threads", "id", thread)
        stored = [str(sorted(row.items())) for row in (*rows, *await self.stage.rows.messages(thread))]
        return [*told([await self._look(), messages]), *stored]

    # Judgements

    def expect_each_change_seen(self) -> None:
        """After each deed the conversation is told in its new phase, with a later time than before; so it is stored."""
        if not self._changes or self._began is None:
            cannot(f"{self.person.name} has changed nothing")
        before = _time(self._began)
        for change in self._changes:
            told, now = _phase(change.seen), _time(change.seen)
            self._read(change.outcome)
            words = (
                f"after to {change.deed}, the conversation is told as {change.wanted}, with a later time than before"
            )
            if not change.outcome.accepted or told != change.wanted or not now > before:
                later = "later" if now > before else "no later"
                raise Broken(words, f"{change.outcome}; it is told as {told}, {later} than before", [change.seen.raw])
            before = now
        rows = self._rows()
        self.stage.story.observed(
            "changes that were seen", len(self._changes), ", ".join(c.wanted for c in self._changes)
        )
        self._compare(_phase(self._changes[-1].seen), rows)

    def expect_refused_naming(self, phase: str) -> None:
        """Everything that was tried was refused as not fitting, in a sentence that names the phase."""
        if not self._tried:
            cannot(f"{self.person.name} has tried nothing")
        self.stage.story.observed("refusals", len(self._tried), "; ".join(_words(one) for one in self._tried))
        for outcome in self._tried:
            self._read(outcome)
            if outcome.kind is not Kind.REFUSED or _code(outcome) != "CONFLICT" or phase not in _words(outcome):
                raise Broken(
                    f"a refusal that names the conversation as {phase}",
                    f"{outcome}, {_code(outcome) or 'no code'}: {_words(outcome) or 'no words'}",
                    [outcome.raw],
                )

    def expect_as_it_was(self) -> None:
        """The conversation, its messages and its rows are what they were before the attempt."""
        now = self.stage.do(self._everything, "the conversation")
        self.stage.story.observed("parts of the conversation that were compared", len(now))
        if now != self._as_it_was:
            changed = sorted(set(now) ^ set(self._as_it_was))
            raise Broken("the conversation is as it was", f"{len(changed)} of its parts differ", changed)

    def expect_one_change(self) -> None:
        """Of two changes at once one was made; the other one was told which phase it found."""
        self.stage.story.observed("changes at once", len(self._tried), ", ".join(map(str, self._tried)))
        for outcome in self._tried:
            self._read(outcome)
        refused = [outcome for outcome in self._tried if outcome.kind is Kind.REFUSED]
        made = [outcome for outcome in self._tried if outcome.accepted]
        if len(made) != 1 or len(refused) != 1 or self.phase not in _words(refused[0]):
            raise Broken(
                f"one change is made, and the other one is told that the conversation is {self.phase} by then",
                ", ".join(f"{one}: {_words(one)}" for one in self._tried),
                [one.raw for one in self._tried],
            )

    def expect_nothing_after(self) -> None:
        """Completing was the last that happened: what was refused says so, and what was confirmed is there."""
        completed = next((one for one in self._tried if one.field("object") == "thread"), None)
        others = [one for one in self._tried if one is not completed]
        for outcome in self._tried:
            self._read(outcome)
        refused = [one for one in others if not one.accepted]
        self.stage.story.observed("messages on their way", len(others), f"{len(refused)} of them refused")
        now = self.stage.do(self._look, "the conversation")
        if completed is None or _phase(now) != self.phase or _time(now) != _time(completed):
            raise Broken(
                f"nothing happens in the conversation after it was {self.phase}",
                f"it is {_phase(now)}, and something happened {_time(now) - _time(completed or now):.3f} s later",
                [now.raw, *(one.raw for one in self._tried)],
            )
        if wrong := [one for one in refused if one.kind is not Kind.REFUSED or self.phase not in _words(one)]:
            raise Broken(f"a refusal that names the phase {self.phase}", str(wrong[0]), [one.raw for one in wrong])
        self.person.turns.expect_as_confirmed()

    def expect_phase(self, phase: str) -> None:
        """Every server tells the conversation in this phase, without a note of any archive, and so it is stored."""
        servers = range(len(self.stage.deployment.doors.rest))
        told = [self.stage.do(lambda server=server: self._look(server), "the conversation") for server in servers]  # type: ignore[misc]
        self.stage.story.observed(f"the conversation of {self.person.name}", len(told), ", ".join(map(_phase, told)))
        if wrong := [one for one in told if _phase(one) != phase]:
            raise Broken(f"the conversation is {phase}", f"it is told as {_phase(wrong[0])}", [one.raw for one in told])
        noted = [one for one in told if ARCHIVE_NOTES & set(_metadata(one))]
        if phase != "archived" and noted:
            words = f"a conversation that is {phase} says nothing of an archive"
            raise Broken(words, f"it says: {_metadata(noted[0])}", [one.raw for one in told])
        self._compare(phase, self._rows())

    def expect_as_left(self) -> None:
        """Every conversation that was brought to a phase is told in it, and stored in it."""
        if len(self._left) < 2:
            cannot(f"{self.person.name} has left no conversations in different phases")

        async def look() -> dict[str, tuple[str, str]]:
            found = {}
            for thread in self._left:
                told = await self.person.request("GET", f"/api/threads/{thread}", "opens the conversation")
                rows = await self.stage.rows.of("threads", "id", thread)
                found[thread] = (_phase(told), ", ".join(str(row["metadata_"].get("status")) for row in rows))
            return found

        found = self.stage.do(look, "the conversations")
        self.stage.story.observed("conversations that were left", len(found), ", ".join(self._left.values()))
        self.stage.story.compared(
            "Phases of the conversations",
            ("left", "told", "stored"),
            [(phase, *found[thread]) for thread, phase in self._left.items()],
        )
        if wrong := [found[thread] for thread, phase in self._left.items() if found[thread] != (phase, phase)]:
            raise Broken(
                f"conversations that are {', '.join(self._left.values())}",
                f"{len(wrong)} are in another phase: told as {wrong[0][0]}, stored as {wrong[0][1]}",
                [str(found)],
            )

    def _rows(self) -> list[dict[str, Any]]:
        thread = self.person.conversation.thread
        return self.stage.do(lambda: self.stage.rows.of("threads", "id", thread), "the stored conversation")

    def _compare(self, told: str, rows: list[dict[str, Any]]) -> None:
        stored = [str(row["metadata_"].get("status")) for row in rows]
        self.stage.story.compared(
            "The phase of the conversation", ("source", "phase"), [("told", told), ("stored", ", ".join(stored))]
        )
        if stored != [told]:
            raise Broken(f"the conversation is stored as {told}", f"stored: {', '.join(stored) or 'nothing'}")

    def _read(self, outcome: Outcome) -> None:
        for entry in self.stage.outcomes:
            if entry.outcome is outcome:
                entry.look()


def _metadata(outcome: Outcome) -> dict[str, Any]:
    found = outcome.field("metadata")
    return found if isinstance(found, dict) else {}


def _phase(outcome: Outcome) -> str:
    return str(_metadata(outcome).get("status"))


def _time(outcome: Outcome) -> float:
    try:
        return float(outcome.field("updated_at"))
    except (TypeError, ValueError):
        return -1.0


def _code(outcome: Outcome) -> str:
    body = outcome.body if isinstance(outcome.body, dict) else {}
    error = body.get("error")
    return str(error.get("code") if isinstance(error, dict) else body.get("error_code") or "")


def _words(outcome: Outcome) -> str:
    body = outcome.body if isinstance(outcome.body, dict) else {}
    error = body.get("error")
    return str(error.get("message") if isinstance(error, dict) else body.get("error_message") or "")
