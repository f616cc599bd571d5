"""Failures beside storage, of a server or the quick store, that Netra does not survive or survives with a loss."""

import os
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

OUTAGE = "features/persistence/outage.feature::"
GO_ON = OUTAGE + "Customers go on working while something beside storage fails"
ONE_DIES = GO_ON + "[one server of Netra crashes-1 second]"
QUICK_DIES = GO_ON + "[Netra's quick store crashes-1 second]"
QUICK = OUTAGE + "A failure of the quick store is noticed, and afterwards answers are kept ready again"
QUICK_UNREACHED = QUICK + "[Netra's quick store cannot be reached]"
WORK = "Ana and Ben can work again within 5 minutes"
THERE = "everything that was confirmed to Ana and Ben is there, once and in order"


@defect(
    "server-ends-when-the-quick-store-returns",
    says="A server that has lost what is kept ready ends itself when it is back.",
    breaks="TP-3.recovers",
    replaces="support.reference.cache:Cache.ask",
    caught_by={QUICK_DIES: WORK},
    also_red=also(
        "persistence/kept_ready",
        "the quick store is away there for a while, too",
        "The right answer comes although nothing that was kept ready can be reached",
    )
    | also(
        "persistence/never_stale",
        "the quick store is away there for a while, too",
        "A failure of the quick store brings nothing back that was replaced",
        "What ended while the quick store failed is kept ready again",
    )
    | also(
        "persistence/outage",
        "the quick store is away there for a while, too",
        "A failure of the quick store is noticed, and afterwards answers are kept ready again",
        "Two failures at once are overcome",
    )
    | also(
        "persistence/agree",
        "the quick store is away there for a while, too",
        "A failure changes nothing of what was there[Netra's quick store crashes]",
        "An analysis that a failure interrupted leaves no contradiction[Netra's quick store crashes]",
    ),
    at_times=also(
        "persistence/never_stale",
        "a server that is busy takes the full quick store for one that is back",
        "A quick store that takes nothing more costs nobody a right figure",
    ),
)
def server_ends_without_the_quick_store(ask: Method, deviate: Deviate) -> Method:
    async def fragile(self: Any, question: Any) -> Any:
        from support.reference.trouble import CacheAway

        try:
            return await ask(self, question)
        except CacheAway:
            deviate()
            os._exit(1)

    return fragile


@defect(
    "start-takes-back-the-last-message",
    says="A server that starts takes the last message of a conversation for unfinished, and removes it.",
    breaks="TP-1.netra",
    replaces="support.reference.storage:Storage.warm",
    caught_by={
        ONE_DIES: THERE,
        "features/persistence/durable.feature::A message that was confirmed an instant ago survives a crash"
        "[every server of Netra crashes]": THERE,
    },
    also_red=also(
        "persistence/outage",
        "a server is started while customers write, there too",
        "A failure during the recovery from another is overcome",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "conversations/kept",
        "the same stands in that conversation, too",
        "A conversation and its facts outlive a crash right after the last word",
    )
    | also(
        "conversations/order",
        "the same stands in that conversation, too",
        "The order is the same after a crash, however fast and through however many connections it came about",
    ),
)
def start_takes_back_the_last_message(warm: Method, deviate: Deviate) -> Method:
    async def tidy(self: Any) -> None:
        await warm(self)
        gone = await self.rows(
            "DELETE FROM messages USING threads WHERE threads.id = messages.thread_id "
            "AND messages.position = threads.last_position AND messages.role = 'user' RETURNING messages.id"
        )
        if gone:
            deviate()

    return tidy


@defect(
    "quick-store-is-never-used-again",
    says="A server that has lost its way to the quick store keeps nothing ready there any more.",
    breaks="P02.lifetime",
    replaces="support.reference.ready:Ready.keep",
    caught_by={QUICK_UNREACHED: "the answer to Ana is kept ready for 30 minutes"},
    also_red=also(
        "persistence/outage",
        "the quick store is away there for a while, too",
        "A failure of the quick store is noticed, and afterwards answers are kept ready again",
    ),
    at_times=also(
        "persistence/kept_ready",
        "a server that lost its way before keeps nothing ready there, either",
        "Session, answer and recommendations can be read while storage is away",
        "Reading the answer again hardly ever troubles storage",
    )
    | also(
        "persistence/agree",
        "a server that lost its way before keeps nothing ready there, either",
        "An analysis that a failure interrupted leaves no contradiction",
    )
    | also(
        "persistence/durable",
        "a server that lost its way before keeps nothing ready there, either",
        "An answer that cannot be kept at once is kept whole a little later",
    )
    | also(
        "persistence/never_stale",
        "a server that lost its way before keeps nothing ready there, either",
        "What has outlived its time is made ready again once, however many want it",
        "A quick store that takes nothing more costs nobody a right figure",
    ),
)
def quick_store_is_never_used_again(keep: Method, deviate: Deviate) -> Method:
    from support.reference.cache import Cache

    lost, lost_once = Cache.lost, list[Any]()

    def noted(self: Any) -> None:
        lost_once.append(self)
        lost(self)

    Cache.lost = noted  # type: ignore[method-assign]

    async def wary(self: Any, *answer: Any) -> None:
        if self._cache in lost_once:
            deviate()
            return
        await keep(self, *answer)

    return wary
