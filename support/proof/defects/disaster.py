"""A way back that is not as written, loses what was safe, brings back what is wrong, or leaves contradictions."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

DISASTER = "features/continuity/disaster.feature::"
IN_TIME = DISASTER + "Customers find their conversations within minutes"
LITTLE = DISASTER + "Only work of the last seconds can be lost"
EXACTLY = DISASTER + "What comes back is exactly what there was"
BEFORE = DISASTER + "Netra goes back to the moment before a damage"
AGREES = DISASTER + "What is kept in several places agrees again"
GONE = DISASTER + "A conversation that is gone for good does not come back with a backup"
UNDER_WAY = DISASTER + "What was under way when everything was lost is finished"
ERASED = DISASTER + "What was erased does not come back with a backup"
RESTORED = "features/continuity/backup.feature::One conversation is restored while everybody works on"
SINCE = "features/continuity/backup.feature::A restore costs its customer nothing that was written since"
AS_IT_WAS = "everything of Ana's is exactly as it was"
RIGHT = "Ana reads the conversation as it was, at most 5 minutes after the loss"


@defect(
    "procedure-is-out-of-date",
    says="The written procedure names a command that Netra no longer has.",
    breaks="BC-2.procedure",
    replaces="support.reference.rebuilding:procedure",
    caught_by={IN_TIME: "the written procedure was enough, step by step"},
    also_red={
        LITTLE: "Netra does not come back by the procedure",
        BEFORE: "Netra does not come back by the procedure",
        AGREES: "Netra does not come back by the procedure",
        ERASED: "Netra does not come back by the procedure",
        GONE: "Netra does not come back by the procedure",
        UNDER_WAY: "Netra does not come back by the procedure",
    },
)
def procedure_is_out_of_date(procedure: Method, deviate: Deviate) -> Method:
    def old() -> Any:
        deviate()
        steps = procedure()
        steps[4]["command"][0] = "reconcile"
        return steps

    return old


@defect(
    "settling-tidies-too-much",
    says="After a restore the latest message of every conversation is taken for half-written and thrown away.",
    breaks="BC-2.recovery",
    replaces="support.reference.rebuilding:erase_again",
    caught_by={
        IN_TIME: RIGHT,
        BEFORE: "Ana reads the conversation as it was, at most 15 minutes after the loss",
    },
    also_red={UNDER_WAY: "the question whose analysis was under way is missing, too"},
)
def settling_tidies_too_much(erase_again: Method, deviate: Deviate) -> Method:
    async def zealous(connection: Any, place: Any) -> int:
        deviate()
        await connection.execute(
            "DELETE FROM messages WHERE position = (SELECT last_position FROM threads WHERE id = thread_id)"
        )
        return int(await erase_again(connection, place))

    return zealous


@defect(
    "log-is-kept-by-full-segments",
    says="The log is copied when a segment of it is full, and on a quiet day that takes hours.",
    breaks="P14.loss_window",
    replaces="support.reference.backup:LogKeeper.catch_up",
    caught_by={LITTLE: "the messages were safe within 30 seconds"},
    never=True,
    also_red=also(
        "continuity/backup",
        "nothing newer than the last full segment can be restored",
        "A conversation comes back although newer backups hold it no more",
        "A restore costs its customer nothing that was written since",
        "One conversation is restored while everybody works on",
        "The log is kept again by itself after storage has failed",
        "What follows a backup is read to its last byte, too",
    )
    | also(
        "continuity/disaster",
        "nothing newer than the last full segment can be restored",
        "A conversation that is gone for good does not come back with a backup",
        "Netra goes back to the moment before a damage",
        "What was erased does not come back with a backup",
        "What was under way when everything was lost is finished",
    ),
)
def log_is_kept_by_full_segments(catch_up: Method, deviate: Deviate) -> Method:
    async def lazy(self: Any, connection: Any, spool: Any) -> None:
        if not getattr(self, "began", False):
            self.began = True
            await catch_up(self, connection, spool)
        deviate()

    return lazy


@defect(
    "restore-drops-the-latest-log",
    says="A restore uses full segments of the log only, and drops whatever stands in the one in work.",
    breaks="P14.loss_window",
    replaces="support.reference.rebuilding:log_after",
    caught_by={LITTLE: "at most the last 30 seconds of the work of Ana and Ben are missing"},
    also_red={
        BEFORE: "the log ends before the time that was asked for",
        ERASED: "the log ends before the time that was asked for",
        GONE: "the log ends before the time that was asked for",
        UNDER_WAY: "the log ends before the question was asked",
        SINCE: "the log ends before the time that was asked for",
        RESTORED: "the log ends before the time that was asked for",
    },
)
def restore_drops_the_latest_log(log_after: Method, deviate: Deviate) -> Method:
    def full_ones(place: Any, base: Any) -> Any:
        deviate()
        return [one for one in log_after(place, base) if one.path.suffix == ".full"]

    return full_ones


@defect(
    "restore-doubles-the-notes",
    says="After a restore every message that asked nothing stands in its conversation twice.",
    breaks="BC-2.intact",
    replaces="support.reference.rebuilding:erase_again",
    caught_by={LITTLE: "at most the last 30 seconds of the work of Ana and Ben are missing"},
    at_night=True,
)
def restore_doubles_the_notes(erase_again: Method, deviate: Deviate) -> Method:
    async def stammering(connection: Any, place: Any) -> int:
        count = int(await erase_again(connection, place))
        again = await connection.execute(
            "INSERT INTO messages (id, thread_id, position, role, content, metadata_) "
            "SELECT id || '-again', thread_id, 100000 + position, role, content, metadata_ FROM messages "
            "WHERE metadata_->>'run_id' IS NULL"
        )
        if again != "INSERT 0 0":
            deviate()
        return count

    return stammering


@defect(
    "restore-cuts-the-notes",
    says="After a restore every message that asked nothing lacks its end.",
    breaks="BC-2.intact",
    replaces="support.reference.rebuilding:erase_again",
    caught_by={LITTLE: "at most the last 30 seconds of the work of Ana and Ben are missing"},
    at_night=True,
)
def restore_cuts_the_notes(erase_again: Method, deviate: Deviate) -> Method:
    async def brief(connection: Any, place: Any) -> int:
        count = int(await erase_again(connection, place))
        cut = await connection.execute(
            "UPDATE messages SET content = left(content, 6) WHERE metadata_->>'run_id' IS NULL"
        )
        if cut != "UPDATE 0":
            deviate()
        return count

    return brief


@defect(
    "restore-resurrects-the-erased",
    says="A restore to an earlier time brings back customers who were erased meanwhile.",
    breaks="TI-4.erased",
    replaces="support.reference.rebuilding:erase_again",
    caught_by={ERASED: "nothing of Ben's has come back", GONE: "nothing of the conversation of Ana is left"},
)
def restore_resurrects_the_erased(erase_again: Method, deviate: Deviate) -> Method:
    async def forgiving(connection: Any, place: Any) -> int:
        deviate()
        return 0

    return forgiving


@defect(
    "restore-goes-to-the-end",
    says="Netra is restored to the end of the log, whatever time was asked for.",
    breaks="P14.exact",
    replaces="support.reference.rebuilding:settings_of_recovery",
    caught_by={BEFORE: "Ana reads the conversation as it was, at most 15 minutes after the loss"},
    also_red=also(
        "continuity/backup",
        "the conversation is taken from the end of the log, after its damage",
        "A conversation comes back although newer backups hold it no more",
        "A restore costs its customer nothing that was written since",
        "One conversation is restored while everybody works on",
    ),
    at_night=True,
)
def restore_goes_to_the_end(settings_of_recovery: Method, deviate: Deviate) -> Method:
    def to_the_end(until: Any) -> Any:
        if until is not None:
            deviate()
        return settings_of_recovery(None)

    return to_the_end


@defect(
    "restore-forgets-the-steps",
    says="What an analysis found at each cloud is missing after a restore.",
    breaks="P14.exact",
    replaces="support.reference.rebuilding:erase_again",
    caught_by={BEFORE: AS_IT_WAS, EXACTLY: AS_IT_WAS},
    at_night=True,
)
def restore_forgets_the_steps(erase_again: Method, deviate: Deviate) -> Method:
    async def forgetful(connection: Any, place: Any) -> int:
        deviate()
        await connection.execute("DELETE FROM run_steps")
        return int(await erase_again(connection, place))

    return forgetful


@defect(
    "restore-adds-a-conversation",
    says="After a restore every customer has one conversation more, in which nothing was ever said.",
    breaks="P14.exact",
    replaces="support.reference.rebuilding:erase_again",
    caught_by={BEFORE: AS_IT_WAS, EXACTLY: AS_IT_WAS},
)
def restore_adds_a_conversation(erase_again: Method, deviate: Deviate) -> Method:
    async def generous(connection: Any, place: Any) -> int:
        count = int(await erase_again(connection, place))
        deviate()
        await connection.execute(
            "INSERT INTO threads (id, user_id, metadata_) "
            "SELECT DISTINCT ON (user_id) id || '-more', user_id, metadata_ FROM threads"
        )
        return count

    return generous


@defect(
    "restore-leaves-analyses-without-an-end",
    says="After a restore analyses are stored that have ended, and nothing tells how.",
    breaks="P14.no_orphans",
    replaces="support.reference.rebuilding:erase_again",
    caught_by={AGREES: "everything that is stored belongs to something that exists"},
    also_red={BEFORE: "how the analysis ended is missing, too"}
    | also("continuity/disaster", "everything comes back there, too", "What comes back is exactly what there was"),
)
def restore_leaves_analyses_without_an_end(erase_again: Method, deviate: Deviate) -> Method:
    async def forgetful(connection: Any, place: Any) -> int:
        deviate()
        await connection.execute("DELETE FROM run_exits")
        return int(await erase_again(connection, place))

    return forgetful


@defect(
    "rebuilt-recommendations-are-wrong",
    says="Recommendations that are made ready again tell half of the savings.",
    breaks="P14.rebuilt",
    replaces="support.reference.ready:Ready.rebuild_recommendations",
    caught_by={AGREES: "Ana reads the figures of the answer wherever they are kept"},
    also_red=also(
        "continuity/backup",
        "what was restored is made ready again there, too",
        "A restore costs its customer nothing that was written since",
    )
    | also(
        "persistence/agree",
        "the same is looked at in every place there, too",
        "A failure changes nothing of what was there[Netra's quick store crashes]",
    )
    | also(
        "persistence/never_stale",
        "the same is made ready again there, too",
        "What has outlived its time is made ready again once, however many want it[recommendations]",
    )
    | also(
        "conversations/kept",
        "the same stands in that conversation, too",
        "Result, report and recommendations are exact after a crash",
        "The recommendations are those of the second analysis although nothing is kept ready",
    )
    | also(
        "golden_path/normal_completion",
        "the same update or end is met there, too",
        "The figures are the same after a restart",
    )
    | also(
        "isolation/wrong_owner",
        "the same is met there among several, too",
        "After the repair everything is as it was before the fault",
    )
    | also(
        "persistence/kept_ready",
        "the same is kept or made ready there, too",
        "The right answer comes although nothing that was kept ready can be reached",
        "The right answer comes, and is kept ready anew, when what was kept ready is lost",
    )
    | also(
        "persistence/never_stale",
        "the same is kept or made ready there, too",
        "Whatever happens to the quick store, the figures are right",
        "A quick store that takes nothing more costs nobody a right figure",
    ),
)
def rebuilt_recommendations_are_wrong(rebuild: Method, deviate: Deviate) -> Method:
    async def wrong(self: Any, user_id: str, thread_id: str) -> Any:
        told = await rebuild(self, user_id, thread_id)
        if told is not None:
            deviate()
            told = {**told, "monthly_savings": "1.00"}
        return told

    return wrong


@defect(
    "restore-resurrects-deleted-conversations",
    says="A restore to an earlier time takes away the customers who were erased, but no conversation that was.",
    breaks="TI-4.erased",
    replaces="support.reference.rebuilding:erase_again",
    caught_by={GONE: "nothing of the conversation of Ana is left"},
)
def restore_resurrects_deleted_conversations(erase_again: Method, deviate: Deviate) -> Method:
    class Customers:
        def __init__(self, place: Any) -> None:
            self._place = place

        def erasures(self) -> Any:
            found = self._place.erasures()
            if any(one["kind"] != "user" for one in found):
                deviate()
            return [one for one in found if one["kind"] == "user"]

    async def half_way(connection: Any, place: Any) -> int:
        return int(await erase_again(connection, Customers(place)))

    return half_way


@defect(
    "restore-leaves-work-to-the-dead",
    says="What was under way when everything was lost belongs, after a restore, to servers that there are no more.",
    breaks="BC-2.intact",
    replaces="support.reference.rebuilding:erase_again",
    caught_by={UNDER_WAY: "Ana sees the analysis completed within 10 seconds"},
    never=True,
)
def restore_leaves_work_to_the_dead(erase_again: Method, deviate: Deviate) -> Method:
    async def faithful(connection: Any, place: Any) -> int:
        held = await connection.execute("UPDATE runs SET lease_until = 'infinity' WHERE status = 'running'")
        if held != "UPDATE 0":
            deviate()
        return int(await erase_again(connection, place))

    return faithful
