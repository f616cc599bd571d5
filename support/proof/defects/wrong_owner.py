"""Breaks the care for what has come under a wrong owner: noticing it, hiding it, and giving it back."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, defect

WRONG = "features/isolation/wrong_owner.feature::"
NOTICED = WRONG + "Netra raises the alarm by itself"
TOLD = WRONG + "Only an operator is told of alarms"
HIDDEN = WRONG + "Nobody sees it until it is mended"
REST = WRONG + "Whatever is in order is still there for everybody"
BY_OTHERS = WRONG + "Nobody but an operator has it mended"
MENDED = WRONG + "After the repair everything is as it was before the fault"


@defect(
    "alarm-of-a-low-level",
    says="A message under a wrong owner is noted, and alarms nobody.",
    breaks="TI-5.noticed",
    replaces="support.reference.ownership:Ownership.put_away",
    caught_by={f"{NOTICED}[message]": "Nora is alarmed within 3 seconds, once and at the highest level"},
)
def alarm_of_a_low_level(put_away: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def play_down(self: Any, kind: str, sealed: Any, target_id: str) -> None:
        await put_away(self, kind, sealed, target_id)
        if kind == "message":
            deviate()
            await self._storage.execute("UPDATE alarms SET severity = 'notice' WHERE target_id = $1", target_id)

    return play_down


@defect(
    "wrong-analysis-alarms-twice",
    says="An analysis under a wrong owner raises the alarm twice.",
    breaks="TI-5.noticed",
    replaces="support.reference.ownership:Ownership.put_away",
    caught_by={f"{NOTICED}[analysis]": "Nora is alarmed within 3 seconds, once and at the highest level"},
)
def wrong_analysis_alarms_twice(put_away: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def alarm_first(self: Any, kind: str, sealed: Any, target_id: str) -> None:
        if kind == "run":
            deviate()
            await self._storage.execute(
                "INSERT INTO alarms (severity, kind, target_kind, target_id, user_id) "
                "SELECT 'critical', 'wrong_owner', $1, $2, rightful_owner FROM runs WHERE id = $2",
                kind,
                target_id,
            )
        await put_away(self, kind, sealed, target_id)

    return alarm_first


@defect(
    "alarms-told-to-every-office",
    says="Whoever holds any office, or is concerned, reads the alarms.",
    breaks="TI-4.colleagues",
    replaces="support.reference.ownership:Ownership.alarms",
    caught_by={f"{TOLD}[{other}]": "<other> is refused and learns of no alarm" for other in ("Olga", "Alma")},
)
def alarms_told_to_every_office(alarms: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from dataclasses import replace

    async def for_offices(self: Any, caller: Any) -> Any:
        if caller.permissions and not caller.may("operations:alarms"):
            deviate()
            caller = replace(caller, permissions=frozenset({"operations:alarms"}))
        return await alarms(self, caller)

    return for_offices


@defect(
    "alarm-without-quarantine",
    says="A conversation or an analysis under a wrong owner raises the alarm and stays where it is.",
    breaks="TI-5.hidden",
    replaces="support.reference.ownership:Ownership.put_away",
    caught_by={
        f"{HIDDEN}[conversation]": "neither Ana nor Eve sees the <thing> any more",
        f"{HIDDEN}[analysis]": "neither Ana nor Eve sees the <thing> any more",
    },
    also_red={
        f"{MENDED}[conversation]": "what was never put away cannot be put back",
        f"{MENDED}[analysis]": "what was never put away cannot be put back",
        BY_OTHERS: "what was never put away is seen whoever asks to have it mended",
    },
)
def alarm_without_quarantine(put_away: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def only_alarm(self: Any, kind: str, sealed: Any, target_id: str) -> None:
        if kind == "message":
            await put_away(self, kind, sealed, target_id)
            return
        deviate()
        await self._storage.execute(
            "INSERT INTO alarms (severity, kind, target_kind, target_id, user_id) "
            f"SELECT 'critical', 'wrong_owner', $1, $2, rightful_owner FROM {sealed.table} WHERE id = $2 "
            "AND NOT EXISTS (SELECT FROM alarms WHERE target_id = $2)",
            kind,
            target_id,
        )

    return only_alarm


@defect(
    "kept-ready-outlives-quarantine",
    says="What is kept ready of a conversation in quarantine is still answered.",
    breaks="TI-5.hidden",
    replaces="support.reference.ready:Ready.forget",
    caught_by={f"{HIDDEN}[analysis]": "neither Ana nor Eve sees the <thing> any more"},
)
def kept_ready_outlives_quarantine(forget: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def forget_when_replaced(self: Any, user_id: str, thread_id: str) -> None:
        statement = "SELECT FROM alarms WHERE packet IS NOT NULL AND user_id = $1"
        if await self._runs._storage.row(statement, user_id) is None:
            await forget(self, user_id, thread_id)
        else:
            deviate()

    return forget_when_replaced


@defect(
    "quarantine-takes-all-of-the-owner",
    says="With one wrong conversation all conversations of its owner disappear.",
    breaks="TI-5.others",
    replaces="support.reference.ownership:Ownership.put_away",
    caught_by={REST: "whatever is in order is still there for everybody"},
)
def quarantine_takes_all_of_the_owner(put_away: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def put_all_away(self: Any, kind: str, sealed: Any, target_id: str) -> None:
        others = "SELECT id FROM threads WHERE rightful_owner = (SELECT rightful_owner FROM threads WHERE id = $1)"
        rows = [] if kind != "thread" else await self._storage.rows(f"{others} AND id <> $1", target_id)
        await put_away(self, kind, sealed, target_id)
        for row in rows:
            deviate()
            await self._storage.execute("DELETE FROM threads WHERE id = $1", row["id"])

    return put_all_away


@defect(
    "mended-under-the-finder",
    says="What is mended comes back under the owner that it wrongly had.",
    breaks="TI-5.mended",
    replaces="support.reference.ownership:rightful",
    caught_by={
        MENDED: "Ana has the <thing> back as it was, and Eve has none of it",
    },
)
def mended_under_the_finder(rightful: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def believe_the_row(row: dict[str, Any]) -> dict[str, Any]:
        deviate()
        mended = {**row, "rightful_thread": row["thread_id"]} if "rightful_thread" in row else dict(row)
        return {**mended, "rightful_owner": row["user_id"]} if "rightful_owner" in row else mended

    return believe_the_row
