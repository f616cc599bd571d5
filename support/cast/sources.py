"""The outside world as one person's calls meet it: the AI model and the billing services."""

from typing import TYPE_CHECKING, Any

from support.cast.stage import cannot
from support.outside import modes

if TYPE_CHECKING:
    from support.cast.person import Person


class Sources:
    """What the AI model and the billing services do with one person's calls."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    @property
    def world(self) -> Any:
        """The played outside world; Inconclusive where the target offers none."""
        if self.stage.deployment.world is None:
            cannot("this target lets the suite play neither the AI model nor the billing services")
        return self.stage.deployment.world

    async def script(self, source: str, mode: modes.Mode) -> None:
        """From now on `source` ("model" or a cloud) treats this person's calls so."""
        world = self.world
        if source == "model":
            await world.model(self.person.identity.user, mode)
        else:
            await world.billing(self.person.identity.user, source, mode)
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

    def hear_too_late(self) -> None:
        """The AI model answers what it held; a whole analysis afterwards shows that Netra has had time to react."""
        self.let_source_answer("model")
        self.person.ask_in_new_conversation()
        self.person.conversation.analysis.await_completion()
        self.person.conversations.insert(0, self.person.conversations.pop())
