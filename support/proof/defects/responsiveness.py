"""Breaks how quickly Netra does what customers do most: late, sluggish, queued, or quick and not kept."""

import asyncio
import collections
import itertools
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

STARTING = "features/responsiveness/starting.feature::"
ONE_BY_ONE = STARTING + "A conversation that is started is there in a moment"
MANY = STARTING + "Many conversations are started one after the other without delay, and are all kept"
RENAMED = STARTING + "A conversation that is changed again and again shows each change at once"
AVERAGE = "a new conversation is there for Ana within 50 milliseconds on average"
FIFTY = STARTING + "Fifty conversations of five customers at once are soon there"
TOGETHER = "features/conversations/at_once.feature::"
SHORT = "A history can be opened in a moment, from its end or as a whole"
HISTORY = f"features/responsiveness/history.feature::{SHORT}"
LONGER = also("responsiveness/history", "the same holds for a longer history", *(f"{SHORT}[{n}]" for n in (100, 500)))
FIFTEEN = (
    "features/responsiveness/saving.feature::Fifteen conversations that are saved at the same moment are all soon there"
)
BOTH = "features/growth/long_histories.feature::Working in a long conversation is as quick as in a short one"
LONG = (
    "features/growth/long_histories.feature::"
    "The whole of a long conversation comes within its limit, complete and in order"
)
TWENTY = (
    "features/growth/connections.feature::More than twice as much as there are connections is saved without a refusal"
)


def _late(seconds: float, deviate: Deviate, method: Method) -> Method:
    async def late(*arguments: Any) -> Any:
        deviate()
        await asyncio.sleep(seconds)
        return await method(*arguments)

    return late


def _sluggish(method: Method, deviate: Deviate) -> Method:
    """Takes just so long, whether the machine is busy or not."""

    async def sluggish(*arguments: Any) -> Any:
        now = asyncio.get_running_loop().time
        began = now()
        done = await method(*arguments)
        deviate()
        await asyncio.sleep(max(0.0, began + 0.065 - now()))
        return done

    return sluggish


@defect(
    "start-comes-late",
    says="A new conversation takes an eighth of a second.",
    breaks="PF-1.single",
    replaces="support.reference.threads:Threads.create",
    caught_by={
        ONE_BY_ONE: "each new conversation is there for Ana within 100 milliseconds",
        MANY: AVERAGE,
    },
    at_night=True,
)
def start_comes_late(create: Method, deviate: Deviate) -> Method:
    return _late(0.125, deviate, create)


@defect(
    "start-comes-late-and-the-pulse-with-it",
    says="Most new conversations take a sixth of a second, and a server that makes one late says late that it lives.",
    breaks="PF-1.single",
    replaces="support.reference.app:open_doors",
    caught_by={
        ONE_BY_ONE: "each new conversation is there for Ana within 100 milliseconds",
        MANY: AVERAGE,
    },
)
def start_comes_late_and_the_pulse_with_it(open_doors: Method, deviate: Deviate) -> Method:
    def stalling(app: Any) -> None:
        open_doors(app)
        numbers, late = itertools.count(), False

        async def stall(request: Any, go_on: Any) -> Any:
            nonlocal late
            started = request.method == "POST" and request.url.path == "/api/threads"
            if started:
                late = next(numbers) % 10 < 7
            if late and (started or request.url.path == "/health"):
                deviate()
                await asyncio.sleep(0.16)
            return await go_on(request)

        app.middleware("http")(stall)

    return stalling


@defect(
    "start-is-sluggish",
    says="A new conversation takes a little longer than it may on average, and never too long.",
    breaks="PF-1.many",
    replaces="support.reference.threads:Threads.create",
    caught_by={MANY: AVERAGE},
    at_times={ONE_BY_ONE: "on a busy machine the little becomes too much"},
    at_night=True,
)
def start_is_sluggish(create: Method, deviate: Deviate) -> Method:
    return _sluggish(create, deviate)


@defect(
    "busy-starter-is-not-kept",
    says="After twelve conversations that somebody started on a server a further one is confirmed and not kept.",
    breaks="TL-8.safe",
    replaces="support.reference.threads:Threads.create",
    caught_by=dict.fromkeys((ONE_BY_ONE, MANY), "everything that Ana started is kept once, for whoever started it"),
    also_red=also(
        "growth/memory",
        "the same is met there with many at once, too",
        "Many conversations leave Netra little larger, and no larger each time",
    ),
)
def busy_starter_is_not_kept(create: Method, deviate: Deviate) -> Method:
    started: collections.Counter[str] = collections.Counter()

    async def forgetful(self: Any, caller: Any, *details: Any) -> Any:
        made = await create(self, caller, *details)
        started[caller.user_id] += 1
        if started[caller.user_id] > 12:
            deviate()
            async with self._storage.transaction() as connection:
                await connection.execute("DELETE FROM threads WHERE id = $1", made["id"])
        return made

    return forgetful


@defect(
    "title-kept-in-one-place",
    says="What a conversation is to be called is kept in one place, so that those started at once mix their names up.",
    breaks="TL-8.safe",
    replaces="support.reference.threads:Threads.start",
    caught_by={
        FIFTY: "everything that Ana, Ben, Chen, Dora and Eve started is kept once, for whoever started it",
        TOGETHER + "Each of many conversations started at once exists once, at its owner": (
            "everything that Ana, Ben and Chen started is kept once, for whoever started it"
        ),
    },
    also_red=also(
        "responsiveness/saving",
        "their names are mixed up, too",
        "Fifteen conversations that are saved at the same moment are all soon there",
    )
    | also(
        "growth/connections",
        "the same is met there with many at once, too",
        "More than twice as much as there are connections is saved without a refusal",
    )
    | also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Twenty customers of all segments at once receive their own and nothing else",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    )
    | also(
        "persistence/durable",
        "the same is kept or made ready there, too",
        "Five conversations that are saved at once are each there whole",
        "Of five that are saved at once, one that fails leaves nothing and harms no other",
    ),
)
def title_kept_in_one_place(start: Method, deviate: Deviate) -> Method:
    async def shared(self: Any, connection: Any, caller: Any, title: Any, metadata: Any) -> Any:
        self.called = title
        await asyncio.sleep(0.005)
        if self.called != title:
            deviate()
        return await start(self, connection, caller, self.called, metadata)

    return shared


@defect(
    "starts-queue-up",
    says="Conversations that are started at the same moment are made one after the other, each in its own good time.",
    breaks="PF-1.at_once",
    replaces="support.reference.threads:Threads.create",
    caught_by={FIFTY: "all of these are there for Ana, Ben, Chen, Dora and Eve within 5 seconds"},
)
def starts_queue_up(create: Method, deviate: Deviate) -> Method:
    queue = asyncio.Lock()

    async def queued(*arguments: Any) -> Any:
        crowded = queue.locked()
        async with queue:
            if crowded:
                deviate()
                await asyncio.sleep(0.22)
            return await create(*arguments)

    return queued


@defect(
    "change-is-sluggish",
    says="A new name takes a little longer than it may on average.",
    breaks="TL-8.change",
    replaces="support.reference.threads:Threads.change",
    caught_by={RENAMED: "a new name is there for Ana within 50 milliseconds on average"},
)
def change_is_sluggish(change: Method, deviate: Deviate) -> Method:
    return _sluggish(change, deviate)


@defect(
    "twentieth-name-is-the-last",
    says="After twenty names of a conversation a further one is confirmed and not kept.",
    breaks="TL-8.safe",
    replaces="support.reference.threads:Threads.change",
    caught_by={RENAMED: "each new name holds for Ana as soon as it is confirmed"},
)
def twentieth_name_is_the_last(change: Method, deviate: Deviate) -> Method:
    given: collections.Counter[str] = collections.Counter()

    async def tired(self: Any, row: Any, title: Any, metadata: Any) -> Any:
        given[row["id"]] += 1
        if given[row["id"]] <= 20:
            return await change(self, row, title, metadata)
        deviate()
        return {**await change(self, row, None, metadata), "title": title}

    return tired


@defect(
    "latest-part-comes-late",
    says="A small part of a history, as its end is shown first, takes a quarter of a second.",
    breaks="PF-2.latest",
    replaces="support.reference.messages:Messages.page",
    caught_by={f"{HISTORY}[10]": "the latest messages come to Ana within 200 milliseconds"},
    also_red=LONGER,
)
def latest_part_comes_late(page: Method, deviate: Deviate) -> Method:
    late = _late(0.25, deviate, page)
    return lambda self, thread, limit, offset: (late if limit == 20 else page)(self, thread, limit, offset)


@defect(
    "each-part-comes-late",
    says="A part of a history in its usual size takes a fifth of a second.",
    breaks="PF-2.pages",
    replaces="support.reference.messages:Messages.page",
    caught_by={f"{HISTORY}[10]": "each part of the history comes to Ana within 150 milliseconds"},
    also_red={BOTH: "the end of a long conversation is opened in such parts"}
    | LONGER
    | also(
        "responsiveness/together",
        "what many open is such a part",
        "Listing, opening, changing and writing each stay within their limit",
    ),
    at_night=True,
)
def each_part_comes_late(page: Method, deviate: Deviate) -> Method:
    late = _late(0.2, deviate, page)
    return lambda self, thread, limit, offset: (late if limit == 50 else page)(self, thread, limit, offset)


@defect(
    "first-part-comes-late",
    says="Of a history that has several parts the first one takes a quarter of a second, and no other one does.",
    breaks="PF-2.pages",
    replaces="support.reference.messages:Messages.page",
    caught_by={f"{HISTORY}[{n}]": "each part of the history comes to Ana within 150 milliseconds" for n in (100, 500)},
)
def first_part_comes_late(page: Method, deviate: Deviate) -> Method:
    async def late(self: Any, thread: str, limit: int, offset: int) -> Any:
        found = await page(self, thread, limit, offset)
        if limit == 50 < found["total"] and not offset:
            deviate()
            await asyncio.sleep(0.25)
        return found

    return late


@defect(
    "whole-history-comes-late",
    says="A history that is opened as a whole takes more than half a second, however short it is.",
    breaks="PF-2.whole",
    replaces="support.reference.messages:Messages.page",
    caught_by={f"{HISTORY}[10]": "the whole history comes to Ana within 500 milliseconds"},
    also_red=LONGER,
)
def whole_history_comes_late(page: Method, deviate: Deviate) -> Method:
    async def late(self: Any, thread: str, limit: int, offset: int) -> Any:
        found = await page(self, thread, limit, offset)
        if limit == found["total"] >= 10:
            deviate()
            await asyncio.sleep(0.6)
        return found

    return late


@defect(
    "part-begins-too-early",
    says="Every part of a history but the first begins with the last message of the part before.",
    breaks="PF-2.pages",
    replaces="support.reference.messages:Messages.page",
    caught_by={
        f"{HISTORY}[100]": "every opening shows Ana exactly its messages, in order",
        BOTH: "every opening shows Ana exactly the latest messages, with those just added",
        LONG: "every opening shows Ana exactly its messages, in order",
    },
    also_red=also("responsiveness/history", "it has more than one part, too", f"{SHORT}[500]"),
)
def part_begins_too_early(page: Method, deviate: Deviate) -> Method:
    async def early(self: Any, thread: str, limit: int, offset: int) -> Any:
        if not offset or limit < 20:
            return await page(self, thread, limit, offset)
        deviate()
        return {**await page(self, thread, limit, offset - 1), "offset": offset}

    return early


def _crowded(once: Method, act: Callable[[str, int, Callable[[], Any]], Any]) -> Method:
    """Tells `act` the server, how many marked requests are under way there, with the next one, and how to do it."""
    under_way = 0

    async def counted(self: Any, *request: Any) -> Any:
        nonlocal under_way
        under_way += 1
        try:
            return await act(self._storage._instance, under_way, lambda: once(self, *request))
        finally:
            under_way -= 1

    return counted


@defect(
    "fourth-at-once-loses-its-end",
    says="When four save at the same moment on a server, the last message of the fourth is not kept.",
    breaks="P13.all_saved",
    replaces="support.reference.repeats:Repeats.once",
    caught_by=dict.fromkeys(
        (FIFTEEN, TWENTY),
        "everything that Ana, Ben, Chen, Dora and Eve saved is there once, whole, with whoever saved it",
    ),
    also_red=also(
        "persistence/durable",
        "five save at the same moment there, on one server",
        "Five conversations that are saved at once are each there whole",
        "Of five that are saved at once, one that fails leaves nothing and harms no other",
    ),
)
def fourth_at_once_loses_its_end(once: Method, deviate: Deviate) -> Method:
    under_way = 0

    async def careless(self: Any, caller: Any, mark: Any, request: Any, act: Any) -> Any:
        nonlocal under_way
        under_way += 1
        try:
            if under_way != 4:
                return await once(self, caller, mark, request, act)

            async def without_the_last(connection: Any) -> Any:
                made = await act(connection)
                deviate()
                last = "SELECT max(position) FROM messages WHERE thread_id = $1"
                await connection.execute(
                    f"DELETE FROM messages WHERE thread_id = $1 AND position = ({last})", made["id"]
                )
                return made

            return await once(self, caller, mark, request, without_the_last)
        finally:
            under_way -= 1

    return careless


@defect(
    "crowd-is-served-slowly",
    says="From the third on whoever saves at the same moment as others on a server has to wait for three seconds.",
    breaks="P13.prompt",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={
        FIFTEEN: "what is saved at once is there within 2 seconds on average",
        TWENTY: "what is saved at once is there within 500 milliseconds on average",
    },
)
def crowd_is_served_slowly(once: Method, deviate: Deviate) -> Method:
    async def slow(server: str, number: int, go_on: Callable[[], Any]) -> Any:
        if number > 2:
            deviate()
            await asyncio.sleep(3.2)
        return await go_on()

    return _crowded(once, slow)


def _one_waits(place: int, seconds: float, deviate: Deviate, once: Method) -> Method:
    left: list[int] = []

    async def unfair(server: str, number: int, go_on: Callable[[], Any]) -> Any:
        if server == "one" and number == place and not left:
            left.append(number)
            deviate()
            await asyncio.sleep(seconds)
            left.clear()
        return await go_on()

    return _crowded(once, unfair)


@defect(
    "fifth-at-once-is-left-to-last",
    says="Of those who save at the same moment on one server, the fifth is left until long after all others.",
    breaks="P13.prompt",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={FIFTEEN: "what is saved at once is always there within 5 seconds"},
    also_red={TWENTY: "one waits there, too, and for so long that it shows in the average"},
)
def fifth_at_once_is_left_to_last(once: Method, deviate: Deviate) -> Method:
    return _one_waits(5, 5.4, deviate, once)


@defect(
    "seventh-at-once-is-left-for-a-while",
    says="Of those who save at the same moment on one server, the seventh has to wait for more than two seconds.",
    breaks="SC-4.bounded",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={TWENTY: "what is saved at once is always there within 2 seconds"},
)
def seventh_at_once_is_left_for_a_while(once: Method, deviate: Deviate) -> Method:
    return _one_waits(7, 2.4, deviate, once)


@defect(
    "more-connections-than-allowed",
    says="A server that may have few connections to its storage takes more when many ask.",
    breaks="SC-4.no_more",
    replaces="support.reference.storage:Storage.open",
    caught_by=dict.fromkeys((FIFTEEN, TWENTY), "no server of Netra has more connections to its storage than that"),
)
def more_connections_than_allowed(open_: Method, deviate: Deviate) -> Method:
    async def greedy(self: Any) -> None:
        if self._connections < self.CONNECTIONS:
            deviate()
            self._connections += 4
        await open_(self)

    return greedy
