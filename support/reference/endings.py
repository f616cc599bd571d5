"""How an attempt ends: exactly once, by whichever exit gets there first.

An ending is one guarded transaction: status, recorded exit, message, result, report and the ending update
stand together or not at all. Whoever comes second finds that the attempt no longer runs and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.reference import words
from support.reference.analyses import Analyses, Brief
from support.reference.fanout import Fanout
from support.reference.figures import CLOUDS, amount, partial_of, result_of
from support.reference.hold import Hold
from support.reference.messages import Messages
from support.reference.plan import (
    COLLECTING,
    FIND_SAVINGS,
    SUPERVISOR,
    Draft,
    Progress,
    collect,
    not_executed,
)
from support.reference.ready import Ready
from support.reference.storage import Connection
from support.reference.trouble import LimitReached
from support.reference.updates import Frame, Updates


@dataclass(frozen=True)
class Ending:
    """All that is kept and told when an attempt ends."""

    status: str
    exit: str
    reason: str | None = None
    update: Draft | None = None
    message: str | None = None
    message_kind: str = "answer"
    result: dict[str, Any] | None = None
    partial: dict[str, Any] | None = None
    error: dict[str, str] | None = None
    retry_from: str | None = None
    choices: list[str] = field(default_factory=list)
    report: str | None = None


class Endings:
    """The five exits, and the one transaction that all of them share."""

    def __init__(self, analyses: Analyses, messages: Messages, updates: Updates, ready: Ready, fanout: Fanout) -> None:
        self._analyses = analyses
        self._messages = messages
        self._updates = updates
        self._ready = ready
        self._fanout = fanout

    async def complete(self, hold: Hold, brief: Brief) -> None:
        """Everything was found. The exit says whether the customer was there to see it."""
        advice = found(brief)
        assert advice is not None
        result = result_of(bills(brief), advice["recommendations"])
        report = (brief.steps["write_report"].result or {})["report"]
        exit_ = await self.exit_of_completion(hold)
        reason = None if exit_ == "normal_completion" else "nobody_connected"
        update = Draft("agent_completed", SUPERVISOR, {"exit": exit_, "answer": advice["answer"], "result": result})
        frames = await self.finish(
            hold, Ending("completed", exit_, reason, update, advice["answer"], result=result, report=report)
        )
        await self._ready.keep(hold.user_id, hold.thread_id, hold.run_id, advice["answer"], result)
        await self._fanout.publish(frames)

    async def exit_of_completion(self, hold: Hold) -> str:
        """`user_disconnect` when nobody of the customer's is connected anywhere at the end."""
        return "normal_completion" if await self._fanout.anyone_listening(hold.user_id) else "user_disconnect"

    async def fail_for_bills(self, hold: Hold, brief: Brief, failed: Mapping[str, str]) -> None:
        """A bill could not be read; `failed` says for each such cloud whether `refused` or `unavailable`."""
        partial = partial_of(bills(brief))
        refused = [cloud for cloud in CLOUDS if failed.get(cloud) == "refused"]
        silent = [cloud for cloud in CLOUDS if cloud in failed and cloud not in refused]
        await self._fail(
            hold,
            words.BILLING,
            words.billing_trouble(refused, silent, partial),
            partial,
            [cloud for cloud in CLOUDS if cloud in failed],
            collect(next(iter(failed))),
        )

    async def fail_for_model(self, hold: Hold, brief: Brief) -> None:
        """The model gave no usable answer."""
        advice = found(brief)
        partial = partial_of(bills(brief), advice["recommendations"] if advice else None)
        await self._fail(hold, words.MODEL, words.model_trouble(partial), partial, (), open_step(brief))

    async def _fail(
        self,
        hold: Hold,
        code: str,
        message: str,
        partial: dict[str, Any],
        failed: Sequence[str],
        retry_from: str | None,
    ) -> None:
        await self._end_early(hold, "failed", "error_termination", code, message, partial, failed, retry_from)

    async def expire(self, hold: Hold, brief: Brief) -> None:
        """The time limit has struck."""
        advice = found(brief)
        partial = partial_of(bills(brief), advice["recommendations"] if advice else None)
        await self._end_early(
            hold,
            "expired",
            "timeout",
            words.DURATION,
            words.out_of_time(partial),
            partial,
            (),
            open_step(brief),
        )

    async def _end_early(
        self,
        hold: Hold,
        status: str,
        exit_: str,
        code: str,
        message: str,
        partial: dict[str, Any],
        failed: Sequence[str],
        retry_from: str | None,
    ) -> None:
        offered = words.choices(code, failed, partial)
        update = Draft(
            "agent_error",
            SUPERVISOR,
            {
                "exit": exit_,
                "code": code,
                "message": message,
                "partial": partial,
                "choices": offered,
                "retry_from": retry_from,
            },
        )
        await self._fanout.publish(
            await self.finish(
                hold,
                Ending(
                    status,
                    exit_,
                    code,
                    update,
                    message,
                    "explanation",
                    partial=partial,
                    error={"code": code, "message": message},
                    retry_from=retry_from,
                    choices=offered,
                ),
            )
        )

    async def park(self, hold: Hold) -> None:
        """The instance shuts down: what was found is kept, and whoever is up continues."""
        await self._fanout.publish(await self.finish(hold, Ending("preserved", "service_shutdown", "maintenance")))

    async def finish(self, hold: Hold, ending: Ending) -> list[Frame]:
        """The one transaction. Raises HoldLost, having changed nothing, when the attempt is over."""
        async with self._analyses.guarded(hold) as connection:
            if ending.status == "completed":
                await self.expect_in_time(connection, hold)
                await self._ready.make_way(hold.user_id, hold.thread_id)
            await self.set_status(connection, hold, ending)
            await self.record_exit(connection, hold, ending)
            if ending.message is not None:
                await self.keep_message(connection, hold, ending)
            if ending.report is not None:
                await self.keep_report(connection, hold, ending)
            drafts = await self.interrupted(connection, hold)
            if ending.update is not None:
                drafts.append(ending.update)
            return await self._updates.store(
                connection, hold.run_id, hold.thread_id, hold.user_id, hold.attempt, drafts
            )

    async def expect_in_time(self, connection: Connection, hold: Hold) -> None:
        """An answer after the limit is no answer: raises LimitReached."""
        if not await connection.fetchval("SELECT deadline_at > clock_timestamp() FROM runs WHERE id = $1", hold.run_id):
            raise LimitReached

    async def set_status(self, connection: Connection, hold: Hold, ending: Ending) -> None:
        """What the analysis says of itself from now on; nobody holds it any longer."""
        await connection.execute(
            "UPDATE runs SET status = $2, result = $3, partial = $4, error = $5, retry_from = $6, "
            "choices = $7, holder = NULL, lease_until = NULL, "
            "ended_at = CASE WHEN $2 = 'preserved' THEN NULL ELSE clock_timestamp() END WHERE id = $1",
            hold.run_id,
            ending.status,
            _json(ending.result),
            _json(ending.partial),
            _json(ending.error),
            ending.retry_from,
            json.dumps(ending.choices),
        )

    async def record_exit(self, connection: Connection, hold: Hold, ending: Ending) -> None:
        """The one recorded exit of this attempt."""
        await connection.execute(
            "INSERT INTO run_exits (run_id, attempt, exit, reason) VALUES ($1, $2, $3, $4)",
            hold.run_id,
            hold.attempt,
            ending.exit,
            ending.reason,
        )

    async def keep_message(self, connection: Connection, hold: Hold, ending: Ending) -> None:
        """The assistant's answer, or its explanation, in the conversation."""
        assert ending.message is not None
        await self._messages.append(
            connection,
            hold.thread_id,
            "assistant",
            ending.message,
            {"kind": ending.message_kind, "run_id": hold.run_id, "attempt": hold.attempt},
            await self.question_of(connection, hold),
        )

    async def question_of(self, connection: Connection, hold: Hold) -> str | None:
        """The message that the answer replies to."""
        return await self._messages.at(connection, hold.thread_id, hold.question_position)

    async def keep_report(self, connection: Connection, hold: Hold, ending: Ending) -> None:
        """The readable report, with the amounts of the result."""
        assert ending.result is not None
        await connection.execute(
            "INSERT INTO reports (run_id, text, monthly_savings, annual_savings) VALUES ($1, $2, $3, $4)",
            hold.run_id,
            ending.report,
            amount(ending.result["monthly_savings"]),
            amount(ending.result["annual_savings"]),
        )

    async def interrupted(self, connection: Connection, hold: Hold) -> list[Draft]:
        """For a bill that was still being read when the attempt ended: the second half of its pair."""
        rows = await connection.fetch(
            "SELECT step FROM run_steps WHERE run_id = $1 AND attempt = $2 AND state = 'open' AND step = ANY($3)",
            hold.run_id,
            hold.attempt,
            list(COLLECTING),
        )
        return [
            not_executed(hold.run_id, hold.attempt, row["step"].removeprefix("collect_"), "interrupted") for row in rows
        ]


def bills(brief: Brief) -> dict[str, dict[str, Any]]:
    """The bills that have been read, by cloud."""
    steps = {cloud: brief.steps.get(collect(cloud)) for cloud in CLOUDS}
    return {
        cloud: step.result
        for cloud, step in steps.items()
        if step is not None and step.state == "done" and step.result is not None
    }


def found(brief: Brief) -> dict[str, Any] | None:
    """The model's advice if it has been given."""
    step = brief.steps.get(FIND_SAVINGS)
    return step.result if step is not None and step.state == "done" else None


def open_step(brief: Brief) -> str | None:
    """The first step that is not done."""
    return Progress.of(name for name, step in brief.steps.items() if step.state == "done").next


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value)
