"""Breaks how Netra serves many who work beside each other: slow in one kind of action, unsteady, unfair, forgetful."""

import asyncio
import collections
import itertools
from collections.abc import Callable
from time import monotonic
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

TOGETHER = "features/responsiveness/together.feature::"
EACH = TOGETHER + "Listing, opening, changing and writing each stay within their limit"
EQUAL = TOGETHER + "Nobody is served much worse than the others, and nothing gets lost"
WORK = "features/growth/many_people.feature::When a few become many, all of them get their work done"
RARELY = "less than 5 percent of what they ask for fails, and nineteen of twenty answers come within 2 seconds"
CHANGES = "features/responsiveness/starting.feature::" + (
    "A conversation that is changed again and again shows each change at once"
)
SEVERAL = 5
"""So many customers of one server are several: fewer are at work nowhere else."""


class _Several:
    """Who is at work at a server, in the order in which they came; whoever rests for long is so no more."""

    LONG = 3.0

    def __init__(self) -> None:
        self.uses: collections.Counter[str] = collections.Counter()
        self._last: dict[str, float] = {}

    def came(self, user: str) -> bool:
        """Notes a request; whether several are at work."""
        self.uses[user] += 1
        self._last[user] = monotonic()
        return len(self.at_work()) >= SEVERAL

    def at_work(self) -> list[str]:
        """Whoever has come lately."""
        return [user for user, moment in self._last.items() if monotonic() - moment < self.LONG]


def _slow(seconds: float, deviate: Deviate, method: Method, whose: Callable[..., str]) -> Method:
    several = _Several()

    async def slow(*arguments: Any) -> Any:
        if several.came(whose(*arguments)):
            deviate()
            await asyncio.sleep(seconds)
        return await method(*arguments)

    return slow


@defect(
    "everything-is-slow-for-many",
    says="With several customers at work, whatever is done with a conversation takes most of a second.",
    breaks="PF-4.average",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={
        EQUAL: "any request of theirs is answered within 500 milliseconds on average",
        WORK: "all of them together are answered within 500 milliseconds on average",
    },
    also_red={EACH: "each kind takes longer than it may, too"},
)
def everything_is_slow_for_many(owned_by: Method, deviate: Deviate) -> Method:
    return _slow(0.8, deviate, owned_by, lambda self, caller, *_: caller.user_id)


@defect(
    "list-is-slow-for-many",
    says="With several customers at work, a list takes longer than it may.",
    breaks="PF-4.each_kind",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={EACH: "a list comes to them within 100 milliseconds on average"},
    at_night=True,
)
def list_is_slow_for_many(list_of: Method, deviate: Deviate) -> Method:
    return _slow(0.15, deviate, list_of, lambda self, caller, *_: caller.user_id)


@defect(
    "opening-is-slow-for-many",
    says="With several customers at work, the messages of a conversation take longer to come than they may.",
    breaks="PF-4.each_kind",
    replaces="support.reference.messages:Messages.page",
    caught_by={EACH: "a conversation opens for them within 50 milliseconds on average"},
)
def opening_is_slow_for_many(page: Method, deviate: Deviate) -> Method:
    return _slow(0.12, deviate, page, lambda self, thread, *_: str(thread))


@defect(
    "change-is-slow-for-many",
    says="With several customers at work, a change takes longer than it may.",
    breaks="PF-4.each_kind",
    replaces="support.reference.threads:Threads.change",
    caught_by={EACH: "a change of theirs is made within 100 milliseconds on average"},
    at_times={CHANGES: "whoever changes something right after others were at work meets it, too"},
)
def change_is_slow_for_many(change: Method, deviate: Deviate) -> Method:
    return _slow(0.15, deviate, change, lambda self, row, *_: str(row["user_id"]))


@defect(
    "writing-is-slow-for-many",
    says="With several customers at work, each message takes longer than it may on average, and none far too long.",
    breaks="PF-4.each_kind",
    replaces="support.reference.messages:Messages.say",
    caught_by={EACH: "a message of theirs is written within 150 milliseconds on average"},
)
def writing_is_slow_for_many(say: Method, deviate: Deviate) -> Method:
    return _slow(0.2, deviate, say, lambda self, connection, thread, *_: str(thread))


@defect(
    "every-fifth-message-takes-long",
    says="With several customers at work, every fifth message takes half a second.",
    breaks="PF-4.steady",
    replaces="support.reference.messages:Messages.say",
    caught_by={
        EQUAL: "nineteen of twenty messages are written within 300 milliseconds, and no request fails",
    },
    at_times={EACH: "on a busy machine it shows in the average"},
)
def every_fifth_message_takes_long(say: Method, deviate: Deviate) -> Method:
    several, numbers = _Several(), itertools.count(1)

    async def unsteady(self: Any, connection: Any, thread: str, *message: Any) -> Any:
        if several.came(thread) and next(numbers) % 5 == 0:
            deviate()
            await asyncio.sleep(0.5)
        return await say(self, connection, thread, *message)

    return unsteady


@defect(
    "one-of-many-is-served-worse",
    says="With several customers at work, whatever one of them does with a conversation takes a fifth of a second.",
    breaks="PF-4.fair",
    replaces="support.reference.threads:Threads.owned_by",
    caught_by={EQUAL: "nobody of them has to wait 3 times as long as somebody else"},
    at_night=True,
)
def one_of_many_is_served_worse(owned_by: Method, deviate: Deviate) -> Method:
    several = _Several()

    async def unfair(self: Any, caller: Any, *details: Any) -> Any:
        if several.came(caller.user_id) and several.at_work()[1] == caller.user_id:
            deviate()
            await asyncio.sleep(0.2)
        return await owned_by(self, caller, *details)

    return unfair


@defect(
    "message-of-many-is-lost",
    says="Of every ten customers at work one has a message confirmed that is not kept.",
    breaks="PF-4.steady",
    replaces="support.reference.messages:Messages.say",
    caught_by=dict.fromkeys((EACH, EQUAL, WORK), "everything that they wrote is there, once"),
    at_times=also(
        "conversations/order",
        "whoever writes right after many were at work meets it, too",
        "A message to a conversation that does not exist is refused",
    ),
)
def message_of_many_is_lost(say: Method, deviate: Deviate) -> Method:
    several, lost = _Several(), list[str]()

    async def forgetful(self: Any, connection: Any, thread: str, *message: Any) -> Any:
        made = await say(self, connection, thread, *message)
        if several.came(thread) and several.uses[thread] == 2 and len(several.uses) >= SEVERAL + 10 * len(lost):
            lost.append(made["id"])
            deviate()
            await connection.execute("DELETE FROM messages WHERE id = $1", made["id"])
        return made

    return forgetful


@defect(
    "list-of-many-is-empty",
    says="With several customers at work, a list comes at once and shows nothing.",
    breaks="PF-4.each_kind",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={
        EACH: "a list comes to them within 100 milliseconds on average",
        EQUAL: "any request of theirs is answered within 500 milliseconds on average",
        WORK: RARELY,
    },
    also_red={
        **also(
            "growth/connections",
            "what was saved is looked up in a list",
            "More than twice as much as there are connections is saved without a refusal",
        ),
        **also(
            "responsiveness/saving",
            "what was saved is looked up in a list",
            "Fifteen conversations that are saved at the same moment are all soon there",
        ),
    }
    | also(
        "persistence/durable",
        "the same is kept or made ready there, too",
        "Five conversations that are saved at once are each there whole",
        "Of five that are saved at once, one that fails leaves nothing and harms no other",
    ),
)
def list_of_many_is_empty(list_of: Method, deviate: Deviate) -> Method:
    several = _Several()

    async def empty(self: Any, caller: Any, *details: Any) -> Any:
        if not several.came(caller.user_id):
            return await list_of(self, caller, *details)
        deviate()
        return []

    return empty


@defect(
    "opening-of-many-shows-little",
    says="With several customers at work, a conversation opens without its latest message.",
    breaks="PF-4.each_kind",
    replaces="support.reference.messages:Messages.page",
    caught_by={
        EACH: "a conversation opens for them within 50 milliseconds on average",
        EQUAL: "any request of theirs is answered within 500 milliseconds on average",
    },
    also_red={
        **also(
            "responsiveness/history",
            "histories are opened there, too",
            "A history can be opened in a moment, from its end or as a whole",
        ),
        **also(
            "responsiveness/saving",
            "what was saved is read there",
            "Fifteen conversations that are saved at the same moment are all soon there",
        ),
    }
    | also(
        "growth/connections",
        "the same is met there with many at once, too",
        "More than twice as much as there are connections is saved without a refusal",
    )
    | also(
        "growth/many_people",
        "the same is met there with many at once, too",
        "When a few become many, all of them get their work done",
    )
    | also(
        "persistence/durable",
        "the same is kept or made ready there, too",
        "Five conversations that are saved at once are each there whole",
    ),
    at_night=True,
)
def opening_of_many_shows_little(page: Method, deviate: Deviate) -> Method:
    several = _Several()

    async def short(self: Any, thread: str, *details: Any) -> Any:
        told = await page(self, thread, *details)
        if several.came(thread) and told["messages"]:
            deviate()
            told["messages"].pop()
        return told

    return short


@defect(
    "name-of-many-is-lost",
    says="With several customers at work, a new name is confirmed and not kept.",
    breaks="PF-4.steady",
    replaces="support.reference.threads:Threads.change",
    caught_by=dict.fromkeys((EACH, EQUAL, WORK), "everything that they wrote is there, once"),
    also_red=also(
        "responsiveness/starting",
        "names are changed there, too",
        "A conversation that is changed again and again shows each change at once",
    ),
    at_night=True,
)
def name_of_many_is_lost(change: Method, deviate: Deviate) -> Method:
    several = _Several()

    async def forgetful(self: Any, row: Any, title: Any, metadata: Any) -> Any:
        if not several.came(row["user_id"]):
            return await change(self, row, title, metadata)
        deviate()
        return {**await change(self, row, None, metadata), "title": title}

    return forgetful


@defect(
    "one-of-many-writes-slowly",
    says="With several customers at work, each message of one of them takes most of a second, and nothing else does.",
    breaks="PF-4.fair",
    replaces="support.reference.messages:Messages.say",
    caught_by={EQUAL: "nobody of them has to wait 3 times as long as somebody else"},
    at_times={EACH: "on a busy machine it shows in the average"},
)
def one_of_many_writes_slowly(say: Method, deviate: Deviate) -> Method:
    several = _Several()

    async def unfair(self: Any, connection: Any, thread: str, *message: Any) -> Any:
        crowded = several.came(thread) and self._storage._instance == "one"
        if crowded and several.at_work()[SEVERAL - 1] == thread:
            deviate()
            await asyncio.sleep(0.8)
        return await say(self, connection, thread, *message)

    return unfair
