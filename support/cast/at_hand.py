"""What a person finds close at hand: the session, the last answer and its recommendations."""

import asyncio
from typing import TYPE_CHECKING, Any

from support.cast.kept import Figures
from support.cast.transcript import WaitEnded
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

# How often Netra is asked whether it has noticed that somebody is away, in seconds.
_LOOK_EVERY = 0.02


class AtHand:
    """What is kept ready for a person, as Netra gives it back."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.opened: dict[str, Outcome] = {}
        self._away: dict[str, Any] | None = None
        self._progress: Any = None

    # Verbs

    async def ask(self, thing: str) -> Outcome:
        """What Netra gives back of "session", "answer" or "recommendations"."""
        path = "/api/session"
        if thing != "session":
            kind = {"answer": "result"}.get(thing, thing)
            path = f"/api/threads/{self.person.conversation.thread}/{kind}"
        return await self.person.request("GET", path, f"opens the {thing}")

    def right(self, thing: str, outcome: Outcome) -> bool:
        """Whether what came is the person's own session, or an answer with the savings that are in the bills."""
        if thing == "session":
            return outcome.accepted and outcome.field("user_id") == self.person.identity.user
        told = Figures.of(outcome.field("result") if outcome.accepted else None)
        return told.monthly == self.person.advice.monthly_savings

    def open_all(self) -> None:
        """Opens session, answer and recommendations; the outcomes are recorded."""

        async def look() -> None:
            for thing in ("session", "answer", "recommendations"):
                self.opened[thing] = await self.ask(thing)

        self.stage.do(look, f"{self.person.name} opens what is at hand")
        for outcome in self.opened.values():
            self.stage.story.tell(self.person.name, str(outcome), outcome.raw, outcome.moment)

    def await_absence(self) -> None:
        """Waits until the session says that its person is away; keeps what it and the analysis tell then."""

        async def wait() -> None:
            deadline = self.stage.clock.deadline()
            while True:
                session = await self.ask("session")
                if session.field("state") == "disconnected":
                    self._away = dict(session.body)
                    break
                if not deadline.left:
                    raise WaitEnded("the absence", deadline, [session.raw])
                await asyncio.sleep(_LOOK_EVERY)
            if self.person.conversations:
                self._progress = await self._step()

        self.stage.do(wait, "Netra to notice the absence")

    async def _step(self) -> tuple[Any, ...]:
        """Where the analysis stands: its attempt, its progress, and who is at work."""
        told = await self.person.conversation.analysis.fetch()
        return tuple(told.field(name) for name in ("status", "attempt", "progress", "current_agent"))

    # Judgements

    def expect_session_as_kept(self) -> None:
        """The session came, is the person's, and is what is kept ready."""
        outcome = self.opened["session"]
        key = f"session_state:{self.person.identity.user}"
        kept = self.stage.do(lambda: self.stage.ready.value(key), "the session that is kept ready")
        self.stage.story.observed("sessions that were opened", 1, str(outcome))
        owner = outcome.field("user_id")
        if not outcome.accepted or outcome.body != kept or owner != self.person.identity.user:
            raise Broken("the session is told as it is kept", str(outcome), [outcome.raw, str(kept)])

    def expect_answer_as_shown(self) -> None:
        """Answer and recommendations came, with the words and figures that were shown."""
        analysis = self.person.conversation.analysis
        shown, words = Figures.of(analysis.shown_result()), analysis.shown_answer()
        answer, advice = self.opened["answer"], self.opened["recommendations"]
        told = {
            "the answer": Figures.of(answer.field("result")),
            "the recommendations": Figures.of(advice.body if advice.accepted else {}),
        }
        self.stage.story.compared(
            "What was shown and what is close at hand",
            ("source", "savings a month", "savings a year", "parts"),
            [
                (name, one.monthly, one.annual, len(one.parts or ()))
                for name, one in {"shown on the live connection": shown, **told}.items()
            ],
        )
        self.stage.story.observed("things that were opened again", len(told), f"{answer}; {advice}")
        wrong = [name for name, one in told.items() if not one.agrees_with(shown)]
        wrong += [] if answer.field("answer") == words and words else ["the words of the answer"]
        wrong += [] if self.right("answer", answer) else ["the savings that are in the bills"]
        wrong += [str(one) for one in (answer, advice, self.opened["session"]) if not one.accepted]
        if wrong or not shown.parts:
            raise Broken(
                "answer and recommendations come as they were shown, and nothing fails",
                f"not so: {', '.join(wrong) or 'nothing was shown'}",
                [answer.raw, advice.raw],
            )

    def expect_return_told(self) -> None:
        """The session says that its person was away once, since when, and is back."""
        session = self._now()
        self.stage.story.observed("sessions after a return", 1, str(session))
        since = (self._away or {}).get("last_disconnect")
        told = (session.get("state"), session.get("reconnection_count"), session.get("last_disconnect"))
        if told != ("reconnected", 1, since) or not since:
            raise Broken(
                f"one return is told, and that the connection was lost at {since}", f"told: {told}", [str(session)]
            )

    def expect_same_session(self) -> None:
        """The session is the one that there was before, and the analysis stands where it stood."""
        before = self._away or {}
        session = self._now()
        step = self.stage.do(self._step, "where the analysis stands")
        self.stage.story.observed("sessions after a return", 1, f"{session.get('id')}, {step}")
        same = session.get("id") == before.get("id") and session.get("user_id") == self.person.identity.user
        if not session.get("id") or not same or step != self._progress or step[0] != "running":
            raise Broken(
                f"the session {before.get('id')} goes on, at the step {self._progress}",
                f"it is the session {session.get('id')}, at the step {step}",
                [str(before), str(session)],
            )

    def _now(self) -> dict[str, Any]:
        outcome = self.stage.do(lambda: self.ask("session"), "the session")
        return dict(outcome.body) if outcome.accepted and isinstance(outcome.body, dict) else {}
