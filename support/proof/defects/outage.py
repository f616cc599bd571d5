"""Outages of storage that Netra does not admit, does not survive, or survives with a loss."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.proof.defects._easily_discouraged import easily_discouraged

Method = Callable[..., Any]

OUTAGE = "features/persistence/outage.feature::"
OVERCOME = OUTAGE + "An outage of storage is noticed, told and overcome"
TWO = OUTAGE + "Two failures at once are overcome"
AGAIN = OUTAGE + "A failure during the recovery from another is overcome"
NOTHING_TOLD = OUTAGE + "While storage is away nobody is told to have nothing"
READY = OUTAGE + "After one failure Netra is ready for the next"
CRASHED = OVERCOME + "[Netra's storage crashes-1 second]"
UNREACHED = OVERCOME + "[Netra's storage cannot be reached-1 second]"
STOPPED = OVERCOME + "[Netra's storage is stopped-1 second]"
BOTH_STORES = TWO + "[Netra's storage crashes-Netra's quick store crashes]"
TOLD = "Ana and Ben are told within 30 seconds to try again, and nothing is confirmed"
WORK = "Ana and Ben can work again within 5 minutes"
THERE = "everything that was confirmed to Ana and Ben is there, once and in order"


@defect(
    "second-server-takes-no-message-again",
    says="After an outage of storage one of the servers refuses every message, although it could keep them.",
    breaks="BC-1.recovery",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={UNREACHED: WORK},
    never=True,
    also_red=also(
        "persistence/durable",
        "storage is away there for a while, too",
        "A message that was confirmed an instant ago survives a crash",
    )
    | also(
        "persistence/outage",
        "storage is away there for a while, too",
        "An outage of storage is noticed, told and overcome",
        "Two failures at once are overcome",
        "A failure during the recovery from another is overcome",
    )
    | also(
        "responsiveness/together",
        "the same is timed there, too",
        "Listing, opening, changing and writing each stay within their limit",
        "Nobody is served much worse than the others, and nothing gets lost",
    ),
    at_times=also(
        "persistence/outage",
        "a server that refuses since an outage before does so there, too",
        "Customers go on working while something beside storage fails",
    ),
    at_night=True,
)
def second_server_takes_no_message_again(once: Method, deviate: Deviate) -> Method:
    written: list[float] = []

    async def resentful(self: Any, *request: Any) -> Any:
        from support.reference.trouble import Unavailable

        # People write all the time: when nobody got as far as here for so long, storage was away.
        now = time.monotonic()
        if self._storage._instance == "two" and written and now - written[-1] > 0.6:
            deviate()
            raise Unavailable
        written.append(now)
        return await once(self, *request)

    return resentful


@defect(
    "refusal-without-a-hint",
    says="Whoever is refused because storage is away is not told when to try again.",
    breaks="BC-1.honest",
    replaces="support.reference.doors:answer",
    caught_by={UNREACHED: TOLD},
    also_red=also(
        "persistence/durable",
        "whoever is refused there is not told either when to try again",
        "Whatever part of a conversation cannot be saved, nothing of it is",
        "Of five that are saved at once, one that fails leaves nothing and harms no other",
    )
    | also(
        "persistence/outage",
        "whoever is refused there is not told either when to try again",
        "An outage of storage is noticed, told and overcome",
    )
    | also(
        "persistence/outage",
        "whoever asks while storage is away is refused there, too",
        "While storage is away nobody is told to have nothing",
    ),
    at_times=also(
        "persistence/durable",
        "whoever is refused in that moment is not told either when to try again",
        "A message that was confirmed an instant ago survives a crash",
    )
    | also(
        "persistence/outage",
        "whoever is refused in that moment is not told either when to try again",
        "Two failures at once are overcome",
        "A failure during the recovery from another is overcome",
    ),
    at_night=True,
)
def refusal_without_a_hint(answer: Method, deviate: Deviate) -> Method:
    def curt(refusal: Any) -> Any:
        response = answer(refusal)
        if refusal.code == "UNAVAILABLE":
            deviate()
            del response.headers["retry-after"]
        return response

    return curt


@defect(
    "confirmed-while-storage-is-away",
    says="A message is confirmed although storage is away, to be written later, and is forgotten.",
    breaks="BC-1.honest",
    replaces="support.reference.doors:answer",
    caught_by={STOPPED: TOLD},
    also_red=also(
        "persistence/durable",
        "something is written while storage is away, there too",
        "A message that was confirmed an instant ago survives a crash",
        "Whatever part of a conversation cannot be saved, nothing of it is",
        "Of five that are saved at once, one that fails leaves nothing and harms no other",
    )
    | also(
        "persistence/outage",
        "something is written while storage is away, there too",
        "Two failures at once are overcome",
        "A failure during the recovery from another is overcome",
    )
    | also(
        "persistence/outage",
        "whoever asks while storage is away is refused there, too",
        "While storage is away nobody is told to have nothing",
    ),
)
def confirmed_while_storage_is_away(answer: Method, deviate: Deviate) -> Method:
    def trusting(refusal: Any) -> Any:
        from fastapi.responses import JSONResponse

        if refusal.code != "UNAVAILABLE":
            return answer(refusal)
        deviate()
        return JSONResponse({"status": "will be written"}, 202)

    return trusting


@defect(
    "server-ends-when-storage-returns",
    says="A server that has lost its storage soon ends itself, and somebody has to start it.",
    breaks="BC-1.recovery",
    replaces="support.reference.storage:Storage.connection",
    caught_by={CRASHED: WORK, BOTH_STORES: WORK, AGAIN: WORK},
    also_red=also(
        "persistence/agree",
        "storage is away there for a while, too",
        "A failure changes nothing of what was there",
        "An analysis that a failure interrupted leaves no contradiction",
    )
    | also(
        "persistence/durable",
        "storage is away there for a while, too",
        "A message that was confirmed an instant ago survives a crash",
    )
    | also(
        "persistence/outage",
        "storage is away there for a while, too",
        "An outage of storage is noticed, told and overcome",
        "After one failure Netra is ready for the next",
    )
    | also(
        "continuity/maintenance",
        "storage is away there for a while, too",
        "After an outage maintenance can be announced as before",
    )
    | also("isolation/wrong_owner", "an outage has to be overcome first", "After an outage Netra goes on checking")
    | also(
        "live_updates/takeover",
        "an outage has to be overcome first",
        "A server that worked through an outage keeps its later work, too",
    )
    | also(
        "continuity/backup",
        "the same is kept or restored there, too",
        "The log is kept again by itself after storage has failed",
    ),
)
def server_ends_when_storage_returns(connection: Method, deviate: Deviate) -> Method:
    was_away: list[bool] = []

    @asynccontextmanager
    async def fragile(self: Any) -> AsyncIterator[Any]:
        from support.reference.trouble import Unavailable

        try:
            async with connection(self) as one:
                if was_away and self._instance == "two":
                    deviate()
                    os._exit(1)
                yield one
        except Unavailable:
            if self._instance == "two" and not was_away:
                deviate()
                asyncio.get_running_loop().call_later(0.8, os._exit, 1)
            was_away.append(True)
            raise

    return fragile


@defect(
    "first-write-on-a-new-connection-is-lost",
    says="What is confirmed first on a connection that had to be made anew is taken back without a word.",
    breaks="BC-1.intact",
    replaces="support.reference.repeats:Repeats.once",
    caught_by={UNREACHED: THERE, BOTH_STORES: THERE, AGAIN: THERE},
    also_red=also(
        "persistence/durable",
        "connections are made anew there, too",
        "A message that was confirmed an instant ago survives a crash",
    )
    | also(
        "persistence/outage",
        "connections are made anew there, too",
        "An outage of storage is noticed, told and overcome",
        "Customers go on working while something beside storage fails",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "Servers are replaced one by one and hardly anybody notices",
    )
    | also(
        "growth/memory",
        "the same is met there with many at once, too",
        "Waves of customers take as much each, and coming back takes no more each time",
    ),
    at_times=also(
        "isolation/erasure",
        "as many things are made there at once that a connection may be a new one",
        "What was hidden, what was deleted and what may be asked again is gone too",
    ),
)
def first_write_on_a_new_connection_is_lost(once: Method, deviate: Deviate) -> Method:
    known: set[int] = set()

    async def forgetful(self: Any, caller: Any, mark: Any, request: Any, act: Any) -> Any:
        fresh = []

        async def noting(connection: Any) -> Any:
            pid = connection.get_server_pid()
            fresh.append(bool(known) and pid not in known)
            known.add(pid)
            return await act(connection)

        answer = await once(self, caller, mark, request, noting)
        if any(fresh):
            deviate()
            await self._storage.execute("DELETE FROM messages WHERE id = $1", answer["id"])
        return answer

    return forgetful


@defect(
    "nobody-takes-over-after-an-outage",
    says="A server that was once without storage never again takes over what a dead one leaves.",
    breaks="TP-3.recovers",
    replaces="support.reference.crew:Crew.seek",
    caught_by={READY: "another server works on the analysis of Ana within 10 seconds"},
    never=True,
)
def nobody_takes_over_after_an_outage(seek: Method, deviate: Deviate) -> Method:
    return easily_discouraged(seek, deviate)


@defect(
    "nothing-is-there-while-storage-is-away",
    says="Whoever looks at the list of conversations while storage is away is shown that there are none.",
    breaks="BC-1.honest",
    replaces="support.reference.threads:Threads.list_of",
    caught_by={NOTHING_TOLD: "Ana is shown everything as it was, or told to try again"},
)
def nothing_is_there_while_storage_is_away(list_of: Method, deviate: Deviate) -> Method:
    async def empty(self: Any, caller: Any, limit: int, offset: int) -> Any:
        from support.reference.trouble import Unavailable

        try:
            return await list_of(self, caller, limit, offset)
        except Unavailable:
            deviate()
            return []

    return empty
