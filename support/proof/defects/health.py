"""Servers that say they can serve when they cannot, or never again that they can."""

import asyncio
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

OUTAGE = "features/persistence/outage.feature::"
OVERCOME = OUTAGE + "An outage of storage is noticed, told and overcome"
UNREACHED = OVERCOME + "[Netra's storage cannot be reached-1 second]"
READ_ONLY = OVERCOME + "[Netra's storage only lets itself be read-1 second]"
FULL = OVERCOME + "[Netra's storage has no room left-1 second]"
QUICK = OUTAGE + "A failure of the quick store is noticed, and afterwards answers are kept ready again"
QUICK_STOPPED = QUICK + "[Netra's quick store is stopped]"
QUICK_READ_ONLY = QUICK + "[Netra's quick store only lets itself be read]"
NOTHING_TOLD = OUTAGE + "While storage is away nobody is told to have nothing"
LOST = "features/continuity/disaster.feature::Netra notices that its data are lost"
NOTICED = "Netra says within 30 seconds that it cannot serve"
WORK = "Ana and Ben can work again within 5 minutes"
SULKING = "a server that sulks since a failure before is not ready for the next one"


@defect(
    "health-says-yes-without-storage",
    says="A server goes on saying that it can serve while its storage is away.",
    breaks="BC-1.noticed",
    replaces="support.reference.storage:Storage.answers",
    caught_by={
        UNREACHED: NOTICED,
        NOTHING_TOLD: NOTICED,
        LOST: "Netra says within 2 minutes that it cannot serve",
    },
    never=True,
    also_red=also(
        "persistence/outage",
        "storage is away there, too",
        "An outage of storage is noticed, told and overcome",
        "After one failure Netra is ready for the next",
    )
    | also(
        "continuity/maintenance",
        "storage is away there, too",
        "After an outage maintenance can be announced as before",
    )
    | also("isolation/wrong_owner", "an outage has to be overcome first", "After an outage Netra goes on checking")
    | also(
        "live_updates/takeover",
        "an outage has to be overcome first",
        "A server that worked through an outage keeps its later work, too",
    ),
)
def health_says_yes_without_storage(answers: Method, deviate: Deviate) -> Method:
    async def hopeful(self: Any) -> bool:
        if not await answers(self):
            deviate()
        return True

    return hopeful


@defect(
    "health-asks-only-for-an-answer",
    says="A server says that it can serve although its storage keeps nothing, because it answers.",
    breaks="BC-1.noticed",
    replaces="support.reference.storage:Storage.answers",
    caught_by={READ_ONLY: NOTICED},
    never=True,
    also_red=also(
        "persistence/outage",
        "storage that has no room left answers and keeps nothing, too",
        "An outage of storage is noticed, told and overcome",
    ),
    at_night=True,
)
def health_asks_only_for_an_answer(answers: Method, deviate: Deviate) -> Method:
    async def easily_pleased(self: Any) -> bool:
        if await answers(self):
            return True
        try:
            async with asyncio.timeout(1.0):
                there = await self.row("SELECT 1") is not None
        except Exception:
            return False
        deviate()
        return there

    return easily_pleased


@defect(
    "health-passes-over-a-full-disk",
    says="A server says that it can serve although its storage has no room left, because it may write there.",
    breaks="BC-1.noticed",
    replaces="support.reference.storage:Storage.answers",
    caught_by={FULL: NOTICED},
    never=True,
    at_night=True,
)
def health_passes_over_a_full_disk(answers: Method, deviate: Deviate) -> Method:
    async def asking_for_leave(self: Any) -> bool:
        if await answers(self):
            return True
        try:
            async with asyncio.timeout(1.0):
                row = await self.row("SELECT current_setting('transaction_read_only') = 'off' AS leave")
        except Exception:
            return False
        if row["leave"]:
            deviate()
        return bool(row["leave"])

    return asking_for_leave


@defect(
    "health-hangs-without-storage",
    says="A server that is asked whether it can serve while storage is away never answers.",
    breaks="BC-1.noticed",
    replaces="support.reference.health:Health.ready",
    caught_by={UNREACHED: NOTICED, NOTHING_TOLD: NOTICED},
    never=True,
    also_red=also(
        "persistence/outage",
        "storage is away there, too",
        "An outage of storage is noticed, told and overcome",
        "After one failure Netra is ready for the next",
    )
    | also(
        "continuity/maintenance",
        "storage is away there, too",
        "After an outage maintenance can be announced as before",
    )
    | also("isolation/wrong_owner", "an outage has to be overcome first", "After an outage Netra goes on checking")
    | also(
        "live_updates/takeover",
        "an outage has to be overcome first",
        "A server that worked through an outage keeps its later work, too",
    )
    | also("continuity/disaster", "the same is kept or restored there, too", "Netra notices that its data are lost"),
    at_night=True,
)
def health_hangs_without_storage(ready: Method, deviate: Deviate) -> Method:
    async def mute(self: Any) -> Any:
        can_serve, words = await ready(self)
        if words["postgres"] != "ok":
            deviate()
            await asyncio.Event().wait()
        return can_serve, words

    return mute


@defect(
    "health-wavers-without-storage",
    says="A server that has said three times that it cannot serve says that it can, while storage is still away.",
    breaks="BC-1.noticed",
    replaces="support.reference.health:Health.ready",
    caught_by={UNREACHED: WORK},
    also_red=also(
        "persistence/outage",
        "storage is away there, too",
        "An outage of storage is noticed, told and overcome",
    ),
    at_times=also(
        "persistence/outage",
        "storage is away there, too, but may be back before it was asked about three times",
        "Two failures at once are overcome",
        "A failure during the recovery from another is overcome",
        "After one failure Netra is ready for the next",
    )
    | also(
        "continuity/maintenance",
        "storage is away there, too, but may be back before it was asked about three times",
        "After an outage maintenance can be announced as before",
    ),
    at_night=True,
)
def health_wavers_without_storage(ready: Method, deviate: Deviate) -> Method:
    refused: list[bool] = []

    async def wavering(self: Any) -> Any:
        can_serve, words = await ready(self)
        if words["postgres"] != "ok":
            refused.append(True)
            if len(refused) > 3:
                deviate()
                return True, words
        return can_serve, words

    return wavering


@defect(
    "health-never-says-yes-again",
    says="A server that had to say once that it cannot serve goes on saying so when everything is back.",
    breaks="BC-1.recovery",
    replaces="support.reference.health:Health.ready",
    caught_by={UNREACHED: WORK},
    never=True,
    also_red=also(
        "persistence/outage",
        "a store is away there for a while, too",
        "An outage of storage is noticed, told and overcome",
        "Customers go on working while something beside storage fails",
        "Two failures at once are overcome",
        "A failure during the recovery from another is overcome",
        "After one failure Netra is ready for the next",
    )
    | also(
        "continuity/maintenance",
        "a store is away there for a while, too",
        "After an outage maintenance can be announced as before",
    )
    | also("isolation/wrong_owner", "an outage has to be overcome first", "After an outage Netra goes on checking")
    | also(
        "live_updates/takeover",
        "an outage has to be overcome first",
        "A server that worked through an outage keeps its later work, too",
    ),
    at_times={
        **also("persistence/agree", SULKING, "A failure changes nothing of what was there"),
        **also("persistence/agree", SULKING, "An analysis that a failure interrupted leaves no contradiction"),
        **also("persistence/durable", SULKING, "A message that was confirmed an instant ago survives a crash"),
        **also(
            "persistence/kept_ready",
            SULKING,
            "Session, answer and recommendations can be read while storage is away",
            "The right answer comes although nothing that was kept ready can be reached",
        ),
        **also(
            "persistence/never_stale",
            SULKING,
            "A failure of the quick store brings nothing back that was replaced",
            "Whatever happens to the quick store, the figures are right",
            "A quick store that takes nothing more costs nobody a right figure",
        ),
        **also(
            "persistence/outage",
            SULKING,
            "A failure of the quick store is noticed, and afterwards answers are kept ready again",
        ),
    },
    at_night=True,
)
def health_never_says_yes_again(ready: Method, deviate: Deviate) -> Method:
    refused: list[bool] = []

    async def sulking(self: Any) -> Any:
        can_serve, words = await ready(self)
        if refused and can_serve:
            deviate()
            return False, words
        refused.extend([True] * (not can_serve))
        return can_serve, words

    return sulking


@defect(
    "health-passes-over-the-quick-store",
    says="A server says that it can serve although what is kept ready cannot be reached.",
    breaks="BC-1.noticed",
    replaces="support.reference.cache:Cache.answers",
    caught_by={QUICK_STOPPED: NOTICED},
    never=True,
    also_red=also(
        "persistence/outage",
        "the quick store is away there, too",
        "A failure of the quick store is noticed, and afterwards answers are kept ready again",
    ),
    at_night=True,
)
def health_passes_over_the_quick_store(answers: Method, deviate: Deviate) -> Method:
    return health_says_yes_without_storage(answers, deviate)


@defect(
    "health-asks-the-quick-store-only-for-an-answer",
    says="A server says that it can serve although its quick store keeps nothing, because it answers.",
    breaks="BC-1.noticed",
    replaces="support.reference.cache:Cache.answers",
    caught_by={QUICK_READ_ONLY: NOTICED},
    never=True,
    also_red=also(
        "persistence/outage",
        "a quick store that is full answers and keeps nothing, too",
        "A failure of the quick store is noticed, and afterwards answers are kept ready again",
    ),
)
def health_asks_the_quick_store_only_for_an_answer(answers: Method, deviate: Deviate) -> Method:
    async def easily_pleased(self: Any) -> bool:
        from support.reference.trouble import CacheAway

        if await answers(self):
            return True
        try:
            there = bool(await self.ask(lambda redis: redis.ping()))
        except CacheAway:
            return False
        deviate()
        return there

    return easily_pleased
