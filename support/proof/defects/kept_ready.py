"""Breaks what is kept ready: its times, its content, what it spares storage, and how promptly it comes."""

import asyncio
import uuid
from collections.abc import Callable
from time import monotonic
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/persistence/kept_ready.feature::"
WAITS = "features/persistence/prompt.feature::"
SESSION = HERE + "The session of a customer is kept ready for an hour"
ANSWER = HERE + "The answer is kept ready for half an hour, its recommendations for a day"
AWAY = HERE + "Session, answer and recommendations can be read while storage is away"
SILENT = HERE + "Reading the answer again hardly ever troubles storage"
RETURN = HERE + "A session knows that its customer was away and came back"
SAME = HERE + "Whoever reconnects continues the same session at the same step"
UNREACHED = HERE + "The right answer comes although nothing that was kept ready can be reached"
LOST = HERE + "The right answer comes, and is kept ready anew, when what was kept ready is lost"
COUNTED = HERE + "What is opened again comes from what is kept ready"
PROMPT = WAITS + "Session and answer come without noticeable delay"
TWENTY = WAITS + "Twenty at once do not wait noticeably longer"
HALF_AN_HOUR = "the answer to Ana is kept ready for 30 minutes"
AS_SHOWN = "Ana reads the answer and the recommendations as they were shown"
AGAIN = "features/responsiveness/again.feature::With a slow storage only the first one to open an answer has to wait"
LONG_SECONDS = 0.09
"""Longer than storage takes, and shorter than it takes where it is slow."""
GOES_ON = HERE + "The session of a customer who goes on is kept ready for an hour more"
UNTROUBLED = "more than 80 percent of the answers to Ana sent nothing to Netra's storage"
ALL_FOUR = "the answers to Ana, Ben, Chen and Dora come within"


@defect(
    "session-kept-for-a-minute",
    says="A session is kept ready for sixty seconds where sixty minutes are promised.",
    breaks="P02.lifetime",
    replaces="support.reference.sessions:Sessions._keep",
    caught_by={SESSION: "the session of Ana is kept ready for 1 hour"},
)
def session_kept_for_a_minute(keep: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def briefly(self: Any, caller: Any, state: Any) -> None:
        await keep(self, caller, state)
        deviate()
        await self._cache.ask(lambda redis: redis.expire(self.key(caller.user_id), 60))

    return briefly


@defect(
    "session-ends-in-the-middle",
    says="A session ends an hour after it began, whatever its customer is doing.",
    breaks="P02.lifetime",
    replaces="support.reference.sessions:Sessions.read",
    caught_by={GOES_ON: "the session of Ana is kept ready for 1 hour"},
)
def session_ends_in_the_middle(read: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def without_renewing(self: Any, caller: Any) -> Any:
        from support.reference.trouble import CacheAway

        key = self.key(caller.user_id)
        try:
            left = await self._cache.ask(lambda redis: redis.pttl(key))
            state = await read(self, caller)
            if state is not None and left > 0:
                deviate()
                await self._cache.ask(lambda redis: redis.pexpire(key, left))
        except CacheAway:
            return None
        return state

    return without_renewing


@defect(
    "answer-kept-for-three-minutes",
    says="An answer is kept ready for three minutes instead of thirty.",
    breaks="P02.lifetime",
    replaces="support.reference.app:Netra.of",
    caught_by={ANSWER: HALF_AN_HOUR, LOST: HALF_AN_HOUR, SILENT: UNTROUBLED, AWAY: AS_SHOWN},
    also_red=also(
        "persistence/outage",
        "the answer is kept ready there, too",
        "A failure of the quick store is noticed, and afterwards answers are kept ready again",
    )
    | also(
        "persistence/never_stale",
        "the same is made ready again there, too",
        "What ended while the quick store failed is kept ready again",
        "What has outlived its time is made ready again once, however many want it",
    ),
)
def answer_kept_for_three_minutes(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_haste(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)

        def hasty(put: Callable[..., Any]) -> Callable[..., Any]:
            async def briefly(key: str, value: Any, seconds: int, *rest: Any) -> Any:
                if key.startswith("agent_results"):
                    deviate()
                    seconds = 180
                return await put(key, value, seconds, *rest)

            return briefly

        netra.ready._rebuild, netra.ready._put_newest = hasty(netra.ready._rebuild), hasty(netra.ready._put_newest)
        return netra

    return of_haste


@defect(
    "recommendations-made-again-for-half-an-hour",
    says="Recommendations that are made ready again are kept ready for half an hour instead of a day.",
    breaks="P04.ready",
    replaces="support.reference.ready:Ready._rebuild",
    caught_by={LOST: "the recommendations to Ana are kept ready for 24 hours"},
    also_red=also(
        "persistence/never_stale",
        "what ends so soon looks as if it had been there before the quick store was reached, and is made again",
        "What has outlived its time is made ready again once, however many want it[recommendations]",
    )
    | also(
        "persistence/never_stale",
        "the same is made ready again there, too",
        "What ended while the quick store failed is kept ready again",
    ),
)
def recommendations_made_again_for_half_an_hour(rebuild: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def for_half_an_hour(self: Any, key: str, thread_id: str, seconds: int, form: Any) -> Any:
        if seconds == self.RECOMMENDATIONS_SECONDS:
            deviate()
        return await rebuild(self, key, thread_id, self.RESULTS_SECONDS, form)

    return for_half_an_hour


@defect(
    "storage-asked-who-it-is",
    says="Whoever asks for anything is looked up in storage first, however well known.",
    breaks="P02.session",
    replaces="support.reference.sessions:Sessions.enter",
    caught_by={AWAY: "Ana reads the session as it is kept", SILENT: UNTROUBLED},
    also_red=also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "While storage is away customers read on, and learn when to ask again",
    ),
)
def storage_asked_who_it_is(enter: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def look_up(self: Any, caller: Any) -> None:
        deviate()
        await self._customers.profile(caller)
        await enter(self, caller)

    return look_up


@defect(
    "kept-answer-not-used",
    says="The answer is kept ready, and read from storage all the same.",
    breaks="P02.result",
    replaces="support.reference.ready:Ready._get",
    caught_by={AWAY: AS_SHOWN, SILENT: UNTROUBLED},
    also_red=also(
        "persistence/never_stale",
        "the same is made ready again there, too",
        "What has outlived its time is made ready again once, however many want it",
    )
    | also(
        "responsiveness/again",
        "the same is timed there, too",
        "With a slow storage only the first one to open an answer has to wait",
    ),
    at_times={TWENTY: "storage takes longer than the quick store, on a busy machine too long"},
)
def kept_answer_not_used(get: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def overlook(self: Any, key: str) -> Any:
        found = await get(self, key)
        if not key.startswith("agent_results:"):
            return found
        deviate()
        return None

    return overlook


@defect(
    "two-of-three-answers-read-from-storage",
    says="Two of three times that an answer is opened it is read from storage, although it is kept ready.",
    breaks="PF-3.spared",
    replaces="support.reference.ready:Ready.results",
    caught_by={SILENT: UNTROUBLED},
    also_red=also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    )
    | also(
        "persistence/never_stale",
        "the same is made ready again there, too",
        "What has outlived its time is made ready again once, however many want it",
    ),
    at_times={AWAY: "what is read from storage is not there while that is away, and what is kept ready is"},
    at_night=True,
)
def two_of_three_answers_read_from_storage(results: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    opened = 0

    async def overlook(self: Any, user_id: str, thread_id: str) -> Any:
        nonlocal opened
        opened += 1
        if opened % 3 == 0:
            return await results(self, user_id, thread_id)
        deviate()
        return await self.rebuild_results(user_id, thread_id)

    return overlook


@defect(
    "what-took-long-is-not-kept",
    says="An answer for which storage took long is not kept ready, and is fetched from there again each time.",
    breaks="PF-3.faster",
    replaces="support.reference.ready:Ready.rebuild_results",
    caught_by={AGAIN: "the answer comes to Ana again more than 2 times as fast as the first time"},
)
def what_took_long_is_not_kept(rebuild: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def let_go(self: Any, user_id: str, thread_id: str) -> Any:
        began = monotonic()
        found = await rebuild(self, user_id, thread_id)
        if monotonic() - began > LONG_SECONDS:
            deviate()
            await self.forget(user_id, thread_id)
        return found

    return let_go


@defect(
    "answer-rebuilt-without-its-words",
    says="An answer that is no longer kept ready comes back with its figures and without its words.",
    breaks="P02.fallback",
    replaces="support.reference.ready:Ready.rebuild_results",
    caught_by={UNREACHED: AS_SHOWN, LOST: AS_SHOWN},
    also_red=also(
        "continuity/backup",
        "the same is kept or restored there, too",
        "A restore costs its customer nothing that was written since",
    ),
)
def answer_rebuilt_without_its_words(rebuild: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def figures_only(self: Any, user_id: str, thread_id: str) -> Any:
        found = await rebuild(self, user_id, thread_id)
        if found is None:
            return None
        deviate()
        return {**found, "answer": ""}

    return figures_only


@defect(
    "return-counted-twice",
    says="A session counts each return of its customer as two.",
    breaks="P02.session",
    replaces="support.reference.sessions:Sessions.connected",
    caught_by={RETURN: "the session of Ana tells of one return, and when the connection was lost"},
)
def return_counted_twice(connected: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def twice(self: Any, caller: Any) -> None:
        await connected(self, caller)
        state = await self.state(caller)
        if state["reconnection_count"]:
            deviate()
            await connected(self, caller)

    return twice


@defect(
    "return-begins-a-new-session",
    says="Whoever reconnects gets a new session in place of the old one.",
    breaks="P02.session",
    replaces="support.reference.sessions:Sessions.connected",
    caught_by={SAME: "Ana continues the same session, at the same step of the analysis"},
)
def return_begins_a_new_session(connected: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def begin_anew(self: Any, caller: Any) -> None:
        await connected(self, caller)
        state = await self.state(caller)
        if state["reconnection_count"]:
            deviate()
            await self._keep(caller, {**state, "id": str(uuid.uuid4())})

    return begin_anew


@defect(
    "session-comes-late",
    says="A session takes three twentieths of a second to be found.",
    breaks="P02.prompt",
    replaces="support.reference.sessions:Sessions.state",
    caught_by={PROMPT: "the session comes to Ana within 100 milliseconds"},
)
def session_comes_late(state: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def late(self: Any, caller: Any) -> Any:
        deviate()
        await asyncio.sleep(0.15)
        return await state(self, caller)

    return late


@defect(
    "answer-comes-late",
    says="An answer that is kept ready takes an eighth of a second to come.",
    breaks="P02.prompt",
    replaces="support.reference.ready:Ready.results",
    caught_by={
        PROMPT: "the answer comes to Ana within 50 milliseconds",
        TWENTY: f"{ALL_FOUR} 100 milliseconds on average",
    },
    also_red=also(
        "persistence/kept_ready",
        "the servers' own work falls into the longer time in which the answer is waited for",
        "Reading the answer again hardly ever troubles storage",
    ),
)
def answer_comes_late(results: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def late(self: Any, user_id: str, thread_id: str) -> Any:
        deviate()
        await asyncio.sleep(0.125)
        return await results(self, user_id, thread_id)

    return late


@defect(
    "one-of-many-waits-longest",
    says="Of many who ask at once, one is left until long after all others.",
    breaks="P02.prompt",
    replaces="support.reference.app:Netra.of",
    caught_by={TWENTY: f"{ALL_FOUR} 500 milliseconds at most"},
)
def one_of_many_waits_longest(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_one_queue(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        results = netra.ready.results
        asking: list[str] = []
        left_over: list[str] = []

        async def in_turn(user_id: str, thread_id: str) -> Any:
            asking.append(user_id)
            try:
                if settings.name == "one" and len(asking) > 1 and not left_over:
                    deviate()
                    left_over.append(user_id)
                    await asyncio.sleep(0.6)
                    left_over.clear()
                return await results(user_id, thread_id)
            finally:
                asking.remove(user_id)

        netra.ready.results = in_turn
        return netra

    return of_one_queue


@defect(
    "answer-out-of-the-process-itself",
    says="A server that has read an answer once keeps it to itself, and asks the quick store for it no more.",
    breaks="P02.result",
    replaces="support.reference.ready:Ready._get",
    caught_by={COUNTED: "each of them was read from what is kept ready for Ana"},
)
def answer_out_of_the_process_itself(get: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    own: dict[tuple[str, int, float], Any] = {}

    async def remembered(self: Any, key: str) -> Any:
        from support.reference.trouble import CacheAway

        try:
            # When something else is kept ready, its time ends at another moment. To ask so is no reading.
            ends = await self._cache.ask(lambda redis: redis.execute_command("PEXPIRETIME", key))
        except CacheAway:
            return await get(self, key)
        if ends < 0 or key in self._owed:
            return await get(self, key)
        # Nor is anything believed that was there before the quick store was away.
        known = key, ends, self._cache.since
        if known in own:
            deviate()
        else:
            own[known] = await get(self, key)
        return own[known]

    return remembered
