"""Who may work on what: leases on analyses, and the search for those whose worker is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from support.reference.analyses import Analyses
from support.reference.hold import HELD, Hold
from support.reference.settings import Settings
from support.reference.storage import Storage
from support.reference.updates import Frame

ORPHANED, PARKED = "orphaned", "parked"


@dataclass(frozen=True)
class Find:
    """An analysis that nobody works on: orphaned (its worker fell silent) or parked (at a shutdown)."""

    run_id: str
    kind: str


class Claims:
    """Leases on rows of `runs`: lengthened while their worker lives, free to take when they have run out."""

    AT_ONCE = 50
    """How many analyses one look brings at most."""

    def __init__(self, storage: Storage, analyses: Analyses, settings: Settings, holder: str) -> None:
        self._storage = storage
        self._analyses = analyses
        self._settings = settings
        self._holder = holder

    async def look(self) -> list[Find]:
        """What nobody works on, longest waiting first; also what is past its limit and must be ended."""
        rows = await self._storage.rows(
            "SELECT id, status FROM runs WHERE status = 'preserved' "
            "OR (status = 'running' AND lease_until < clock_timestamp()) "
            "ORDER BY lease_until NULLS FIRST LIMIT $1",
            self.AT_ONCE,
        )
        return [Find(row["id"], PARKED if row["status"] == "preserved" else ORPHANED) for row in rows]

    async def take_over(self, run_id: str) -> Hold | None:
        """The same attempt in new hands, its limit unchanged; None when another was faster."""
        row = await self._storage.row(
            "UPDATE runs SET epoch = epoch + 1, holder = $2, "
            "lease_until = clock_timestamp() + make_interval(secs => $3) "
            "WHERE id = (SELECT id FROM runs WHERE id = $1 AND status = 'running' "
            f"AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED) RETURNING {HELD}",
            run_id,
            self._holder,
            self._settings.lease,
        )
        return None if row is None else Hold.of(row)

    async def resume(self, run_id: str) -> tuple[Hold, list[Frame]] | None:
        """The next attempt at a preserved analysis, with a full limit; None when another was faster."""
        async with self._storage.transaction() as connection:
            # The conversation before the analysis: the order in which every change takes its locks.
            await connection.execute(
                "SELECT 1 FROM threads WHERE id = (SELECT thread_id FROM runs WHERE id = $1) FOR NO KEY UPDATE",
                run_id,
            )
            row = await connection.fetchrow(
                "UPDATE runs SET status = 'running', attempt = attempt + 1, epoch = epoch + 1, holder = $2, "
                "lease_until = clock_timestamp() + make_interval(secs => $3), "
                "deadline_at = clock_timestamp() + make_interval(secs => $4) "
                "WHERE id = (SELECT id FROM runs WHERE id = $1 AND status = 'preserved' "
                "FOR UPDATE SKIP LOCKED) "
                f"RETURNING {HELD}",
                run_id,
                self._holder,
                self._settings.lease,
                self._settings.analysis_limit,
            )
            if row is None:
                return None
            frames = await self._analyses.start_again(connection, row)
        return Hold.of(row), frames

    async def renew(self, holds: Sequence[Hold]) -> set[str]:
        """Lengthens the leases and tells which analyses are still in these hands.

        A row that is locked just now is being written by its own worker, which lengthens the lease itself.
        """
        rows = await self._storage.rows(
            "WITH mine AS (SELECT id, epoch::bigint FROM unnest($1::text[], $2::text[]) AS held(id, epoch)), "
            "renewed AS (UPDATE runs SET lease_until = clock_timestamp() + make_interval(secs => $3) "
            "  WHERE id IN (SELECT runs.id FROM runs JOIN mine USING (id, epoch) "
            "  WHERE runs.status = 'running' "
            "  FOR UPDATE OF runs SKIP LOCKED)) "
            "SELECT runs.id FROM runs JOIN mine USING (id, epoch) WHERE runs.status = 'running'",
            [hold.run_id for hold in holds],
            [str(hold.epoch) for hold in holds],
            self._settings.lease,
        )
        return {row["id"] for row in rows}
