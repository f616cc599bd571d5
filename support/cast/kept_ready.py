"""What Netra keeps ready for a person: for how long, by Redis's own word, and whether it is the right thing."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from support.cast.kept import Figures
from support.cast.stage import cannot
from support.facts import update as kinds
from support.facts.limit import Limit
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

# A scenario's own length: so much of a lifetime may have passed when it is looked at, in seconds.
_PASSED = 60
_NEARLY_OVER = 600_000
"""Milliseconds that are left of a lifetime which is nearly over."""


KINDS = {
    "session_state": "session",
    "agent_results": "answer",
    "optimization_results": "recommendations",
}
"""What is kept ready for whoever has an answer, by its kind."""
_LOOK_EVERY = 0.05


class KeptReady:
    """What is kept ready for a person's conversation, for judging."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._lay: dict[str, int] = {}

    def take_away(self) -> None:
        """Takes away whatever is kept ready for the person; Inconclusive when there was nothing."""

        async def take() -> list[str]:
            keys = await self.stage.ready.keys_about(self.person.identity.user)
            await self.stage.ready.remove(keys)
            return keys

        gone = self.stage.do(take, "what is kept ready to be gone")
        self.stage.story.tell("scenario", f"took away {len(gone)} things that were kept ready for {self.person.name}")
        if not gone:
            cannot("nothing was kept ready that could be lost")

    def let_session_run_low(self) -> None:
        """The session's lifetime is nearly over, as if its person had been idle for long; demands that it is there."""
        key = self._key("session_state", of_conversation=False)
        if not self.stage.do(lambda: self.stage.ready.expire([key], _NEARLY_OVER), "the session to grow old"):
            cannot(f"no session of {self.person.name} is kept ready")
        self.stage.story.tell("scenario", f"makes that the session of {self.person.name} is nearly over")

    def let_lie(self, limit: Limit) -> None:
        """Waits until Redis itself counts that nothing of it has been asked for so long; that is noted."""

        async def wait() -> dict[str, int]:
            deadline = self.stage.clock.deadline()
            while True:
                found = await self._idle()
                if all(seconds >= limit.seconds for seconds in found.values()):
                    return found
                if deadline.left == 0:
                    cannot(f"what is kept ready for {self.person.name} is asked for all the time: {found}")
                await asyncio.sleep(_LOOK_EVERY)

        self._lay = self.stage.do(wait, "what is kept ready to lie")
        self.stage.story.tell("scenario", f"nobody has asked for {len(self._lay)} things for {limit}")

    async def _idle(self) -> dict[str, int]:
        """Seconds since the last use of session, answer and recommendations; Inconclusive when one is not there."""
        found: dict[str, int] = {}
        for kind in KINDS:
            key = self._key(kind, of_conversation=kind != "session_state")
            seconds = await self.stage.ready.idle_seconds(key)
            found[KINDS[kind]] = cannot(f"nothing is kept ready as {kind}") if seconds is None else seconds
        return found

    def expect_used(self) -> None:
        """Since what is kept ready lay, every part of it was asked for, by Redis's own count."""
        lay = self._lay or cannot("nobody waited until what is kept ready lay")
        now = self.stage.do(self._idle, "when what is kept ready was used")
        self.stage.story.observed("things kept ready", len(now), f"unused for {now} s, before for {lay} s")
        self.stage.story.compared(
            "What is kept ready",
            ("what", "seconds unused before", "seconds unused now"),
            [(name, lay[name], now[name]) for name in lay],
        )
        if unused := [name for name in lay if now[name] >= lay[name]]:
            words = f"the {unused[0]} that is kept ready has not been asked for since"
            raise Broken("session, answer and recommendations are read where they are kept ready", words)

    def expect_recommendations(self, limit: Limit) -> None:
        """The recommendations that were shown are kept ready for the promised time."""
        shown = Figures.of(self.person.conversation.analysis.shown_result())

        def wrong(value: Any) -> str:
            kept = Figures.of(value)
            same = kept.parts and kept.agrees_with(shown)
            return "" if same else f"what is kept tells {kept}, what was shown {shown}"

        self._expect("optimization_results", limit, wrong)

    def expect_answer(self, limit: Limit) -> None:
        """The answer that was shown, with its figures, is kept ready for the promised time."""
        analysis = self.person.conversation.analysis
        answer, shown = analysis.shown_answer(), Figures.of(analysis.shown_result())

        def wrong(value: Any) -> str:
            kept = Figures.of(value.get("result"))
            same = kept.parts and kept.agrees_with(shown) and value.get("answer") == answer
            return "" if same else f"what is kept tells {kept}, what was shown {shown}"

        self._expect("agent_results", limit, wrong)

    def expect_session(self, limit: Limit) -> None:
        """The session of the person, and of nobody else, is kept ready for the promised time."""

        def wrong(value: Any) -> str:
            same = value.get("user_id") == self.person.identity.user and value.get("state") == "connected"
            return "" if same else f"what is kept is {value}"

        self._expect("session_state", limit, wrong, of_conversation=False)

    def expect_waiting(self, limit: Limit) -> None:
        """Every update that the person missed is kept ready, in order, for the promised time, as told and stored."""
        last, run = self.person.conversation.last_sequence(), self.person.conversation.analysis.run

        def wrong(value: Any) -> str:
            waiting = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
            numbers = [entry.get("sequence") for entry in waiting]
            whole = numbers == list(range(last + 1, last + 1 + len(waiting)))
            owners = {(entry.get("run_id"), entry.get("user_id")) for entry in waiting}
            ended = bool(waiting) and waiting[-1].get("type") == kinds.COMPLETED
            if whole and ended and owners == {(run, self.person.identity.user)}:
                return ""
            return f"what waits is {[(entry.get('type'), entry.get('sequence')) for entry in waiting]}"

        waiting = self._expect("pending_messages", limit, wrong, settled=_end_waits)
        self._confirm_waiting(waiting, last, run)

    def _confirm_waiting(self, waiting: list[dict[str, Any]], last: int, run: str) -> None:
        """What waits after this update is word for word what Netra tells when it is asked, and what is stored."""
        path = f"/api/threads/{self.person.conversation.thread}/updates?after={last}"

        async def look() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
            told = await self.person.request("GET", path, "asks for what was missed")
            rows = sorted(await self.stage.rows.of("updates", "run_id", run), key=lambda row: int(row["sequence"]))
            return told.field("updates") or [], [row["frame"] for row in rows if row["sequence"] > last]

        told, stored = self.stage.do(look, "what was missed")
        sources = [("kept ready", waiting), ("told by Netra", told), ("stored rows", stored)]
        self.stage.story.compared(
            "What waits for who is away, in every place",
            ("source", "owner", "updates", "the last one"),
            [
                (
                    name,
                    ", ".join(sorted({str(one.get("user_id")) for one in found})),
                    ", ".join(str(one.get("sequence")) for one in found),
                    str(found[-1].get("payload"))[:80] if found else "",
                )
                for name, found in sources
            ],
        )
        if wrong := [name for name, found in sources if found != stored]:
            raise Broken(
                "what waits is what is told and what is stored, word for word",
                f"{', '.join(wrong)}: not what is stored",
                [f"{name}: {found}" for name, found in sources],
            )

    def _expect(
        self,
        kind: str,
        limit: Limit,
        wrong: Callable[[Any], str],
        *,
        of_conversation: bool = True,
        settled: Callable[[Any], bool] = bool,
    ) -> Any:
        """What is kept ready of this kind, for so long; Broken when `wrong` has words about it.

        It is judged as soon as it is `settled`, and in any case after a moment.
        """
        key = self._key(kind, of_conversation=of_conversation)

        async def look() -> tuple[int, Any]:
            return await self.stage.ready.seconds_left(key), await self.stage.ready.value(key)

        soon = self.stage.soon(look, lambda found: settled(found[1]))
        left, value = self.stage.do(lambda: soon, "what is kept ready")
        self.stage.story.observed("things kept ready", 1, f"for {left} more seconds")
        if not value or not limit.seconds - _PASSED <= left <= limit.seconds:
            observed = f"kept for {left} seconds" if value else "nothing is kept ready"
            raise Broken(f"kept ready for {limit}", observed, [f"{key}: {value}"])
        if words := wrong(value):
            raise Broken("what is kept ready is what was found", words, [f"{key}: {value}"])
        return value

    def _key(self, kind: str, *, of_conversation: bool = True) -> str:
        """Under which name this kind is kept ready, for the person or for the conversation."""
        key = f"{kind}:{self.person.identity.user}"
        return f"{key}:{self.person.conversation.thread}" if of_conversation else key


def _end_waits(value: Any) -> bool:
    """Whether the last update of an analysis is among what waits."""
    found = value if isinstance(value, list) else []
    return any(isinstance(one, dict) and one.get("type") == kinds.COMPLETED for one in found)
