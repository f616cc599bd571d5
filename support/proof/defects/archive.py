"""Breaks the archive as its customer sees it: what is put away, what it holds, and what comes back."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

ARCHIVE = "features/conversations/archive.feature::"
BEFORE = ARCHIVE + "A restored conversation is in the phase that it had before"
TWICE_AWAY = "archives, restores, completes, archives and restores"
EVERYWHERE = "the conversation of Ana is <phase> for every server of Netra"


@defect(
    "archived-stays-in-the-list",
    says="The list shows archived conversations among those in use.",
    breaks="TL-2.visible",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={
        ARCHIVE + "An archived conversation moves from the list to the archive and can be read": (
            "Ana finds the archived conversation in the archive and no longer in the list"
        )
    },
    also_red=also(
        "continuity/retention",
        "what is archived is looked for there, too",
        "A company's conversations are archived as agreed",
    )
    | also(
        "continuity/retention",
        "the same is kept or restored there, too",
        "A conversation is archived the day after its last day in use",
        "Only what is due is touched",
        "What Netra is at work on is not put away",
        "A conversation that is used while Netra tidies up stays in use",
        "What is left when a tidying up is killed is done by the next one",
        "A legal hold goes before every rule",
    ),
)
def archived_stays_in_the_list(list_of: Method, deviate: Deviate) -> Method:
    async def list_all(self: Any, caller: Any, limit: int, offset: int) -> Any:
        archived = await self.in_phase(caller, "archived", limit, offset)
        if archived:
            deviate()
        return archived + await list_of(self, caller, limit, offset)

    return list_all


@defect(
    "archive-begins-anew-in-each-part",
    says="Whichever part of the archive is asked for, it begins with the newest conversation.",
    breaks="TL-2.visible",
    replaces="support.reference.threads:Threads.in_phase",
    caught_by={
        ARCHIVE + "An archived conversation moves from the list to the archive and can be read": (
            "Ana finds the archived conversation in the archive and no longer in the list"
        )
    },
)
def archive_begins_anew_in_each_part(in_phase: Method, deviate: Deviate) -> Method:
    async def from_the_top(self: Any, caller: Any, phase: str, limit: int, offset: int) -> Any:
        if offset and phase == "archived":
            deviate()
            offset = 0
        return await in_phase(self, caller, phase, limit, offset)

    return from_the_top


@defect(
    "paused-listed-as-active",
    says="Whoever asks for what is in use is shown what is paused, too.",
    breaks="TL-2.visible",
    replaces="support.reference.threads:Threads.in_phase",
    caught_by={
        f"{BEFORE}[a paused-archives and restores-paused]": (
            "Ana finds the restored conversation in the list and no longer in the archive"
        )
    },
)
def paused_listed_as_active(in_phase: Method, deviate: Deviate) -> Method:
    async def both(self: Any, caller: Any, phase: str, limit: int, offset: int) -> Any:
        found = await in_phase(self, caller, phase, limit, offset)
        if phase != "active" or not (paused := await in_phase(self, caller, "paused", limit, offset)):
            return found
        deviate()
        return (found + paused)[:limit]

    return both


@defect(
    "archive-is-emptied-by-looking",
    says="Whoever looks into the archive is shown what is there, and it is stored as completed from then on.",
    breaks="TL-2.visible",
    replaces="support.reference.threads:Threads.in_phase",
    caught_by={
        ARCHIVE + "An archived conversation moves from the list to the archive and can be read": (
            "Ana finds the archived conversation in the archive and no longer in the list"
        )
    },
)
def archive_is_emptied_by_looking(in_phase: Method, deviate: Deviate) -> Method:
    put_away_by_hand = "user_id = $1 AND metadata_->>'status' = 'archived' AND NOT metadata_ ? 'archived_at'"

    async def emptying(self: Any, caller: Any, *asked: Any) -> Any:
        found = await in_phase(self, caller, *asked)
        changed = await self._storage.rows(
            """UPDATE threads SET metadata_ = metadata_ || '{"status": "completed"}' """
            f"WHERE {put_away_by_hand} RETURNING id",
            caller.user_id,
        )
        if changed:
            deviate()
        return found

    return emptying


@defect(
    "archive-keeps-the-beginning-only",
    says="Of an archived conversation only the first messages can be read.",
    breaks="TL-6.history",
    replaces="support.reference.messages:Messages.page",
    caught_by={
        ARCHIVE + "An archived conversation moves from the list to the archive and can be read": (
            "Ana reads every message of the conversation, as it was confirmed"
        )
    },
)
def archive_keeps_the_beginning_only(page: Method, deviate: Deviate) -> Method:
    async def cut(self: Any, thread_id: str, limit: int, offset: int) -> Any:
        whole = await page(self, thread_id, limit, offset)
        row = await self._storage.row("SELECT metadata_->>'status' AS phase FROM threads WHERE id = $1", thread_id)
        if row["phase"] == "archived" and len(whole["messages"]) > 3:
            deviate()
            whole["messages"] = whole["messages"][:3]
        return whole

    return cut


@defect(
    "restored-is-always-active",
    says="A restored conversation is in use again, whatever it was before.",
    breaks="TL-2.visible",
    replaces="support.reference.threads:after",
    caught_by={
        f"{BEFORE}[a paused-archives and restores-paused]": EVERYWHERE,
        f"{BEFORE}[an active-{TWICE_AWAY}-completed]": EVERYWHERE,
    },
    also_red=also(
        "continuity/retention",
        "the same is kept or restored there, too",
        "An archived conversation comes back complete",
    ),
)
def restored_is_always_active(after: Method, deviate: Deviate) -> Method:
    def forget(phase: str, deed: str, before: Any) -> Any:
        if deed == "restore" and before not in (None, "active"):
            deviate()
            before = "active"
        return after(phase, deed, before)

    return forget


@defect(
    "phase-before-the-first-archiving",
    says="A conversation that is restored a second time is in the phase in which it was archived the first time.",
    breaks="TL-2.visible",
    replaces="support.reference.threads:Threads.move",
    caught_by={f"{BEFORE}[an active-{TWICE_AWAY}-completed]": EVERYWHERE},
)
def phase_before_the_first_archiving(move: Method, deviate: Deviate) -> Method:
    look = "SELECT phase_before AS phase FROM threads WHERE id = $1"

    async def remember_the_first(self: Any, row: Any, deed: str) -> Any:
        first = (await self._storage.row(look, row["id"]))["phase"]
        moved = await move(self, row, deed)
        if deed == "archive" and first is not None:
            deviate()
            await self._storage.execute("UPDATE threads SET phase_before = $2 WHERE id = $1", row["id"], first)
        return moved

    return remember_the_first


@defect(
    "restored-stays-in-the-archive",
    says="The archive shows whatever was ever archived.",
    breaks="TL-2.visible",
    replaces="support.reference.threads:Threads.in_phase",
    caught_by={
        BEFORE: "Ana finds the restored conversation in the list and no longer in the archive",
    },
)
def restored_stays_in_the_archive(in_phase: Method, deviate: Deviate) -> Method:
    from support.reference.threads import SELECT, shown

    async def ever(self: Any, caller: Any, phase: str, limit: int, offset: int) -> Any:
        if phase != "archived":
            return await in_phase(self, caller, phase, limit, offset)
        deviate()
        rows = await self._storage.rows(
            SELECT + "WHERE user_id = $1 AND phase_before IS NOT NULL LIMIT $2 OFFSET $3", caller.user_id, limit, offset
        )
        return [shown(row) for row in rows]

    return ever
