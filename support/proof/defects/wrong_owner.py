"""Breaks the care for what has come under a wrong owner: noticing it, hiding it, and giving it back."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.proof.defects._easily_discouraged import easily_discouraged

WRONG = "features/isolation/wrong_owner.feature::"
NOTICED = WRONG + "Netra raises the alarm by itself"
AFTER_OUTAGE = WRONG + "After an outage Netra goes on checking"
TOLD = WRONG + "Only an operator is told of alarms"
HIDDEN = WRONG + "Nobody sees it until it is mended"
REST = WRONG + "Whatever is in order is still there for everybody"
BY_OTHERS = WRONG + "Nobody but an operator has it mended"
UNHEARD = WRONG + "The AI model hears nothing of what has come under a wrong owner"
UNHEARD_BY_BOTH = 'the AI model hears nothing of "$48,217", neither for Ana nor for Eve'
UNSEEN = "Ana, Eve and Paul see nothing of the <thing> any more"
MENDED = WRONG + "After the repair everything is as it was before the fault"


@defect(
    "alarm-of-a-low-level",
    says="A message under a wrong owner is noted, and alarms nobody.",
    breaks="TI-5.noticed",
    replaces="support.reference.ownership:Ownership.put_away",
    caught_by={f"{NOTICED}[message]": "Nora is alarmed within 3 seconds, once and at the highest level"},
    at_night=True,
)
def alarm_of_a_low_level(put_away: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def play_down(self: Any, kind: str, sealed: Any, target_id: str) -> None:
        await put_away(self, kind, sealed, target_id)
        if kind == "message":
            deviate()
            await self._storage.execute("UPDATE alarms SET severity = 'notice' WHERE target_id = $1", target_id)

    return play_down


@defect(
    "wrong-fact-is-a-warning",
    says="A fact under a wrong owner is put away with no more than a warning.",
    breaks="TI-5.noticed",
    replaces="support.reference.ownership:Ownership.put_away",
    caught_by={f"{NOTICED}[fact]": "Nora is alarmed within 3 seconds, once and at the highest level"},
    at_night=True,
)
def wrong_fact_is_a_warning(put_away: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def only_warn(self: Any, kind: str, sealed: Any, target_id: str) -> None:
        await put_away(self, kind, sealed, target_id)
        if kind == "fact":
            deviate()
            await self._storage.execute("UPDATE alarms SET severity = 'warning' WHERE target_id = $1", target_id)

    return only_warn


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
    says="A conversation, an analysis or a fact under a wrong owner raises the alarm and stays where it is.",
    breaks="TI-5.hidden",
    replaces="support.reference.ownership:Ownership.put_away",
    caught_by={
        f"{HIDDEN}[conversation]": UNSEEN,
        f"{HIDDEN}[analysis]": UNSEEN,
        f"{HIDDEN}[fact]": UNSEEN,
        UNHEARD: UNHEARD_BY_BOTH,
    },
    also_red={
        f"{MENDED}[conversation]": "what was never put away cannot be put back",
        f"{MENDED}[analysis]": "what was never put away cannot be put back",
        f"{MENDED}[fact]": "what was never put away cannot be put back",
        BY_OTHERS: "what was never put away is seen whoever asks to have it mended",
        **also(
            "isolation/erasure",
            "what was never put away is not known to be the erased customer's",
            "What was hidden, what was deleted and what may be asked again is gone too",
        ),
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
    "quarantined-facts-told-to-the-model",
    says="The AI model is told what is in quarantine when its rightful owner asks.",
    breaks="TI-5.hidden",
    replaces="support.reference.memory:Memory.remembered",
    caught_by={UNHEARD: UNHEARD_BY_BOTH},
)
def quarantined_facts_told_to_the_model(remembered: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    import json

    from support.reference import packing

    async def remember_the_packet(self: Any, user_id: str, thread_id: str) -> Any:
        statement = "SELECT packet FROM alarms WHERE target_kind = 'fact' AND user_id = $1 AND packet IS NOT NULL"
        found = await remembered(self, user_id, thread_id)
        for row in await self._storage.rows(statement, user_id):
            deviate()
            for line in packing.unpacked(row["packet"])["facts"]:
                fact = json.loads(line)
                origin = {"thread_id": fact["thread_id"], "title": None}
                found.append({"name": fact["name"], "value": fact["value"], "from": origin})
        return found

    return remember_the_packet


@defect(
    "quarantine-seen-by-colleagues",
    says="Whoever works for the company of a conversation in quarantine is shown it as remembered.",
    breaks="TI-5.hidden",
    replaces="support.reference.memory:Memory.of",
    caught_by={f"{HIDDEN}[conversation]": UNSEEN},
    at_night=True,
)
def quarantine_seen_by_colleagues(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def of_the_company(self: Any, caller: Any, history: bool) -> Any:
        statement = (
            "SELECT target_id FROM alarms JOIN users ON users.id = alarms.user_id WHERE target_kind = 'thread' "
            "AND packet IS NOT NULL AND users.company = $1 AND users.id <> $2"
        )
        found = await of(self, caller, history)
        for row in await self._storage.rows(statement, caller.company, caller.user_id):
            deviate()
            found.append({"thread_id": row["target_id"]})
        return found

    return of_the_company


@defect(
    "quarantine-followed-live",
    says="On the live connection a conversation in quarantine is resumed, with nothing in it.",
    breaks="TI-5.hidden",
    replaces="support.reference.exchange:Exchange.resume",
    caught_by={f"{HIDDEN}[conversation]": UNSEEN},
    also_red={BY_OTHERS: "there it is followed as well"},
    at_night=True,
)
def quarantine_followed_live(resume: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference import frames

    async def follow_all(self: Any, socket: Any, payload: Any) -> None:
        statement = "SELECT FROM alarms WHERE target_kind = 'thread' AND target_id = $1 AND packet IS NOT NULL"
        if await self._threads._storage.row(statement, payload.get("thread_id")) is None:
            await resume(self, socket, payload)
        else:
            deviate()
            await socket.say(frames.resumed(payload["thread_id"], 0))

    return follow_all


@defect(
    "quarantine-told-apart",
    says="The rightful owner reads at the name of a conversation in quarantine that it is being mended.",
    breaks="TI-5.hidden",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={f"{HIDDEN}[conversation]": UNSEEN},
    also_red={BY_OTHERS: "there it is told apart as well"},
    at_night=True,
)
def quarantine_told_apart(owned_by: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import Conflict

    async def tell_why(self: Any, caller: Any, thread_id: str, action: str, origin: str) -> Any:
        statement = "SELECT FROM alarms WHERE target_id = $1 AND user_id = $2 AND packet IS NOT NULL"
        if await self._storage.row(statement, thread_id, caller.user_id) is not None:
            deviate()
            raise Conflict("This conversation is being mended.")
        return await owned_by(self, caller, thread_id, action, origin)

    return tell_why


@defect(
    "facts-of-a-hidden-message-stay",
    says="What a message in quarantine told is still remembered.",
    breaks="TI-5.hidden",
    replaces="support.reference.ownership:Ownership.taken",
    caught_by={f"{HIDDEN}[message]": UNSEEN},
    at_night=True,
)
def facts_of_a_hidden_message_stay(taken: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def take_words_only(connection: Any, target_id: str, table: str, by: str) -> Any:
        if by == "message_id":
            deviate()
            return {}
        return await taken(connection, target_id, table, by)

    return take_words_only


@defect(
    "mended-without-what-was-remembered",
    says="A conversation comes back from quarantine without the facts that were told in it.",
    breaks="TI-5.mended",
    replaces="support.reference.ownership:Ownership.taken",
    caught_by={f"{MENDED}[conversation]": "Ana has the <thing> back as it was, and Eve has none of it"},
    at_night=True,
)
def mended_without_what_was_remembered(taken: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def lose_facts(connection: Any, target_id: str, table: str, by: str) -> Any:
        rows = await taken(connection, target_id, table, by)
        if table == "threads" and rows["facts"]:
            deviate()
            rows["facts"] = []
        return rows

    return lose_facts


@defect(
    "kept-ready-outlives-quarantine",
    says="What is kept ready of a conversation in quarantine is still answered.",
    breaks="TI-5.hidden",
    replaces="support.reference.ready:Ready.forget",
    caught_by={f"{HIDDEN}[analysis]": UNSEEN, f"{HIDDEN}[conversation]": UNSEEN},
    also_red={BY_OTHERS: "what is kept ready is seen there, too"},
    at_night=True,
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
    at_night=True,
)
def mended_under_the_finder(rightful: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def believe_the_row(row: dict[str, Any]) -> dict[str, Any]:
        deviate()
        mended = {**row, "rightful_thread": row["thread_id"]} if "rightful_thread" in row else dict(row)
        return {**mended, "rightful_owner": row["user_id"]} if "rightful_owner" in row else mended

    return believe_the_row


@defect(
    "mended-analysis-stored-as-begun-elsewhere",
    says="An analysis that is mended is told as it was, and stored as another question's.",
    breaks="TI-5.mended",
    replaces="support.reference.ownership:rightful",
    caught_by={f"{MENDED}[analysis]": "Ana has the <thing> back as it was, and Eve has none of it"},
)
def mended_analysis_stored_as_begun_elsewhere(rightful: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def beside_it(row: dict[str, Any]) -> dict[str, Any]:
        mended: dict[str, Any] = rightful(row)
        if "question_position" in row:
            deviate()
            mended["question_position"] += 1
        return mended

    return beside_it


@defect(
    "nobody-checks-after-an-outage",
    says="A server that was once without storage never again checks whose everything is.",
    breaks="TP-3.recovers",
    replaces="support.reference.ownership:Ownership.check",
    caught_by={AFTER_OUTAGE: "Nora is alarmed within 3 seconds, once and at the highest level"},
)
def nobody_checks_after_an_outage(check: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    return easily_discouraged(check, deviate)
