"""Looking for words in one's own conversations.

Words are compared without regard to capitals, in every script: what is searched is kept folded beside what was
written, so that the comparison does not depend on the language that PostgreSQL was set up with.
"""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from support.reference import packing
from support.reference.identity import Caller
from support.reference.storage import Storage

EXCERPT = 160
"""Characters of the text around a find."""

FOUND = """
WITH found AS (
    SELECT threads.id AS thread_id, threads.metadata_->>'title' AS title, NULL AS message_id,
           NULL::bigint AS position, threads.metadata_->>'title' AS text, threads.created_at AS at
    FROM threads WHERE threads.user_id = $1 AND strpos(threads.folded_title, $2) > 0
    UNION ALL
    SELECT threads.id, threads.metadata_->>'title', messages.id, messages.position, messages.content,
           messages.created_at
    FROM (SELECT * FROM messages UNION ALL SELECT * FROM jsonb_populate_recordset(NULL::messages, $5::jsonb))
         AS messages JOIN threads ON threads.id = messages.thread_id
    WHERE threads.user_id = $1 AND strpos(messages.folded, $2) > 0
)
SELECT (SELECT count(*) FROM found) AS total,
       (SELECT coalesce(json_agg(page), '[]') FROM (
            SELECT * FROM found ORDER BY at DESC, thread_id, position DESC NULLS LAST LIMIT $3 OFFSET $4
       ) AS page) AS matches
"""

PACKED = "SELECT packet FROM archives JOIN threads ON threads.id = archives.thread_id WHERE threads.user_id = $1"
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""What is packed or unpacked while somebody searches is found in one of the two places."""


def folded(text: str | None) -> str:
    """A text without capitals and other differences that people do not mean."""
    return unicodedata.normalize("NFKC", text or "").casefold()


def excerpt(text: str, words: str) -> str:
    """What stands around the words in a text."""
    at = max(0, folded(text).find(folded(words)))
    start = max(0, min(at - EXCERPT // 4, len(text) - EXCERPT))
    return text[start : start + EXCERPT]


def said(packet: bytes, sought: str) -> list[str]:
    """The messages of a conversation that is packed, as JSON, that hold the folded words."""
    return [line for line in packing.unpacked(packet)["messages"] if sought in json.loads(line)["folded"]]


class Search:
    """The search over a caller's titles and messages, those of archived conversations too."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def find(self, caller: Caller, words: str, limit: int, offset: int) -> dict[str, Any]:
        """Part of what holds these words, newest first, and how much does in all."""
        sought = folded(words)
        async with self._storage.transaction() as connection:
            await connection.execute(ONE_MOMENT)
            packets = await connection.fetch(PACKED, caller.user_id)
            packed = f"[{','.join(line for one in packets for line in said(one['packet'], sought))}]"
            row = await connection.fetchrow(FOUND, caller.user_id, sought, limit, offset, packed)
        assert row is not None
        return {
            "matches": [
                {
                    "thread_id": match["thread_id"],
                    "title": match["title"],
                    "message_id": match["message_id"],
                    "position": match["position"],
                    "excerpt": excerpt(match["text"], words),
                }
                for match in json.loads(row["matches"])
            ],
            "total": row["total"],
            "limit": limit,
            "offset": offset,
        }
