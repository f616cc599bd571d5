"""Analyses as a caller reads them: status, progress, what came of them, how each attempt ended."""

from __future__ import annotations

import json
from typing import Any

from support.reference.audit import Audit
from support.reference.figures import written
from support.reference.identity import Caller
from support.reference.plan import Progress
from support.reference.storage import Row, Storage
from support.reference.trouble import NotFound

SELECT = """
SELECT runs.*,
  (SELECT array_agg(step) FROM run_steps WHERE run_id = runs.id AND state = 'done') AS done,
  (SELECT json_agg(json_build_object('attempt', attempt, 'exit', exit, 'reason', reason, 'at', at)
                   ORDER BY attempt) FROM run_exits WHERE run_id = runs.id) AS exits,
  (SELECT json_build_object('agent', frame->>'agent_name', 'type', type, 'tool', frame->>'tool_name') FROM updates
     WHERE updates.thread_id = runs.thread_id AND updates.run_id = runs.id ORDER BY sequence DESC LIMIT 1) AS latest
FROM runs
"""


def _moment(row: Row, column: str) -> str | None:
    return row[column].isoformat() if row[column] is not None else None


def _parsed(row: Row, column: str, absent: Any = None) -> Any:
    return json.loads(row[column]) if row[column] is not None else absent


def at_work(row: Row) -> tuple[str | None, str | None]:
    """The agent that works and the tool that it uses just now, as the latest update told; nobody unless it runs."""
    if row["status"] != "running" or row["latest"] is None:
        return None, None
    latest = json.loads(row["latest"])
    return latest["agent"], latest["tool"] if latest["type"] == "tool_executing" else None


def shown(row: Row) -> dict[str, Any]:
    """An analysis as a caller sees it."""
    progress = Progress.of(row["done"] or ())
    agent, tool = at_work(row)
    return {
        "id": row["id"],
        "thread_id": row["thread_id"],
        "user_id": row["user_id"],
        "question": row["question"],
        "status": row["status"],
        "attempt": row["attempt"],
        "exits": _parsed(row, "exits", []),
        "started_at": _moment(row, "started_at"),
        "deadline_at": _moment(row, "deadline_at"),
        "ended_at": _moment(row, "ended_at"),
        "current_agent": agent,
        "active_tool": tool,
        "progress": {"done": list(progress.done), "open": list(progress.open)},
        "result": _parsed(row, "result"),
        "partial": _parsed(row, "partial"),
        "error": _parsed(row, "error"),
        "retry_from": row["retry_from"],
        "choices": _parsed(row, "choices", []),
    }


class Runs:
    """Rows of `runs`, for reading. Whatever is read passes `owned_by` or `Threads.owned_by` first."""

    def __init__(self, storage: Storage, audit: Audit) -> None:
        self._storage = storage
        self._audit = audit

    async def owned_by(self, caller: Caller, run_id: str, action: str, origin: str) -> Row:
        """The analysis if it is the caller's; else NotFound, recorded when it is somebody else's."""
        row = await self._storage.row(SELECT + "WHERE id = $1 AND user_id = $2", run_id, caller.user_id)
        if row is None:
            await self._audit.refused(caller, action, "run", run_id, origin)
            raise NotFound
        return row

    async def of_thread(self, thread_id: str) -> list[dict[str, Any]]:
        """The analyses of one conversation, oldest first."""
        rows = await self._storage.rows(SELECT + "WHERE thread_id = $1 ORDER BY started_at, id", thread_id)
        return [shown(row) for row in rows]

    async def report(self, run_id: str) -> dict[str, Any]:
        """The readable report of a completed analysis; NotFound as long as there is none."""
        row = await self._storage.row("SELECT * FROM reports WHERE run_id = $1", run_id)
        if row is None:
            raise NotFound("There is no report of this analysis.")
        return {
            "run_id": run_id,
            "text": row["text"],
            "monthly_savings": written(row["monthly_savings"]),
            "annual_savings": written(row["annual_savings"]),
        }

    async def latest_completed(self, thread_id: str) -> dict[str, Any] | None:
        """Identity, answer and result of the conversation's last completed analysis."""
        row = await self._storage.row(
            "SELECT runs.id, runs.result, (SELECT messages.content FROM messages "
            "  WHERE messages.thread_id = runs.thread_id AND messages.metadata_->>'run_id' = runs.id "
            "  AND messages.metadata_->>'kind' = 'answer' ORDER BY position DESC LIMIT 1) AS answer "
            "FROM runs WHERE thread_id = $1 AND status = 'completed' ORDER BY ended_at DESC LIMIT 1",
            thread_id,
        )
        if row is None:
            return None
        return {"run_id": row["id"], "answer": row["answer"], "result": json.loads(row["result"])}
