"""Breaks how Netra bears more work: memory that is kept for ever, connections that are never given back."""

import collections
import itertools
from collections.abc import Callable
from time import monotonic
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

LARGER = "features/growth/memory.feature::Many conversations leave Netra little larger, and no larger each time"
WAVES = "features/growth/memory.feature::Waves of customers take as much each, and coming back takes no more each time"
PIECES = 5
STILL = 0.3
"""Seconds that a statement takes when storage stands still, and hardly otherwise."""
GIVEN_UP = "features/growth/connections.feature::Requests that were given up leave every connection free"


def _hoarding(size: int, deviate: Deviate, create: Method) -> Method:
    hoard: list[bytes] = []
    numbers = itertools.count(1)

    async def hoarding(*arguments: Any) -> Any:
        # In large pieces, which the system gives for themselves: none of them finds room in what was freed before.
        if next(numbers) % PIECES == 0:
            deviate()
            hoard.append(b"x" * (size * PIECES))
        return await create(*arguments)

    return hoarding


@defect(
    "each-conversation-takes-much-memory",
    says="For each conversation that is started a third of a megabyte stays in memory.",
    breaks="PF-5.modest",
    replaces="support.reference.threads:Threads.create",
    caught_by={LARGER: "each server of Netra has grown by less than 0.1 MB for each conversation of Ana"},
    also_red={WAVES: "each of those who come starts a conversation"},
)
def each_conversation_takes_much_memory(create: Method, deviate: Deviate) -> Method:
    return _hoarding(350_000, deviate, create)


@defect(
    "memory-grows-with-every-round",
    says="For each conversation that is started a little stays in memory, for ever.",
    breaks="PF-5.returned",
    replaces="support.reference.threads:Threads.create",
    caught_by={LARGER: "in the last round of Ana no server of Netra has grown by 1 MB or more"},
    at_times={WAVES: "with what a connection takes, a little for each conversation may be too much for a customer"},
)
def memory_grows_with_every_round(create: Method, deviate: Deviate) -> Method:
    return _hoarding(75_000, deviate, create)


@defect(
    "connection-of-a-slow-statement-is-lost",
    says="Over few connections, one is never given back when storage let somebody wait.",
    breaks="SC-4.none_leaked",
    replaces="support.reference.storage:Storage.row",
    caught_by={GIVEN_UP: "each of 12 further requests of Ana is answered within 2 seconds"},
    also_red=also(
        "growth/connections",
        "the servers are the same, and have no connection left",
        "More than twice as much as there are connections is saved without a refusal",
    ),
)
def connection_of_a_slow_statement_is_lost(row: Method, deviate: Deviate) -> Method:
    async def losing(self: Any, *statement: Any) -> Any:
        began = monotonic()
        found = await row(self, *statement)
        if self._connections < self.CONNECTIONS and monotonic() - began > STILL:
            deviate()
            await self._pool.acquire()
        return found

    return losing


@defect(
    "each-who-comes-takes-much-memory",
    says="For each customer who connects a third of a megabyte stays in memory.",
    breaks="SC-3.proportion",
    replaces="support.reference.sockets:Socket.welcome",
    caught_by={WAVES: "each server of Netra has grown by less than 0.1 MB for each of these customers"},
)
def each_who_comes_takes_much_memory(welcome: Method, deviate: Deviate) -> Method:
    return _hoarding(350_000, deviate, welcome)


@defect(
    "last-wave-takes-more-memory",
    says="Whoever comes when many are there already takes more memory than those who came before.",
    breaks="SC-3.proportion",
    replaces="support.reference.sockets:Socket.welcome",
    caught_by={WAVES: "the last wave has not taken 2 times as much memory as those before it"},
)
def last_wave_takes_more_memory(welcome: Method, deviate: Deviate) -> Method:
    return _for_some_who_come(welcome, deviate, lambda times, people: times == 1 and people > 45)


@defect(
    "who-comes-back-takes-memory-again",
    says="Whoever comes back takes memory once more, and what was taken before is never given back.",
    breaks="SC-3.returned",
    replaces="support.reference.sockets:Socket.welcome",
    caught_by={WAVES: "the last time that all of them came back no server of Netra has grown by 1 MB or more"},
)
def who_comes_back_takes_memory_again(welcome: Method, deviate: Deviate) -> Method:
    return _for_some_who_come(welcome, deviate, lambda times, people: times > 1)


def _for_some_who_come(welcome: Method, deviate: Deviate, whom: Callable[[int, int], bool]) -> Method:
    """Memory is kept for those of whom `whom` says so, told how often they have come and how many there are."""
    came: collections.Counter[str] = collections.Counter()
    hoarding = _hoarding(150_000, deviate, welcome)

    async def welcomed(self: Any) -> None:
        came[self.caller.user_id] += 1
        some = whom(came[self.caller.user_id], len(came))
        await (hoarding if some else welcome)(self)

    return welcomed
