"""What a person got to see of others, and how Netra refused: the judgements on access."""

from typing import TYPE_CHECKING, Any

from support.cast.stage import cannot
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

# Parts of speech of a program that no customer should ever read.
_INSIDE = (
    "traceback",
    "exception",
    ".py",
    "asyncpg",
    "httpx",
    "redis",
    "postgres",
    "select ",
    "127.0.0.1",
    "localhost",
    "://",
    "status_code",
    "errno",
    "null pointer",
    "bearer ",
    "(char ",
)


def inside(text: str) -> list[str]:
    """The words in a text that speak of the program behind it."""
    return [word.strip() for word in _INSIDE if word in text.lower()]


class Privacy:
    """What reached a person and what was refused, for judging."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.others: list[Person] = []

    def traces(self) -> list[str]:
        """Whatever of others occurs in any byte that the person received."""
        received = "\n".join(
            [
                self.person.transcript.text,
                *(entry.outcome.raw for entry in self.stage.outcomes if entry.who == self.person.name),
            ]
        )
        found = []
        for other in self.others:
            secrets = {
                "marker": other.identity.marker,
                "e-mail": other.identity.email,
                "account": next(iter(other.identity.accounts.values())),
            }
            found += [f"the {what} of {other.name}" for what, text in secrets.items() if text in received]
        return found

    def expect_refused_as_nonexistent(self) -> None:
        """The last attempt was refused exactly as the same attempt on something that does not exist."""
        attempt, twin = self._attempt(), self.person.opened.get("nonexistent")
        if twin is None:
            cannot("the same attempt on something that does not exist was not made")
        self.stage.story.observed("refusals compared", 2, f"{attempt} and {twin}")
        self.stage.story.compared(
            "The refusal of what is another's and of what does not exist",
            ("what", "answer", "status", "words"),
            [
                ("another's", attempt.kind, attempt.status, _words(attempt)),
                ("does not exist", twin.kind, twin.status, _words(twin)),
            ],
        )
        if attempt.kind is not Kind.REFUSED or (attempt.status, _bare(attempt)) != (twin.status, _bare(twin)):
            raise Broken(
                f"a refusal as if it did not exist ({twin.status}): {_words(twin)}",
                f"{attempt.kind} ({attempt.status}): {_words(attempt)}",
                [attempt.raw, twin.raw],
            )

    def expect_no_trace(self) -> None:
        """No byte that reached the person holds anything of anybody else's."""
        received = [entry for entry in self.stage.outcomes if entry.who == self.person.name]
        count = len(received) + len(self.person.transcript.entries)
        self.stage.story.observed(f"answers and messages that reached {self.person.name}", count)
        if traces := self.traces():
            raise Broken(
                f"nothing of anybody else's reaches {self.person.name}",
                ", ".join(traces),
                [e.outcome.raw for e in received],
            )

    def expect_list_of_own(self) -> None:
        """The list holds the person's own conversations, all of them and no other."""
        listed = self.person.listed
        if self.person.last:
            self.person.last.look()
        if listed is None:
            raise Broken("a list of conversations", str(self.person.last.outcome if self.person.last else "no answer"))
        found = sorted(str(entry.get("id")) for entry in listed)
        own = sorted(conversation.thread for conversation in self.person.conversations)
        owners = {str((entry.get("metadata") or {}).get("user_id")) for entry in listed}
        self.stage.story.observed(f"the list of {self.person.name}", 1, f"{len(found)} conversations")
        if found != own or not owners <= {self.person.identity.user}:
            raise Broken(
                f"exactly the {len(own)} conversations of {self.person.name}",
                f"{len(found)} conversations, {len(set(found) - set(own))} of them another's",
                [str(entry) for entry in listed],
            )
        if self.traces():
            raise Broken("nothing of anybody else's stands in the list", ", ".join(self.traces()))

    def expect_attempt_audited(self, auditor: "Person", owner: "Person", action: str) -> None:
        """The auditor of the owner's company finds exactly the one attempt: who, what, on what, when."""
        attempt = self._attempt()

        async def look() -> Outcome:
            return await auditor.request("GET", "/api/audit", "reads the audit trail")

        outcome = self.stage.do(look, "the audit trail")
        entries = outcome.field("entries") if outcome.accepted else None
        if not isinstance(entries, list):
            raise Broken("an audit trail that the company's auditor can read", str(outcome), [outcome.raw])
        rows = self.stage.do(
            lambda: self.stage.rows.of("audit", "target_owner", owner.identity.user), "the stored audit trail"
        )
        self.stage.story.observed("entries of the audit trail", len(entries), str(len(entries)))
        known = {owner.conversation.thread, owner.conversation.analysis.run}
        right = [
            entry
            for entry in entries
            if entry.get("actor") == self.person.identity.user
            and entry.get("target_owner") == owner.identity.user
            and entry.get("target_id") in known
            and entry.get("at")
            and entry.get("action") == action
            and entry.get("origin")
        ]
        stored = [(str(row.get("actor")), str(row.get("action"))) for row in rows]
        if len(entries) != 1 or len(right) != 1 or stored != [(self.person.identity.user, action)]:
            raise Broken(
                f"exactly one entry, for the attempt of {self.person.name}",
                f"{len(entries)} entries, {len(right)} of them of this attempt; {len(rows)} stored",
                [outcome.raw, attempt.asked],
            )

    def expect_nothing_internal(self) -> None:
        """No word that the person was told speaks of the program behind it."""
        told = [entry.outcome.raw for entry in self.stage.outcomes if entry.who == self.person.name]
        told += [opened.raw for opened in self.person.opened.values()]
        told.append(self.person.transcript.text)
        text = "\n".join(told)
        self.stage.story.observed(f"characters that {self.person.name} was told", len(text))
        if found := inside(text):
            raise Broken("plain words only", f"what was told holds: {', '.join(found)}", told)

    def _attempt(self) -> Outcome:
        if self.person.last is None:
            cannot(f"{self.person.name} has tried nothing")
        return self.person.last.look()


def _words(outcome: Outcome) -> str:
    """What a refusal says, without what only identifies the request."""
    body = outcome.body if isinstance(outcome.body, dict) else {}
    error = body.get("error")
    if isinstance(error, dict):
        return f"{error.get('code')}: {error.get('message')}"
    return f"{body.get('error_code', '')}: {body.get('error_message', outcome.raw[:120])}"


def _bare(outcome: Outcome) -> Any:
    """The whole answer, without what only identifies the request and says when it was answered."""
    if not isinstance(outcome.body, dict):
        return outcome.raw
    return {name: told for name, told in outcome.body.items() if name not in ("client_id", "thread_id", "timestamp")}
