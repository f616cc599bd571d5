"""What a person got to see of others, and how Netra refused: the judgements on access."""

import re
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Any

from support.cast.stage import Recorded, cannot
from support.facts.money import dollars
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken
from support.outside import bills

if TYPE_CHECKING:
    from support.cast.person import Person

# Parts of speech of a program that no customer should ever read.
_INSIDE = (
    "traceback",
    "exception",
    ".py",
    "asyncpg",
    "aiohttp",
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

_THING = re.compile(r"\b(?:[A-Z][a-z]+){2,}\(")
"""A thing of the program's as it names itself: TimeoutError()."""


def inside(text: str) -> list[str]:
    """The words in a text that speak of the program behind it."""
    return [word.strip() for word in _INSIDE if word in text.lower()] + _THING.findall(text)


class Privacy:
    """What reached a person and what was refused, for judging."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.others: list[Person] = []
        self.twins: list[tuple[Recorded, Outcome]] = []
        """Each attempt on what is another's, with the same on something that does not exist."""
        self.owners: list[str] = []
        """Whose it was that each attempt was made on."""
        self.searches: list[Outcome] = []
        self.profiles: list[Recorded] = []
        """The profile as it was told before the person changed it, at the change, and after it."""

    @cached_property
    def secrets(self) -> dict[str, str]:
        """What is this person's alone: texts that occur nowhere else, by what they are."""
        identity, savings = self.person.identity, self.person.advice.monthly_savings
        return {
            "marker": identity.marker,
            "e-mail": identity.email,
            **{f"account at {bills.NAMES[cloud]}": number for cloud, number in identity.accounts.items()},
            "savings": f"{savings:.2f}",
            "savings in words": dollars(savings),
        }

    def tried(self, owner: "Person", attempt: Recorded, twin: Outcome) -> None:
        """Something was tried on what is the owner's, and the same on something that does not exist."""
        self.twins.append((attempt, twin))
        self.owners.append(owner.name)

    @cached_property
    def _amounts(self) -> str:
        """Every amount that Netra rightly tells this person: of many people one has another's savings by chance."""
        own = [bills.bill(cloud, number) for cloud, number in self.person.identity.accounts.items()]
        items = [item for bill in own for item in bill.items]
        amounts = [self.person.advice.monthly_savings, self.person.advice.annual_savings]
        amounts += [
            *(bill.monthly_cost for bill in own),
            *(one for item in items for one in (item.monthly_cost, item.idle)),
        ]
        return " ".join(f"{one:.2f} {dollars(one)}" for one in amounts)

    def told_in(self, text: str, to: "Person | None" = None) -> list[str]:
        """What of this person's alone stands in a text, by what it is; `to` is who may read own amounts in it."""
        own = to.privacy._amounts if to is not None else ""
        return [what for what, secret in self.secrets.items() if secret in text and secret not in own]

    def traces(self) -> list[str]:
        """Whatever of others occurs in any byte that the person received, and where."""
        return [
            f"the {what} of {other.name} ({asked})"
            for asked, text in self._received()
            for other in self.others
            for what in other.privacy.told_in(text, self.person)
        ]

    def betrayed(self, threads: Collection[str] = ()) -> list[str]:
        """The names of those of whom anything occurs there, or whose conversation is one of these."""
        received = [text for _, text in self._received()]
        return [
            one.name
            for one in self.others
            if any(one.privacy.told_in(text, self.person) for text in received)
            or any(conversation.thread in threads for conversation in one.conversations)
        ]

    def _received(self) -> list[tuple[str, str]]:
        """Everything that reached the person, each with what it answers."""
        answers = [(outcome.asked, outcome.everything) for outcome in self.person.received]
        return [*answers, (f"{self.person.name} is connected", self.person.transcript.text)]

    def demand_findable(self) -> None:
        """Inconclusive unless whatever is this person's alone was told to this person: else nobody could be told it."""
        text = "\n".join([*(one.everything for one in self.person.received), self.person.transcript.text])
        if missing := [what for what in self.secrets if what not in self.told_in(text)]:
            cannot(
                f"nobody, not even {self.person.name}, was told the {', the '.join(missing)}: there is nothing to find"
            )

    def expect_refused_as_nonexistent(self) -> None:
        """Every attempt was refused exactly as the same attempt on something that does not exist."""
        if not self.twins:
            cannot(f"{self.person.name} has tried nothing of which there is a twin that does not exist")
        pairs = [(attempt.look(), twin) for attempt, twin in self.twins]
        self.stage.story.observed("refusals compared", 2 * len(pairs), f"{pairs[-1][0]} and {pairs[-1][1]}")
        self.stage.story.compared(
            "The refusals of what is another's and of what does not exist",
            ("what", "another's", "words", "does not exist", "words"),
            [(a.asked, f"{a.kind} {a.status}", _words(a), f"{t.kind} {t.status}", _words(t)) for a, t in pairs],
        )
        for (attempt, twin), owner in zip(pairs, self.owners, strict=True):
            if attempt.kind is not Kind.REFUSED or (attempt.status, _bare(attempt)) != (twin.status, _bare(twin)):
                raise Broken(
                    f"a refusal as if it did not exist ({twin.status}): {_words(twin)}",
                    f"{attempt.asked}: {attempt.kind} ({attempt.status}): {_words(attempt)}",
                    [attempt.raw, twin.raw],
                    [owner],
                )
            if _about(attempt) != _about(twin):
                raise Broken(
                    f"a refusal that says of itself what one of nothing says: {_about(twin)}",
                    f"{attempt.asked}: {_about(attempt)}",
                    [attempt.everything, twin.everything],
                    [owner],
                )

    def expect_no_trace(self, owner: str) -> None:
        """No byte that reached the person holds anything of anybody else's, of whom this owner must be one."""
        if owner not in [other.name for other in self.others]:
            cannot(f"{owner} is nobody else who has appeared, and has nothing that could reach {self.person.name}")
        received = [entry for entry in self.stage.outcomes if entry.who == self.person.name]
        count = len(received) + len(self.person.transcript.entries)
        detail = f"and {len(self.person.received)} answers in all"
        self.stage.story.observed(f"answers and messages that reached {self.person.name}", count, detail)
        if traces := self.traces():
            raise Broken(
                f"nothing of anybody else's reaches {self.person.name}",
                ", ".join(traces),
                [e.outcome.raw for e in received],
                self.betrayed(),
            )

    def expect_list_of_own(self) -> None:
        """The list holds the person's own conversations, all of them and no other; so they are stored."""
        listed = self.person.listed
        if self.person.last:
            self.person.last.look()
        if listed is None:
            last = str(self.person.last.outcome if self.person.last else "no answer")
            raise Broken("a list of conversations", last, hurt=[self.person.name])
        found = sorted(str(entry.get("id")) for entry in listed)
        own = sorted(conversation.thread for conversation in self.person.conversations)
        owners = {str((entry.get("metadata") or {}).get("user_id")) for entry in listed}
        self.stage.story.observed(f"the list of {self.person.name}", 1, f"{len(found)} conversations")
        if found != own or not owners <= {self.person.identity.user}:
            raise Broken(
                f"exactly the {len(own)} conversations of {self.person.name}",
                f"{len(found)} conversations, {len(set(found) - set(own))} of them another's",
                [str(entry) for entry in listed],
                self.betrayed(found) or [self.person.name],
            )
        if traces := self.traces():
            raise Broken("nothing of anybody else's stands in the list", ", ".join(traces), hurt=self.betrayed())
        self.person.phases.lists.confirm_own(listed)

    def expect_own_profile(self) -> None:
        """Before the change, at it and after it Netra tells the own profile and nothing else; so it is stored."""
        if not self.profiles:
            cannot(f"{self.person.name} has opened no profile")
        told = [profile.look() for profile in self.profiles]
        identity, changed = self.person.identity, self.person.profile
        now = {**changed, "user_id": identity.user, "email": identity.email, "company": identity.domain}
        before = {**now, "company_name": self.person.traits.company}
        self.stage.story.observed(f"profiles that {self.person.name} was told", len(told))
        if [answer.body for answer in told] != [before, now, now]:
            raise Broken(
                f"the profile of {self.person.name} alone, as it was and as {self.person.name} changed it",
                "; ".join(f"{answer}: {answer.raw[:200]}" for answer in told),
                [answer.raw for answer in told],
                [self.person.name],
            )
        rows = self.stage.do(lambda: self.stage.rows.of("users", "id", identity.user), "the stored profile")
        stored = (
            {name: rows[0].get(name) for name in now if name != "user_id"} | {"user_id": rows[0]["id"]} if rows else {}
        )
        self.stage.story.compared(
            f"The profile of {self.person.name} as it is told and as it is stored",
            ("what", "told by Netra", "stored row"),
            [(name, known, stored.get(name)) for name, known in now.items()],
        )
        if stored != now:
            wrong = ", ".join(name for name, known in now.items() if stored.get(name) != known)
            words = f"what is stored of {self.person.name} is the profile that is told"
            raise Broken(words, f"stored otherwise: {wrong}", [str(rows)], [self.person.name])

    def expect_counts_of_own(self) -> None:
        """Each conversation's messages are counted as they are stored, one for each of its owner's, wherever told."""
        if self.person.last:
            self.person.last.look()
        listed = {str(entry.get("id")): entry.get("message_count") for entry in self.person.listed or []}
        wrong = []
        for conversation in self.person.conversations:
            path = f"/api/threads/{conversation.thread}/messages?limit=1&offset=0"
            page = self.stage.do(lambda path=path: self.person.request("GET", path, "opens a page"), "a page")  # type: ignore[misc]
            rows = self.stage.do(lambda one=conversation: self.stage.rows.messages(one.thread), "the stored messages")  # type: ignore[misc]
            numbers = (listed.get(conversation.thread), page.field("total"))
            self.stage.story.observed("numbers that were told", 2, f"{numbers}, stored {len(rows)}")
            if not rows or numbers != (len(rows), len(rows)):
                wrong.append(f"{len(rows)} messages are told as {numbers[0]} in the list and {numbers[1]} beside it")
        if wrong or len(listed) != len(self.person.conversations):
            words = f"numbers that count what is {self.person.name}'s alone"
            told = "; ".join(wrong) or f"{len(listed)} conversations in the list"
            raise Broken(words, told, wrong, [self.person.name])

    def expect_search_of_own(self) -> None:
        """Neither for others' words nor for words that all use does a search find anything of anybody else."""
        foreign = self._attempt()
        attempts = [*self.searches, foreign]
        common = self.stage.do(lambda: self.person.request("GET", "/api/search?query=savings", "searches"), "a search")
        own = {conversation.thread for conversation in self.person.conversations}
        found = {
            str(match.get("thread_id")) for answer in (*attempts, common) for match in answer.field("matches") or []
        }
        strange = [answer for answer in attempts if not answer.accepted or answer.field("total") != 0]
        self.stage.story.observed("searches", len(attempts) + 1, f"{len(found)} conversations found")
        traces = self.traces()
        if strange or found != own or common.field("total") != len(own) or traces:
            raise Broken(
                f"a search of {self.person.name} finds what is {self.person.name}'s and nothing else",
                f"{len(found - own)} conversations of others are found; {common.field('total')} counted of {len(own)}; "
                f"{len(strange)} searches for others' words find something; {', '.join(traces)}",
                [answer.raw for answer in (*attempts, common)],
                self.betrayed(found) or [self.person.name],
            )

    def expect_nothing_internal(self) -> None:
        """No word that the person was told speaks of the program behind it."""
        told = [entry.outcome.raw for entry in self.stage.outcomes if entry.who == self.person.name]
        told += [one.raw for one in (*self.person.received, *self.person.opened.values())]
        told.append(self.person.transcript.text)
        text = "\n".join(told)
        self.stage.story.observed(f"characters that {self.person.name} was told", len(text))
        if found := inside(text):
            raise Broken("plain words only", f"what was told holds: {', '.join(found)}", told, [self.person.name])

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


def _about(outcome: Outcome) -> dict[str, str]:
    """What an answer says about itself, without when it was given and how long it is."""
    return {name: value for name, value in outcome.headers.items() if name not in ("date", "content-length")}


def _bare(outcome: Outcome) -> Any:
    """Every byte of an answer; of a message without what only identifies the request and the time of its answer."""
    if outcome.status or not isinstance(outcome.body, dict):
        return outcome.raw
    return {name: told for name, told in outcome.body.items() if name not in ("client_id", "thread_id", "timestamp")}
