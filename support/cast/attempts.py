"""What somebody tries on what is another's: each attempt with its twin on something that does not exist.

A refusal must not tell whether the thing exists; so every attempt is made twice, with the real
identity and with one that nobody has, and the two answers are compared.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from support.cast.conversation import Conversation
from support.cast.deeds import DEEDS, ON_MEMORY, Deed
from support.cast.erasure import all_told, everything, stored_of, unsettled
from support.cast.stage import as_told, cannot, demand
from support.cast.writing import NOT_DONE
from support.drivers.prints import Prints
from support.facts.frame import Frame, FrameKind
from support.facts.moment import Moment
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person


def nobodys(identity: str) -> str:
    """An identity of the same form that nothing has."""
    prefix, mark, _ = identity.rpartition("_")
    return f"{prefix}{mark}{uuid.uuid4().hex if mark else uuid.uuid4()}"


WITH_NAMES = (
    "open the conversation",
    "open the last answer",
    "open the recommendations",
    "open the result",
    "open the report",
    "remove what is remembered",
    "follow the conversation",
)
"""A deed for each kind of door at which the name of something is told."""


def writings(name: str, own: str, owner: str) -> Mapping[str, str]:
    """A name in every way in which somebody may write it; `own` is one that the writer has a right to."""
    half = len(name) // 2
    return {
        "in capitals": name.upper(),
        "with blanks around it": f" {name} ",
        "with a quotation mark": f"{name}'",
        "with a condition that is true": f"{name}' OR '1'='1",
        "with a colon": f"{owner}:{name}",
        "with a percent sign": f"{name[:-1]}%",
        "with steps up and down": f"{own}/../{name}",
        "with nothing in the middle": f"{name[:half]}\0{name[half:]}",
        "in letters of another script": name.replace("a", "\u0430").replace("e", "\u0435").replace("0", "\uff10"),
        "ten thousand letters long": name * (10_000 // max(1, len(name))),
        "together with one of Eve's own": f"{own},{name}",
    }


WRITINGS = tuple(writings("", "", ""))
"""All of these ways, by their words."""


class Attempts:
    """What one person tries on another."""

    def __init__(self, person: "Person", owner: "Person") -> None:
        self.person = person
        self.owner = owner
        self.stage = person.stage
        self.made: list[tuple[Deed, Outcome]] = []
        """What was tried on what exists, with its outcome, in order."""
        self._told_before: list[Outcome] | None = None
        self._stored_before = Prints({})

    @property
    def run(self) -> str:
        """The owner's newest analysis in that conversation; "" when there is none, so that none can be tried."""
        conversation = self.owner.conversation
        return conversation.analysis.run if conversation.analyses else ""

    def make(self, deed: str) -> None:
        """Tries a deed on the owner's newest conversation or analysis, and on one that does not exist."""
        self._try_all([deed])

    def make_all(self, more: Sequence[str] = ()) -> None:
        """Tries every deed, one after the other, and then these; each also on something that does not exist."""
        self._try_all([*DEEDS, *more])

    def _try_all(self, deeds: Sequence[str]) -> None:
        self._look_at_owner()
        for deed in deeds:
            attempt, twin = self.stage.do(lambda deed=deed: self._try_both(deed), f"to {deed}")  # type: ignore[misc]
            self.made.append((DEEDS.get(deed) or ON_MEMORY[deed], attempt))
            self.person.privacy.tried(self.owner, self.person.attempt(attempt), twin)

    async def _try_both(self, deed: str, written: str = "") -> tuple[Outcome, Outcome]:
        """Tries it on what is the owner's and on what does not exist; `written` is how both names are written."""
        fact = await self.owner.memory.some_fact() if deed in ON_MEMORY else ""
        names = [self.owner.conversation.thread, self.run, fact]
        twins = [nobodys(name) for name in names]
        if written:
            own, user = self.person.conversation.thread, self.owner.identity.user
            names, twins = ([writings(name, own, user)[written] for name in both] for both in (names, twins))
        known = DEEDS.get(deed) or ON_MEMORY[deed]
        claim = await self._claim(known)
        invented = {name: nobodys(value) for name, value in claim.items()}
        twin = await self._try(known, twins, invented, deed)
        return await self._try(known, names, claim, deed), twin

    async def _claim(self, deed: Deed) -> dict[str, str]:
        """What the deed names of the owner's."""
        owner = self.owner
        claim = {"user_id": owner.identity.user, "owner": owner.identity.user} if deed.claims else {}
        if deed.claims == "session":
            session = demand(await owner.request("GET", "/api/session", "looks at the own session"))
            welcomes = [seen.frame.body.get("connection_id") for seen in owner.transcript.entries if seen.frame]
            known = {"session_id": session.field("id"), "connection_id": next(filter(None, welcomes), None)}
            if not all(known.values()):
                cannot(f"{owner.name} has no session and no connection that anybody could name")
            claim |= {name: str(value) for name, value in known.items()}
        return claim

    async def _try(self, deed: Deed, names: Sequence[str], claim: Mapping[str, str], words: str) -> Outcome:
        asked = f"tries to {words}"
        thread, run, fact = names
        if deed.frame:
            return await self._try_live(deed, thread, claim, asked)
        path = deed.path.format(thread=quote(thread, safe=""), run=quote(run, safe=""), fact=quote(fact, safe=""))
        body = {**(deed.body or {}), **claim, "metadata": claim} if claim else deed.body
        return await self.person.request(deed.method, path, asked, body)

    async def _try_live(self, deed: Deed, thread: str, claim: Mapping[str, str], asked: str) -> Outcome:
        """Sends it on the live connection; refused by a no about it, accepted by anything that is no trouble."""
        person = self.person
        tab = await person.presence.enter(claim) if deed.anew else person.tab
        before = len(person.transcript.entries)
        began = Moment.now()
        client_id = await tab.send(deed.frame, {**deed.payload, **claim, "thread_id": thread})

        def answer() -> Frame | None:
            for seen in person.transcript.entries[before:]:
                frame = seen.frame
                if frame is None or frame.kind is FrameKind.KEEP_ALIVE:
                    continue
                # What Netra did not even read is refused without the names that stand in it.
                unread = frame.kind is FrameKind.TROUBLE and not frame.body.keys() & {"client_id", "thread_id"}
                if unread or frame.body.get("client_id") == client_id or frame.body.get("thread_id") == thread:
                    seen.read = frame.kind is FrameKind.TROUBLE
                    return frame
            return None

        frame = await person.transcript.until(answer, self.stage.clock.deadline(), "the answer to the attempt")
        kind = Kind.REFUSED if frame.kind is FrameKind.TROUBLE else Kind.ACCEPTED
        if frame.body.get("error_code") in NOT_DONE:
            kind = Kind.ERROR
        return Outcome(
            f"{person.name} {asked}",
            kind,
            frame.moment,
            frame.moment.seconds_since(began),
            body=frame.body,
            raw=frame.raw,
            address=person.tab.address,
        )

    def open_every_conversation(self) -> None:
        """Opens each conversation of the owner's, and one that does not exist."""
        for conversation in self.owner.conversations:
            self._open_both(conversation.thread, nobodys(conversation.thread), "opens a conversation of another")

    def reach_under_name(self, written: str) -> None:
        """Asks at every kind of door for what is the owner's, and for what does not exist, under names so written."""
        self.person.presence.connect()
        if not self.person.conversations:
            self.person.start_conversation()
        for deed in WITH_NAMES:
            words = f"{deed} under its name {written}"
            attempt, twin = self.stage.do(lambda deed=deed: self._try_both(deed, written), words)  # type: ignore[misc]
            self.person.privacy.tried(self.owner, self.person.attempt(attempt), twin)

    def reach_by_name(self, name: str, deeds: Sequence[str]) -> None:
        """Tries each of these deeds on whatever has this name, and on what does not exist."""
        self.person.presence.connect()

        async def both(deed: str) -> tuple[Outcome, Outcome]:
            known = DEEDS.get(deed) or ON_MEMORY[deed]
            twin, attempt = [await self._try(known, [one] * 3, {}, deed) for one in (nobodys(name), name)]
            return attempt, twin

        for deed in deeds:
            attempt, twin = self.stage.do(lambda deed=deed: both(deed), f"to {deed}")  # type: ignore[misc]
            self.person.privacy.tried(self.owner, self.person.attempt(attempt), twin)

    def _open_both(self, real: str, nobodys_: str, words: str) -> None:
        async def both() -> tuple[Outcome, Outcome]:
            paths = [f"/api/threads/{quote(name, safe='')}" for name in (nobodys_, real)]
            twin, attempt = [await self.person.request("GET", path, words) for path in paths]
            return attempt, twin

        attempt, twin = self.stage.do(both, f"{self.person.name} {words}")
        self.person.privacy.tried(self.owner, self.person.attempt(attempt), twin)

    def search_for_words(self) -> None:
        """Searches for what only the owner wrote: the outcomes are recorded."""
        words = [self.owner.identity.marker, self.owner.traits.company, self.owner.conversation.title]

        async def search() -> list[Outcome]:
            paths = [f"/api/search?query={quote(word, safe='')}" for word in words]
            return [await self.person.request("GET", path, "searches for another's words") for path in paths]

        outcomes = self.stage.do(search, f"{self.person.name} searches")
        self.person.privacy.searches = outcomes[:-1]
        self.person.attempt(outcomes[-1])

    def let_leave(self) -> None:
        """Tries to have the owner erased, and somebody who does not exist."""
        self._look_at_owner()

        async def both() -> tuple[Outcome, Outcome]:
            answers = [
                await self.person.request("DELETE", f"/api/company/members/{user}", "tries to let somebody leave")
                for user in (str(uuid.uuid4()), self.owner.identity.user)
            ]
            return answers[1], answers[0]

        attempt, twin = self.stage.do(both, f"{self.person.name} tries to let {self.owner.name} leave")
        self.person.privacy.tried(self.owner, self.person.attempt(attempt), twin)

    def start_in_the_name_of_owner(self) -> None:
        """Starts a conversation and claims in every field that it is the owner's."""
        title = "A conversation under another name"
        claim = {
            "title": title,
            "user_id": self.owner.identity.user,
            "metadata": {"user_id": self.owner.identity.user, "owner": self.owner.identity.user},
        }

        async def start() -> Outcome:
            return await self.person.request("POST", "/api/threads", "starts a conversation in another's name", claim)

        outcome = demand(self.stage.do(start, f"{self.person.name} starts a conversation"))
        self.person.conversations.append(Conversation(self.person, str(outcome.field("id")), title))

    def change_profile_in_the_name_of_owner(self) -> None:
        """Opens the profile and tells a new one, each with the owner named wherever it can be; recorded."""
        self._look_at_owner()
        user = self.owner.identity.user
        claim = {"user_id": user, "owner": user, "email": self.owner.identity.email}
        path = f"/api/profile?user_id={user}&owner={user}"

        async def change() -> list[Outcome]:
            profile = {**self.person.profile, "company_name": self.owner.traits.company}
            self.person.profile = profile
            return [
                await self.person.request("GET", path, "opens the profile in another's name"),
                await self.person.request("PUT", path, "changes the profile in another's name", {**profile, **claim}),
                await self.person.request("GET", "/api/profile", "opens the profile"),
            ]

        outcomes = self.stage.do(change, f"{self.person.name} changes the profile")
        self.person.privacy.profiles = [self.person.attempt(outcome) for outcome in outcomes]

    def _look_at_owner(self) -> None:
        self._told_before = self.stage.do(lambda: everything(self.owner), f"what {self.owner.name} has")
        self._stored_before = self.stage.do(lambda: stored_of(self.owner), f"what is stored of {self.owner.name}")

    def expect_refusals(self) -> None:
        """Every attempt was refused, in whatever words."""
        outcomes = [attempt.look() for attempt, _ in self.person.privacy.twins]
        if accepted := [outcome for outcome in outcomes if outcome.kind is not Kind.REFUSED]:
            let_in = [outcome.raw for outcome in accepted]
            raise Broken("every attempt is refused", str(accepted[0]), let_in, [self.owner.name])

    def expect_owner_undisturbed(self) -> None:
        """The owner still has everything, exactly as before the attempt; so it is stored, row by row."""
        if self._told_before is None:
            cannot("nobody looked at what the owner had before")
        before = all_told(self.owner, self._told_before)
        now = as_told(self.stage.do(lambda: everything(self.owner), f"what {self.owner.name} has"))
        self.stage.story.observed(f"things of {self.owner.name} that were compared", len(now))
        changed = [after for was, after in zip(before, now, strict=True) if was != after]
        if changed:
            raise Broken(
                f"{self.owner.name} still has everything as it was",
                f"{len(changed)} things have changed",
                changed,
                [self.owner.name],
            )
        stored = self.stage.do(lambda: stored_of(self.owner), f"what is stored of {self.owner.name}")
        different = self._stored_before.differences(stored, *unsettled(self.owner))
        self.stage.story.compared(
            f"What {self.owner.name} has",
            ("source", "before the attempt", "after it", "different"),
            [
                ("told by Netra", len(before), len(now), len(changed)),
                ("stored rows", len(self._stored_before), len(stored), len(different)),
            ],
        )
        if different or not stored:
            words = f"what is stored of {self.owner.name} is as it was before the attempt"
            raise Broken(words, different[0] if different else "nothing is stored", different, [self.owner.name])
