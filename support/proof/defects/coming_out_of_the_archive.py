"""What is used, paused, completed or brought back is counted wrongly, or comes out of the archive as another one."""

import json
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

RETENTION = "features/continuity/retention.feature::"
PAUSED = RETENTION + "A conversation is archived the day after its last day in use[paused-89, 90 and 91-90 days]"
ONLY_DUE = RETENTION + "Only what is due is touched"
READ = RETENTION + "An archived conversation can still be read"
BACK = RETENTION + "An archived conversation comes back complete"
EVERYTHING = RETENTION + "A company that keeps everything loses nothing"
HOLD = RETENTION + "A legal hold goes before every rule"
OLDEST = "exactly the oldest conversation of Ana is archived"
IN_USE = "the conversation of Ana is in use again, complete"


@defect(
    "paused-counts-as-completed",
    says="Paused conversations are archived after as many days as completed ones.",
    breaks="TL-6.due",
    replaces="support.reference.retention:Retention.due",
    caught_by={PAUSED: OLDEST},
)
def paused_counts_as_completed(due: Method, deviate: Deviate) -> Method:
    return _by(due, deviate, "status = 'completed'", "status <> 'active'")


@defect(
    "paused-is-never-unused",
    says="A paused conversation that nobody uses is not archived after 90 days.",
    breaks="TL-6.due",
    replaces="support.reference.retention:Retention.due",
    caught_by={PAUSED: OLDEST},
)
def paused_is_never_unused(due: Method, deviate: Deviate) -> Method:
    return _by(due, deviate, "OR idle > inactive_days", "OR (status <> 'paused' AND idle > inactive_days)")


def _by(due: Method, deviate: Deviate, right: str, wrong: str) -> Method:
    """Finds what is due by another condition."""

    async def otherwise(self: Any, only: Any = None) -> Any:
        from support.reference.retention import DUE, USUAL_DAYS

        found = await self._storage.rows(DUE.replace(right, wrong), *USUAL_DAYS.values(), only)
        if {row["id"] for row in found} != {row["id"] for row in await due(self, only)}:
            deviate()
        return found

    return otherwise


@defect(
    "writing-is-no-use",
    says="A conversation that was unused for long and is written into counts as unused as before.",
    breaks="TL-6.active",
    replaces="support.reference.messages:Messages.append",
    caught_by={ONLY_DUE: "nothing of Ben's has changed"},
    also_red=also(
        "continuity/retention",
        "what is written into while Netra tidies up counts as unused, too",
        "A conversation that is used while Netra tidies up stays in use",
    ),
)
def writing_is_no_use(append: Method, deviate: Deviate) -> Method:
    long_ago = "SELECT updated_at FROM threads WHERE id = $1 AND updated_at < clock_timestamp() - interval '80 days'"

    async def unnoticed(self: Any, connection: Any, thread_id: str, *said: Any, **more: Any) -> Any:
        used = await connection.fetchval(long_ago, thread_id)
        row = await append(self, connection, thread_id, *said, **more)
        if used is not None:
            deviate()
            await connection.execute("UPDATE threads SET updated_at = $2 WHERE id = $1", thread_id, used)
        return row

    return unnoticed


@defect(
    "archive-counts-no-messages",
    says="A conversation that Netra has archived for its age is told with no messages in it.",
    breaks="TL-6.history",
    replaces="support.reference.rest:thread_shown",
    caught_by={READ: "Ana reads every message as it was, no later than 24 hours after asking"},
    at_night=True,
)
def archive_counts_no_messages(shown: Method, deviate: Deviate) -> Method:
    def empty(row: Any) -> Any:
        told = shown(row)
        if "archived_at" not in told["metadata"]:
            return told
        deviate()
        return {**told, "message_count": 0}

    return empty


@defect(
    "brought-back-is-as-old-as-before",
    says="A conversation that was begun over a year ago and is brought back is archived again at the next tidying up.",
    breaks="P15.restore",
    replaces="support.reference.threads:bring_back",
    caught_by={BACK: IN_USE},
    at_night=True,
)
def brought_back_is_as_old_as_before(bring_back: Method, deviate: Deviate) -> Method:
    async def still_old(connection: Any, thread_id: str) -> None:
        await bring_back(connection, thread_id)
        deviate()
        await connection.execute("DELETE FROM returns WHERE thread_id = $1", thread_id)

    return still_old


@defect(
    "bringing-back-is-no-use",
    says="A conversation that is brought back counts as unused for as long as before.",
    breaks="P15.restore",
    replaces="support.reference.threads:Threads.move",
    caught_by={BACK: IN_USE},
    at_night=True,
)
def bringing_back_is_no_use(move: Method, deviate: Deviate) -> Method:
    async def unnoticed(self: Any, row: Any, deed: str) -> Any:
        moved = await move(self, row, deed)
        if deed == "restore":
            deviate()
            statement = "UPDATE threads SET updated_at = $2 WHERE id = $1"
            await self._storage.execute(statement, row["id"], row["updated_at"])
        return moved

    return unnoticed


@defect(
    "archive-notes-come-along",
    says="A conversation that is brought back still tells when and why it was archived.",
    breaks="P15.restore",
    replaces="support.reference.threads:bring_back",
    caught_by={BACK: IN_USE},
    at_night=True,
)
def archive_notes_come_along(bring_back: Method, deviate: Deviate) -> Method:
    async def with_notes(connection: Any, thread_id: str) -> None:
        noted = json.loads(await connection.fetchval("SELECT metadata_ FROM threads WHERE id = $1", thread_id))
        notes = {name: text for name, text in noted.items() if name.startswith("archive")}
        await bring_back(connection, thread_id)
        if notes:
            deviate()
            statement = "UPDATE threads SET metadata_ = metadata_ || $2::jsonb WHERE id = $1"
            await connection.execute(statement, thread_id, json.dumps(notes))

    return with_notes


@defect(
    "archived-for-age-comes-back-active",
    says="A completed conversation that Netra has archived for its age is active when it is brought back.",
    breaks="P15.restore",
    replaces="support.reference.archive:Archive.put_away",
    caught_by={BACK: IN_USE},
)
def archived_for_age_comes_back_active(put_away: Method, deviate: Deviate) -> Method:
    async def forgetful(self: Any, connection: Any, thread_id: str, reason: str) -> None:
        await put_away(self, connection, thread_id, reason)
        deviate()
        await connection.execute("UPDATE threads SET phase_before = NULL WHERE id = $1", thread_id)

    return forgetful


@defect(
    "agreement-adds-to-the-earlier-one",
    says="Days that were agreed before still count when a new agreement names none.",
    breaks="TP-5.agreed",
    replaces="support.reference.agreements:Agreements.agree",
    caught_by={EVERYTHING: "no conversation of Ana is archived"},
    at_night=True,
)
def agreement_adds_to_the_earlier_one(agree: Method, deviate: Deviate) -> Method:
    async def adding(self: Any, caller: Any, company: str, days: Any) -> Any:
        self.expect_operator(caller)
        before = await self._storage.row("SELECT * FROM retention_rules WHERE company = $1", company)
        agreed = {name: before[name] if before and number is None else number for name, number in days.items()}
        if agreed != days:
            deviate()
        return await agree(self, caller, company, agreed)

    return adding


@defect(
    "one-hold-lifted-lifts-all",
    says="Whoever lifts one legal hold lifts every other one, too.",
    breaks="TP-5.hold",
    replaces="support.reference.agreements:Agreements.release",
    caught_by={HOLD: OLDEST},
)
def one_hold_lifted_lifts_all(release: Method, deviate: Deviate) -> Method:
    async def sweeping(self: Any, caller: Any, thread_id: str) -> Any:
        released = await release(self, caller, thread_id)
        if await self._storage.rows("DELETE FROM holds RETURNING thread_id"):
            deviate()
        return released

    return sweeping
