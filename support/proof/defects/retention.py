"""How long conversations are kept: a day too short, without a reason, against an agreement, not all, or others' too."""

import json
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

RETENTION = "features/continuity/retention.feature::"
DUE = RETENTION + "A conversation is archived the day after its last day in use"
ONLY_DUE = RETENTION + "Only what is due is touched"
TWICE = RETENTION + "Tidying up a second time changes nothing"
KILLED = RETENTION + "What is left when a tidying up is killed is done by the next one"
READ = RETENTION + "An archived conversation can still be read"
BACK = RETENTION + "An archived conversation comes back complete"
CHEAPER = RETENTION + "An archived conversation costs a fifth"
AGREED = RETENTION + "A company's conversations are archived as agreed"
EVERYTHING = RETENTION + "A company that keeps everything loses nothing"
AT_WORK = RETENTION + "What Netra is at work on is not put away"
MEANWHILE = RETENTION + "A conversation that is used while Netra tidies up stays in use"
HOLD = RETENTION + "A legal hold goes before every rule"
OLDEST = "exactly the oldest conversation of Ana is archived"
NONE = "no conversation of Ana is archived"
ALL = "all 3 conversations of Ana are archived"


@defect(
    "archived-on-the-last-day",
    says="Conversations are archived on their last day in use, and not the day after.",
    breaks="P15.only_old",
    replaces="support.reference.retention:Retention.due",
    caught_by={DUE: OLDEST},
)
def archived_on_the_last_day(due: Method, deviate: Deviate) -> Method:
    async def early(self: Any, only: Any = None) -> Any:
        from support.reference.retention import DUE as STATEMENT
        from support.reference.retention import USUAL_DAYS

        deviate()
        return await self._storage.rows(STATEMENT, *(days - 1 for days in USUAL_DAYS.values()), only)

    return early


@defect(
    "archived-a-day-late",
    says="Conversations that nobody uses are archived a day after they are due.",
    breaks="TL-6.due",
    replaces="support.reference.retention:Retention.due",
    caught_by={
        ONLY_DUE: OLDEST,
        DUE + "[last used-89, 90 and 91-90 days]": OLDEST,
        DUE + "[paused-89, 90 and 91-90 days]": OLDEST,
        KILLED: ALL,
        CHEAPER: "keeping the conversation of Ana costs at least 80 percent less",
    },
)
def archived_a_day_late(due: Method, deviate: Deviate) -> Method:
    async def late(self: Any, only: Any = None) -> Any:
        from support.reference.retention import DUE as STATEMENT
        from support.reference.retention import USUAL_DAYS

        deviate()
        days = {**USUAL_DAYS, "inactive": USUAL_DAYS["inactive"] + 1}
        return await self._storage.rows(STATEMENT, *days.values(), only)

    return late


@defect(
    "archived-without-a-reason",
    says="The archive does not say why a conversation was put there.",
    breaks="P15.reason",
    replaces="support.reference.archive:Archive.put_away",
    caught_by={DUE: "the archive tells Ana when, and that more than <age> had passed"},
)
def archived_without_a_reason(put_away: Method, deviate: Deviate) -> Method:
    async def silent(self: Any, connection: Any, thread_id: str, reason: str) -> None:
        deviate()
        await put_away(self, connection, thread_id, "Archived.")

    return silent


@defect(
    "archived-with-an-earlier-date",
    says="What is archived tells when, and is stored as having been packed an hour earlier.",
    breaks="P15.reason",
    replaces="support.reference.archive:Archive.keep",
    caught_by={DUE: "the archive tells Ana when, and that more than <age> had passed"},
)
def archived_with_an_earlier_date(keep: Method, deviate: Deviate) -> Method:
    async def predated(self: Any, connection: Any, thread_id: str, rows: Any) -> None:
        await keep(self, connection, thread_id, rows)
        deviate()
        await connection.execute("UPDATE archives SET at = at - interval '1 hour' WHERE thread_id = $1", thread_id)

    return predated


@defect(
    "archives-again-and-again",
    says="Every tidying up touches the conversations that are archived already.",
    breaks="P15.twice",
    replaces="support.reference.retention:Retention.run",
    caught_by={TWICE: "nothing of Ana's has changed"},
    also_red=also(
        "continuity/deletion",
        "the tidying up of the deletion touches the conversation again",
        "On the last day a deletion is undone as if it had never been",
    )
    | also(
        "continuity/deletion",
        "Netra tidies up there, too",
        "What is left when a deletion is killed half-way is deleted by the next tidying up",
    ),
)
def archives_again_and_again(run: Method, deviate: Deviate) -> Method:
    async def restless(self: Any, dsn: str) -> Any:
        deviate()
        await self._storage.execute("UPDATE threads SET updated_at = now() WHERE metadata_->>'status' = 'archived'")
        return await run(self, dsn)

    return restless


@defect(
    "archive-hides-the-last-message",
    says="Of an archived conversation the last message is not shown.",
    breaks="TL-6.history",
    replaces="support.reference.messages:archived_messages",
    caught_by={READ: "Ana reads every message as it was, no later than 24 hours after asking"},
    also_red=also(
        "continuity/deletion",
        "an archived conversation is read there, too",
        "Nothing is deleted as long as something stands in the way",
    )
    | also(
        "continuity/deletion",
        "what is due for deletion is judged there, too",
        "A hold that comes while Netra tidies up still counts",
    ),
    at_night=True,
)
def archive_hides_the_last_message(archived_messages: Method, deviate: Deviate) -> Method:
    async def forgetful(connection: Any, thread_id: str) -> str:
        found = json.loads(await archived_messages(connection, thread_id))
        if found:
            deviate()
        return json.dumps(found[:-1])

    return forgetful


@defect(
    "archive-splits-at-every-end-of-a-line",
    says="What was archived comes apart wherever a message holds an end of a line, of whatever kind.",
    breaks="TL-6.history",
    replaces="support.reference.packing:unpacked",
    caught_by={READ: "Ana reads every message as it was, no later than 24 hours after asking"},
    at_night=True,
)
def archive_splits_at_every_end_of_a_line(unpacked: Method, deviate: Deviate) -> Method:
    def by_lines(packet: bytes) -> Any:
        rows = unpacked(packet)
        parted = {table: [part for line in lines for part in line.splitlines()] for table, lines in rows.items()}
        if parted != rows:
            deviate()
        return parted

    return by_lines


@defect(
    "archive-is-read-from-its-beginning",
    says="Whichever part of an archived conversation is asked for, it begins with the first message.",
    breaks="TL-6.history",
    replaces="support.reference.messages:Messages.page",
    caught_by={READ: "Ana reads every message as it was, no later than 24 hours after asking"},
)
def archive_is_read_from_its_beginning(page: Method, deviate: Deviate) -> Method:
    async def from_the_top(self: Any, thread_id: str, limit: int, offset: int) -> Any:
        if offset and await self._storage.row("SELECT true FROM archives WHERE thread_id = $1", thread_id):
            deviate()
            offset = 0
        return await page(self, thread_id, limit, offset)

    return from_the_top


@defect(
    "report-stays-in-the-archive",
    says="A conversation that is brought back has lost the report of its analysis.",
    breaks="P15.restore",
    replaces="support.reference.threads:bring_back",
    caught_by={BACK: "the conversation of Ana is in use again, complete"},
    at_night=True,
)
def report_stays_in_the_archive(bring_back: Method, deviate: Deviate) -> Method:
    async def forgetful(connection: Any, thread_id: str) -> None:
        await bring_back(connection, thread_id)
        deviate()
        await connection.execute(
            "DELETE FROM reports USING runs WHERE runs.id = reports.run_id AND runs.thread_id = $1", thread_id
        )

    return forgetful


@defect(
    "title-stays-in-the-archive",
    says="A conversation that Netra had archived for its age has no title when it is brought back.",
    breaks="P15.restore",
    replaces="support.reference.threads:bring_back",
    caught_by={BACK: "the conversation of Ana is in use again, complete"},
    at_night=True,
)
def title_stays_in_the_archive(bring_back: Method, deviate: Deviate) -> Method:
    async def nameless(connection: Any, thread_id: str) -> None:
        packed = await connection.fetchval("SELECT true FROM archives WHERE thread_id = $1", thread_id)
        await bring_back(connection, thread_id)
        if packed:
            deviate()
            await connection.execute("UPDATE threads SET metadata_ = metadata_ - 'title' WHERE id = $1", thread_id)

    return nameless


@defect(
    "archive-is-not-packed",
    says="Archived conversations take as much room as before.",
    breaks="TP-5.cheaper",
    replaces="support.reference.packing:packed",
    caught_by={CHEAPER: "keeping the conversation of Ana costs at least 80 percent less"},
)
def archive_is_not_packed(packed: Method, deviate: Deviate) -> Method:
    def bulky(rows: Any) -> bytes:
        deviate()
        return json.dumps(rows).encode()

    from support.reference import packing

    unpacked = packing.unpacked
    packing.unpacked = lambda packet: json.loads(packet) if packet.startswith(b"{") else unpacked(packet)
    return bulky


@defect(
    "agreements-are-ignored",
    says="Conversations of all companies are archived by the usual rule, whatever was agreed.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.due",
    caught_by={AGREED: OLDEST, EVERYTHING: NONE},
)
def agreements_are_ignored(due: Method, deviate: Deviate) -> Method:
    async def stubborn(self: Any, only: Any = None) -> Any:
        from support.reference.retention import DUE as STATEMENT
        from support.reference.retention import USUAL_DAYS

        deviate()
        statement = STATEMENT.replace("rule.company = users.company", "false")
        return await self._storage.rows(statement, *USUAL_DAYS.values(), only)

    return stubborn


@defect(
    "legal-hold-is-ignored",
    says="A conversation is archived although a legal hold lies on it.",
    breaks="TP-5.hold",
    replaces="support.reference.retention:Retention.due",
    caught_by={HOLD: OLDEST},
)
def legal_hold_is_ignored(due: Method, deviate: Deviate) -> Method:
    async def careless(self: Any, only: Any = None) -> Any:
        from support.reference.retention import DUE as STATEMENT
        from support.reference.retention import USUAL_DAYS

        deviate()
        statement = STATEMENT.replace("holds.thread_id = threads.id", "false")
        return await self._storage.rows(statement, *USUAL_DAYS.values(), only)

    return careless


@defect(
    "used-meanwhile-is-archived",
    says="What was due when the tidying up began is archived, although it was used before its turn came.",
    breaks="TL-6.active",
    replaces="support.reference.retention:Retention.put_away",
    caught_by={MEANWHILE: OLDEST},
)
def used_meanwhile_is_archived(put_away: Method, deviate: Deviate) -> Method:
    async def hasty(self: Any, row: Any) -> bool:
        from support.reference.retention import reason

        if not await put_away(self, row):
            deviate()
            async with self._storage.transaction() as connection:
                await self._archive.put_away(connection, row["id"], reason(row))
        return True

    return hasty


@defect(
    "analysis-under-way-is-put-away",
    says="A conversation that was begun long ago is archived while Netra is at work on an analysis in it.",
    breaks="P15.only_old",
    replaces="support.reference.retention:Retention.due",
    caught_by={AT_WORK: NONE},
)
def analysis_under_way_is_put_away(due: Method, deviate: Deviate) -> Method:
    async def blind(self: Any, only: Any = None) -> Any:
        from support.reference.retention import DUE as STATEMENT
        from support.reference.retention import USUAL_DAYS

        found = await self._storage.rows(
            STATEMENT.replace("runs.thread_id = threads.id", "false"), *USUAL_DAYS.values(), only
        )
        if len(found) > len(await due(self, only)):
            deviate()
        return found

    return blind


@defect(
    "one-analysis-stops-the-tidying-up",
    says="As long as Netra is at work on anybody's analysis, nobody's conversation is archived.",
    breaks="P15.only_old",
    replaces="support.reference.retention:Retention.due",
    caught_by={AT_WORK: "exactly the oldest conversation of Ben is archived"},
)
def one_analysis_stops_the_tidying_up(due: Method, deviate: Deviate) -> Method:
    async def shy(self: Any, only: Any = None) -> Any:
        found = await due(self, only)
        if found and await self._storage.row("SELECT true FROM runs WHERE status = 'running'"):
            deviate()
            return []
        return found

    return shy


def _not_agreed(due: Method, deviate: Deviate, part: str, usual: str) -> Method:
    async def deaf(self: Any, only: Any = None) -> Any:
        from support.reference.retention import DUE as STATEMENT
        from support.reference.retention import USUAL_DAYS

        right = f"CASE WHEN rule.company IS NULL THEN {usual} ELSE rule.{part} END"
        found = await self._storage.rows(STATEMENT.replace(right, f"{usual}::integer"), *USUAL_DAYS.values(), only)
        if len(found) != len(await due(self, only)):
            deviate()
        return found

    return deaf


@defect(
    "agreed-days-of-completed-do-not-count",
    says="Completed conversations are archived by the usual rule, whatever was agreed for them.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.due",
    caught_by={f"{AGREED}[completed]": OLDEST},
    also_red={EVERYTHING: "what was completed long ago is archived there by the usual rule"},
)
def agreed_days_of_completed_do_not_count(due: Method, deviate: Deviate) -> Method:
    return _not_agreed(due, deviate, "completed_days", "$1")


@defect(
    "agreed-days-since-the-beginning-do-not-count",
    says="Conversations are archived a year after they were begun, whatever was agreed.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.due",
    caught_by={f"{AGREED}[begun]": OLDEST},
    also_red={EVERYTHING: "what was begun over a year ago is archived there by the usual rule"},
)
def agreed_days_since_the_beginning_do_not_count(due: Method, deviate: Deviate) -> Method:
    return _not_agreed(due, deviate, "any_days", "$3")


@defect(
    "agreements-bind-who-is-called-alike",
    says="What was agreed with a company also holds for another one whose name ends as its name does.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.due",
    caught_by={AGREED: "no conversation of Nell is archived"},
)
def agreements_bind_who_is_called_alike(due: Method, deviate: Deviate) -> Method:
    async def alike(self: Any, only: Any = None) -> Any:
        from support.reference.retention import DUE as STATEMENT
        from support.reference.retention import USUAL_DAYS

        loose = STATEMENT.replace("rule.company = users.company", "users.company LIKE '%' || rule.company")
        found = await self._storage.rows(loose, *USUAL_DAYS.values(), only)
        if len(found) != len(await due(self, only)):
            deviate()
        return found

    return alike
