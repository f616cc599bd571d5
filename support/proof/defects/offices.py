"""Breaks that what belongs to an office is done by whoever holds it, and by nobody else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, defect

OFFICE = "features/isolation/access_attempts.feature::Whoever lacks the office is refused, and nothing is done"
MAINTENANCE = (
    "features/isolation/access_attempts.feature::A maintenance that was announced is ended by an operator alone"
)
BY_OTHERS = "features/isolation/wrong_owner.feature::Nobody but an operator has it mended"
WANTING = "<other> is refused for want of the office"


@defect(
    "members-shown-to-everybody",
    says="Whoever works for a company sees who else belongs to it.",
    breaks="TI-4.offices",
    replaces="support.reference.erasure:Erasure.members",
    caught_by={f"{OFFICE}[{other}-see who belongs to the company]": WANTING for other in ("Ana", "Olga")},
)
def members_shown_to_everybody(members: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _for_everybody(members, deviate, "company:admin")


@defect(
    "holds-lifted-by-everybody",
    says="A legal hold is lifted by whoever asks for it.",
    breaks="TI-4.offices",
    replaces="support.reference.agreements:Agreements.release",
    caught_by={f"{OFFICE}[{other}-lift the legal hold]": WANTING for other in ("Ana", "Olga")},
)
def holds_lifted_by_everybody(release: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _for_everybody(release, deviate, "retention:write")


@defect(
    "maintenance-ended-by-everybody",
    says="A maintenance is ended by whoever asks for it.",
    breaks="TI-4.offices",
    replaces="support.reference.maintenance:MaintenanceMode.end",
    caught_by={MAINTENANCE: WANTING},
)
def maintenance_ended_by_everybody(end: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _for_everybody(end, deviate, "maintenance:write")


@defect(
    "maintenance-ended-though-refused",
    says="Whoever ends a maintenance without the office is refused, and it is over all the same.",
    breaks="TI-4.offices",
    replaces="support.reference.maintenance:MaintenanceMode.end",
    caught_by={MAINTENANCE: "nothing of it has been done"},
)
def maintenance_ended_though_refused(end: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def end_first(self: Any, caller: Any) -> Any:
        if not caller.may("maintenance:write"):
            deviate()
            await self._storage.execute("DELETE FROM maintenance")
        return await end(self, caller)

    return end_first


@defect(
    "agreement-changed-though-refused",
    says="Whoever changes an agreement without the office is refused, and it is changed all the same.",
    breaks="TI-4.offices",
    replaces="support.reference.agreements:Agreements.agree",
    caught_by={f"{OFFICE}[{other}-change what was agreed]": "nothing of it has been done" for other in ("Ana", "Alma")},
)
def agreement_changed_though_refused(agree: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def change_first(self: Any, caller: Any, company: str, days: Any) -> Any:
        if not caller.may("retention:write"):
            deviate()
            await agree(self, replace(caller, permissions=frozenset({"retention:write"})), company, days)
        return await agree(self, caller, company, days)

    return change_first


@defect(
    "mended-for-everybody",
    says="Whoever asks has something mended, operator or not.",
    breaks="TI-4.offices",
    replaces="support.reference.ownership:Ownership.mend",
    caught_by={f"{BY_OTHERS}[{other}]": WANTING for other in ("Ana", "Olga")},
)
def mended_for_everybody(mend: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return _for_everybody(mend, deviate, "operations:alarms")


@defect(
    "mended-though-refused",
    says="Whoever has something mended without the office is refused, and it is mended all the same.",
    breaks="TI-5.hidden",
    replaces="support.reference.ownership:Ownership.mend",
    caught_by={BY_OTHERS: "Ana and Eve see nothing of the conversation any more"},
)
def mended_though_refused(mend: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def mend_first(self: Any, caller: Any, alarm_id: int) -> Any:
        if not caller.may("operations:alarms"):
            deviate()
            await mend(self, replace(caller, permissions=frozenset({"operations:alarms"})), alarm_id)
        return await mend(self, caller, alarm_id)

    return mend_first


def _for_everybody(act: Callable[..., Any], deviate: Deviate, permission: str) -> Callable[..., Any]:
    """Does what belongs to an office for whoever asks."""

    async def do(self: Any, caller: Any, *about: Any) -> Any:
        if not caller.may(permission):
            deviate()
            caller = replace(caller, permissions=frozenset({permission}))
        return await act(self, caller, *about)

    return do
