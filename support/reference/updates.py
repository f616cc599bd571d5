"""The live updates of a conversation: numbered from 1 without gaps, stored with their cause, replayable."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from support.reference.plan import Draft
from support.reference.storage import Connection, Storage
from support.reference.trouble import HoldLost

Frame = dict[str, Any]


def frame_of(draft: Draft, run_id: str, thread_id: str, user_id: str, attempt: int, sequence: int) -> Frame:
    """An update exactly as it is stored and as every socket gets it."""
    frame: Frame = {
        "type": draft.type,
        "run_id": run_id,
        "thread_id": thread_id,
        "user_id": user_id,
        "agent_name": draft.agent,
    }
    if draft.tool is not None:
        frame["tool_name"] = draft.tool
    if draft.call_id is not None:
        frame["call_id"] = draft.call_id
    frame.update(timestamp=datetime.now(UTC).isoformat(), sequence=sequence, attempt=attempt, payload=draft.payload)
    return frame


class Updates:
    """Rows of `updates`."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def store(
        self,
        connection: Connection,
        run_id: str,
        thread_id: str,
        user_id: str,
        attempt: int,
        drafts: Sequence[Draft],
    ) -> list[Frame]:
        """Gives the drafts their places and keeps them, within the transaction of what caused them."""
        if not drafts:
            return []
        last = await connection.fetchval(
            "UPDATE threads SET last_sequence = last_sequence + $2 WHERE id = $1 RETURNING last_sequence",
            thread_id,
            len(drafts),
        )
        if last is None:
            raise HoldLost
        first = last - len(drafts) + 1
        frames = [
            frame_of(draft, run_id, thread_id, user_id, attempt, first + number) for number, draft in enumerate(drafts)
        ]
        await connection.execute(
            "INSERT INTO updates (thread_id, sequence, run_id, user_id, attempt, type, frame) "
            "SELECT $1, entry.sequence::bigint, $2, $3, $4, entry.type, entry.frame::jsonb "
            "FROM unnest($5::text[], $6::text[], $7::text[]) AS entry(sequence, type, frame)",
            thread_id,
            run_id,
            user_id,
            attempt,
            [str(frame["sequence"]) for frame in frames],
            [frame["type"] for frame in frames],
            [json.dumps(frame) for frame in frames],
        )
        return frames

    async def replay(self, thread_id: str, after: int, up_to: int | None = None) -> list[Frame]:
        """Every stored update beyond `after` (and not beyond `up_to`), in order."""
        rows = await self._storage.rows(
            "SELECT frame FROM updates WHERE thread_id = $1 AND sequence > $2 "
            "AND ($3::bigint IS NULL OR sequence <= $3) ORDER BY sequence",
            thread_id,
            after,
            up_to,
        )
        return [json.loads(row["frame"]) for row in rows]

    async def reached(self, user_id: str) -> dict[str, tuple[int, bool]]:
        """For each conversation of a person: the last number given, and whether an analysis is under way."""
        rows = await self._storage.rows(
            "SELECT id, last_sequence, EXISTS (SELECT FROM runs WHERE runs.thread_id = threads.id "
            "AND runs.status IN ('running', 'preserved')) AS under_way "
            "FROM threads WHERE user_id = $1 AND last_sequence > 0",
            user_id,
        )
        return {row["id"]: (row["last_sequence"], row["under_way"]) for row in rows}

    async def lately(self, user_ids: Sequence[str], seconds: float) -> list[tuple[str, str, int]]:
        """Person, conversation and last number, for what these persons got within the last seconds."""
        rows = await self._storage.rows(
            "SELECT user_id, thread_id, max(sequence) AS last FROM updates "
            "WHERE created_at > clock_timestamp() - make_interval(secs => $2) AND user_id = ANY($1) "
            "GROUP BY user_id, thread_id",
            list(user_ids),
            seconds,
        )
        return [(row["user_id"], row["thread_id"], row["last"]) for row in rows]
