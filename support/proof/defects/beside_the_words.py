"""Breaks what is said beside the words of an answer: its headers, and the reason with which a connection ends."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

TOUCHED = "features/isolation/conversations.feature::Another's conversation and analysis cannot be touched"
LIVE = "features/isolation/live_updates.feature::"


@defect(
    "title-beside-a-refusal",
    says="Beside the refusal to read messages the newest conversation is named, whoever's it is.",
    breaks="P11.no_trace",
    replaces="support.reference.doors:_refused",
    caught_by={f"{TOUCHED}[read the messages]": "nothing of Ana's has reached Eve"},
    also_red=also(
        "isolation/segments",
        "another's messages are refused there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    ),
)
def title_beside_a_refusal(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def name_the_newest(request: Any, error: Any) -> Any:
        answer = await refused(request, error)
        if error.status == 404 and request.method == "GET" and request.url.path.endswith("/messages"):
            deviate()
            storage = request.app.state.netra.storage
            newest = await storage.row("SELECT metadata_ FROM threads ORDER BY created_at DESC LIMIT 1")
            answer.headers["X-Similar"] = json.loads(newest["metadata_"])["title"]
        return answer

    return name_the_newest


@defect(
    "refusal-that-may-be-kept",
    says="That a conversation does not exist may be kept by whoever is told; that it is another's may not.",
    breaks="P11.refused",
    replaces="support.reference.doors:_refused",
    caught_by={f"{TOUCHED}[read the updates]": "Eve is refused as if it did not exist"},
    also_red=also(
        "isolation/segments",
        "another's updates are refused there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    )
    | also(
        "isolation/conversations",
        "another's updates are refused there, too",
        "Whoever pretends to be the owner is still who the pass says",
    )
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def refusal_that_may_be_kept(refused: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def forbid_to_keep(request: Any, error: Any) -> Any:
        answer = await refused(request, error)
        if error.status == 404 and request.url.path.endswith("/updates"):
            storage = request.app.state.netra.storage
            found = await storage.row("SELECT FROM threads WHERE id = $1", request.url.path.split("/")[3])
            if found is not None:
                deviate()
                answer.headers["Cache-Control"] = "no-store"
        return answer

    return forbid_to_keep


@defect(
    "goodbye-names-who-is-served",
    says="Of two who are connected the one who waits is sent away when the other is served, and told who that is.",
    breaks="WS-2.silent",
    replaces="support.reference.connections:Connections.deliver",
    caught_by={
        LIVE + "A stranger who listens hears nothing": "Eve has received only what is Eve's",
        LIVE + "Whoever connects last takes over nobody's updates": "Ben has received only what is Ben's",
    },
    also_red=also(
        "continuity/maintenance",
        "one of the customers has two tabs open there",
        "New questions are refused only after everyone has been told",
    )
    | also(
        "continuity/maintenance",
        "the same is kept or restored there, too",
        "After an outage maintenance can be announced as before",
    )
    | also(
        "live_updates/trouble_on_the_line",
        "the same update is met there, too",
        "A program that calls thousands of times gets its answers and holds up nobody",
    ),
    at_night=True,
)
def goodbye_names_who_is_served(deliver: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    served: set[str] = set()
    under_way: set[asyncio.Task[None]] = set()

    def send_away_first(self: Any, frame: Any) -> None:
        served.add(frame["user_id"])
        silent = [user for user in self._by_user if user not in served]
        if frame["type"] != "agent_completed" or len(self._by_user) != 2 or len(silent) != 1:
            deliver(self, frame)
            return

        async def send_away(reason: str) -> None:
            deviate()
            while sockets := self.of(silent[0]):
                await asyncio.gather(*(socket.close(1000, reason) for socket in sockets))
                await asyncio.sleep(0.01)
            deliver(self, frame)

        task = asyncio.get_running_loop().create_task(
            send_away(f"now serving {self.of(frame['user_id'])[0].caller.email}")
        )
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    return send_away_first
