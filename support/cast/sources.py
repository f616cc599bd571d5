"""The outside world as one person's calls meet it: the AI model and the billing services.

A failure that is played has its witness too: at the end of the scenario a call must have met it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.cast.stage import cannot
from support.outside import modes
from support.outside.calls import ABANDONED, BROKEN_OFF, LET_GO, REFUSED, Call

if TYPE_CHECKING:
    from support.cast.person import Person


SHOWS: Mapping[str, Callable[[Call, modes.Mode], bool]] = {
    "refuse": lambda call, _: call.ended == REFUSED and call.status == 401,
    "fail": lambda call, _: call.ended == REFUSED and call.status == 503,
    "break_off": lambda call, _: call.ended == BROKEN_OFF,
    "silent": lambda call, _: call.ended in (None, ABANDONED, LET_GO),
    "slow": lambda call, mode: call.seconds >= mode.seconds,
}
"""By what a call shows that it met a failure; "hold" and "paced" are waited for by whoever asks for them."""


@dataclass(frozen=True)
class Trouble:
    """A failure that was asked for: of which source, how, and the number of the last call before it."""

    source: str
    mode: modes.Mode
    before: int

    def met_by(self, call: Call) -> bool:
        """Whether this call came after it, and shows it."""
        asked = call.number > self.before and call.what == self.source and self.mode.only in ("", call.task)
        return asked and SHOWS[self.mode.manner](call, self.mode)


class Sources:
    """What the AI model and the billing services do with one person's calls."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._troubles: list[Trouble] = []

    @property
    def world(self) -> Any:
        """The played outside world; Inconclusive where the target offers none."""
        if self.stage.deployment.world is None:
            cannot("this target lets the suite play neither the AI model nor the billing services")
        return self.stage.deployment.world

    async def script(self, source: str, mode: modes.Mode) -> None:
        """From now on `source` ("model" or a cloud) treats this person's calls so."""
        world, user = self.world, self.person.identity.user
        told = world.model(user, mode) if source == "model" else world.billing(user, source, mode)
        before = await told
        if mode.manner in SHOWS:
            self._troubles.append(Trouble(source, mode, before))
        self.stage.story.tell(
            "outside world", f"{source}: {mode.manner} {mode.seconds or ''} for {self.person.name}".rstrip()
        )

    def meet(self, source: str, mode: modes.Mode) -> None:
        """Lets this person's calls of a source meet this mode."""
        self.stage.do(lambda: self.script(source, mode), f"{source} is told how to treat {self.person.name}")

    def let_source_fail(self, source: str) -> None:
        """What is held is answered, and whatever comes after is refused: the source fails in the middle."""
        self.stage.do(lambda: self._let(source, modes.refuse()), f"{source} fails for {self.person.name}")

    def let_source_answer(self, source: str) -> None:
        """What is held is answered, and so is whatever comes after."""
        self.stage.do(lambda: self._let(source, modes.answer()), f"{source} answers {self.person.name}")

    async def _let(self, source: str, mode: modes.Mode) -> None:
        await self.script(source, mode)
        await self.world.release(self.person.identity.user)

    async def script_silently(self) -> None:
        """The AI model answers whatever comes from now on; what it holds stays held."""
        await self.script("model", modes.answer())

    def demand_troubles_met(self) -> None:
        """Every failure that was asked for was met by a call; Inconclusive otherwise: nothing was shown then."""
        if not self._troubles:
            return
        calls = self.stage.do(lambda: self.world.calls(self.person.identity.user), "what the outside world was asked")
        for trouble in self._troubles:
            if not any(trouble.met_by(call) for call in calls):
                cannot(f"{trouble.source} was to {trouble.mode.manner} for {self.person.name}, and no call has met it")

    def hear_too_late(self) -> None:
        """The AI model answers what it held; a whole analysis afterwards shows that Netra has had time to react."""
        self.let_source_answer("model")
        self.person.ask_in_new_conversation()
        self.person.conversation.analysis.await_completion()
        self.person.conversations.insert(0, self.person.conversations.pop())
