"""New names for a conversation, one after the other: how soon they are there, and whether everybody is told them."""

from typing import TYPE_CHECKING

from support.cast.stopwatch import Stopwatch, wait_for
from support.facts.limit import Limit
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

RENAMING = "new name"


class Naming:
    """The names that one person gives to the conversation, and what another server tells after each."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._watch = Stopwatch(self.stage)
        self._given: list[str] = []
        self._told: list[str] = []

    def rename(self, times: int) -> None:
        """Gives so many names, and after each confirmation opens the conversation through the next server."""

        async def rename() -> None:
            path = f"/api/threads/{self.person.conversation.thread}"
            servers = len(self.stage.deployment.doors.rest)
            for number in range(1, times + 1):
                name = f"Name {number} {self.person.identity.marker}"

                async def ask(name: str = name) -> float:
                    return wait_for(await self.person.request("PUT", path, "renames the conversation", {"title": name}))

                await self._watch.time(RENAMING, self.person.server, ask)
                other = (self.person.server + number) % servers
                opened = await self.person.request("GET", path, "opens the conversation", server=other)
                self._given.append(name)
                self._told.append(str(opened.field("title")))

        self.stage.do(rename, f"{self.person.name} gives {times} names")

    def expect_average(self, limit: Limit) -> None:
        """By the sample, a new name is there within the limit on average."""
        self._watch.expect_average(RENAMING, limit)

    def expect_told(self) -> None:
        """After each confirmation every server told the new name, and the last one is stored."""
        thread = self.person.conversation.thread
        rows = self.stage.do(lambda: self.stage.rows.of("threads", "id", thread), "the stored name")
        stored = [str(row["metadata_"].get("title")) for row in rows]
        wrong = [f"{told} after {given}" for given, told in zip(self._given, self._told, strict=True) if told != given]
        self.stage.story.observed("names that were given", len(self._given), f"stored: {stored}")
        if wrong or stored != self._given[-1:]:
            raise Broken(
                f"each new name that {self.person.name} gave holds as soon as it is confirmed",
                f"{len(wrong)} times another name was told; stored is {stored}",
                wrong,
            )
