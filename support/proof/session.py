"""A pytest session that collects the specification once and then runs what it is told, on what it is told.

Loaded with `-p support.proof.session`; told over an inherited socket, one JSON line a request:
{"platform", "arguments", "items", "patience"} is answered by {"verdicts": [...], "seconds"}.
Between requests the platform's processes are ended; stores and drivers live on.
"""

import json
import socket
import time
from dataclasses import replace
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from support.facts.verdict import Verdict
from support.spec.collector import ScenarioItem
from support.spec.ground import CAST, GROUND, OPTIONS, PLATFORM, PRELOAD
from support.spec.judging import read_verdict

BROKEN_PLATFORMS = ("support.proof.host", "support.proof.hopeless", "support.proof.reach")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The socket on which the session is told what to run."""
    parser.addoption("--proof-fd", type=int, default=-1, help="inherited socket, for the suite's own proof")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Serves requests until the other side is gone."""
    number = session.config.getoption("--proof-fd")
    if number < 0 or session.config.option.collectonly:
        return None
    session.config.stash[PRELOAD] = BROKEN_PLATFORMS
    items = {item.nodeid: item for item in session.items if isinstance(item, ScenarioItem)}
    with socket.socket(fileno=number) as told, told.makefile("rw", encoding="utf-8") as lines:
        print(json.dumps({"ready": len(items)}), file=lines, flush=True)
        for line in lines:
            print(json.dumps(_serve(session, items, json.loads(line))), file=lines, flush=True)
            if GROUND in session.config.stash:
                session.config.stash[GROUND].vacate()
    return True


def _serve(session: pytest.Session, items: dict[str, ScenarioItem], request: dict[str, Any]) -> dict[str, Any]:
    config = session.config
    config.stash[PLATFORM] = (request["platform"], tuple(request["arguments"]))
    config.stash[OPTIONS] = replace(config.stash[OPTIONS], patience=request["patience"])
    verdicts = []
    for identity in request["items"]:
        began = time.monotonic()
        verdict = _run(items[identity], _Everything(session))
        verdicts.append(verdict.to_json() | {"seconds": time.monotonic() - began})
    return {"verdicts": verdicts}


class _Everything:
    """Stands for the next item: ends whatever belongs to one scenario, and nothing of the session's."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session

    def listchain(self) -> list[pytest.Session]:
        """What is not to be ended."""
        return [self._session]


def _run(item: ScenarioItem, after: _Everything) -> Verdict:
    """Runs one scenario once more, as if for the first time; the worst verdict of its phases."""
    item._initrequest()
    item.user_properties = []
    found = [
        verdict
        for report in runtestprotocol(item, log=False, nextitem=after)  # type: ignore[arg-type]
        if (verdict := read_verdict(report.user_properties)) is not None
    ]
    # Nothing of it is kept until the next time: what all scenarios saw would fill the memory.
    if CAST in item.stash:
        del item.stash[CAST]
    return next((verdict for verdict in found if not verdict.kept), found[-1])
