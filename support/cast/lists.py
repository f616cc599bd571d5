"""The list of a person's conversations in use, and the archive: each conversation stands in one of the two."""

from typing import TYPE_CHECKING, Any

from support.cast.stage import Recorded, cannot
from support.facts.outcome import Outcome
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

PHASES = ("active", "paused", "completed", "archived")


class Lists:
    """Both lists of a person, for judging."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._parts: list[Recorded] = []

    # Verbs

    def read_in_parts(self, size: int, other: "Person") -> None:
        """Reads the list part by part; between two of them somebody else starts a conversation. The parts are kept."""
        self._parts = []

        async def part() -> Outcome:
            path = f"/api/threads?limit={size}&offset={size * len(self._parts)}"
            return await self.person.request("GET", path, "reads a part of the list")

        # Whoever needs more parts than there are conversations never comes to an end.
        for _ in range(len(self.person.conversations) + 1):
            self._parts.append(self.person.attempt(self.stage.do(part, "reading the list in parts")))
            if len(_ids(self._parts[-1].outcome)) < size:
                return
            other.start_conversation()

    # Judgements

    def expect_parts_whole(self) -> None:
        """The parts that were read hold each of the person's conversations once, newest first, and nobody else's."""
        if len(self._parts) < 2:
            cannot("the list was not read in several parts")
        parts = [part.look() for part in self._parts]
        found = [name for part in parts for name in _ids(part)]
        wanted = [one.thread for one in reversed(self.person.conversations)]
        self.stage.story.observed(
            "parts that were read", len(parts), f"{', '.join(str(len(_ids(part))) for part in parts)} conversations"
        )
        if found != wanted:
            raise Broken(
                f"the {len(wanted)} conversations of {self.person.name}, each once, newest first",
                f"{len(found)} are read, of which {len(set(found))} different; {len(set(wanted) - set(found))} are "
                f"missing, and {len(set(found) - set(wanted))} are others",
                [part.raw for part in parts],
            )
        if traces := self.person.privacy.traces():
            raise Broken("nothing of anybody else's stands in the list", ", ".join(traces))
        self._confirm([("in the list", found)], [[str(row["id"]) for row in self._stored()]])

    def expect_archived(self) -> None:
        """The newest conversation stands in the archive and the others in the list; each in exactly one of the two."""
        newest = self.person.conversation
        self._expect_lists([one.thread for one in self.person.conversations if one is not newest], [newest.thread])

    def expect_restored(self) -> None:
        """Every conversation stands in the list again, and none in the archive."""
        self._expect_lists([one.thread for one in self.person.conversations], [])

    def _expect_lists(self, in_use: list[str], archived: list[str]) -> None:
        """Both lists hold these; those of one phase, each read one by one, hold together the same, as it is stored."""

        async def look() -> Outcome:
            return await self.person.request("GET", "/api/threads?limit=100", "looks at the list of conversations")

        whole = self.stage.do(look, "the list")
        by_phase = {phase: self.stage.do(lambda phase=phase: self._one_by_one(phase), phase) for phase in PHASES}  # type: ignore[misc]
        answers = [whole, *(part for parts in by_phase.values() for part in parts)]
        listed = {phase: [name for part in parts for name in _ids(part)] for phase, parts in by_phase.items()}
        found = [sorted(_ids(whole)), sorted(listed["archived"])]
        self.stage.story.observed(
            "lists that were looked at", 1 + len(listed), f"{len(found[0])} in use, {len(found[1])} archived"
        )
        if found != [sorted(in_use), sorted(archived)]:
            raise Broken(
                f"{len(in_use)} conversations in the list and {len(archived)} in the archive, each in its place",
                f"{len(found[0])} in the list and {len(found[1])} in the archive",
                [one.raw for one in answers],
            )
        rows = self._stored()
        stored = [
            sorted(str(row["id"]) for row in rows if (row["status"] == "archived") is put_away)
            for put_away in (False, True)
        ]
        self._confirm([("in the list", found[0]), ("in the archive", found[1])], stored)
        phases = [(f"as {phase}", listed[phase]) for phase in PHASES]
        self._confirm(phases, [[str(row["id"]) for row in rows if row["status"] == phase] for phase in PHASES])

    async def _one_by_one(self, phase: str) -> list[Outcome]:
        """The parts of the list of one phase, each of one conversation; the last one is empty."""
        parts: list[Outcome] = []
        # Whoever needs more parts than there are conversations never comes to an end.
        while len(parts) <= len(self.person.conversations) and (not parts or _ids(parts[-1])):
            path = f"/api/threads?limit=1&offset={len(parts)}&status={phase}"
            parts.append(await self.person.request("GET", path, f"looks at what is {phase}, one by one"))
        return parts

    def confirm_own(self, listed: list[dict[str, Any]]) -> None:
        """What was listed is what is stored of the person: the same conversations, as they are called, newest first."""
        notes = [one.get("metadata") or {} for one in listed]
        told = [
            (str(one.get("id")), one.get("title"), note.get("status"), note.get("user_id"))
            for one, note in zip(listed, notes, strict=True)
        ]
        user = self.person.identity.user
        stored = [(str(row["id"]), row["title"], row["status"], user) for row in self._stored()]
        self.stage.story.compared(
            f"The list of {self.person.name} as it is told and as it is stored",
            ("source", "conversations", "titles, newest first"),
            [
                (name, len(found), ", ".join(str(one[1]) for one in found)[:160])
                for name, found in (("told by Netra", told), ("stored rows", stored))
            ],
        )
        if stored != told:
            raise Broken(
                f"what is stored of {self.person.name} is what is listed, newest first",
                f"{len(stored)} are stored, of which {len(set(stored) & set(told))} as they are listed",
                [str(told), str(stored)],
                [self.person.name],
            )

    def _stored(self) -> list[dict[str, Any]]:
        """The person's conversations as they are stored, newest first."""
        statement = (
            "select id::text, metadata_->>'status' as status, metadata_->>'title' as title from threads "
            "where metadata_->>'user_id' = $1 order by created_at desc, id"
        )
        user = self.person.identity.user
        return self.stage.do(lambda: self.stage.rows.select(statement, user), "the stored conversations")

    def _confirm(self, told: list[tuple[str, list[str]]], stored: list[list[str]]) -> None:
        """What is stored of the person is what was told, in each of these places."""
        self.stage.story.compared(
            f"The conversations of {self.person.name} as they are told and as they are stored",
            ("where", "told by Netra", "stored rows"),
            [(where, len(ids), len(rows)) for (where, ids), rows in zip(told, stored, strict=True)],
        )
        if stored != [ids for _, ids in told]:
            raise Broken(
                "what is stored is what is told, each conversation in its place and in order",
                "; ".join(f"{where}: {len(rows)} stored" for (where, _), rows in zip(told, stored, strict=True)),
                [str(told), str(stored)],
            )


def _ids(outcome: Outcome) -> list[str]:
    return [str(one.get("id")) for one in outcome.body] if isinstance(outcome.body, list) else [str(outcome)]
