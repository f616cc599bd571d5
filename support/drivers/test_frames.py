"""What was really received from a deployment is read for what it is."""

import json
from pathlib import Path

import pytest

from support.drivers import frames
from support.facts.frame import FrameKind
from support.facts.moment import Moment

RECORDED = [
    json.loads(line)
    for line in Path(__file__).with_name("recorded_frames.jsonl").read_text("utf-8").splitlines()
    if json.loads(line)["surface"] == "ws"
]
KINDS = {
    "error_message": FrameKind.TROUBLE,
    "connection_established": FrameKind.KEEP_ALIVE,
    "heartbeat": FrameKind.KEEP_ALIVE,
    "pong": FrameKind.KEEP_ALIVE,
    "ack": FrameKind.UNKNOWN,
}


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda one: one["frame"]["type"])
def test_a_recorded_frame_is_sorted(recorded: dict[str, dict[str, str]]) -> None:
    frame = frames.read(json.dumps(recorded["frame"]), Moment.now())
    assert frame.kind is KINDS.get(recorded["frame"]["type"], FrameKind.UPDATE)


def test_an_update_is_read_wherever_its_content_stands() -> None:
    moment = Moment.now()
    told = {
        "type": "tool_executing",
        "run_id": "r",
        "thread_id": "t",
        "agent": "Triage",
        "data": {"tool": "x", "user_id": "u"},
    }
    update = frames.read(json.dumps(told), moment).update
    assert update is not None
    assert (update.run, update.thread, update.user, update.agent, update.tool) == ("r", "t", "u", "triage", "x")
    assert update.moment is moment


def test_an_acknowledgement_of_an_unknown_type_is_no_success() -> None:
    ack = next(one for one in RECORDED if one["frame"]["type"] == "ack")
    assert frames.read(json.dumps(ack["frame"]), Moment.now()).kind is FrameKind.UNKNOWN


@pytest.mark.parametrize("number", ['"x"', "1.5", "true", "[]"])
@pytest.mark.parametrize("name", ["sequence", "attempt"])
def test_an_update_whose_number_is_none_is_unknown(name: str, number: str) -> None:
    frame = frames.read(f'{{"type": "agent_thinking", "{name}": {number}}}', Moment.now())
    assert (frame.kind, frame.update) == (FrameKind.UNKNOWN, None)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", "[" * 100_000])
def test_what_is_no_message_is_unknown(text: str) -> None:
    assert frames.read(text, Moment.now()).kind is FrameKind.UNKNOWN
