"""A person's conversations as records: how old they are, where they are kept, and whether they are whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from support.cast.conversation import Conversation
from support.cast.stage import cannot, demand
from support.drivers import prints
from support.drivers.prints import Prints
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.keeping import Keeping
    from support.cast.person import Person

DAY = 86_400.0
DEEDS = {"completed": "complete", "paused": "pause"}
"""How a conversation comes into a state in which it has to be for days."""
COUNTED_ANEW = "returns"
"""Where Netra keeps since when the days of a conversation that came back count anew."""


@dataclass(frozen=True)
class Aged:
    """A conversation that was made so many whole days old."""

    conversation: Conversation
    state: str
    days: int


class Records:
    """What is kept of one person, for judging.

    Attributes:
        told: the messages of the conversation as they stood before what is judged.
        notes: what was noted of it then.
        aged: the conversations that were made old.
        before: all rows of the person before what is judged; None until they were read.
        settled: whether something has come back, so that what there was before it is what is judged by.
    """

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.keeping: Keeping | None = None
        self.aged: list[Aged] = []
        self.before: Prints | None = None
        self.settled = False
        self.bytes_before = 0
        self.parts: list[Outcome] = []
        self.asked: Outcome | None = None
        self.told: list[dict[str, Any]] = []
        self.notes: dict[str, Any] = {}

    # Verbs

    def have_aged(self, state: str, days: tuple[int, ...]) -> None:
        """A conversation for each of these ages."""
        for number in days:
            self.person.start_conversations(1)
            self.age(state, number)

    def age(self, state: str, days: int) -> None:
        """The conversation that the person is in is made so old; `state` is what happened so many days ago."""
        conversation = self.person.conversation
        if state in DEEDS:
            path = f"/api/threads/{conversation.thread}/{DEEDS[state]}"
            demand(
                self.stage.do(lambda: self.person.request("POST", path, f"{state} it is"), f"a {state} conversation")
            )
        used = min(days, 1) if state == "begun" else days
        moved = self.stage.do(
            lambda: self.stage.rows.change(
                "update threads set created_at = clock_timestamp() - make_interval(secs => $2), "
                "updated_at = clock_timestamp() - make_interval(secs => $3) where id = $1",
                conversation.thread,
                days * DAY,
                used * DAY,
            ),
            "an old conversation",
        )
        if moved != 1:
            cannot(f"the conversation of {self.person.name} is not stored, so it cannot be made old")
        self.aged.append(Aged(conversation, state, days))
        self.stage.story.tell("scenario", f"moves a conversation of {self.person.name}: {state} {days} days ago")

    def be_archived(self, days: tuple[int, ...]) -> None:
        """A conversation for each of these ages: Netra archives all of them, and that is made so many days old."""
        for _ in days:
            self.person.start_conversations(1)
            self.person.memory.tell("Our priority is cost reduction.")
            self.age("last used", 1000)
        self._keeping.tidy_up_and_demand()
        ago = "clock_timestamp() - make_interval(secs => $2)"
        for conversation, number in zip(self.person.conversations[-len(days) :], days, strict=True):
            notes = f"metadata_ = jsonb_set(metadata_, '{{archived_at}}', to_jsonb({ago}))"
            self.move("threads", "id", notes, number, conversation)
            self.move("archives", "thread_id", f"at = {ago}", number, conversation)

    def archive_aged(self, state: str, days: int) -> None:
        """Starts a conversation that is made so old, and archives it for the person; demands success."""
        self.have_aged(state, (days,))
        demand(self.ask("DELETE", f"/api/threads/{self.person.conversation.thread}", "archives it"))

    def remember(self) -> None:
        """Keeps the state of all rows of the person, and the room that the conversation takes, unless it is settled."""
        if not self.person.conversations or self.settled:
            return
        user, thread = self.person.identity.user, self.person.conversation.thread
        self.before = self.stage.do(lambda: prints.take(self.stage.rows, [user]), "the rows as they are")
        self.bytes_before = self.stage.do(lambda: prints.bytes_of(self.stage.rows, thread), "the room it takes")
        self.told = self._rows_of_messages()
        self.notes = self._notes()

    def open_archived(self, size: int) -> None:
        """Opens the messages of the archived conversation, part by part; the outcomes are recorded."""
        self.parts = []
        # Whoever needs more parts than there are messages never comes to an end.
        while len(self.parts) <= len(self.told):
            path = f"/api/threads/{self.person.conversation.thread}/messages"
            self.parts.append(self.ask("GET", f"{path}?limit={size}&offset={size * len(self.parts)}", "reads a part"))
            if len(self.parts[-1].field("messages") or ()) < size:
                return

    def bring_back(self) -> None:
        """Brings the archived conversation back; the outcome is recorded."""
        self.settled = True
        self.asked = self.ask("POST", f"/api/threads/{self.person.conversation.thread}/restore", "brings it back")

    # Judgements

    def expect_archived(self, number: int) -> None:
        """Exactly so many of the conversations are archived, the oldest ones; Netra and its storage say the same."""
        oldest_first = sorted(self.aged, key=lambda aged: -aged.days)
        wanted = {aged.conversation.thread for aged in oldest_first[:number]}
        told = {str(thread.get("id")) for thread in self.threads("?status=archived&limit=1000")}
        in_use = {str(thread.get("id")) for thread in self.threads("?limit=1000")}
        rows = self._stored("select id, metadata_->>'status' as status from threads where metadata_->>'user_id' = $1")
        stored = {str(row["id"]) for row in rows if row["status"] == "archived"}
        self.stage.story.observed(f"conversations of {self.person.name}", len(rows), f"{len(told)} archived")
        self.stage.story.compared(
            f"The conversations of {self.person.name} by age",
            ("what happened", "days ago", "told by Netra", "stored"),
            [
                (
                    aged.state,
                    aged.days,
                    "archived" if aged.conversation.thread in told else "in use",
                    "archived" if aged.conversation.thread in stored else "in use",
                )
                for aged in oldest_first
            ],
        )
        all_of_them = {conversation.thread for conversation in self.person.conversations}
        if told != wanted or stored != wanted or in_use != all_of_them - wanted:
            words = [f"{a.state} {a.days} days ago" for a in oldest_first if a.conversation.thread in told]
            raise Broken(
                f"of {len(self.aged)} conversations exactly the {number} oldest are archived, the others are in use",
                f"Netra tells {words or 'none'}; {len(stored)} are stored as archived, {len(in_use)} are in use",
                [str(row) for row in rows],
            )

    def expect_when_and_why(self, limit: Limit) -> None:
        """Every archived conversation says since when, and names the age that brought it there; so it is stored."""
        archived = self.threads("?status=archived&limit=1000")
        self.stage.story.observed("archived conversations that say why", len(archived))
        began = self._keeping.began
        wrong = []
        for thread in archived:
            notes = thread.get("metadata") or {}
            since, why = _moment(notes.get("archived_at")), str(notes.get("archive_reason", ""))
            if began is None or since is None or not began.wall <= since <= Moment.now().wall:
                wrong.append(f"archived at {notes.get('archived_at')}")
            if f" {limit}" not in why:
                wrong.append(f"the reason is '{why}'")
        if wrong or not archived:
            words = f"the archive says when, and that the conversation is older than {limit}"
            raise Broken(words, "; ".join(wrong) or "nothing is archived", [str(thread) for thread in archived])
        self._confirm_archive(archived, began)

    def _confirm_archive(self, archived: list[dict[str, Any]], began: Moment | None) -> None:
        """Stored is what the archive tells, and of each conversation one packet, made since the tidying up began."""
        rows = self._stored(
            "select threads.id::text, metadata_->>'archived_at' as since, metadata_->>'archive_reason' as why, at "
            "from threads left join archives on thread_id = threads.id "
            "where metadata_->>'user_id' = $1 and metadata_->>'status' = 'archived'"
        )
        notes = {str(one.get("id")): one.get("metadata") or {} for one in archived}
        told = {name: (note.get("archived_at"), note.get("archive_reason")) for name, note in notes.items()}
        stored = {row["id"]: (row["since"], row["why"]) for row in rows}
        self.stage.story.compared(
            f"When and why conversations of {self.person.name} were archived",
            ("told by Netra", "stored rows", "when they were packed"),
            [(told.get(row["id"]), stored[row["id"]], row["at"]) for row in rows],
        )
        timely = began is not None and all(row["at"] and began.wall <= row["at"] <= Moment.now().wall for row in rows)
        if stored != told or len(rows) != len(told) or not timely:
            words = "what is stored is what the archive tells, and each conversation was packed when it was archived"
            raise Broken(words, f"{len(rows)} are stored: {[str(row['at']) for row in rows]}", [str(told), str(stored)])

    def expect_unchanged(self, *besides: str) -> None:
        """Every row of the person is as it was."""
        now = self._prints()
        self.stage.story.observed(f"stored rows of {self.person.name}", len(now))
        if self.before is None:
            cannot(f"nobody looked at what is stored of {self.person.name} before")
        if different := self.before.differences(now, *besides):
            raise Broken(f"nothing of {self.person.name}'s has changed", different[0], different)

    def expect_rows_back(self) -> None:
        """Every row of the person that there was before is there again, and the same; there is none besides."""
        now = self._prints()
        self.stage.story.observed(f"stored rows of {self.person.name}", len(now), f"{len(self.before or ())} before")
        if self.before is None or not self.before:
            cannot(f"nobody looked at what was stored of {self.person.name} before")
        if different := self.before.differences(now, COUNTED_ANEW):
            raise Broken(f"every row of {self.person.name}'s is as it was", different[0], different)

    def expect_readable(self, limit: Limit) -> None:
        """Every message was read as it was, within the limit; the conversation counts as many."""
        self.stage.story.observed("readings of the archived conversation", len(self.parts), str(self.parts[-1:]))
        found = [message for part in self.parts for message in part.field("messages") or ()]
        shown = [(m.get("id"), m.get("position"), m.get("role"), m.get("content")) for m in found]
        wanted = [(row["id"], row["position"], row["role"], row["content"]) for row in self.told]
        seconds = sum(part.seconds for part in self.parts)
        counted = self.ask("GET", f"/api/threads/{self.person.conversation.thread}", "opens it").field("message_count")
        totals = {part.field("total") for part in self.parts}
        self.stage.story.measured("seconds until an archived conversation was read", seconds)
        if shown != wanted or {*totals, counted} != {len(wanted)} or seconds > limit.seconds:
            raise Broken(
                f"the {len(wanted)} messages are read as they were, within {limit}",
                f"{len(shown)} of {totals}, {counted} by the conversation itself, were shown after {seconds:.1f} s: "
                f"{', '.join(map(str, self.parts[-2:]))}",
                [str(one) for one in (*wanted, *shown)],
            )

    def expect_in_use_again(self) -> None:
        """The request was granted, the conversation is in use, and all its rows are as they were, title and all."""
        self._observe("requests to bring it back", self.asked)
        in_use = {str(thread.get("id")) for thread in self.threads("?limit=1000")}
        # The conversation's own row says when it was used, which is now; what is told of it is compared by itself.
        different = (
            self.before.differences(self._prints(), "threads", COUNTED_ANEW) if self.before else ["nothing was known"]
        )
        if (notes := self._notes()) != self.notes:
            different.append(f"title and notes are {notes}, and were {self.notes}")
        if self.asked is None or not self.asked.accepted or self.person.conversation.thread not in in_use or different:
            listed = "in the list" if self.person.conversation.thread in in_use else "not in the list"
            raise Broken(
                "the conversation is in use again, and complete",
                f"{self.asked}; it is {listed}; {len(different)} of its rows are not as they were: {different[:1]}",
                different,
            )

    def expect_cheaper(self, percent: int) -> None:
        """The archived conversation takes so much less room than it did."""
        thread = self.person.conversation.thread
        now = self.stage.do(lambda: prints.bytes_of(self.stage.rows, thread), "the room it takes")
        saved = 100.0 * (1 - now / self.bytes_before) if self.bytes_before else 0.0
        self.stage.story.observed("bytes of the conversation", now, f"{self.bytes_before} before")
        self.stage.story.measured("percent saved by archiving", saved)
        if saved < percent:
            raise Broken(
                f"the archived conversation takes {percent} percent less room",
                f"it takes {now} bytes and took {self.bytes_before}: {saved:.1f} percent less",
            )

    @property
    def _keeping(self) -> "Keeping":
        if self.keeping is None:
            cannot("nobody has tidied up")
        return self.keeping

    def _observe(self, what: str, outcome: Outcome | None) -> None:
        self.stage.story.observed(what, int(outcome is not None), str(outcome))

    def ask(self, method: str, path: str, asked: str) -> Outcome:
        """What came of a request of the person\'s."""
        outcome = self.stage.do(lambda: self.person.request(method, path, asked), f"{self.person.name} {asked}")
        self.stage.story.tell(self.person.name, str(outcome), outcome.raw, outcome.moment)
        return outcome

    def threads(self, query: str) -> list[dict[str, Any]]:
        """A list of conversations as Netra tells it."""
        outcome = self.ask("GET", f"/api/threads{query}", "looks at the list")
        return [one for one in outcome.body if isinstance(one, dict)] if isinstance(outcome.body, list) else []

    def _prints(self) -> Prints:
        user = self.person.identity.user
        return self.stage.do(lambda: prints.take(self.stage.rows, [user]), "the rows as they are")

    def _stored(self, statement: str) -> list[dict[str, Any]]:
        user = self.person.identity.user
        return self.stage.do(lambda: self.stage.rows.select(statement, user), "what is stored")

    def _rows_of_messages(self) -> list[dict[str, Any]]:
        thread = self.person.conversation.thread
        return self.stage.do(lambda: self.stage.rows.messages(thread), "the stored messages") or self.told

    def _notes(self) -> dict[str, Any]:
        """Title, phase and everything else that is noted of the conversation."""
        thread = self.person.conversation.thread
        rows = self.stage.do(lambda: self.stage.rows.of("threads", "id", thread), "what is noted of it")
        return dict(rows[0]["metadata_"]) if rows else {}

    def move(self, table: str, column: str, change: str, days: int, conversation: Conversation) -> None:
        """Makes what a table holds of a conversation so many days old."""
        statement = f"update {table} set {change} where {column} = $1"
        thread = conversation.thread
        if self.stage.do(lambda: self.stage.rows.change(statement, thread, days * DAY), "older records") != 1:
            cannot(f"the conversation of {self.person.name} is not where it should be by now")
        self.stage.story.tell("scenario", f"makes that {days} days old")


def _moment(iso: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(iso))
    except ValueError:
        return None
