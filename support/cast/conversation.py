"""A conversation with Netra: its questions, its analyses, and what it must hold."""

from typing import TYPE_CHECKING, Any

from support.cast.analysis import Analysis
from support.cast.kept import UNNAMED
from support.cast.stage import cannot, demand
from support.facts import update as kinds
from support.facts.frame import FrameKind
from support.facts.moment import Moment
from support.facts.money import dollars
from support.facts.outcome import Kind, Outcome
from support.facts.update import Update
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person


MARK = "Idempotency-Key"
"""The header by which a request that arrives again is known as the same one."""


class Conversation:
    """One conversation of a person."""

    def __init__(self, person: "Person", thread: str, title: str) -> None:
        self.person = person
        self.thread = thread
        self.title = title
        self.number = len(person.conversations) + 1
        self.questions: list[str] = []
        self.analyses: list[Analysis] = []
        self.first_result: Any = None
        self.written: list[Outcome] = []
        self.sent: dict[str, str] = {}
        """The words that were sent, to the sign, by the name under which their message was confirmed."""
        self.preface = ""
        """What the person says before the next question, in the same message."""

    @property
    def analysis(self) -> Analysis:
        """The analysis that was asked for last."""
        if not self.analyses:
            cannot(f"Netra has not begun an analysis for {self.person.name}")
        return self.analyses[-1]

    def last_sequence(self) -> int:
        """The number of the last update that the person has seen of it, on any tab."""
        return max((update.sequence for update in self.person.transcript.updates(self.thread)), default=0)

    # Verbs

    async def write(self) -> Outcome:
        """Writes a message without asking for an analysis; what is confirmed is remembered."""
        text = f"A note for {self.person.traits.company}: {self.person.identity.marker}"
        return await self.say(text)

    async def say(
        self, text: str, *, server: int | None = None, mark: str | None = None, reply_to: str | None = None
    ) -> Outcome:
        """Writes these words; what is confirmed is remembered, a repeated confirmation once."""
        body = {"message": text} if reply_to is None else {"message": text, "reply_to": reply_to}
        path = f"/api/threads/{self.thread}/messages"
        headers = None if mark is None else {MARK: mark}
        outcome = await self.person.request("POST", path, "writes a message", body, headers=headers, server=server)
        if outcome.accepted and outcome.field("id") not in [one.field("id") for one in self.written]:
            self.written.append(outcome)
            self.sent[str(outcome.field("id"))] = text
        return outcome

    async def ask(self, size: int = 0) -> None:
        """Asks where to cut cloud costs; waits until Netra begins or refuses, and records which.

        Args:
            size: how many bytes the message has, at least; 0 for as many as it needs.
        """
        person = self.person
        marker = f"({person.identity.marker}, {self.number}.{len(self.questions) + 1})"
        question = f"{self.preface} Where can {person.traits.company} cut its cloud costs? {marker}".lstrip()
        question += "?" * (size - person.tab.size("user_message", {"content": question, "thread_id": self.thread}))
        began = Moment.now()
        client_id = await person.tab.send("user_message", {"content": question, "thread_id": self.thread})
        answer = await person.transcript.until(
            lambda: self._answer_to(client_id, began), person.stage.clock.deadline(), "the beginning of the analysis"
        )
        asked = f"{person.name} asks a question"
        seconds = answer.moment.seconds_since(began)
        if isinstance(answer, Update):
            self.questions.append(question)
            self.analyses.append(Analysis(self, answer.run, began))
            outcome = Outcome(asked, Kind.ACCEPTED, answer.moment, seconds, body=answer.body, raw=answer.raw)
        else:
            outcome = Outcome(asked, Kind.REFUSED, answer.moment, seconds, body=answer.body, raw=answer.raw)
        person.attempt(outcome)

    def _answer_to(self, client_id: str, asked: Moment) -> Any:
        """The update that begins the analysis, or the error message that refuses it.

        A message that Netra could not even read is refused without its name: by the first unread refusal since.
        """
        for seen in list(self.person.transcript.entries):
            frame = seen.frame
            if frame is None or frame.body.get("client_id") not in (client_id, None):
                continue
            if frame.update and frame.update.kind == kinds.STARTED and frame.update.thread == self.thread:
                known = {analysis.run for analysis in self.analyses}
                if frame.body.get("client_id") == client_id or frame.update.run not in known:
                    return frame.update
            nameless = "client_id" not in frame.body and not seen.read and frame.moment > asked
            if frame.kind is FrameKind.TROUBLE and (nameless or frame.body.get("client_id") == client_id):
                seen.read = True
                return frame
        return None

    def remember_first_result(self) -> None:
        """Keeps what Netra says of the first analysis now, to be compared later."""
        self.first_result = demand(self.person.stage.do(self.analyses[0].fetch, "the first result")).body

    # Judgements

    def messages(self) -> list[dict[str, Any]]:
        """The whole conversation as Netra tells it; Broken when it does not tell it."""

        async def read() -> Outcome:
            path = f"/api/threads/{self.thread}/messages?limit=100&offset=0"
            return await self.person.request("GET", path, "reads the conversation")

        outcome = self.person.stage.do(read, "the conversation")
        found = outcome.field("messages") if outcome.accepted else None
        if not isinstance(found, list):
            raise Broken(f"{self.person.name} can read the conversation", str(outcome), [outcome.raw])
        return [dict(message) for message in found]

    def expect_questions_with_answers(self) -> None:
        """Each question stands in it with its answer behind it, in order; the stored rows agree."""
        wanted = []
        for question, analysis in zip(self.questions, self.analyses, strict=True):
            wanted += [("user", question), ("assistant", analysis.shown_answer())]
        self._expect(wanted, "each question with its answer, in order")

    def expect_question_and_explanation(self) -> None:
        """The question and exactly one explanation, marked as such and not as an answer."""
        found = self.messages()
        self._observe(found)
        roles = [str(message.get("role")) for message in found]
        marked = [m for m in found if (m.get("metadata") or {}).get("kind") == "explanation"]
        ending = self.analysis.ending()
        said = [self.questions[0], ending.body.get("message") if ending else None]
        if (
            roles != ["user", "assistant"]
            or len(marked) != 1
            or marked[0] is not found[-1]
            or [message.get("content") for message in found] != said
        ):
            raise Broken(
                "the conversation holds the question and one explanation, marked as such, as both were said",
                f"it holds {_list(found)}, of which {len(marked)} marked as explanation; said was: {said[1]}",
                [str(message) for message in found],
            )
        self._confirm(found)

    def expect_full_answer(self) -> None:
        """The answer that was shown stands in it, whole; and it is an answer: it names the savings; so it is kept."""
        answer, savings = self.analysis.shown_answer(), dollars(self.person.advice.monthly_savings)
        found = self.messages()
        self._observe(found)
        told = [message["content"] for message in found if message.get("role") == "assistant"]
        if told[-1:] != [answer] or savings not in answer:
            words = f"the full answer, with savings of {savings}, stands in the conversation"
            raise Broken(words, f"it holds {_list(found)}", [answer])
        self._confirm(found)
        self._confirm_ready(answer)

    def _confirm_ready(self, answer: str) -> None:
        """The answer is told again, and kept ready for its owner, in the words that were shown."""
        person, kept = self.person, f"agent_results:{self.person.identity.user}:{self.thread}"

        async def look() -> tuple[Any, Any]:
            told = await person.request("GET", f"/api/threads/{self.thread}/result", "opens the last answer")
            return told.field("answer"), (await person.stage.ready.value(kept) or {}).get("answer")

        told, ready = person.stage.do(look, "the answer that is kept ready")
        sources = [("shown", answer), ("told again", told), ("kept ready", ready)]
        person.stage.story.compared(
            "The answer in every place", ("source", "words"), [(name, str(words)[:80]) for name, words in sources]
        )
        if wrong := [f"{name}: {words}" for name, words in sources if words != answer]:
            raise Broken("the answer that was shown, in every place", "; ".join(wrong), [str(one) for one in sources])

    def _expect(self, wanted: list[tuple[str, str]], words: str) -> None:
        found = self.messages()
        self._observe(found)
        told = [(str(message.get("role")), str(message.get("content"))) for message in found]
        if told != wanted:
            raise Broken(words, f"the conversation holds {_list(found)}", [str(one) for one in (*wanted, *told)])
        self._confirm(found)

    def _confirm(self, found: list[dict[str, Any]]) -> None:
        """What is stored is what was told: the same messages, of the same kinds, in the same order, of the owner."""
        told = [_said(message, message.get("metadata")) for message in found]
        rows = self.person.stage.do(lambda: self.person.stage.rows.messages(self.thread), "the stored messages")
        stored = [_said(row, row.get("metadata_")) for row in rows]
        owners = {str(row["owner"]) for row in rows}
        named = self._owner_in_list()
        self.person.stage.story.compared(
            "The conversation as it is told and as it is stored",
            ("source", "owner", "messages", "last words"),
            [
                ("told by Netra", named, len(told), told[-1][1][:80] if told else ""),
                ("stored rows", ", ".join(owners), len(stored), stored[-1][1][:80] if stored else ""),
            ],
        )
        if stored != told or (owners | {named}) - {UNNAMED} != {self.person.identity.user}:
            raise Broken(
                "what is stored is what was told, and belongs to its customer",
                f"{len(stored)} messages are stored, of {len(owners)} owners; the list names {named}",
                [str(row) for row in rows],
            )

    def _owner_in_list(self) -> str:
        """Whose the conversation is, as the list of conversations tells it; UNNAMED when it names nobody."""

        async def read() -> Outcome:
            return await self.person.request("GET", "/api/threads?limit=100&offset=0", "looks at the list")

        listed = self.person.stage.do(read, "the list of conversations").body
        entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        metadata = next((one.get("metadata") for one in entries if one.get("id") == self.thread), None)
        return str((metadata if isinstance(metadata, dict) else {}).get("user_id") or UNNAMED)

    def _observe(self, found: list[dict[str, Any]]) -> None:
        if not found:
            raise Broken("the conversation holds messages", "it is empty")
        self.person.stage.story.observed(f"messages in the conversation of {self.person.name}", len(found))


def _said(message: dict[str, Any], notes: Any) -> tuple[str, str, Any]:
    """Who says it, in which words, and of what kind it is by what is noted beside it."""
    return str(message.get("role")), str(message.get("content")), (notes or {}).get("kind")


def _list(found: list[dict[str, Any]]) -> str:
    return f"{len(found)} messages: " + ", ".join(f"{m.get('role')} '{str(m.get('content'))[:40]}'" for m in found)
