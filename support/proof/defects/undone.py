"""Deletion as agreed counts from the wrong day, by the wrong approval, or does not come back as it was."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect

Method = Callable[..., Any]

DELETION = "features/continuity/deletion.feature::"
OBSTACLES = DELETION + "Nothing is deleted as long as something stands in the way"
AGREED = DELETION + "What was agreed is deleted, and nothing else"
LAST_DAY = DELETION + "On the last day a deletion is undone as if it had never been"
SINCE = DELETION + "What was told since a deletion counts more than what comes back"
NOT_DELETED = "the conversation of Ana is not deleted, because <obstacle>"
AS_IT_WAS = "everything of Ana's is exactly as it was"


@defect(
    "deleted-by-its-beginning",
    says="What a customer has archived is deleted by the day on which it was begun.",
    breaks="TP-5.agreed",
    replaces="support.reference.retention:Retention.to_delete",
    caught_by={AGREED: "the conversation of Ana is deleted, and no other"},
    at_night=True,
)
def deleted_by_its_beginning(to_delete: Method, deviate: Deviate) -> Method:
    async def early(self: Any, only: Any = None) -> Any:
        from support.reference.retention import TO_DELETE

        right, wrong = "threads.updated_at), returns.at", "threads.created_at), returns.at"
        found = await self._storage.rows(TO_DELETE.replace(right, wrong), only)
        if len(found) > len(await to_delete(self, only)):
            deviate()
        return found

    return early


@defect(
    "approval-outlives-the-agreement",
    says="What was approved for one agreement with a company is approved for the next one, too.",
    breaks="TP-5.checked",
    replaces="support.reference.agreements:Agreements.agree",
    caught_by={OBSTACLES + "[the approval is older than the agreement]": NOT_DELETED},
    at_night=True,
)
def approval_outlives_the_agreement(agree: Method, deviate: Deviate) -> Method:
    async def lasting(self: Any, caller: Any, company: str, days: Any) -> Any:
        before = await self._storage.row("SELECT * FROM retention_rules WHERE company = $1", company)
        agreed = await agree(self, caller, company, days)
        if before is not None and before["approved_at"] is not None:
            deviate()
            statement = "UPDATE retention_rules SET approved_at = $2, approved_by = $3 WHERE company = $1"
            await self._storage.execute(statement, company, before["approved_at"], before["approved_by"])
        return agreed

    return lasting


@defect(
    "one-approval-for-all-companies",
    says="Whoever approves the deletion for one company approves it for every other one, too.",
    breaks="TP-5.checked",
    replaces="support.reference.agreements:Agreements.approve",
    caught_by={OBSTACLES + "[nobody has approved it]": NOT_DELETED},
)
def one_approval_for_all_companies(approve: Method, deviate: Deviate) -> Method:
    others = "UPDATE retention_rules SET approved_at = clock_timestamp() WHERE approved_at IS NULL RETURNING company"

    async def sweeping(self: Any, caller: Any, company: str) -> Any:
        approved = await approve(self, caller, company)
        if await self._storage.rows(others):
            deviate()
        return approved

    return sweeping


@defect(
    "undone-is-deleted-again",
    says="A conversation whose deletion was undone is deleted again at the next tidying up.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.undo",
    caught_by={LAST_DAY: AS_IT_WAS},
    at_night=True,
)
def undone_is_deleted_again(undo: Method, deviate: Deviate) -> Method:
    async def as_old_as_before(self: Any, caller: Any, thread_id: str) -> Any:
        undone = await undo(self, caller, thread_id)
        deviate()
        await self._storage.execute("DELETE FROM returns WHERE thread_id = $1", thread_id)
        return undone

    return as_old_as_before


@defect(
    "deletion-forgets-what-was-told",
    says="A deletion that is undone brings the conversation back without the facts that were told in it.",
    breaks="TP-5.undo",
    replaces="support.reference.basket:Basket.throw_away",
    caught_by={LAST_DAY: AS_IT_WAS},
    at_night=True,
)
def deletion_forgets_what_was_told(throw_away: Method, deviate: Deviate) -> Method:
    async def forgetful(self: Any, connection: Any, thread_id: str, *details: Any) -> None:
        if await connection.fetch("DELETE FROM facts WHERE thread_id = $1 RETURNING id", thread_id):
            deviate()
        await throw_away(self, connection, thread_id, *details)

    return forgetful


@defect(
    "undone-deletion-brings-an-old-priority-back",
    says="After a deletion is undone the priority that was told in it holds beside the one that was told since.",
    breaks="CC-3.latest",
    replaces="support.reference.basket:settle",
    caught_by={SINCE: 'Ana is shown the priority "scalability", told in the conversation about growth'},
)
def undone_deletion_brings_an_old_priority_back(settle: Method, deviate: Deviate) -> Method:
    async def unsettled(connection: Any, owner: str) -> None:
        deviate()

    return unsettled
