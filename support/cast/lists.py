"""The list of a person's conversations in use, and the archive: each conversation stands in one of the two."""

from typing import TYPE_CHECKING

from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person


class Lists:
    """Both lists of a person, for judging."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def expect_archived(self) -> None:
        """The newest conversation stands in the archive and the others in the list; each in exactly one of the two."""
        newest = self.person.conversation
        self._expect_lists([one.thread for one in self.person.conversations if one is not newest], [newest.thread])

    def expect_restored(self) -> None:
        """Every conversation stands in the list again, and none in the archive."""
        self._expect_lists([one.thread for one in self.person.conversations], [])

    def _expect_lists(self, in_use: list[str], archived: list[str]) -> None:
        async def lists() -> list[Outcome]:
            asked = "looks at the list of conversations", "looks into the archive"
            paths = "/api/threads?limit=100", "/api/threads?limit=100&status=archived"
            return [await self.person.request("GET", path, words) for path, words in zip(paths, asked, strict=True)]

        answers = self.stage.do(lists, "both lists")
        found = [sorted(_ids(one)) for one in answers]
        self.stage.story.observed("lists that were looked at", 2, f"{len(found[0])} in use, {len(found[1])} archived")
        if found != [sorted(in_use), sorted(archived)]:
            raise Broken(
                f"{len(in_use)} conversations in the list and {len(archived)} in the archive, each in its place",
                f"{len(found[0])} in the list and {len(found[1])} in the archive",
                [one.raw for one in answers],
            )


def _ids(outcome: Outcome) -> list[str]:
    return [str(one.get("id")) for one in outcome.body] if isinstance(outcome.body, list) else [str(outcome)]
