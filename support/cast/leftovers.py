"""What a question that was refused must not leave behind."""

from typing import TYPE_CHECKING

from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person


class Leftovers:
    """Whatever may have stayed of a question in a person's conversation."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def expect_none(self) -> None:
        """No message, no analysis and no update of it, told by any server or stored."""
        thread = self.person.conversation.thread
        paths = {
            "messages": f"/api/threads/{thread}/messages?limit=100&offset=0",
            "runs": f"/api/threads/{thread}/runs",
            "updates": f"/api/threads/{thread}/updates?after=0",
        }

        async def look() -> dict[str, int]:
            found = {}
            for what, path in paths.items():
                for number, base in enumerate(self.stage.deployment.doors.rest):
                    outcome = await self.stage.rest.ask(
                        "GET", base + path, asked=f"{what} are read", seconds=10.0, token=self.person.token
                    )
                    told = outcome.field(what)
                    found[f"{what} told by server {number + 1}"] = len(told) if isinstance(told, list) else -1
                found[f"{what} stored"] = len(await self.stage.rows.of(what, "thread_id", thread))
            return found

        found = self.stage.do(look, "what is left of the question")
        self.stage.story.observed("places that were looked at", len(found))
        self.stage.story.compared("What is left of the question", ("place", "found"), list(found.items()))
        left = {place: count for place, count in found.items() if count}
        if left:
            raise Broken(
                f"nothing is left of the question of {self.person.name}",
                ", ".join(f"{count} {place}" if count > 0 else f"{place}: no answer" for place, count in left.items()),
                [str(left)],
            )
