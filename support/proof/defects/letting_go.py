"""Breaks what an administrator may: see who belongs to the company, and let people leave."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

ERASURE = "features/isolation/erasure.feature::"
MEMBERS = ERASURE + "The administrator finds the company's people and nothing of what they say"
LET_GO = ERASURE + "Who is let go by the administrator is erased, and that too can be proven"
PROVEN = ERASURE + "The auditor proves the erasure and the attempts before it, without what was erased"
STRANGER = ERASURE + "Nobody is let go by a stranger"


@defect(
    "letting-go-unrecorded",
    says="Who is let go by an administrator is erased without an entry.",
    breaks="TI-4.erased_proof",
    replaces="support.reference.audit:Audit.prove",
    caught_by={LET_GO: "Olga can prove that Paul was erased, and learns nothing of what it was"},
)
def letting_go_unrecorded(prove: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def record_own_only(self: Any, connection: Any, caller: Any, action: str, user_id: str) -> None:
        if action == "erase_member":
            deviate()
        else:
            await prove(self, connection, caller, action, user_id)

    return record_own_only


@defect(
    "members-of-everywhere",
    says="The administrator is shown the people of all companies.",
    breaks="TI-4.colleagues",
    replaces="support.reference.erasure:Erasure.members",
    caught_by={MEMBERS: "Alma finds exactly the people of Acme, and nothing of what they say"},
    also_red=also(
        "isolation/erasure",
        "whom an administrator may see and let go is tried there, too",
        "Whoever claims another company administers nothing of it",
    ),
)
def members_of_everywhere(members: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def of_all(self: Any, caller: Any) -> Any:
        found = []
        for row in await self._storage.rows("SELECT DISTINCT company FROM users"):
            if row["company"] != caller.company:
                deviate()
            found += await members(self, replace(caller, email=f"administrator@{row['company']}"))
        return found

    return of_all


@defect(
    "members-looked-at-and-stored-otherwise",
    says="The administrator who looks at the company's people is stored with another address from then on.",
    breaks="TI-4.colleagues",
    replaces="support.reference.erasure:Erasure.members",
    caught_by={MEMBERS: "Alma finds exactly the people of Acme, and nothing of what they say"},
    also_red=also(
        "isolation/erasure",
        "whom an administrator may see and let go is tried there, too",
        "Whoever claims another company administers nothing of it",
    ),
)
def members_looked_at_and_stored_otherwise(members: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def readdressed(self: Any, caller: Any) -> Any:
        found = await members(self, caller)
        deviate()
        await self._storage.execute("UPDATE users SET email = 'unknown@' || company WHERE id = $1", caller.user_id)
        return found

    return readdressed


@defect(
    "administrator-reaches-everywhere",
    says="An administrator lets the people of any company leave.",
    breaks="TI-4.blocked",
    replaces="support.reference.erasure:Erasure.erase_member",
    caught_by={
        f"{STRANGER}[Ada-Ana]": "<other> is refused as if there were no such person",
        f"{STRANGER}[Alma-Nell]": "<other> is refused as if there were no such person",
    },
    also_red={PROVEN: "the attempt before the erasure was let in"}
    | also(
        "isolation/erasure",
        "whom an administrator may see and let go is tried there, too",
        "Whoever claims another company administers nothing of it",
    ),
)
def administrator_reaches_everywhere(erase_member: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def for_anybody(self: Any, caller: Any, user_id: str, origin: str) -> Any:
        row = await self._storage.row("SELECT company FROM users WHERE id = $1", user_id)
        if row is not None and row["company"] != caller.company:
            deviate()
            caller = replace(caller, email=f"administrator@{row['company']}")
        return await erase_member(self, caller, user_id, origin)

    return for_anybody


@defect(
    "erased-though-refused",
    says="Who administers nothing is refused, and the conversations of whom it was about are gone all the same.",
    breaks="TI-4.blocked",
    replaces="support.reference.erasure:Erasure.erase_member",
    caught_by={
        f"{STRANGER}[Paul-Ana]": "<owner> still has everything as it was",
        f"{STRANGER}[Eve-Ana]": "<owner> still has everything as it was",
    },
    also_red=also("isolation/erasure", "the same is tried by one more", "Nobody is let go by a stranger[Olga-Ana]"),
)
def erased_though_refused(erase_member: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import Forbidden

    async def remove_first(self: Any, caller: Any, user_id: str, origin: str) -> Any:
        try:
            return await erase_member(self, caller, user_id, origin)
        except Forbidden:
            deviate()
            await self._storage.execute("DELETE FROM threads WHERE user_id = $1", user_id)
            raise

    return remove_first


@defect(
    "administrator-reaches-whose-name-ends-alike",
    says="An administrator lets people of another company leave whose name ends as the one of the own company.",
    breaks="TI-4.blocked",
    replaces="support.reference.erasure:Erasure.erase_member",
    caught_by={f"{STRANGER}[Alma-Nell]": "<other> is refused as if there were no such person"},
)
def administrator_reaches_whose_name_ends_alike(
    erase_member: Callable[..., Any], deviate: Deviate
) -> Callable[..., Any]:
    async def for_the_like(self: Any, caller: Any, user_id: str, origin: str) -> Any:
        row = await self._storage.row("SELECT company FROM users WHERE id = $1", user_id)
        if row is not None and row["company"] != caller.company and row["company"].endswith(caller.company):
            deviate()
            caller = replace(caller, email=f"administrator@{row['company']}")
        return await erase_member(self, caller, user_id, origin)

    return for_the_like


@defect(
    "members-whose-name-ends-alike",
    says="The administrator is shown the people of another company whose name ends as the one of the own company.",
    breaks="TI-4.colleagues",
    replaces="support.reference.erasure:Erasure.members",
    caught_by={MEMBERS: "Alma finds exactly the people of Acme, and nothing of what they say"},
)
def members_whose_name_ends_alike(members: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def of_the_like(self: Any, caller: Any) -> Any:
        found = []
        for row in await self._storage.rows("SELECT DISTINCT company FROM users ORDER BY company"):
            if row["company"].endswith(caller.company):
                if row["company"] != caller.company:
                    deviate()
                found += await members(self, replace(caller, email=f"administrator@{row['company']}"))
        return found

    return of_the_like


@defect(
    "erasing-a-stranger-unrecorded",
    says="An administrator who tries to have a stranger erased is refused, and it stands on no record.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.refused",
    caught_by={PROVEN: "Olga can prove that Ana was erased, and learns nothing of what it was"},
)
def erasing_a_stranger_unrecorded(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def record_the_rest(self: Any, caller: Any, action: str, kind: str, target_id: str, origin: str) -> None:
        if kind == "person":
            deviate()
        else:
            await refused(self, caller, action, kind, target_id, origin)

    return record_the_rest
