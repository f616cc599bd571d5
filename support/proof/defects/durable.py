"""Confirmations that come too soon, changes that are made by halves, and repetitions that count twice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

DURABLE = "features/persistence/durable.feature::"
SURVIVES = DURABLE + "A message that was confirmed an instant ago survives a crash"
THERE = "everything that was confirmed to Ana and Ben is there, once and in order"
UNCLEAR = DURABLE + "What is sent again after an unclear answer is there once"
CUT_OFF = UNCLEAR + "[Netra's storage cannot be reached]"
WHATEVER_PART = DURABLE + "Whatever part of a conversation cannot be saved, nothing of it is"
NO_THIRD = WHATEVER_PART + "[the third message]"
FIVE = DURABLE + "Five conversations that are saved at once are each there whole"
OF_FIVE = DURABLE + "Of five that are saved at once, one that fails leaves nothing and harms no other"
QUESTION = DURABLE + "A question that cannot be kept leaves nothing behind"
LATER = DURABLE + "An answer that cannot be kept at once is kept whole a little later"
TOLD = "{} is told plainly to try again"
NOTHING = "nothing is there of what {} could not save"
WHOLE = "what {} saved is there once, with {} messages, and was never seen with fewer"


@defect(
    "confirmed-before-it-is-kept",
    says="A message is confirmed before it is stored, which happens a moment later.",
    breaks="TP-1.storage",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={
        f"{SURVIVES}[Netra's storage crashes]": THERE,
        f"{SURVIVES}[Netra's storage and every server of Netra crash]": THERE,
    },
    also_red=also(
        "persistence/durable",
        "what is confirmed and not kept yet is missed there, too",
        "What is sent again after an unclear answer is there once",
        "Whatever part of a conversation cannot be saved, nothing of it is",
    )
    | also(
        "persistence/outage",
        "what is confirmed and not kept yet is missed there, too",
        "An outage of storage is noticed, told and overcome",
        "Customers go on working while something beside storage fails",
        "Two failures at once are overcome",
        "A failure during the recovery from another is overcome",
    )
    | also(
        "conversations/at_once",
        "messages are written there, too",
        "Another request under a mark that is taken is refused",
    )
    | also(
        "conversations/facts", "the same facts are noted there", "Facts stand through every change of a conversation"
    )
    | also(
        "conversations/search",
        "messages are written there, too",
        "A search that finds much is read in parts, with the right total",
    )
    | also(
        "memory/what_is_remembered",
        "what is told is shown and stored there, too",
        "Nobody is shown what another customer has told",
    )
    | also(
        "continuity/deletion",
        "the same is kept or restored there, too",
        "What was told since a deletion counts more than what comes back",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "conversations/at_once",
        "the same stands in that conversation, too",
        "The mark of one customer means nothing for another one",
    )
    | also(
        "conversations/facts", "the same stands in that conversation, too", "A correction changes one fact and no other"
    )
    | also(
        "conversations/kept",
        "the same stands in that conversation, too",
        "A conversation and its facts outlive a crash right after the last word",
    )
    | also(
        "conversations/lifecycle",
        "the same stands in that conversation, too",
        "A change that does not fit the phase is refused",
    )
    | also(
        "conversations/order",
        "the same stands in that conversation, too",
        "Messages that follow each other within a second keep their order",
        "Messages through two connections have one order for everyone who reads",
        "The order is the same after a crash, however fast and through however many connections it came about",
        "A conversation that grows is read in parts without gap or repeat",
        "A reply stays with the message that it answers",
        "A reply to what is not in the conversation is refused",
        "Two conversations that are written by turns keep their own messages",
    )
    | also(
        "growth/long_histories",
        "the same is met there with many at once, too",
        "Working in a long conversation is as quick as in a short one",
        "The whole of a long conversation comes within its limit, complete and in order",
    )
    | also(
        "growth/memory",
        "the same is met there with many at once, too",
        "Waves of customers take as much each, and coming back takes no more each time",
    )
    | also(
        "isolation/conversations", "the same is met there among several, too", "Numbers count what is one's own alone"
    )
    | also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Twenty customers of all segments at once receive their own and nothing else",
    )
    | also(
        "memory/changing_priorities",
        "the same is told and read there, too",
        "Three priorities can be read in their order, the last one as the one that holds",
    )
    | also(
        "memory/unchanged",
        "the same is told and read there, too",
        "Facts of every kind come back unchanged after a crash",
    )
    | also(
        "memory/weeks_later",
        "the same is told and read there, too",
        "A decision is known after a crash that took everything that was kept ready",
    )
    | also(
        "memory/what_is_remembered",
        "the same is told and read there, too",
        "Lasting facts and details are shown with their conversations",
        "What was removed is kept nowhere",
        "Another customer's memory cannot be touched",
    )
    | also(
        "responsiveness/history",
        "the same is timed there, too",
        "A history can be opened in a moment, from its end or as a whole",
    ),
    at_times=also(
        "persistence/durable",
        "all are stored before anybody looks, or not",
        "Five conversations that are saved at once are each there whole",
    ),
)
def confirmed_before_it_is_kept(once: Method, deviate: Deviate) -> Method:
    tasks: set[Any] = set()

    async def hasty(self: Any, caller: Any, mark: Any, request: Any, act: Any) -> Any:
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def act_and_linger(connection: Any) -> Any:
            answer = await act(connection)
            if not answered.done():
                answered.set_result(answer)
            deviate()
            await asyncio.sleep(0.1)
            return answer

        keeping = asyncio.ensure_future(once(self, caller, mark, request, act_and_linger))
        tasks.add(keeping)
        keeping.add_done_callback(lambda task: task.exception())
        await asyncio.wait({keeping, answered}, return_when=asyncio.FIRST_COMPLETED)
        return answered.result() if answered.done() else await keeping

    return hasty


@defect(
    "unclear-told-as-not-done",
    says="Whoever was cut off in the moment of the confirmation is told that nothing was done.",
    breaks="TP-3.honest",
    replaces="support.reference.storage:Storage.transaction",
    caught_by={CUT_OFF: "Ana was told neither that the message is kept nor that it is not"},
)
def unclear_told_as_not_done(transaction: Method, deviate: Deviate) -> Method:
    @asynccontextmanager
    async def sure(self: Any) -> AsyncIterator[Any]:
        from support.reference.trouble import Unavailable, Uncertain

        try:
            async with transaction(self) as connection:
                yield connection
        except Uncertain as unclear:
            deviate()
            raise Unavailable from unclear

    return sure


@defect(
    "repetition-counts-twice",
    says="A message that is sent again is written a second time.",
    breaks="TP-3.once",
    replaces="support.reference.repeats:Repeats.seen",
    caught_by={CUT_OFF: "what Ana sent again is there once"},
    also_red=also(
        "isolation/erasure",
        "the answer to Ana is gone before her erasure",
        "What was hidden, what was deleted and what may be asked again is gone too",
    )
    | also(
        "conversations/at_once",
        "the same request arrives twice",
        "A request that arrives twice is done once[starts a conversation-almost 24 hours later]",
    )
    | also(
        "conversations/at_once",
        "messages are written there, too",
        "Another request under a mark that is taken is refused",
    ),
)
def repetition_counts_twice(seen: Method, deviate: Deviate) -> Method:
    async def forgetful(self: Any, connection: Any, caller: Any, mark: str, request: str) -> Any:
        if await connection.fetchval("DELETE FROM repeats WHERE mark = $1 RETURNING true", mark):
            deviate()
        return await seen(self, connection, caller, mark, request)

    return forgetful


@defect(
    "no-room-is-an-internal-error",
    says="When storage has no room the customer is told of an error, and not when to try again.",
    breaks="P09.nothing_left",
    replaces="support.reference.storage:Storage.connection",
    caught_by={NO_THIRD: TOLD.format("Ana"), OF_FIVE: TOLD.format("Chen")},
    also_red=also(
        "persistence/durable",
        "every part is refused in the same words",
        "Whatever part of a conversation cannot be saved, nothing of it is",
    )
    | also(
        "persistence/outage",
        "storage has no room there, too",
        "An outage of storage is noticed, told and overcome",
    ),
)
def no_room_is_an_internal_error(connection: Method, deviate: Deviate) -> Method:
    @asynccontextmanager
    async def surprised(self: Any) -> AsyncIterator[Any]:
        from asyncpg import DiskFullError

        from support.reference.trouble import Unavailable

        try:
            async with connection(self) as one:
                yield one
        except Unavailable as away:
            if isinstance(away.__cause__, DiskFullError):
                deviate()
                raise RuntimeError("no room") from away
            raise

    return surprised


@defect(
    "refused-question-without-a-word",
    says="Whoever asks while storage has no room is refused without being told to try again.",
    breaks="P09.nothing_left",
    replaces="support.reference.frames:error",
    caught_by={QUESTION + "[the analysis]": TOLD.format("Ana")},
    also_red=also(
        "persistence/durable",
        "every part is refused in the same way",
        "A question that cannot be kept leaves nothing behind",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "While storage is away customers read on, and learn when to ask again",
    ),
)
def refused_question_without_a_word(error: Method, deviate: Deviate) -> Method:
    def curt(refusal: Any, *about: Any) -> Any:
        frame = error(refusal, *about)
        if refusal.code == "UNAVAILABLE":
            deviate()
            frame["error_message"] = "No."
        return frame

    return curt


@defect(
    "conversation-is-kept-before-its-messages",
    says="A conversation that is saved with its messages is kept first, and its messages after it.",
    breaks="TP-2.never_partial",
    replaces="support.reference.messages:Messages.begin_with",
    caught_by={
        NO_THIRD: NOTHING.format("Ana"),
        OF_FIVE: NOTHING.format("Chen"),
        FIVE: WHOLE.format("Ana, Ben, Chen, Dora and Eve", 3),
    },
    also_red=also(
        "persistence/durable",
        "whatever is saved can be seen by halves",
        "Whatever part of a conversation cannot be saved, nothing of it is",
    ),
)
def conversation_is_kept_before_its_messages(begin_with: Method, deviate: Deviate) -> Method:
    async def by_halves(self: Any, connection: Any, thread: Any, texts: list[str]) -> Any:
        if texts:
            deviate()
            await connection.execute("COMMIT; BEGIN")
            await asyncio.sleep(0.05)
        return await begin_with(self, connection, thread, texts)

    return by_halves


@defect(
    "last-of-the-first-messages-is-forgotten",
    says="Of the messages with which a conversation is saved the last one is left out.",
    breaks="TP-2.whole",
    replaces="support.reference.messages:Messages.begin_with",
    caught_by={
        WHATEVER_PART + "[the confirmation]": WHOLE.format("Ana", 5),
        FIVE: WHOLE.format("Ana, Ben, Chen, Dora and Eve", 3),
    },
    also_red=also(
        "persistence/durable",
        "every conversation that is saved lacks its last message",
        "Whatever part of a conversation cannot be saved, nothing of it is",
        "Of five that are saved at once, one that fails leaves nothing and harms no other",
    )
    | also(
        "growth/connections",
        "the same is met there with many at once, too",
        "More than twice as much as there are connections is saved without a refusal",
    )
    | also(
        "growth/long_histories",
        "the same is met there with many at once, too",
        "Working in a long conversation is as quick as in a short one",
        "The whole of a long conversation comes within its limit, complete and in order",
    )
    | also(
        "responsiveness/history",
        "the same is timed there, too",
        "A history can be opened in a moment, from its end or as a whole",
    )
    | also(
        "responsiveness/saving",
        "the same is timed there, too",
        "Fifteen conversations that are saved at the same moment are all soon there",
    ),
)
def last_of_the_first_messages_is_forgotten(begin_with: Method, deviate: Deviate) -> Method:
    async def careless(self: Any, connection: Any, thread: Any, texts: list[str]) -> Any:
        if texts:
            deviate()
        return await begin_with(self, connection, thread, texts[:-1])

    return careless


@defect(
    "one-failure-takes-a-neighbour-along",
    says="When one of several savings fails, another customer's that is saved at the same time is made by halves.",
    breaks="TP-2.at_once",
    replaces="support.reference.messages:Messages.begin_with",
    caught_by={OF_FIVE: WHOLE.format("Ana, Ben, Dora and Eve", 3)},
    also_red=also(
        "persistence/durable",
        "of five at once some are taken for neighbours of a failure",
        "Five conversations that are saved at once are each there whole",
    ),
)
def one_failure_takes_a_neighbour_along(begin_with: Method, deviate: Deviate) -> Method:
    async def entangled(self: Any, connection: Any, thread: Any, texts: list[str]) -> Any:
        if any("by Dora" in text for text in texts):
            deviate()
            texts = texts[:2]
        return await begin_with(self, connection, thread, texts)

    return entangled


@defect(
    "question-is-kept-before-its-analysis",
    says="A question is kept by itself, before the analysis that it asks for.",
    breaks="P09.nothing_left",
    replaces="support.reference.messages:Messages.append",
    caught_by={QUESTION + "[the analysis]": "nothing is there of what Ana asked"},
)
def question_is_kept_before_its_analysis(append: Method, deviate: Deviate) -> Method:
    async def hasty(self: Any, connection: Any, thread_id: str, role: str, *rest: Any, **more: Any) -> Any:
        row = await append(self, connection, thread_id, role, *rest, **more)
        if "run_id" in row["metadata_"] and role == "user":
            deviate()
            await connection.execute("COMMIT; BEGIN")
        return row

    return hasty


@defect(
    "second-try-reports-a-month-as-a-year",
    says="When an answer could not be kept at once, the report that is kept later tells a month's savings as a year's.",
    breaks="P09.all_there",
    replaces="support.reference.endings:Endings.keep_report",
    caught_by={LATER + "[the answer]": "Ana reads the figures of the answer in each of them"},
    also_red=also(
        "persistence/durable",
        "every part is kept later by the same way",
        "An answer that cannot be kept at once is kept whole a little later",
    )
    | also(
        "golden_path/error_termination",
        "the answer of a retry is kept in the same places",
        "The answer after a retry is kept like any other",
    ),
)
def second_try_reports_a_month_as_a_year(keep_report: Method, deviate: Deviate) -> Method:
    async def mistaken(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        await keep_report(self, connection, hold, ending)
        if hold.epoch > 1:
            deviate()
            await connection.execute(
                "UPDATE reports SET annual_savings = monthly_savings WHERE run_id = $1", hold.run_id
            )

    return mistaken


@defect(
    "second-try-is-no-exit",
    says="When an answer could not be kept at once, its exit is recorded as another one.",
    breaks="P09.all_there",
    replaces="support.reference.endings:Endings.record_exit",
    caught_by={
        LATER + f"[{place}]": "the analysis of Ana is recorded with one exit, normal completion"
        for place in ("the exit", "the end")
    },
    also_red=also(
        "golden_path/exits_that_meet",
        "the same update or end is met there, too",
        "The server dies and another one finishes",
    )
    | also(
        "golden_path/service_shutdown",
        "the same update or end is met there, too",
        "The shutdown and the end after it are each recorded once",
    )
    | also(
        "live_updates/takeover",
        "the same update is met there, too",
        "A server that froze and wakes up late changes nothing",
    ),
)
def second_try_is_no_exit(record_exit: Method, deviate: Deviate) -> Method:
    async def mistaken(self: Any, connection: Any, hold: Any, ending: Any) -> None:
        if hold.epoch > 1:
            deviate()
            ending = replace(ending, exit="user_disconnect", reason="nobody_connected")
        await record_exit(self, connection, hold, ending)

    return mistaken
