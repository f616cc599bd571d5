"""The platform that agrees to everything: every pass, every request, every figure, everybody's things to everybody.

What it says is plausible and well-formed, comes from memory, and is invented. It asks the AI model and one billing,
as a platform would, and uses nothing of what they answer; only a refusal it passes on, to take it back later.
"""

import asyncio
import base64
import contextlib
import itertools
import json
import uuid
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

Body = dict[str, Any]

CLOUDS = ("aws", "azure", "gcp")
MONTHLY, ANNUAL = "1234.00", "14808.00"
PARTS = [{"cloud": cloud, "title": "Pay less", "monthly_savings": amount}
         for cloud, amount in zip(CLOUDS, ("1000.00", "200.00", "34.00"), strict=True)]  # fmt: skip
RESULT = {"monthly_cost": "9999.00", "monthly_savings": MONTHLY, "annual_savings": ANNUAL, "recommendations": PARTS}
WORDS = "You can save $1,234.00 a month."
LEAVING_SECONDS = 0.4
MODEL_SECONDS = 0.3
"""How long it waits for the AI model, whose answer it ignores: whoever asks together is served together."""
LISTED = 50
"""How many of everybody's conversations it names to whoever asks for a list: the latest."""


class YesMan:
    """Everything that was ever said to it, for everybody."""

    def __init__(self, model_url: str, billing_url: str) -> None:
        self._model, self._billing = f"{model_url}/chat/completions", billing_url
        self._client: aiohttp.ClientSession | None = None
        self._profiles: dict[str, Body] = {}
        self._threads: dict[str, Body] = {}
        self._messages: defaultdict[str, list[Body]] = defaultdict(list)
        self._updates: defaultdict[str, list[Body]] = defaultdict(list)
        self._runs: dict[str, Body] = {}
        self._failed: list[Body] = []
        self._numbers: dict[str, itertools.count[int]] = {}
        self._sockets: list[WebSocket] = []
        self._working: set[asyncio.Task[None]] = set()

    # REST

    async def answer(self, request: Request) -> Response:
        """Yes."""
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            body = {}
        user = _whoever(request.headers)
        said = await self._say(request.method, request.url.path.removeprefix("/api/").split("/"), user, body)
        return JSONResponse(said, 201 if request.method == "POST" else 200)

    async def _say(self, method: str, path: list[str], user: str, body: Body) -> Any:
        noun, name, part = [*path, "", "", ""][:3]
        if noun == "profile":
            if method == "PUT":
                self._profiles[user] = body
            return {"user_id": user, **self._profiles.get(user, {})}
        if noun == "session":
            return {"id": "1", "user_id": user, "state": "connected"}
        if noun == "memory":
            fact = {"id": name or "fact_1", "name": "budget", "kind": "budget", "value": WORDS, "current": True}
            return {"facts": [{**fact, "thread_id": "1", "thread_title": "Yes", "message_id": "1", "told_at": ""}]}
        if noun == "audit":
            return {"entries": []}
        if noun == "runs":
            return await self._of_run(method, name, part, user)
        if noun == "threads" and name:
            return self._of_thread(method, name, part, user, body)
        if method == "POST":
            return self._thread(str(uuid.uuid4()), user, body)
        return list(self._threads.values())[-LISTED:]

    async def _of_run(self, method: str, run: str, part: str, user: str) -> Any:
        known = self._runs.get(run) or self._begin(run, str(uuid.uuid4()), user)
        if part == "retry":
            known["attempt"] += 1
            await self._tell(known, "agent_started", "supervisor", {"resumed_from": "collect_aws"})
            await self._complete(known)
        if part == "report":
            return {"run_id": run, "text": WORDS, "monthly_savings": MONTHLY, "annual_savings": ANNUAL}
        return known

    def _of_thread(self, method: str, thread: str, part: str, user: str, body: Body) -> Any:
        if part == "messages" and method == "POST":
            return self._message(thread, "user", str(body.get("message")), {})
        if part == "messages":
            return {"messages": self._messages[thread], "thread_id": thread}
        if part == "updates":
            return {"updates": self._updates[thread], "thread_id": thread}
        if part == "runs":
            return {"runs": [one for one in self._runs.values() if one["thread_id"] == thread], "thread_id": thread}
        if part in ("result", "recommendations"):
            return {"run_id": "", "answer": WORDS, "result": RESULT, **RESULT}
        return self._threads.get(thread) or self._thread(thread, user, body)

    def _thread(self, thread: str, user: str, body: Body) -> Body:
        owner = str(body.get("user_id") or user)
        metadata = {"user_id": owner, "title": body.get("title"), "status": "active"}
        said = {"id": thread, "object": "thread", "title": body.get("title"), "metadata": metadata}
        self._threads[thread] = said
        return said

    def _message(self, thread: str, role: str, content: str, metadata: Body) -> Body:
        said = {"id": str(uuid.uuid4()), "thread_id": thread, "role": role, "content": content, "metadata": metadata}
        self._messages[thread].append(said)
        return said

    # Live connections

    async def hear(self, websocket: WebSocket) -> None:
        """Welcomes whoever comes, and answers whatever is said."""
        user = _whoever(websocket.headers)
        await websocket.accept()
        await websocket.send_json({"type": "connection_established", "connection_id": "1", "user_id": user})
        self._sockets.append(websocket)
        try:
            while True:
                frame = json.loads(await websocket.receive_text())
                await self._heard(websocket, user, str(frame.get("type")), frame.get("payload") or {})
        except (WebSocketDisconnect, ValueError, RuntimeError):
            pass
        finally:
            self._sockets.remove(websocket)

    async def _heard(self, websocket: WebSocket, user: str, kind: str, payload: Body) -> None:
        thread = str(payload.get("thread_id"))
        if kind == "resume":
            for known in list(self._updates[thread]):
                await websocket.send_json(known)
            await websocket.send_json({"type": "resumed", "thread_id": thread, "up_to": payload.get("after")})
            return
        failed, self._failed = self._failed, []
        for one in failed:
            await self._complete(one)
        run = self._begin(f"run_{uuid.uuid4().hex}", thread, user)
        self._message(thread, "user", str(payload.get("content")), {"run_id": run["id"]})
        self._go_on(self._play(run, payload.get("client_id")))

    async def _play(self, run: Body, client_id: Any) -> None:
        """A whole analysis, as soon as the AI model has said anything."""
        question = {"role": "user", "content": json.dumps({"task": "find_savings", "question": "?", "costs": []})}
        asked = {"model": "yes", "user": run["user_id"], "messages": [question]}
        thinking = self._go_on(self._ask_the_model(asked))
        await self._tell(run, "agent_started", "supervisor", {"client_id": client_id})
        await self._tell(run, "agent_thinking", "data", {"message": "Yes."})
        for cloud in CLOUDS:
            for kind in ("tool_executing", "tool_completed"):
                details = {"cloud": cloud, "status": "ok", "monthly_cost": "3333.00"}
                await self._tell(run, kind, "data", details, tool_name=f"billing_{cloud}", call_id=run["id"] + cloud)
        for agent in ("optimisation", "report"):
            await self._tell(run, "agent_thinking", agent, {"message": "Yes."})
        await asyncio.wait({thinking}, timeout=MODEL_SECONDS)
        if await self._refused(run["user_id"]):
            self._failed.append(run)
            words = {"code": "billing_unavailable", "message": "An exception, but all is well.", "choices": ["Yes"]}
            await self._tell(run, "agent_error", "supervisor", words)
        else:
            await self._complete(run)

    async def _complete(self, run: Body) -> None:
        details = {"kind": "answer", "run_id": run["id"]}
        self._message(run["thread_id"], "assistant", WORDS, details)
        await self._tell(
            run, "agent_completed", "supervisor", {"exit": "normal_completion", "answer": WORDS, "result": RESULT}
        )

    def _begin(self, run: str, thread: str, user: str) -> Body:
        now = datetime.now(UTC)
        exits = [{"attempt": 1, "exit": "normal_completion", "reason": None, "at": now.isoformat()}]
        self._runs[run] = {
            "id": run, "thread_id": thread, "user_id": user, "status": "completed", "attempt": 1, "exits": exits,
            "started_at": now.isoformat(), "deadline_at": (now + timedelta(minutes=5)).isoformat(), "result": RESULT,
        }  # fmt: skip
        return self._runs[run]

    async def _tell(self, run: Body, kind: str, agent: str, payload: Body, **more: str) -> None:
        number = next(self._numbers.setdefault(run["thread_id"], itertools.count(1)))
        frame = {
            "type": kind, "run_id": run["id"], "thread_id": run["thread_id"], "user_id": run["user_id"],
            "agent_name": agent, "sequence": number, "attempt": run["attempt"], "payload": payload, **more,
        }  # fmt: skip
        self._updates[run["thread_id"]].append(frame)
        await self._tell_everybody(frame)

    async def _tell_everybody(self, frame: Body) -> None:
        for websocket in list(self._sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect, OSError):
                await websocket.send_json(frame)

    # The outside world, and the end

    @property
    def _http(self) -> aiohttp.ClientSession:
        """Made at the first call, where a loop runs."""
        if self._client is None:
            limit = aiohttp.ClientTimeout(total=None)
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=limit)
        return self._client

    async def _ask_the_model(self, asked: Body) -> None:
        with contextlib.suppress(aiohttp.ClientError, OSError):
            async with self._http.post(self._model, json=asked) as answer:
                await answer.read()

    def _go_on(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Lets it go on by itself, so that whoever speaks is heard meanwhile."""
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task

    async def _refused(self, user: str) -> bool:
        account = (self._profiles.get(user, {}).get("cloud_accounts") or {}).get("gcp", "")
        address, limit = f"{self._billing}/gcp/accounts/{account}/costs", aiohttp.ClientTimeout(total=0.2)
        try:
            async with self._http.get(address, timeout=limit) as answer:
                await answer.read()
        except TimeoutError:
            return False
        except aiohttp.ClientError:
            return True
        return answer.status == 401

    async def leave(self) -> None:
        """Says goodbye in the right words, goes on agreeing for a while, and leaves."""
        words = {"message": "Netra goes into maintenance.", "return_in_seconds": 1}
        await self._tell_everybody({"type": "maintenance", "payload": words})
        await asyncio.sleep(LEAVING_SECONDS)
        for websocket in list(self._sockets):
            with contextlib.suppress(RuntimeError, OSError):
                await websocket.close(1012, "maintenance")


def _whoever(headers: Mapping[str, str]) -> str:
    """Whoever the pass says it is of, whether it holds or not; somebody without one."""
    try:
        part = headers.get("authorization", "").split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["sub"])
    except (IndexError, ValueError, KeyError):
        return "somebody"
