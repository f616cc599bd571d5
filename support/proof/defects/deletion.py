"""Deletion as agreed: without a check, of too much, not to be undone, or never done."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

DELETION = "features/continuity/deletion.feature::"
MEANWHILE = DELETION + "A hold that comes while Netra tidies up still counts"
HALF_WAY = DELETION + "What is left when a deletion is killed half-way is deleted by the next tidying up"
NOT_RESTORED = DELETION + "What is gone for good is not restored either"
OBSTACLES = DELETION + "Nothing is deleted as long as something stands in the way"
AGREED = DELETION + "What was agreed is deleted, and nothing else"
LAST_DAY = DELETION + "On the last day a deletion is undone as if it had never been"
BY_OTHERS = DELETION + "Nobody but its customer undoes a deletion"
TOO_LATE = DELETION + "The day after, it is too late"
FOR_GOOD = DELETION + "What can no longer be undone is gone for good"
ANOTHERS = "SELECT user_id FROM deleted_threads WHERE thread_id = $1 AND user_id <> $2"
ATTEMPTS = "features/isolation/access_attempts.feature::"
EACH_FOUND = "Olga, the auditor of Acme, finds who tried what, when and from where, each attempt once"


@defect(
    "deletion-is-not-checked",
    says="Conversations are deleted although a hold, a missing backup or a missing approval forbids it.",
    breaks="TP-5.checked",
    replaces="support.reference.retention:Retention.obstacle",
    caught_by={OBSTACLES: "the conversation of Ana is not deleted, because <obstacle>"},
    also_red=also(
        "continuity/deletion",
        "what is due for deletion is judged there, too",
        "A hold that comes while Netra tidies up still counts",
    ),
    at_night=True,
)
def deletion_is_not_checked(obstacle: Method, deviate: Deviate) -> Method:
    def careless(self: Any, row: Any) -> None:
        if obstacle(self, row) is not None:
            deviate()

    return careless


@defect(
    "any-backup-counts",
    says="A conversation is deleted although the only backup was made before it was archived.",
    breaks="TP-5.checked",
    replaces="support.reference.retention:Retention.obstacle",
    caught_by={
        OBSTACLES + "[the backup is older than its archiving]": "the conversation of Ana is not deleted, "
        "because <obstacle>"
    },
    at_night=True,
)
def any_backup_counts(obstacle: Method, deviate: Deviate) -> Method:
    def trusting(self: Any, row: Any) -> Any:
        found = obstacle(self, row)
        if found != "no_backup" or self._backed_up_to is None:
            return found
        deviate()
        return None if row["approved"] else "no_approval"

    return trusting


@defect(
    "deleted-on-the-last-day",
    says="Conversations are deleted on their last day in the archive, and not the day after.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.to_delete",
    caught_by={AGREED: "the conversation of Ana is deleted, and no other"},
)
def deleted_on_the_last_day(to_delete: Method, deviate: Deviate) -> Method:
    async def early(self: Any, only: Any = None) -> Any:
        from support.reference.retention import TO_DELETE

        found = await self._storage.rows(TO_DELETE.replace("> rule.delete_days", ">= rule.delete_days"), only)
        if len(found) > len(await to_delete(self, only)):
            deviate()
        return found

    return early


@defect(
    "deletion-takes-another-company-along",
    says="With a conversation the latest one of a customer of another company is deleted.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.throw_away",
    caught_by={AGREED: "nothing of Ben's has changed"},
    also_red=also(
        "isolation/erasure",
        "the same is met there among several, too",
        "What was hidden, what was deleted and what may be asked again is gone too",
    ),
)
def deletion_takes_another_company_along(throw_away: Method, deviate: Deviate) -> Method:
    async def sweeping(self: Any, connection: Any, row: Any) -> None:
        await throw_away(self, connection, row)
        gone = await connection.execute(
            "DELETE FROM threads WHERE id = "
            "(SELECT id FROM threads WHERE user_id <> $1 ORDER BY created_at DESC LIMIT 1)",
            row["user_id"],
        )
        if gone != "DELETE 0":
            deviate()

    return sweeping


@defect(
    "deletion-takes-the-neighbour",
    says="With a conversation another one of the same customer is deleted.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.throw_away",
    caught_by={AGREED: "the conversation of Ana is deleted, and no other"},
    also_red={LAST_DAY: "the neighbour does not come back", BY_OTHERS: "the neighbour is deleted there, too"}
    | also(
        "continuity/deletion",
        "what is due for deletion is judged there, too",
        "A hold that comes while Netra tidies up still counts",
    )
    | also(
        "continuity/deletion",
        "Netra tidies up there, too",
        "What is left when a deletion is killed half-way is deleted by the next tidying up",
    )
    | also(
        "isolation/erasure",
        "the same is met there among several, too",
        "What was hidden, what was deleted and what may be asked again is gone too",
    ),
    at_night=True,
)
def deletion_takes_the_neighbour(throw_away: Method, deviate: Deviate) -> Method:
    async def greedy(self: Any, connection: Any, row: Any) -> None:
        await throw_away(self, connection, row)
        deviate()
        await connection.execute("DELETE FROM threads WHERE user_id = $1", row["user_id"])

    return greedy


@defect(
    "deletion-noted-as-final",
    says="A conversation that is deleted is noted at once as gone for good, though it can still be undone.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.throw_away",
    caught_by={
        AGREED: "the conversation of Ana is deleted, and no other",
        BY_OTHERS: "the conversation of Ana is deleted, and no other",
    },
    also_red=also(
        "continuity/deletion",
        "Netra tidies up there, too",
        "What is left when a deletion is killed half-way is deleted by the next tidying up",
    ),
    at_night=True,
)
def deletion_noted_as_final(throw_away: Method, deviate: Deviate) -> Method:
    async def hasty(self: Any, connection: Any, row: Any) -> None:
        await throw_away(self, connection, row)
        deviate()
        await connection.execute(
            "INSERT INTO erasures (kind, id, actor) VALUES ('thread', $1, $2)", row["id"], row["user_id"]
        )

    return hasty


@defect(
    "late-request-begins-the-days-anew",
    says="A request to undo a deletion that comes too late is turned down, and the thirty days are stored anew.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.undo",
    caught_by={TOO_LATE: "the conversation of Ana stays deleted"},
    at_night=True,
)
def late_request_begins_the_days_anew(undo: Method, deviate: Deviate) -> Method:
    from support.reference.trouble import Conflict

    async def renewing(self: Any, caller: Any, thread_id: str) -> Any:
        try:
            return await undo(self, caller, thread_id)
        except Conflict:
            deviate()
            await self._storage.execute(
                "UPDATE deleted_threads SET deleted_at = clock_timestamp() WHERE thread_id = $1", thread_id
            )
            raise

    return renewing


@defect(
    "deletion-loses-the-words",
    says="A deletion that is undone brings the conversation back without what was said.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.undo",
    caught_by={LAST_DAY: "everything of Ana's is exactly as it was"},
    at_night=True,
)
def deletion_loses_the_words(undo: Method, deviate: Deviate) -> Method:
    async def forgetful(self: Any, caller: Any, thread_id: str) -> Any:
        undone = await undo(self, caller, thread_id)
        deviate()
        await self._storage.execute("DELETE FROM archives WHERE thread_id = $1", thread_id)
        return undone

    return forgetful


@defect(
    "undone-deletion-leaves-a-second-conversation",
    says="A deletion that is undone brings an empty conversation of the same title beside the one that was deleted.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.undo",
    caught_by={LAST_DAY: "everything of Ana's is exactly as it was"},
    also_red=also(
        "isolation/segments",
        "the attempts of colleagues stand on record, too",
        "Whoever is not the owner is refused, also within the company and within Netra",
    )
    | also(
        "isolation/segments",
        "an attempt meets it there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
    ),
)
def undone_deletion_leaves_a_second_conversation(undo: Method, deviate: Deviate) -> Method:
    async def doubling(self: Any, caller: Any, thread_id: str) -> None:
        await undo(self, caller, thread_id)
        deviate()
        await self._storage.execute(
            "INSERT INTO threads (id, user_id, metadata_) SELECT id || '-again', user_id, metadata_ FROM threads "
            "WHERE id = $1",
            thread_id,
        )

    return doubling


@defect(
    "deleted-is-gone-after-five-days",
    says="What was deleted is removed for good after 5 days.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.empty",
    caught_by={LAST_DAY: "everything of Ana's is exactly as it was"},
    at_night=True,
)
def deleted_is_gone_after_five_days(empty: Method, deviate: Deviate) -> Method:
    async def hasty(self: Any, connection: Any) -> list[str]:
        rightly = await empty(self, connection)
        self.DAYS = 5
        too_soon = await empty(self, connection)
        if too_soon:
            deviate()
        return [*rightly, *too_soon]

    return hasty


@defect(
    "deletion-can-always-be-undone",
    says="A deletion can be undone for ever, and what was deleted stays for ever.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.recoverable",
    caught_by={TOO_LATE: "the conversation of Ana stays deleted"},
)
def deletion_can_always_be_undone(recoverable: Method, deviate: Deviate) -> Method:
    async def lenient(self: Any, connection: Any, deleted_at: Any) -> bool:
        if not await recoverable(self, connection, deleted_at):
            deviate()
        return True

    return lenient


@defect(
    "deleted-is-kept-for-ever",
    says="What was deleted is never removed for good.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.empty",
    caught_by={FOR_GOOD: "nothing of the conversation of Ana is left"},
    also_red=also(
        "continuity/deletion",
        "a conversation is gone for good there, too",
        "What is gone for good is not restored either",
    )
    | also(
        "continuity/disaster",
        "a conversation is gone for good there, too",
        "A conversation that is gone for good does not come back with a backup",
    ),
    at_night=True,
)
def deleted_is_kept_for_ever(empty: Method, deviate: Deviate) -> Method:
    async def hoarding(self: Any, connection: Any) -> list[str]:
        deviate()
        return []

    return hoarding


@defect(
    "deletion-betrayed-to-strangers",
    says="Whoever undoes the deletion of another's conversation is told that it is another's.",
    breaks="P11.refused",
    replaces="support.reference.basket:Basket.undo",
    caught_by={BY_OTHERS: "Eve is refused as if it did not exist"},
)
def deletion_betrayed_to_strangers(undo: Method, deviate: Deviate) -> Method:
    from support.reference.trouble import Conflict

    async def betray(self: Any, caller: Any, thread_id: str) -> Any:
        if await self._storage.row(ANOTHERS, thread_id, caller.user_id) is not None:
            deviate()
            raise Conflict("This conversation was another's.")
        return await undo(self, caller, thread_id)

    return betray


@defect(
    "deletion-undone-though-refused",
    says="Whoever undoes the deletion of another's conversation is refused, and it is undone all the same.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.undo",
    caught_by={BY_OTHERS: "the conversation of Ana is deleted, and no other"},
)
def deletion_undone_though_refused(undo: Method, deviate: Deviate) -> Method:
    async def undo_for_the_owner(self: Any, caller: Any, thread_id: str) -> Any:
        row = await self._storage.row(ANOTHERS, thread_id, caller.user_id)
        if row is not None:
            deviate()
            caller = replace(caller, user_id=row["user_id"])
        return await undo(self, caller, thread_id)

    return undo_for_the_owner


@defect(
    "attempt-to-undo-unrecorded",
    says="Whoever tries to undo the deletion of another's conversation is refused, and nobody learns of it.",
    breaks="P11.audit",
    replaces="support.reference.audit:Audit.refused",
    caught_by={
        BY_OTHERS: "Olga, the auditor of Acme, finds exactly this attempt",
        f"{ATTEMPTS}Every kind of attempt is on record, each of them once": EACH_FOUND,
        f"{ATTEMPTS}Whoever pretends to come from elsewhere is on record with where they came from": EACH_FOUND,
    },
    also_red=also(
        "isolation/segments",
        "the attempts of colleagues stand on record, too",
        "Whoever is not the owner is refused, also within the company and within Netra",
    ),
)
def attempt_to_undo_unrecorded(refused: Method, deviate: Deviate) -> Method:
    async def keep_silent(self: Any, caller: Any, action: str, *about: Any) -> None:
        if action == "undelete_thread":
            deviate()
            return
        await refused(self, caller, action, *about)

    return keep_silent


@defect(
    "looked-at-is-verified",
    says="A backup counts as whole as soon as somebody has looked at it, whatever was found.",
    breaks="TP-5.checked",
    replaces="support.reference.commands:verify_place",
    caught_by={
        OBSTACLES + "[the backup has been altered]": "the conversation of Ana is not deleted, because <obstacle>"
    },
    at_night=True,
)
def looked_at_is_verified(verify: Method, deviate: Deviate) -> Method:
    def hasty(place: Any) -> Any:
        try:
            return verify(place)
        finally:
            deviate()
            if (reaches := place.reaches()) is not None:
                place.note_verified(reaches)

    return hasty


@defect(
    "unverified-backup-counts",
    says="A conversation is deleted although nobody has looked whether the backup that holds it is whole.",
    breaks="TP-5.checked",
    replaces="support.reference.place:Place.verified",
    caught_by={
        OBSTACLES + "[nobody has verified the backup]": "the conversation of Ana is not deleted, because <obstacle>",
        OBSTACLES + "[the backup has been altered]": "the conversation of Ana is not deleted, because <obstacle>",
    },
    at_night=True,
)
def unverified_backup_counts(verified: Method, deviate: Deviate) -> Method:
    def trusting(self: Any) -> Any:
        found = verified(self)
        if found is not None:
            return found
        deviate()
        return self.reaches()

    return trusting


@defect(
    "end-for-good-is-not-noted",
    says="What was deleted is removed for good, and nothing says so: with a backup from before it would come back.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.empty",
    caught_by={FOR_GOOD: "nothing of the conversation of Ana is left"},
    also_red=also(
        "continuity/disaster",
        "it comes back, as the defect says",
        "A conversation that is gone for good does not come back with a backup",
    )
    | also(
        "continuity/deletion",
        "a conversation is gone for good there, too",
        "What is gone for good is not restored either",
    ),
)
def end_for_good_is_not_noted(empty: Method, deviate: Deviate) -> Method:
    async def silent(self: Any, connection: Any) -> list[str]:
        removed: list[str] = await empty(self, connection)
        if removed:
            deviate()
            await connection.execute("DELETE FROM erasures WHERE id = ANY($1::text[])", removed)
        return removed

    return silent


@defect(
    "hold-that-comes-late-is-overlooked",
    says="What stands in the way of a deletion is looked up when the tidying up begins, and not when its turn comes.",
    breaks="TP-5.hold",
    replaces="support.reference.retention:Retention.delete",
    caught_by={MEANWHILE: "the conversation of Ana is not deleted, because a legal hold lies on it"},
)
def hold_that_comes_late_is_overlooked(delete: Method, deviate: Deviate) -> Method:
    async def as_it_was(self: Any, row: Any, done: Any) -> None:
        look = self.to_delete

        async def known(only: Any = None) -> Any:
            for now in await look(only):
                if now["held"] != row["held"]:
                    deviate()
            return [row]

        self.to_delete = known
        try:
            await delete(self, row, done)
        finally:
            self.to_delete = look

    return as_it_was


@defect(
    "verified-once-and-for-all",
    says="A backup that was found to be whole counts as whole for ever, whatever is found afterwards.",
    breaks="TP-5.checked",
    replaces="support.reference.place:Place.withdraw",
    caught_by={
        OBSTACLES + "[the backup has been altered]": "the conversation of Ana is not deleted, because <obstacle>",
    },
    at_night=True,
)
def verified_once_and_for_all(withdraw: Method, deviate: Deviate) -> Method:
    def never(self: Any) -> None:
        deviate()

    return never


@defect(
    "gone-for-good-is-restored",
    says="What is gone for good comes back when somebody restores it.",
    breaks="TI-4.erased",
    replaces="support.reference.salvage:expect_not_erased",
    caught_by={NOT_RESTORED: "nothing of the conversation of Ana is left"},
)
def gone_for_good_is_restored(expect_not_erased: Method, deviate: Deviate) -> Method:
    def never_mind(place: Any, thread_id: str) -> None:
        from support.reference.sealed import Damaged

        try:
            expect_not_erased(place, thread_id)
        except Damaged:
            deviate()

    return never_mind


@defect(
    "deletions-end-with-a-run-that-was-killed",
    says="As long as something can be undone, nothing more of the same customer's is deleted.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.to_delete",
    caught_by={HALF_WAY: "every conversation of Ana that was due is deleted once, and no other"},
)
def deletions_end_with_a_run_that_was_killed(to_delete: Method, deviate: Deviate) -> Method:
    async def until_the_first(self: Any, only: str | None = None) -> list[Any]:
        found = list(await to_delete(self, only))
        if only is not None:
            return found
        users = {row["user_id"] for row in await self._storage.rows("SELECT user_id FROM deleted_threads")}
        left = [row for row in found if row["user_id"] not in users]
        for _ in range(len(found) - len(left)):
            deviate()
        return left

    return until_the_first
