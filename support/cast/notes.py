"""Facts that are noted about a conversation while it goes on, and whether they add up."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from support.cast.conversation import Conversation
from support.cast.stage import demand
from support.cast.together import at_once
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

FIVE: tuple[Mapping[str, Any], ...] = (
    {"topic": "cloud costs", "complexity": "high"},
    {"preferences": {"clouds": ["AWS", "Azure"], "language": "plain"}, "expertise": "advanced"},
    {"goals": ["spend less", "no downtime"], "budget": "10,000 to 50,000 dollars"},
    {"stage": "savings found", "savings": "15000.00"},
    {"stage_of_work": "done", "satisfaction": 5},
)
TWO: Mapping[str, Any] = {"asked_for": "a first look", "people": ["the board", "the team"]}
"""The facts with which a conversation is started."""
RENAMED = 3
"""Which of the five notes comes with a new title."""
_PLATFORMS = ("user_id", "status")


class Notes:
    """What a person has noted about conversations, by conversation."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._noted: dict[str, dict[str, Any]] = {}

    # Verbs

    def note_five(self) -> None:
        """Five notes one after the other, each with two facts, the third one together with a new title of the
        conversation; demands that Netra accepts them."""
        conversation = self.person.conversation
        for count, facts in enumerate(FIVE, start=1):
            if count == RENAMED:
                conversation.title = f"{conversation.title}, gone through"
            title = conversation.title if count == RENAMED else None
            note = partial(self._note, facts, title=title)
            demand(self.stage.do(note, f"{self.person.name} notes"))
            self._remember(facts)

    def start_with_two(self, *, said: bool) -> None:
        """A new conversation with two facts, and where something was said also with a first message of it; demands
        success."""
        title = f"Started with facts for {self.person.traits.company} {self.person.identity.marker}"
        body: dict[str, Any] = {"title": title, "metadata": dict(TWO)}
        if said:
            body["messages"] = [f"{title}: a first message"]
        start = partial(self.person.request, "POST", "/api/threads", "starts a conversation", body)
        started = demand(self.stage.do(start, f"{self.person.name} starts a conversation"))
        self.person.conversations.append(Conversation(self.person, str(started.field("id")), title))
        self._remember(TWO)

    def note_at_once(self, number: int) -> None:
        """So many notes on different facts in one instant, through all servers; demands that Netra accepts them."""
        servers = len(self.stage.deployment.doors.rest)
        notes = [{f"fact {count}": f"learned {count}"} for count in range(1, number + 1)]
        asking = [lambda note=note, n=n: self._note(note, n % servers) for n, note in enumerate(notes)]
        for note, outcome in zip(notes, at_once(self.stage, asking, f"{number} notes"), strict=True):
            demand(outcome)
            self._remember(note)

    def correct(self) -> None:
        """A new word on a fact that was noted before; demands that Netra accepts it."""
        correction = {"expertise": "beginner"}
        demand(self.stage.do(lambda: self._note(correction), f"{self.person.name} corrects a note"))
        self._remember(correction)

    def note_in_older_form(self, fact: str, value: str) -> None:
        """Notes a fact in the form in which an earlier version of Netra kept what it remembered; demands success.

        Once with a conversation that is being started, and once with another new one, which is the current one then.
        """
        note = {"context": {"version": "1.0", fact: value}}

        async def start() -> Outcome:
            return await self.person.request("POST", "/api/threads", "starts a conversation", {"metadata": note})

        demand(self.stage.do(start, f"{self.person.name} notes with a new conversation"))
        self.person.start_conversation()
        demand(self.stage.do(lambda: self._note(note), f"{self.person.name} notes"))
        self._remember(note)

    def claim_for(self, owner: "Person") -> None:
        """Notes that the own conversation is another's, completed and archived; demands an answer that agrees."""
        claim = {"user_id": owner.identity.user, "owner": owner.identity.user, "status": "completed"}
        claim |= {"archived_at": "2001-01-01T00:00:00+00:00", "archive_reason": "Nobody needs it."}
        demand(self.stage.do(lambda: self._note(claim), f"{self.person.name} notes who owns the conversation"))

    async def _note(self, facts: Mapping[str, Any], server: int | None = None, title: str | None = None) -> Outcome:
        path = f"/api/threads/{self.person.conversation.thread}"
        body = {"metadata": dict(facts)} | ({"title": title} if title else {})
        return await self.person.request("PUT", path, "notes a fact", body, server=server)

    def _remember(self, facts: Mapping[str, Any]) -> None:
        self._noted.setdefault(self.person.conversation.thread, {}).update(facts)

    # Judgements

    def expect_all(self) -> None:
        """Every fact that was noted stands with the conversation, as it was last noted, and no other fact does.

        The conversation is called as it was called last.
        """
        conversation = self.person.conversation
        wanted = self._noted.get(conversation.thread, {})
        sources = self.stage.do(lambda: self._sources(conversation), "the facts")
        self.stage.story.observed("facts that were noted", len(wanted), ", ".join(wanted))
        self.stage.story.compared(
            "Facts about the conversation", ("source", "facts"), [(name, len(facts)) for name, facts in sources]
        )
        for name, facts in sources:
            if (title := facts.pop("title", None)) != conversation.title:
                raise Broken(f"the conversation is called '{conversation.title}'", f"{name}: it is called '{title}'")
            if facts != wanted:
                lost = [fact for fact in wanted if facts.get(fact) != wanted[fact]]
                raise Broken(
                    f"all {len(wanted)} facts that were noted, as they were last noted",
                    f"{name}: {len(facts)} facts; not as noted: {', '.join(lost) or 'others were added'}",
                    [str(wanted), str(facts)],
                )

    async def _sources(self, conversation: Conversation) -> list[tuple[str, dict[str, Any]]]:
        """The facts as each server tells them, and as they are stored."""
        told = [
            await self.person.request("GET", f"/api/threads/{conversation.thread}", "opens it", server=server)
            for server in range(len(self.stage.deployment.doors.rest))
        ]
        rows = await self.stage.rows.of("threads", "id", conversation.thread)
        found = [(f"told by server {n}", one.field("metadata")) for n, one in enumerate(told, start=1)]
        found.append(("stored", rows[0]["metadata_"] if rows else {}))
        return [(name, {k: v for k, v in (facts or {}).items() if k not in _PLATFORMS}) for name, facts in found]
