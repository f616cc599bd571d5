"""Which worker runs what: each test goes to whoever is free, and the trials of the proof stay together.

One worker's laboratory has benches for all of them; a second laboratory would only be in its way. A worker that dies
takes one test along, and another one runs the rest: the scheduler that is built on would wait for ever then.
"""

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

TRIALS = ("support/proof/test_defects.py::", "support/proof/test_hopeless.py::")
AHEAD = 2
"""A worker begins with a test when it has been given the next one, too."""


class TrialsTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Every test is a unit of its own, and all trials are one."""

    def _split_scope(self, nodeid: str) -> str:
        return "trials" if nodeid.startswith(TRIALS) else nodeid

    def remove_node(self, node: WorkerController) -> str | None:
        """Takes a worker that is gone off the list, and gives its work back; the test that it died in, if any."""
        workload = self.assigned_work.pop(node)
        left = [name for unit in workload.values() for name, done in unit.items() if not done]
        for scope, unit in workload.items():
            if again := {name: False for name in unit if name in left[1:]}:
                self.workqueue[scope] = again
        for other in self.assigned_work:
            self._reschedule(other)
        return left[0] if left else None

    def _reschedule(self, node: WorkerController) -> None:
        super()._reschedule(node)
        while self.workqueue and not node.shutting_down and self._pending_of(self.assigned_work[node]) < AHEAD:
            self._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TrialsTogether:
    """Takes the place of the scheduler that -n brings along."""
    return TrialsTogether(config, log)
