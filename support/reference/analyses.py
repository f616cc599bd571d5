"""An analysis while it runs: begun, retried, and carried on step by step, each committed before the next.

Whatever a worker writes goes through `guarded`: first the conversation is locked, then the hold is checked,
then the step and the updates that it caused are written, all in one transaction. A worker whose analysis has
ended, was taken over or is gone gets HoldLost and has written nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from support.reference.figures import CLOUD_NAMES, CLOUDS
from support.reference.hold import HELD, Hold
from support.reference.identity import Caller
from support.reference.messages import Messages
from support.reference.plan import Draft, Progress, started
from support.reference.settings import Settings
from support.reference.storage import Connection, Row, Storage
from support.reference.trouble import Conflict, HoldLost, Invalid, NotFound
from support.reference.updates import Frame, Updates
from support.reference.words import listed


@dataclass(frozen=True)
class Step:
    """How far one step is: `open`, `done` or `failed`, in which attempt, and what came of it."""

    state: str
    attempt: int
    result: dict[str, Any] | None


@dataclass
class Brief:
    """What a worker must know before it begins."""

    company: str
    segment: str
    accounts: dict[str, str]
    history: list[dict[str, str]]
    steps: dict[str, Step] = field(default_factory=dict)


class Analyses:
    """Rows of `runs` and `run_steps`, for writing."""

    def __init__(self, storage: Storage, messages: Messages, updates: Updates, settings: Settings, holder: str) -> None:
        self._storage = storage
        self._messages = messages
        self._updates = updates
        self._settings = settings
        self._holder = holder

    async def begin(
        self, caller: Caller, thread: Row, question: str, client_id: str | None
    ) -> tuple[Hold, list[Frame]]:
        """Accepts a question: message, analysis and first update are kept together or not at all."""
        run_id = f"run_{uuid.uuid4().hex}"
        async with self._storage.transaction() as connection:
            await self._messages.expect_open(connection, thread["id"])
            await self.expect_accounts(connection, caller.user_id)
            message = await self._messages.append(connection, thread["id"], "user", question, {"run_id": run_id})
            row = await connection.fetchrow(
                "INSERT INTO runs (id, thread_id, user_id, question, question_position, status, holder, "
                "lease_until, deadline_at) VALUES ($1, $2, $3, $4, $5, 'running', $6, "
                "clock_timestamp() + make_interval(secs => $7), "
                "clock_timestamp() + make_interval(secs => $8)) "
                f"RETURNING {HELD}",
                run_id,
                thread["id"],
                caller.user_id,
                question,
                message["position"],
                self._holder,
                self._settings.lease,
                self._settings.analysis_limit,
            )
            assert row is not None
            frames = await self._updates.store(
                connection, run_id, thread["id"], caller.user_id, 1, [started(client_id)]
            )
        return Hold.of(row), frames

    async def expect_accounts(self, connection: Connection, user_id: str) -> None:
        """Raises Invalid as long as the customer has not named an account at every cloud."""
        kept = await connection.fetchval("SELECT cloud_accounts FROM users WHERE id = $1", user_id)
        accounts = json.loads(kept) if kept else {}
        missing = [CLOUD_NAMES[cloud] for cloud in CLOUDS if not accounts.get(cloud)]
        if missing:
            raise Invalid(f"Please tell Netra first which accounts you have at {listed(missing)}.", "NO_ACCOUNTS")

    async def retry(self, run: Row) -> tuple[Hold, list[Frame]]:
        """The next attempt at an analysis that failed or expired; Conflict when there is nothing to retry."""
        async with self._storage.transaction() as connection:
            await self._messages.expect_open(connection, run["thread_id"])
            row = await self.claim_retry(connection, run["id"])
            if row is None:
                raise Conflict("There is nothing to retry.")
            frames = await self.start_again(connection, row)
        return Hold.of(row), frames

    async def claim_retry(self, connection: Connection, run_id: str) -> Row | None:
        """Of several retries at once exactly one gets the row."""
        return await connection.fetchrow(
            "UPDATE runs SET status = 'running', attempt = attempt + 1, epoch = epoch + 1, holder = $2, "
            "lease_until = clock_timestamp() + make_interval(secs => $3), "
            "deadline_at = clock_timestamp() + make_interval(secs => $4), ended_at = NULL, error = NULL, "
            "partial = NULL, retry_from = NULL, choices = '[]' "
            f"WHERE id = $1 AND status IN ('failed', 'expired') RETURNING {HELD}",
            run_id,
            self._holder,
            self._settings.lease,
            self._settings.analysis_limit,
        )

    async def start_again(self, connection: Connection, row: Row) -> list[Frame]:
        """The first update of a further attempt, which says where it continues."""
        done = await connection.fetch("SELECT step FROM run_steps WHERE run_id = $1 AND state = 'done'", row["id"])
        resumed_from = Progress.of(entry["step"] for entry in done).next
        return await self._updates.store(
            connection,
            row["id"],
            row["thread_id"],
            row["user_id"],
            row["attempt"],
            [started(resumed_from=resumed_from)],
        )

    async def brief(self, hold: Hold) -> Brief:
        """What the worker must know; HoldLost when the analysis is gone."""
        async with self._storage.connection() as connection:
            customer = await connection.fetchrow(
                "SELECT users.* FROM users JOIN threads ON threads.user_id = users.id WHERE threads.id = $1",
                hold.thread_id,
            )
            steps = await connection.fetch("SELECT * FROM run_steps WHERE run_id = $1", hold.run_id)
        if customer is None:
            raise HoldLost
        history = await self._messages.history(hold.thread_id, hold.question_position)
        return Brief(
            customer["company_name"] or customer["company"],
            customer["segment"] or "",
            json.loads(customer["cloud_accounts"]),
            history,
            {
                row["step"]: Step(row["state"], row["attempt"], json.loads(row["result"]) if row["result"] else None)
                for row in steps
            },
        )

    @asynccontextmanager
    async def guarded(self, hold: Hold) -> AsyncIterator[Connection]:
        """A transaction in which the hold is certain and the conversation is locked."""
        async with self._storage.transaction() as connection:
            try:
                await self._lock(connection, hold.thread_id)
            except NotFound as gone:
                raise HoldLost from gone
            await self.check_hold(connection, hold)
            yield connection

    async def check_hold(self, connection: Connection, hold: Hold) -> None:
        """Raises HoldLost unless the attempt still runs in these hands; else lengthens the lease."""
        held = await connection.fetchval(
            "UPDATE runs SET lease_until = clock_timestamp() + make_interval(secs => $3) "
            "WHERE id = $1 AND epoch = $2 AND status = 'running' RETURNING true",
            hold.run_id,
            hold.epoch,
            self._settings.lease,
        )
        if not held:
            raise HoldLost

    async def announce(self, hold: Hold, step: str, drafts: Sequence[Draft]) -> list[Frame]:
        """Says that a step begins, before it does; says nothing if that was already said in this attempt."""
        async with self.guarded(hold) as connection:
            opened = await connection.fetchval(
                "INSERT INTO run_steps (run_id, step, state, attempt) VALUES ($1, $2, 'open', $3) "
                "ON CONFLICT (run_id, step) DO UPDATE SET state = 'open', attempt = excluded.attempt, "
                "announced_at = clock_timestamp(), finished_at = NULL "
                "WHERE run_steps.attempt < excluded.attempt RETURNING true",
                hold.run_id,
                step,
                hold.attempt,
            )
            return await self._store(connection, hold, drafts) if opened else []

    async def record(self, hold: Hold, step: str, result: dict[str, Any], drafts: Sequence[Draft]) -> list[Frame]:
        """Keeps what a step has found, together with the update that says so."""
        return await self._finish_step(hold, step, "done", result, drafts)

    async def record_failure(self, hold: Hold, step: str, reason: str, drafts: Sequence[Draft]) -> list[Frame]:
        """Keeps that a step failed in this attempt, together with the update that says so."""
        return await self._finish_step(hold, step, "failed", {"reason": reason}, drafts)

    async def _finish_step(
        self, hold: Hold, step: str, state: str, result: dict[str, Any], drafts: Sequence[Draft]
    ) -> list[Frame]:
        async with self.guarded(hold) as connection:
            await connection.execute(
                "UPDATE run_steps SET state = $3, result = $4, finished_at = clock_timestamp() "
                "WHERE run_id = $1 AND step = $2",
                hold.run_id,
                step,
                state,
                json.dumps(result),
            )
            return await self._store(connection, hold, drafts)

    async def _store(self, connection: Connection, hold: Hold, drafts: Sequence[Draft]) -> list[Frame]:
        return await self._updates.store(connection, hold.run_id, hold.thread_id, hold.user_id, hold.attempt, drafts)

    @staticmethod
    async def _lock(connection: Connection, thread_id: str) -> None:
        if await connection.fetchval("SELECT true FROM threads WHERE id = $1 FOR NO KEY UPDATE", thread_id) is None:
            raise NotFound
