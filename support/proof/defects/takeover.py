"""Breaks the hold of a living server on its work, and its patience."""

import asyncio
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect
from support.proof.defects._easily_discouraged import easily_discouraged

Method = Callable[..., Any]

HERE = "features/live_updates/takeover.feature::"
LONG = HERE + "Work that takes long is not taken over from a server that lives"
AFTERWARDS = HERE + "A server that worked through an outage keeps its later work, too"
NOTHING_TWICE = HERE + "A takeover announces nothing twice, and the answer is whole"
COMPLETED = "Ana sees the analysis completed within 10 seconds"
COMPLETED_LATER = "Ben sees the analysis completed within 10 seconds"


@defect(
    "work-is-held-for-a-moment-only",
    says="A server's hold on its work lasts two seconds and is not renewed, so that others take long work over.",
    breaks="TL-7.takeover",
    replaces="support.reference.claims:Claims.renew",
    caught_by={LONG: COMPLETED, AFTERWARDS: COMPLETED_LATER},
    also_red=also(
        "golden_path/timeout", "the same update or end is met there, too", "A retry goes on from what was found"
    ),
    never=True,
)
def work_is_held_for_a_moment_only(renew: Method, deviate: Deviate) -> Method:
    async def believe(self: Any, holds: Any) -> set[str]:
        deviate()
        return {hold.run_id for hold in holds}

    return believe


@defect(
    "no-hold-is-renewed-after-an-outage",
    says="A server that could once not renew its hold on its work never renews any again.",
    breaks="TP-3.recovers",
    replaces="support.reference.crew:Crew.renew",
    caught_by={AFTERWARDS: COMPLETED_LATER},
    never=True,
    at_night=True,
)
def no_hold_is_renewed_after_an_outage(renew: Method, deviate: Deviate) -> Method:
    return easily_discouraged(renew, deviate)


@defect(
    "slow-bill-is-asked-for-twice",
    says="A bill that does not come within three and a half seconds is asked for a second time, beside the first.",
    breaks="TL-7.takeover",
    replaces="support.reference.outside:Bills.fetch",
    caught_by={
        LONG: "Google Cloud billing was asked once for Ana",
        AFTERWARDS: "Google Cloud billing was asked once for Ben",
    },
)
def slow_bill_is_asked_for_twice(fetch: Method, deviate: Deviate) -> Method:
    async def impatient(self: Any, cloud: str, account: str) -> Any:
        first = asyncio.create_task(fetch(self, cloud, account))
        asked = [first]
        try:
            await asyncio.wait(asked, timeout=3.5)
            if not first.done():
                deviate()
                asked.append(asyncio.create_task(fetch(self, cloud, account)))
            come, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            return come.pop().result()
        finally:
            for one in asked:
                one.cancel()

    return impatient


@defect(
    "takeover-thinks-aloud-once-more",
    says="A server that takes an analysis over tells once more, under a new number, which agent begins to think.",
    breaks="TL-7.takeover",
    replaces="support.reference.analyses:Analyses.announce",
    caught_by={NOTHING_TWICE: "Ana sees every missed update once and in order, within 10 seconds"},
    also_red=also(
        "live_updates/takeover",
        "the same takeover, and the guard sees what is wrong with it",
        "The step that was reached and what was found are still there after a crash",
        "Whoever takes over knows what was said before",
        "When every server dies, the work goes on as soon as Netra is up again",
        "A server that froze and wakes up late changes nothing",
    )
    | also(
        "continuity/disaster",
        "the same is kept or restored there, too",
        "What was under way when everything was lost is finished",
    )
    | also(
        "golden_path/exits_that_meet",
        "the same update or end is met there, too",
        "The server dies and another one finishes",
    )
    | also(
        "golden_path/service_shutdown",
        "the same update or end is met there, too",
        "Another server takes over when one dies",
    )
    | also(
        "isolation/many_at_once",
        "the same is met there among several, too",
        "Scarce connections and a dead server lose nothing and mix nothing up",
    )
    | also(
        "persistence/outage",
        "the same is kept or made ready there, too",
        "After one failure Netra is ready for the next",
    ),
    at_night=True,
)
def takeover_thinks_aloud_once_more(announce: Method, deviate: Deviate) -> Method:
    async def think_aloud(self: Any, hold: Any, step: str, drafts: Any) -> Any:
        told = await announce(self, hold, step, drafts)
        thinking = [] if told else [draft for draft in drafts if draft.type == "agent_thinking"]
        if not thinking:
            return told
        deviate()
        async with self.guarded(hold) as connection:
            return await self._store(connection, hold, thinking)

    return think_aloud
