"""Calls to the played outside world that belong to nobody who lives: judged where they can be laid to somebody.

A call that names nobody known, and came while a scenario ran, is that scenario's: a worker's scenarios follow each
other, and each worker has worlds of its own. A call for somebody whom an earlier scenario made and removed is not the
present scenario's doing; one that comes at once was on its way when that scenario ended, and one that comes much
later shows that the platform goes on working for who is gone: it is named at the end of the run.
"""

from collections.abc import Sequence

from support.cast.stage import Stage
from support.facts.moment import Moment
from support.outside.calls import Call

ON_ITS_WAY = 5.0
"""Seconds for which a call may be on its way, or a step go on, after its customer was forgotten."""


class Strangers:
    """The calls of one scenario's time that belong to nobody known."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        world = stage.deployment.world
        # What came since an earlier scenario looked is nobody else's to tell.
        self._began = (world.watched if world else None) or Moment.now()

    def objections(self) -> list[str]:
        """What the outside world was asked for nobody; nothing where others use that world too."""
        deployment = self._stage.deployment
        if deployment.world is None or deployment.given:
            return []
        looked = Moment.now()
        calls = self._stage.do(deployment.world.strangers, "calls that belong to nobody")
        deployment.world.watched = looked
        return [f"the outside world was asked for nobody: {call}" for call in nobodys(calls, self._began)]


def nobodys(calls: Sequence[Call], since: Moment) -> list[Call]:
    """Those of the calls that name nobody known and came since then."""
    return [call for call in calls if not call.late and call.at >= since]


def overdue(calls: Sequence[Call]) -> list[Call]:
    """Those of the calls that were made for somebody long after that customer was forgotten."""
    return [call for call in calls if call.late and call.late_by > ON_ITS_WAY]
