"""A person's analyses, brought to the point from which a sentence goes on."""

from typing import TYPE_CHECKING

from support.outside import modes

if TYPE_CHECKING:
    from support.cast.person import Person


class Analysing:
    """What a person and Netra do until an analysis is where a Given or When needs it."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def finish(self) -> None:
        """Asks and waits for the answer; demands success."""
        self.person.ask()
        self.person.conversation.analysis.await_completion()

    def finish_second(self) -> None:
        """Asks again in the same conversation and waits for the answer; demands success."""
        self.person.conversation.remember_first_result()
        self.finish()

    def finish_second_before_first(self) -> None:
        """Asks again while the AI model is held, waits for this answer, and then for the first one."""
        first, world, user = self.person.conversation.analysis, self.person.sources.world, self.person.identity.user
        self.stage.do(lambda: world.model(user, modes.answer()), "the AI model to answer again")
        self.finish()
        self.stage.do(lambda: world.release(user), "the AI model to answer what it was asked first")
        first.await_completion()

    def be_under_way(self) -> None:
        """Asks, and comes to the point where every bill is read and the AI model is thinking."""
        world = self.person.sources.world
        self.stage.do(lambda: world.model(self.person.identity.user, modes.hold()), "the AI model is held")
        self.person.ask()
        self.person.conversation.analysis.await_thinking()

    def wait_for(self, source: str, task: str = "") -> None:
        """Asks, and comes to the point where a source has been asked, for one task where named, and gives no answer."""
        self.person.sources.meet(source, modes.hold(task))
        self.person.ask()

        async def asked() -> None:
            await self.person.sources.world.until_asked(
                self.person.identity.user, source, limit=max(0.1, self.stage.clock.deadline().seconds), task=task
            )

        self.stage.do(asked, f"{source} to be asked")

    def be_finished(self) -> None:
        """Lets the AI model answer, and waits, by asking Netra, until the analysis has ended.

        Whoever is away has a moment to be missed before.
        """
        if not any(tab.open for tab in self.person.tabs):
            missed = self.person.presence.is_missed
            self.stage.do(lambda: self.stage.soon(missed, bool), f"{self.person.name} to be missed")
        self.person.sources.let_source_answer("model")
        self.person.conversation.analysis.await_end_unseen()

    def be_finished_everywhere(self) -> None:
        """Lets the AI model answer, and waits, by asking Netra, until the analysis of each conversation has ended."""
        self.be_finished()
        for conversation in self.person.conversations:
            conversation.analysis.await_end_unseen()

    def be_many_under_way(self, number: int) -> None:
        """So many analyses, each in a conversation of its own, all waiting for the AI model."""
        for count in range(number):
            if count:
                self.person.start_conversation()
            self.be_under_way()

    def fail(self, source: str, mode: modes.Mode) -> None:
        """Asks while something outside fails, and waits for the end; demands that it failed."""
        self.stage.do(lambda: self.person.sources.script(source, mode), f"{source} fails")
        self.person.ask()
        self.person.conversation.analysis.await_failure()
