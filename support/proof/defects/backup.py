"""Backups that tell too much, that are believed unread, or that bring a conversation back wrong or with harm."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

BACKUP = "features/continuity/backup.feature::"
SECRET = BACKUP + "A backup tells nothing to whoever finds it"
WHOLE = BACKUP + "A backup is read to its last byte before it counts"
LOG = BACKUP + "What follows a backup is read to its last byte, too"
RESTORED = BACKUP + "One conversation is restored while everybody works on"
REMOVED = BACKUP + "A conversation comes back although newer backups hold it no more"
TOLD_SINCE = BACKUP + "What was told since the damage counts more than what comes back"
OLDER = BACKUP + "Beside the newest backup the older ones are read, too"
HALF = BACKUP + "What could not be taken whole is no backup"
KEPT_AGAIN = BACKUP + "The log is kept again by itself after storage has failed"
SINCE = BACKUP + "A restore costs its customer nothing that was written since"
NEWER = "what Ana has written since follows what there was before the damage"
MENDED = "whatever is restored is restored wrongly"
AS_IT_WAS = "the conversation of Ana is exactly as it was, after at most 2 minutes"


@defect(
    "log-lies-open",
    says="The log that follows a backup is kept as it comes, for everybody to read.",
    breaks="TP-4.secret",
    replaces="support.reference.place:Place.keep_segment",
    caught_by={SECRET: "nothing of Ana's can be read in the backup"},
)
def log_lies_open(keep_segment: Method, deviate: Deviate) -> Method:
    def open_(self: Any, name: str, content: bytes) -> None:
        deviate()
        keep_segment(self, name, content)
        (self._log / f"{name}.copy").write_bytes(content)

    return open_


@defect(
    "damaged-backup-is-accepted",
    says="A backup is taken for whole although it was found to be damaged.",
    breaks="TP-4.complete",
    replaces="support.reference.commands:verify_place",
    caught_by={
        WHOLE: "the backup is not accepted, because it <damage>",
        OLDER: "the backup is not accepted, because it has been altered",
        LOG: "none of the damaged copies is accepted",
    },
    at_night=True,
)
def damaged_backup_is_accepted(verify: Method, deviate: Deviate) -> Method:
    def trusting(place: Any) -> Any:
        from support.reference.sealed import Damaged

        try:
            return verify(place)
        except Damaged:
            deviate()
            return {"bases": ["all is well"], "segments": 1, "reaches_at": "2000-01-01T00:00:00+00:00"}

    return trusting


@defect(
    "older-backups-are-not-read",
    says="Of several backups only the newest one is read to see whether it is whole.",
    breaks="TP-4.complete",
    replaces="support.reference.commands:verify_place",
    caught_by={OLDER: "the backup is not accepted, because it has been altered"},
)
def older_backups_are_not_read(verify: Method, deviate: Deviate) -> Method:
    def sparing(place: Any) -> Any:
        bases = place.bases()
        if len(bases) > 1:
            deviate()
            place.bases = lambda: bases[-1:]
        return verify(place)

    return sparing


@defect(
    "damage-in-the-log-is-ignored",
    says="A look at a backup passes over whatever is wrong with the log that follows it.",
    breaks="TP-4.complete",
    replaces="support.reference.commands:verify_place",
    caught_by={LOG: "none of the damaged copies is accepted"},
    at_night=True,
)
def damage_in_the_log_is_ignored(verify: Method, deviate: Deviate) -> Method:
    def superficial(place: Any) -> Any:
        from support.reference.sealed import Damaged

        try:
            return verify(place)
        except Damaged:
            bases = [base.name for base in place.bases() for _ in place.content(base)]
            deviate()
            return {"bases": bases, "segments": 0, "reaches_at": place.reaches().isoformat()}

    return superficial


@defect(
    "a-log-that-ends-too-soon-is-accepted",
    says="A look at a backup does not notice that the newest piece of the log is missing.",
    breaks="TP-4.complete",
    replaces="support.reference.place:Place.needed",
    caught_by={LOG: "none of the damaged copies is accepted"},
)
def a_log_that_ends_too_soon_is_accepted(needed: Method, deviate: Deviate) -> Method:
    def nothing(self: Any) -> dict[str, int]:
        if needed(self):
            deviate()
        return {}

    return nothing


@defect(
    "restore-forgets-what-the-assistant-said",
    says="A restored conversation lacks what the assistant said.",
    breaks="TP-4.complete",
    replaces="support.reference.salvage:put_back",
    caught_by={RESTORED: "the conversation of Ana is exactly as it was, after at most 2 minutes"},
    also_red={REMOVED: MENDED, SINCE: MENDED},
    at_night=True,
)
def restore_forgets_what_the_assistant_said(put_back: Method, deviate: Deviate) -> Method:
    async def one_sided(live: Any, thread_id: str, rows: Any) -> str:
        said = [line for line in rows["messages"] if json.loads(line)["role"] != "assistant"]
        deviate()
        return str(await put_back(live, thread_id, {**rows, "messages": said}))

    return one_sided


@defect(
    "restore-doubles-every-message",
    says="A restored conversation holds every message once more at its end.",
    breaks="TP-4.complete",
    replaces="support.reference.salvage:put_back",
    caught_by={RESTORED: "the conversation of Ana is exactly as it was, after at most 2 minutes"},
    also_red={REMOVED: MENDED, SINCE: MENDED},
    at_night=True,
)
def restore_doubles_every_message(put_back: Method, deviate: Deviate) -> Method:
    async def stammering(live: Any, thread_id: str, rows: Any) -> str:
        said = [json.loads(line) for line in rows["messages"]]
        again = [one | {"id": f"{one['id']}-again", "position": one["position"] + len(said)} for one in said]
        deviate()
        return str(await put_back(live, thread_id, {**rows, "messages": [json.dumps(one) for one in (*said, *again)]}))

    return stammering


@defect(
    "restore-takes-others-along",
    says="The restore of one conversation brings every customer's conversations back to their older state.",
    breaks="TP-4.others",
    replaces="support.reference.salvage:put_back",
    caught_by={RESTORED: "nothing of Ben's has changed"},
)
def restore_takes_others_along(put_back: Method, deviate: Deviate) -> Method:
    async def sweeping(live: Any, thread_id: str, rows: Any) -> str:
        deviate()
        await live.execute("DELETE FROM messages WHERE thread_id <> $1", thread_id)
        return str(await put_back(live, thread_id, rows))

    return sweeping


@defect(
    "half-a-backup-counts",
    says="A backup that broke off half-way is kept, and counts as one.",
    breaks="TP-4.complete",
    replaces="support.reference.backup:_compressed",
    caught_by={HALF: "what could not be taken whole is no backup, and the one from before is whole"},
)
def half_a_backup_counts(compressed: Method, deviate: Deviate) -> Method:
    def easily_content(dsn: str) -> Iterator[bytes]:
        from support.reference.tools import ToolFailed

        try:
            yield from compressed(dsn)
        except ToolFailed:
            deviate()

    return easily_content


@defect(
    "log-is-kept-no-more-after-an-outage",
    says="Whoever keeps the log waits for ever once storage has failed, and nobody notices.",
    breaks="P14.loss_window",
    replaces="support.reference.backup:LogKeeper.catch_up",
    caught_by={KEPT_AGAIN: "the messages were safe within 30 seconds"},
    never=True,
)
def log_is_kept_no_more_after_an_outage(catch_up: Method, deviate: Deviate) -> Method:
    async def easily_discouraged(self: Any, connection: Any, spool: Any) -> None:
        if getattr(self, "discouraged", False):
            deviate()
            return
        try:
            await catch_up(self, connection, spool)
        except Exception:
            self.discouraged = True
            raise

    return easily_discouraged


@defect(
    "restore-brings-back-the-messages-only",
    says="A restored conversation has its messages again, and of its analyses nothing.",
    breaks="TP-4.complete",
    replaces="support.reference.salvage:put_back",
    caught_by={RESTORED: AS_IT_WAS, REMOVED: AS_IT_WAS},
    also_red={SINCE: MENDED},
)
def restore_brings_back_the_messages_only(put_back: Method, deviate: Deviate) -> Method:
    async def wordy(live: Any, thread_id: str, rows: Any) -> str:
        deviate()
        kept = {table: lines if table in ("threads", "messages") else [] for table, lines in rows.items()}
        return str(await put_back(live, thread_id, kept))

    return wordy


@defect(
    "restore-needs-something-to-mend",
    says="A conversation that was removed altogether is not restored, because there is nothing to mend.",
    breaks="TP-4.complete",
    replaces="support.reference.salvage:put_back",
    caught_by={REMOVED: AS_IT_WAS},
    at_night=True,
)
def restore_needs_something_to_mend(put_back: Method, deviate: Deviate) -> Method:
    async def mending(live: Any, thread_id: str, rows: Any) -> str:
        if await live.fetchrow("SELECT FROM threads WHERE id = $1", thread_id) is None:
            deviate()
            return ""
        return str(await put_back(live, thread_id, rows))

    return mending


@defect(
    "restore-takes-the-latest-backup",
    says="A restore begins with the latest backup, even when that was taken after the time to go back to.",
    breaks="TP-4.complete",
    replaces="support.reference.place:Place.base_before",
    caught_by={REMOVED: AS_IT_WAS},
    at_night=True,
)
def restore_takes_the_latest_backup(base_before: Method, deviate: Deviate) -> Method:
    def latest(self: Any, until: Any) -> Any:
        found = self.bases()[-1]
        if found != base_before(self, until):
            deviate()
        return found

    return latest


@defect(
    "restore-leaves-everything-lying",
    says="After the restore of one conversation everything that the backup held lies open where it was restored.",
    breaks="TP-4.secret",
    replaces="support.reference.salvage:private_server",
    caught_by={REMOVED: "no copy of what the backup holds is left outside it"},
    also_red=also(
        "continuity/backup",
        "nothing can be put back from where an earlier copy lies",
        "One conversation is restored while everybody works on",
        "A restore costs its customer nothing that was written since",
    ),
)
def restore_leaves_everything_lying(private_server: Method, deviate: Deviate) -> Method:
    @asynccontextmanager
    async def careless(dsn: str, place: Any, until: Any, scratch: Any) -> AsyncIterator[str]:
        from support.reference.rebuilding import rebuild

        async with private_server(dsn, place, until, scratch) as source:
            yield source
        deviate()
        rebuild(place, scratch / "restored", until)

    return careless


@defect(
    "restore-forgets-what-was-written-since",
    says="The restore of a conversation takes away what its customer has written in it since the damage.",
    breaks="TP-4.others",
    replaces="support.reference.salvage:put_back",
    caught_by={SINCE: NEWER},
)
def restore_forgets_what_was_written_since(put_back: Method, deviate: Deviate) -> Method:
    async def thorough(live: Any, thread_id: str, rows: Any) -> str:
        known = [json.loads(line)["id"] for line in rows["messages"]]
        gone = await live.execute("DELETE FROM messages WHERE thread_id = $1 AND id <> ALL($2)", thread_id, known)
        if gone != "DELETE 0":
            deviate()
        return str(await put_back(live, thread_id, rows))

    return thorough


@defect(
    "restore-leaves-the-damage-ready",
    says="After the restore of a conversation its damaged answer is still kept ready, and told for half an hour.",
    breaks="P14.rebuilt",
    replaces="support.reference.salvage:forget",
    caught_by={SINCE: "Ana reads the answer and the recommendations as they were shown"},
)
def restore_leaves_the_damage_ready(forget: Method, deviate: Deviate) -> Method:
    async def forgetful(url: str, user_id: str, thread_id: str) -> None:
        deviate()

    return forgetful


@defect(
    "restore-revives-what-was-replaced",
    says="What comes back with a conversation holds beside what was told since.",
    breaks="CC-3.latest",
    replaces="support.reference.salvage:settle",
    caught_by={TOLD_SINCE: 'the AI model knows that Ana\'s priority is "scalability"'},
)
def restore_revives_what_was_replaced(settle: Method, deviate: Deviate) -> Method:
    async def never(connection: Any, owner: str) -> None:
        deviate()

    return never


@defect(
    "a-backup-that-is-gone-is-passed-over",
    says="A backup of which nothing is there any more is passed over when it is looked whether all is whole.",
    breaks="TP-4.complete",
    replaces="support.reference.place:Place.content",
    caught_by={f"{WHOLE}[is missing]": "the backup is not accepted, because it <damage>"},
)
def a_backup_that_is_gone_is_passed_over(content: Method, deviate: Deviate) -> Method:
    def what_is_there(self: Any, base: Any) -> Iterator[bytes]:
        if not (self._folder / f"{base.name}.base").exists():
            deviate()
            return
        yield from content(self, base)

    return what_is_there
