"""The names that Netra gives to what belongs to people: nobody gets from one of them to another by counting."""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from support.cast.stage import Stage, cannot
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.group import Group

LEAST = 12
"""Signs in which two names of one kind differ at least: of 16 values each, more than anybody can try."""


class GivenNames:
    """The names of what a group of people has, for judging."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def expect_uncountable(self, group: "Group") -> None:
        """Any two names of conversations, of analyses, or of messages differ in so many signs that none leads on.

        What has these names is stored under them, too.
        """
        names: dict[str, list[str]] = {"conversations": [], "analyses": [], "messages": []}
        for person in group:
            for conversation in person.conversations:
                names["conversations"].append(conversation.thread)
                names["analyses"] += [analysis.run for analysis in conversation.analyses]
                names["messages"] += [str(message.get("id")) for message in conversation.messages()]
        if few := [kind for kind, given in names.items() if len(given) < 2]:
            cannot(f"there are no two {few[0]} whose names could be compared")
        stored = self.stage.do(lambda: self._stored(group), "the names under which it is stored")
        found = {kind: nearest(given) for kind, given in names.items()}
        self.stage.story.observed("names that were compared", sum(map(len, names.values())))
        self.stage.story.compared(
            "Names that Netra gives",
            ("of", "told", "stored", "fewest signs in which two differ", "these two"),
            [
                (kind, len(names[kind]), len(stored[kind]), signs, " and ".join(pair))
                for kind, (signs, pair) in found.items()
            ],
        )
        if lost := [kind for kind in names if set(names[kind]) != stored[kind]]:
            raise Broken(
                "everything is stored under the name that Netra gave to it",
                f"of {len(names[lost[0]])} {lost[0]} that were told, {len(stored[lost[0]])} are stored",
                [str(names[lost[0]]), str(stored[lost[0]])],
                [person.name for person in group],
            )
        if wrong := [kind for kind, (signs, _) in found.items() if signs < LEAST]:
            signs, pair = found[wrong[0]]
            raise Broken(
                f"no name of one of the {wrong[0]} leads to another",
                f"{' and '.join(pair)} differ in {signs} signs",
                names[wrong[0]],
                [person.name for person in group],
            )

    async def _stored(self, group: "Group") -> dict[str, set[str]]:
        threads = [conversation.thread for person in group for conversation in person.conversations]
        found: dict[str, set[str]] = {"conversations": set(), "analyses": set(), "messages": set()}
        for kind, table, column in (
            ("conversations", "threads", "id"),
            ("analyses", "runs", "thread_id"),
            ("messages", "messages", "thread_id"),
        ):
            for thread in threads:
                found[kind] |= {str(row["id"]) for row in await self.stage.rows.of(table, column, thread)}
        return found


def nearest(names: Sequence[str]) -> tuple[int, tuple[str, str]]:
    """In how few signs two of these names differ, and these two; what one is longer by counts as different."""

    def apart(pair: tuple[str, str]) -> int:
        first, second = pair
        return sum(a != b for a, b in zip(first, second, strict=False)) + abs(len(first) - len(second))

    pair = min(combinations(names, 2), key=apart)
    return apart(pair), pair
