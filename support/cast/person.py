"""A customer: what they hold, what they do, and what they are shown."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from support.cast.absence import Absence
from support.cast.again import Again
from support.cast.analysing import Analysing
from support.cast.at_hand import AtHand
from support.cast.browsing import Browsing
from support.cast.coming_back import ComingBack
from support.cast.conversation import Conversation
from support.cast.dealings import Dealings
from support.cast.erasure import Erasure
from support.cast.footprint import Footprint
from support.cast.giving_up import GivingUp
from support.cast.hearing import Hearing
from support.cast.identity import Identity, Traits
from support.cast.interruption import Interruption
from support.cast.kept_ready import KeptReady
from support.cast.lengths import Lengths
from support.cast.line import Line
from support.cast.long_talk import LongTalk
from support.cast.looking_around import LookingAround
from support.cast.lookups import Lookups
from support.cast.members import Members
from support.cast.memory import Memory
from support.cast.naming import Naming
from support.cast.notes import Notes
from support.cast.notices import Notices
from support.cast.phases import Phases
from support.cast.presence import Presence
from support.cast.privacy import Privacy
from support.cast.promptness import Promptness
from support.cast.records import Records
from support.cast.repeated import Repeated
from support.cast.replies import Replies
from support.cast.rich_facts import RichFacts
from support.cast.search import Search
from support.cast.slow_tab import SlowTab
from support.cast.sources import Sources
from support.cast.stage import Recorded, Stage, cannot, demand
from support.cast.stay import Stay
from support.cast.stopwatch import Stopwatch
from support.cast.tab import Tab
from support.cast.trail import Trail
from support.cast.transcript import Transcript
from support.cast.turns import Turns
from support.cast.watching import Watching
from support.drivers import passes
from support.facts.outcome import Kind, Outcome
from support.outside import bills


class Person:
    """One of the cast, enrolled as a customer; `stage` is the scenario's ground."""

    def __init__(self, traits: Traits, identity: Identity, stage: Stage) -> None:
        self.traits = traits
        self.identity = identity
        self.stage = stage
        self.token = passes.sign(stage.deployment.secret, identity.user, identity.email, traits.permissions)
        self.server = 0
        self.pretence: dict[str, str] = {}
        """What every request and every connection of this person says of where it comes from, truly or not."""
        self.tabs: list[Tab] = []
        self.transcript = Transcript()
        self.conversations: list[Conversation] = []
        self.received: list[Outcome] = []
        """Every answer that the person got, whether it was recorded or not."""
        self.last: Recorded | None = None
        self.listed: list[dict[str, Any]] | None = None
        self.opened: dict[str, Outcome] = {}
        self.profile: dict[str, Any] = {
            "company_name": traits.company,
            "segment": traits.segment,
            "cloud_accounts": identity.accounts,
        }
        self.presence = Presence(self)
        self.stay = Stay(self)
        self.sources = Sources(self)
        self.analysing = Analysing(self)
        self.records = Records(self)
        self.watching = Watching(self)
        self.privacy = Privacy(self)
        self.dealings = Dealings(self)
        self.notices = Notices(self)
        self.ready = KeptReady(self)
        self.line = Line(self)
        self.return_ = ComingBack(self)
        self.at_hand = AtHand(self)
        self.promptness = Promptness(self)
        self.again = Again(self)
        self.stopwatch = Stopwatch(self.stage)
        self.naming = Naming(self)
        self.browsing = Browsing(self)
        self.lengths = Lengths(self)
        self.footprint = Footprint(self)
        self.giving_up = GivingUp(self)
        self.interruption = Interruption(self)
        self.phases = Phases(self)
        self.turns = Turns(self)
        self.trail = Trail(self)
        self.lookups = Lookups(self)
        self.slow_tab = SlowTab(self)
        self.replies = Replies(self)
        self.memory = Memory(self)
        self.hearing = Hearing(self)
        self.rich_facts = RichFacts(self)
        self.long_talk = LongTalk(self)
        self.absence = Absence(self)
        self.erasure = Erasure(self)
        self.looking_around = LookingAround(self)
        self.members = Members(self)
        self.repeated = Repeated(self)
        self.notes = Notes(self)
        self.search = Search(self)

    @property
    def name(self) -> str:
        """The name that sentences use."""
        return self.traits.name

    @property
    def advice(self) -> bills.Advice:
        """What a right answer to this person recommends, computed from the accounts alone."""
        return bills.advice(bills.bill(cloud, self.identity.accounts[cloud]) for cloud in bills.CLOUDS)

    @property
    def conversation(self) -> Conversation:
        """The conversation that the person is in."""
        if not self.conversations:
            cannot(f"{self.name} has no conversation yet")
        return self.conversations[-1]

    @property
    def tab(self) -> Tab:
        """The tab that was opened last."""
        if not self.tabs:
            cannot(f"{self.name} has never been connected")
        return self.tabs[-1]

    # Asking over REST

    async def request(
        self,
        method: str,
        path: str,
        asked: str,
        body: Mapping[str, Any] | None = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        server: int | None = None,
        seconds: float | None = None,
    ) -> Outcome:
        """What came of a request with this person's token, or with another one that is presented.

        `server` is a server of Netra, from 0, instead of the person's own; `seconds` is how long an answer is waited
        for, instead of as long as a sentence without a limit may wait.
        """
        deadline = self.stage.clock.deadline()
        outcome = await self.stage.rest.ask(
            method,
            self.stage.deployment.doors.rest[self.server if server is None else server] + path,
            asked=f"{self.name} {asked}",
            seconds=max(0.1, deadline.seconds) if seconds is None else seconds,
            token=self.token if token is None else token,
            body=body,
            headers={**self.pretence, **(headers or {})},
        )
        self.received.append(outcome)
        return outcome if seconds is not None else self.stage.demand_answered(outcome, deadline)

    async def enrol(self) -> None:
        """Becomes a customer: the outside world knows the accounts, Netra knows the profile."""
        self.stage.deployment.customer_comes(self.identity.user)
        if self.stage.deployment.world is not None:
            await self.stage.deployment.world.expect_customer(self.identity.user, self.identity.accounts)
        demand(await self.request("PUT", "/api/profile", "becomes a customer", self.profile))
        self.stage.story.tell(self.name, f"is a customer: {self.traits.company}, {self.traits.segment}")

    # Conversations and questions

    def start_conversation(self, texts: Sequence[str] = ()) -> Conversation:
        """A new conversation, perhaps with its first messages; demands success."""
        return self.stage.do(lambda: self.begin_conversation(texts), f"{self.name} starts a conversation")

    async def begin_conversation(self, texts: Sequence[str] = ()) -> Conversation:
        """A new conversation, on the loop; demands success."""
        title = f"Savings for {self.traits.company} {self.identity.marker} {len(self.conversations) + 1}"
        body = {"title": title, "messages": list(texts)} if texts else {"title": title}
        started = demand(await self.request("POST", "/api/threads", "starts a conversation", body))
        conversation = Conversation(self, str(started.field("id")), title)
        self.conversations.append(conversation)
        return conversation

    def start_conversations(self, number: int, messages: int = 1) -> None:
        """So many new conversations, each with so many messages of its own."""
        for _ in range(number):
            conversation = self.start_conversation()
            for _ in range(messages):
                demand(self.stage.do(conversation.write, f"{self.name} writes"))

    def ask(self) -> None:
        """Asks where to cut cloud costs, in the current conversation or the first one; the outcome is recorded."""
        self.presence.connect()
        if not self.conversations:
            self.start_conversation()
            self.presence.connect()  # Netra may have ended the connection meanwhile.
        self.stage.do(self.conversation.ask, f"{self.name} asks")

    def of(self, company: str) -> "Person":
        """The person as one of this company, which must be the person's own."""
        if company != self.traits.company:
            cannot(f"{self.name} works for {self.traits.company} and not for {company}")
        return self

    def ask_for(self, company: str) -> None:
        """Asks where this company, which must be the person's own, can cut its cloud costs."""
        self.of(company).ask()

    def ask_in_new_conversation(self) -> None:
        """Asks once more, in a conversation of its own; the outcome is recorded."""
        self.presence.connect()
        self.start_conversation()
        self.stage.do(self.conversation.ask, f"{self.name} asks")

    def ask_in_two_conversations_at_once(self) -> None:
        """Two questions that are under way at the same time."""
        first, second = self.start_conversation(), self.start_conversation()

        async def both() -> None:
            await asyncio.gather(first.ask(), second.ask())

        self.stage.do(both, f"{self.name} asks twice at once")

    # Opening what is kept

    def open_kept(self, *things: str) -> None:
        """Opens the result, the report or the recommendations; the outcomes are recorded."""
        conversation = self.conversation
        paths = {
            "result": f"/api/runs/{conversation.analysis.run}",
            "report": f"/api/runs/{conversation.analysis.run}/report",
            "recommendations": f"/api/threads/{conversation.thread}/recommendations",
        }

        async def look() -> None:
            for thing in things:
                self.opened[thing] = await self.request("GET", paths[thing], f"opens the {thing}")

        self.stage.do(look, f"{self.name} opens the {' and the '.join(things)}")
        for outcome in self.opened.values():
            self.stage.story.tell(self.name, str(outcome), outcome.raw, outcome.moment)

    def expect_exits_as_told(self) -> None:
        """Each analysis of the person is recorded with the one exit that the person was told."""
        for conversation in self.conversations:
            conversation.analysis.exit.expect_exit_as_told()

    # Attempts and lists

    def attempt(self, outcome: Outcome) -> Recorded:
        """Keeps the outcome of an attempt for the Then that judges it."""
        self.last = self.stage.recorded(outcome, self.name)
        return self.last

    def look_at_list(self, claim: str = "") -> None:
        """Reads the whole list of conversations; the outcome is recorded. `claim` is what is asked for beside it."""

        async def look() -> Outcome:
            path = f"/api/threads?limit=100&offset=0{claim}"
            return await self.request("GET", path, "looks at the list of conversations")

        self.attempt(self.stage.do(look, f"{self.name} looks at the list"))
        outcome = self.last.outcome if self.last else None
        body = outcome.body if outcome is not None and outcome.kind is Kind.ACCEPTED else None
        self.listed = [dict(entry) for entry in body] if isinstance(body, list) else None
