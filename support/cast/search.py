"""A person's search over what the person said: what must be found is known from what was written."""

import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Any

from support.cast.conversation import Conversation
from support.cast.stage import cannot, demand
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

_AT_LENGTH = "We have met about the plans of this year and have taken our time over each of them. " * 30
"""What is said before the words: longer than any excerpt, and than any part that stands for the whole."""


class Search:
    """What a person searches for, and what is found."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._words = ""
        self._parts: list[Outcome] = []

    # Verbs

    def have_conversation_about(self, words: str) -> None:
        """A new conversation with these words in its title and in the first of two messages; demands success.

        The message speaks at length before it comes to the words, and its accents are written as signs of their own,
        as some devices do; those of the title and of a search are written in one with their letters.
        """
        title = f"Notes: {words}"

        async def start() -> Outcome:
            return await self.person.request("POST", "/api/threads", "starts a conversation", {"title": title})

        started = demand(self.stage.do(start, f"{self.person.name} starts a conversation"))
        conversation = Conversation(self.person, str(started.field("id")), title)
        self.person.conversations.append(conversation)
        said = unicodedata.normalize("NFD", f"{_AT_LENGTH}Today we speak of {words}, at last.")
        for text in (said, f"And of nothing else: {self.person.identity.marker}"):
            demand(self.stage.do(lambda text=text: conversation.say(text), "writing"))  # type: ignore[misc]

    def exchange_titles(self) -> None:
        """Gives each of the two latest conversations the title of the other one; demands success."""
        older, newer = self.person.conversations[-2:]
        older.title, newer.title = newer.title, older.title
        for one in (older, newer):
            body = {"title": one.title}
            rename = partial(self.person.request, "PUT", f"/api/threads/{one.thread}", "renames it", body)
            demand(self.stage.do(rename, f"{self.person.name} renames a conversation"))

    def look_for_answer(self) -> None:
        """Searches for the first words of the answer that was shown."""
        self.look_for(self.person.conversation.analysis.shown_answer()[:40].strip())

    def look_for(self, words: str, size: int = 100) -> None:
        """Searches for words, so many finds at a time until there are no more; the outcomes are recorded."""
        self._words, self._parts = words, []
        while not self._parts or len(_matches(self._parts[-1])) == size:
            path = f"/api/search?query={_quoted(words)}&limit={size}&offset={size * len(self._parts)}"
            part = self.stage.do(lambda path=path: self.person.request("GET", path, "searches"), "the search")  # type: ignore[misc]
            self.person.attempt(part)
            self._parts.append(part)

    # Judgements

    def expect_found(self, owner: "Person") -> None:
        """Exactly this owner's titles and messages with the words are found: each once, newest first, counted."""
        wanted = self._wanted(owner)
        if not wanted or not self._parts:
            cannot(f"{owner.name} has said nothing with these words, or {self.person.name} has not searched")
        for entry in self.stage.outcomes:
            if any(entry.outcome is part for part in self._parts):
                entry.look()
        found = [match for part in self._parts for match in _matches(part)]
        places = [(match.get("thread_id"), match.get("message_id")) for match in found]
        totals = {part.field("total") for part in self._parts}
        titles = {conversation.thread: conversation.title for conversation in owner.conversations}
        blind = [
            one
            for one in found
            if folded(self._words) not in folded(str(one.get("excerpt")))
            or one.get("title") != titles.get(str(one.get("thread_id")))
            or (one.get("position") is None) != (one.get("message_id") is None)
        ]
        self.stage.story.observed("titles and messages with the words", len(wanted), f"{len(self._parts)} parts")
        self.stage.story.compared(
            "What is found", ("source", "number"), [("written", len(wanted)), ("found", len(found)), ("told", totals)]
        )
        if places != wanted or totals != {len(wanted)} or blind:
            strangers = [place for place in places if place not in wanted]
            raise Broken(
                f"{len(wanted)} titles and messages with '{self._words}', each once, newest first",
                f"{len(found)} are found, {len(strangers)} of them others, {len(blind)} without the words "
                f"or under another title; "
                f"{len(set(wanted) - set(places))} are missing; totals told: {sorted(map(str, totals))}",
                [part.raw for part in self._parts],
            )
        if traces := self.person.privacy.traces():
            raise Broken("nothing of anybody else's is found", ", ".join(traces))

    def _wanted(self, owner: "Person") -> list[tuple[Any, Any]]:
        """Where the words stand, newest first: what was written last was said last."""
        places: list[tuple[Any, Any]] = []
        for conversation in owner.conversations:
            said = [(conversation.title, None), *self._asked_and_answered(owner, conversation)]
            said += [(str(one.field("content")), one.field("id")) for one in conversation.written]
            places += [(conversation.thread, name) for text, name in said if folded(self._words) in folded(text)]
        return places[::-1]

    @staticmethod
    def _asked_and_answered(owner: "Person", conversation: Conversation) -> list[tuple[str, Any]]:
        """The questions and the answers that were shown, with the names under which they stand in the conversation."""
        if not conversation.analyses:
            return []
        names = {str(one.get("content")): one.get("id") for one in owner.turns.read(conversation)}
        answers = [analysis.shown_answer() for analysis in conversation.analyses]
        pairs = zip(conversation.questions, answers, strict=True)
        return [(text, names.get(text, "not there")) for pair in pairs for text in pair]


def folded(text: str) -> str:
    """A text as people compare it: capitals, and how a letter is composed, make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def _quoted(words: str) -> str:
    return "".join(f"%{byte:02x}" for byte in words.encode())


def _matches(part: Outcome) -> list[dict[str, Any]]:
    found = part.field("matches") if part.accepted else None
    return [dict(match) for match in found] if isinstance(found, list) else []
