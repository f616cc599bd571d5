"""What a customer says over a socket, and what is answered."""

from __future__ import annotations

from typing import Any

from support.reference import frames
from support.reference.analyses import Analyses
from support.reference.crew import Crew
from support.reference.drain import Drain
from support.reference.fanout import Fanout
from support.reference.journal import journal
from support.reference.sockets import Socket
from support.reference.threads import Threads
from support.reference.trouble import Gone, Invalid, Refusal, Unauthorized

SOCKET = "socket"
"""Origin of an attempt, as the audit trail names it."""


class Exchange:
    """Answers the frames of a socket, one after the other. A refused frame never ends the connection."""

    def __init__(self, threads: Threads, analyses: Analyses, fanout: Fanout, crew: Crew, drain: Drain) -> None:
        self._threads = threads
        self._analyses = analyses
        self._fanout = fanout
        self._crew = crew
        self._drain = drain

    async def hear(self, socket: Socket, text: str | None) -> None:
        """One frame of the customer's, answered."""
        client_id = thread_id = None
        try:
            frame = frames.parsed(text)
            given = frame.get("payload")
            payload: dict[str, Any] = given if isinstance(given, dict) else {}
            client_id = _text_or_none(payload.get("client_id"))
            thread_id = _text_or_none(payload.get("thread_id"))
            await self.answer(socket, frame.get("type"), payload)
        except Refusal as refusal:
            await socket.say(frames.error(refusal, client_id, thread_id))
        except Gone:
            raise
        except Exception:
            journal.exception("a frame could not be answered")
            await socket.say(frames.error(Refusal(), client_id, thread_id))

    async def answer(self, socket: Socket, kind: object, payload: dict[str, Any]) -> None:
        """Does what the frame asks for; raises a Refusal otherwise."""
        if socket.caller.expired():
            raise Unauthorized
        if kind == "ping":
            await socket.say(frames.pong())
        elif kind == "user_message":
            await self.ask(socket, payload, payload.get("content"))
        elif kind == "start_agent":
            await self.ask(socket, payload, payload.get("user_request"))
        elif kind == "resume":
            await self.resume(socket, payload)
        else:
            raise Invalid("Netra does not know this kind of message.", "UNKNOWN_TYPE")

    async def ask(self, socket: Socket, payload: dict[str, Any], words: object) -> None:
        """Begins an analysis. The acknowledgement is its first update."""
        thread_id = frames.text_of(payload.get("thread_id"), "in which conversation")
        question = frames.text_of(words, "what you want to know")
        client_id = payload.get("client_id")
        if client_id is not None:
            client_id = frames.text_of(client_id, "the name of your message as a text")
        self._drain.expect_work()
        thread = await self._threads.owned_by(socket.caller, thread_id, "ask", SOCKET)
        hold, updates = await self._analyses.begin(socket.caller, thread, question, client_id)
        socket.stop_holding_back(thread_id)
        await self._fanout.publish(updates)
        self._crew.take(hold)

    async def resume(self, socket: Socket, payload: dict[str, Any]) -> None:
        """Sends what the customer missed in a conversation, then says how far that was."""
        thread_id = frames.text_of(payload.get("thread_id"), "which conversation")
        after = payload.get("after", 0)
        if isinstance(after, bool) or not isinstance(after, int) or not 0 <= after < 2**62:
            raise Invalid("Please say after which update to go on, as a whole number.", "INVALID_MESSAGE")
        await self._threads.owned_by(socket.caller, thread_id, "resume", SOCKET)
        async with socket.order:
            up_to = await socket.resume(thread_id, after)
            await self._fanout.drain_waiting(socket.caller.user_id, thread_id)
            await socket.say(frames.resumed(thread_id, up_to))


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None
