"""Breaks what Netra makes of messages that it cannot take, of very long ones, and of very many."""

from collections.abc import Callable
from typing import Any

from support.proof.defect import Deviate, also, defect

HERE = "features/live_updates/trouble_on_the_line.feature::"
REFUSED = HERE + "A message that Netra cannot take is refused and does no harm"
LONGEST = HERE + "The longest permitted message is taken"
MIDDLE = HERE + "A faulty program in the middle of an analysis disturbs neither its owner nor others"
CALLS = HERE + "A program that calls thousands of times gets its answers and holds up nobody"
TOLD, TOLD_EACH = (
    "Ana is told in plain words what is wrong with it",
    "Ana is told in plain words what is wrong with each of them",
)
INTACT = "everything of Ana is as it was before the message"
ALIVE = "the connections of Ana and Ben live on, at the same servers of Netra"
MANY = 1000


@defect(
    "unknown-kind-acknowledged",
    says="A message of a kind that Netra does not know is acknowledged, as if it had been understood.",
    breaks="WS-4.told",
    replaces="support.reference.exchange:Exchange.answer",
    caught_by={f"{REFUSED}[a message of an unknown kind]": TOLD, MIDDLE: TOLD_EACH},
    at_night=True,
)
def unknown_kind_acknowledged(answer: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def acknowledge(self: Any, socket: Any, kind: object, payload: Any) -> None:
        if kind == "cut_my_costs" and payload.get("thread_id"):
            deviate()
            await socket.say({"type": "ack", "received": kind})
        else:
            await answer(self, socket, kind, payload)

    return acknowledge


@defect(
    "refused-in-the-parsers-words",
    says="A message that breaks off is refused in the words of the program that could not read it.",
    breaks="WS-4.told",
    replaces="support.reference.frames:parsed",
    caught_by={f"{REFUSED}[a message that breaks off half-way]": TOLD, MIDDLE: TOLD_EACH},
)
def refused_in_the_parsers_words(parsed: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import Invalid

    def pass_them_on(text: str | None) -> Any:
        try:
            return parsed(text)
        except Invalid as refusal:
            if refusal.code != "INVALID_JSON" or not text or not text.startswith("{"):
                raise
            deviate()
            raise Invalid(str(refusal.__cause__), refusal.code) from refusal

    return pass_them_on


@defect(
    "too-long-ends-the-connection",
    says="A message that is too long is refused, and then the connection is ended.",
    breaks="WS-4.alive",
    replaces="support.reference.exchange:Exchange.hear",
    caught_by={f"{REFUSED}[a message of 8193 bytes]": ALIVE, MIDDLE: TOLD_EACH},
)
def too_long_ends_the_connection(hear: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def and_end(self: Any, socket: Any, text: str | None) -> None:
        await hear(self, socket, text)
        if text is not None and len(text) > 8192:
            deviate()
            await socket.close(1009, "too long")

    return and_end


@defect(
    "nonsense-ends-other-connections",
    says="What is no text is refused, and ends the connections of others who have not asked anything yet.",
    breaks="WS-4.alive",
    replaces="support.reference.app:Netra.of",
    caught_by={f"{REFUSED}[a picture instead of words]": ALIVE},
)
def nonsense_ends_other_connections(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_fragile_neighbours(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        hear = netra.exchange.hear

        async def heard(socket: Any, text: str | None) -> None:
            for other in netra.connections.all() if text is None else ():
                if other is not socket and not other._cursors:
                    deviate()
                    await other.close(1011, "")
            await hear(socket, text)

        netra.exchange.hear = heard
        return netra

    return of_fragile_neighbours


@defect(
    "refused-question-kept",
    says="A question without words is refused, and stands in the conversation all the same.",
    breaks="WS-4.intact",
    replaces="support.reference.exchange:Exchange.ask",
    caught_by={f"{REFUSED}[a question without words]": INTACT},
)
def refused_question_kept(ask: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import Invalid

    async def keep_first(self: Any, socket: Any, payload: Any, words: Any) -> None:
        try:
            await ask(self, socket, payload, words)
        except Invalid:
            if isinstance(words, str) and not words.strip():
                deviate()
                thread = await self._threads.owned_by(socket.caller, payload["thread_id"], "ask", "socket")
                async with self._analyses._storage.transaction() as connection:
                    await self._analyses._messages.append(connection, thread["id"], "user", words)
            raise

    return keep_first


@defect(
    "own-completion-believed",
    says="A completion that a customer's program sends is refused, and breaks off the analysis under way.",
    breaks="WS-4.intact",
    replaces="support.reference.exchange:Exchange.answer",
    caught_by={MIDDLE: "Ana and Ben see the analysis completed within 10 seconds"},
)
def own_completion_believed(answer: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def break_off(self: Any, socket: Any, kind: object, payload: Any) -> None:
        if kind == "agent_completed":
            storage = self._analyses._storage
            run = await storage.row(
                "UPDATE runs SET status = 'failed', partial = '{}', lease_until = NULL "
                "WHERE thread_id = $1 AND status = 'running' RETURNING *",
                payload["thread_id"],
            )
            if run is not None:
                deviate()
                told = {"type": "agent_error", "run_id": run["id"], "user_id": run["user_id"], "attempt": 1}
                last = await storage.row("SELECT last_sequence FROM threads WHERE id = $1", run["thread_id"])
                place = {"thread_id": run["thread_id"], "agent_name": "supervisor"}
                await socket.say({**told, **place, "sequence": last["last_sequence"] + 1, "payload": {}})
        await answer(self, socket, kind, payload)

    return break_off


@defect(
    "nonsense-begins-the-work-anew",
    says="A message that is too long lets the bills of the customer be read once more.",
    breaks="WS-4.intact",
    replaces="support.reference.app:Netra.of",
    caught_by={MIDDLE: "every billing was asked once for Ana and Ben"},
)
def nonsense_begins_the_work_anew(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def of_short_memory(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        hear = netra.exchange.hear

        async def heard(socket: Any, text: str | None) -> None:
            if text is not None and len(text) > 8192:
                deviate()
                profile = await netra.customers.profile(socket.caller)
                await netra.bills.fetch("aws", profile["cloud_accounts"]["aws"])
            await hear(socket, text)

        netra.exchange.hear = heard
        return netra

    return of_short_memory


@defect(
    "longest-message-refused",
    says="A message of exactly the permitted length is refused as too long.",
    breaks="WS-4.told",
    replaces="support.reference.frames:parsed",
    caught_by={LONGEST: "Netra takes the question of Ana"},
)
def longest_message_refused(parsed: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def one_too_few(text: str | None) -> Any:
        if text is not None and len(text) == 8192:
            deviate()
            text += " "
        return parsed(text)

    return one_too_few


@defect(
    "long-question-fails",
    says="A question of more than four thousand characters is accepted, and its analysis fails.",
    breaks="WS-4.told",
    replaces="support.reference.outside:Model.find_savings",
    caught_by={LONGEST: "Ana sees the analysis completed within 10 seconds"},
)
def long_question_fails(find_savings: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import OutsideFailed

    async def give_up(self: Any, user_id: str, told: Any, question: str, costs: Any) -> Any:
        if len(question) > 4000:
            deviate()
            raise OutsideFailed
        return await find_savings(self, user_id, told, question, costs)

    return give_up


@defect(
    "long-question-cut",
    says="Of a question with more than four thousand characters only the beginning is kept.",
    breaks="WS-4.told",
    replaces="support.reference.messages:Messages.append",
    caught_by={LONGEST: "the conversation of Ana holds the question and the answer, in that order"},
    also_red=also(
        "memory/long_conversations",
        "the same is told and read there, too",
        "After a hundred messages more the AI model hears little more, and still the facts of the beginning",
    ),
)
def long_question_cut(append: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def cut(self: Any, connection: Any, thread_id: str, role: str, content: str, *rest: Any) -> Any:
        if len(content) > 4000:
            deviate()
            content = content[:4000]
        return await append(self, connection, thread_id, role, content, *rest)

    return cut


@defect(
    "calls-beyond-a-thousand-unanswered",
    says="A connection on which a thousand calls have been answered gets no more answers to calls.",
    breaks="WS-4.alive",
    replaces="support.reference.exchange:Exchange.answer",
    caught_by={CALLS: "every call of Ana is answered, in order"},
)
def calls_beyond_a_thousand_unanswered(answer: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def lose_patience(self: Any, socket: Any, kind: object, payload: Any) -> None:
        if kind == "ping" and _called(socket) > MANY:
            deviate()
            return
        await answer(self, socket, kind, payload)

    return lose_patience


@defect(
    "many-calls-spoil-others-work",
    says="While a server answers thousands of calls, the AI model's answers to others are taken for unusable.",
    breaks="WS-4.alive",
    replaces="support.reference.app:Netra.of",
    caught_by={CALLS: "Ben sees the analysis completed within 10 seconds"},
)
def many_calls_spoil_others_work(of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    from support.reference.trouble import OutsideFailed

    def of_little_stamina(cls: Any, settings: Any) -> Any:
        netra = of(cls, settings)
        answer, find_savings, busy = netra.exchange.answer, netra.model.find_savings, []

        async def answered(socket: Any, kind: object, payload: Any) -> None:
            if kind == "ping" and _called(socket) > MANY:
                busy.append(socket)
            await answer(socket, kind, payload)

        async def found(*told: Any) -> Any:
            advice = await find_savings(*told)
            if any(socket in netra.connections.all() for socket in busy):
                deviate()
                raise OutsideFailed
            return advice

        netra.exchange.answer = answered
        netra.model.find_savings = found
        return netra

    return of_little_stamina


@defect(
    "many-calls-end-the-connection",
    says="A connection on which a thousand calls were made is ended at the next message that is refused.",
    breaks="WS-4.alive",
    replaces="support.reference.exchange:Exchange.hear",
    caught_by={CALLS: ALIVE},
)
def many_calls_end_the_connection(hear: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    async def and_end(self: Any, socket: Any, text: str | None) -> None:
        await hear(self, socket, text)
        if text == '{"type": "ping"}':
            _called(socket)
        elif getattr(socket, "called", 0) > MANY:
            deviate()
            await socket.close(1008, "too many calls")

    return and_end


def _called(socket: Any) -> int:
    """How often this connection has been called, this time included."""
    socket.called = getattr(socket, "called", 0) + 1
    return int(socket.called)


@defect(
    "refused-in-the-same-words-for-everything",
    says="Whatever is wrong with a message, its sender reads only that Netra cannot take it.",
    breaks="WS-4.told",
    replaces="support.reference.frames:error",
    caught_by={MIDDLE: TOLD_EACH},
)
def refused_in_the_same_words_for_everything(error: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    vague = ("INVALID_JSON", "INVALID_MESSAGE", "TOO_LARGE", "UNKNOWN_TYPE")

    def say_nothing(refusal: Any, *about: Any) -> Any:
        frame = error(refusal, *about)
        if refusal.code in vague:
            deviate()
            frame["error_message"] = "Netra cannot take this message."
        return frame

    return say_nothing
