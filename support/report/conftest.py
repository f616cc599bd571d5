"""A red run, recorded as it happened: one broken row, one broken with a comparison, one inconclusive."""

import json
from pathlib import Path

import pytest

from support.report.page import Page

RECORDED = Path(__file__).parent / "recorded_red_run.json"


@pytest.fixture
def red_run() -> list[Page]:
    """The pages of the recorded run."""
    return [Page.from_json(plain) for plain in json.loads(RECORDED.read_text("utf-8"))]
