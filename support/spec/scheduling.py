"""Which worker runs what: each test goes to whoever is free, and the trials of the proof stay together.

One worker's laboratory has benches for all of them; a second laboratory would only be in its way.
"""

import pytest
from xdist.remote import Producer  # type: ignore[import-untyped]
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

TRIALS = ("support/proof/test_defects.py::", "support/proof/test_hopeless.py::")


class TrialsTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Every test is a unit of its own, and all trials are one."""

    def _split_scope(self, nodeid: str) -> str:
        return "trials" if nodeid.startswith(TRIALS) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TrialsTogether:
    """Takes the place of the scheduler that -n brings along."""
    return TrialsTogether(config, log)
