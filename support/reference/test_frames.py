import json
import logging

import pytest

from support.reference import frames, plan
from support.reference.journal import JsonLines
from support.reference.outside import Bills, Model
from support.reference.plan import Draft, Progress
from support.reference.trouble import Invalid, NotFound, OutsideFailed
from support.reference.updates import frame_of


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, "INVALID_JSON"), ("", "INVALID_JSON"), ('{"type"', "INVALID_JSON"), ("[" * 8000, "INVALID_JSON"),
     ("[1]", "INVALID_MESSAGE"), ('"ping"', "INVALID_MESSAGE"), ("x" * 8193, "TOO_LARGE"),
     ("\u20ac" * 3000, "TOO_LARGE")],
)  # fmt: skip
def test_a_frame_that_is_none_is_refused_with_its_reason(text: str | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        frames.parsed(text)
    assert refused.value.code == code


def test_a_frame_of_exactly_the_limit_is_read() -> None:
    longest = json.dumps({"type": "ping", "pad": ""})
    assert frames.parsed(longest.replace('""', '"' + "x" * (8192 - len(longest)) + '"'))["type"] == "ping"


@pytest.mark.parametrize("value", ["", "  ", None, 5, "a\x00b", "\ud800", {"a": 1}], ids=ascii)
def test_a_text_must_say_something_that_can_be_kept(value: object) -> None:
    with pytest.raises(Invalid):
        frames.text_of(value, "something")


def test_a_backslash_before_u0000_is_an_ordinary_text() -> None:
    assert frames.text_of("\\u0000 \u20ac", "something") == "\\u0000 \u20ac"
    with pytest.raises(Invalid):
        frames.expect_storable({"deep": [{"nul\x00": 1}]})


def test_an_error_frame_carries_what_the_client_needs_to_place_it() -> None:
    frame = frames.error(NotFound(), "c1", "t1")
    assert frame["type"] == "error_message"
    assert (frame["error_code"], frame["client_id"], frame["thread_id"]) == ("NOT_FOUND", "c1", "t1")
    assert "client_id" not in frames.error(NotFound())


def test_an_update_carries_every_agreed_field() -> None:
    frame = frame_of(plan.executing("run_1", 2, "gcp"), "run_1", "thread_1", "ana", 2, 7)
    timestamp = frame.pop("timestamp")
    assert timestamp.endswith("+00:00")
    assert frame == {
        "type": "tool_executing", "run_id": "run_1", "thread_id": "thread_1", "user_id": "ana",
        "agent_name": "data", "tool_name": "billing_gcp", "call_id": "run_1:2:collect_gcp", "sequence": 7,
        "attempt": 2, "payload": {"cloud": "gcp"},
    }  # fmt: skip
    bare = frame_of(Draft("agent_thinking", "report"), "run_1", "thread_1", "ana", 1, 8)
    assert not {"tool_name", "call_id"} & set(bare)


def test_both_halves_of_a_pair_name_the_same_call() -> None:
    first = plan.executing("r", 1, "aws")
    for second in (plan.executed("r", 1, "aws", "1.00"), plan.not_executed("r", 1, "aws", "refused")):
        assert (second.call_id, second.tool) == (first.call_id, first.tool)
    assert plan.executing("r", 2, "aws").call_id != first.call_id


def test_progress_follows_the_plan_whatever_the_order_of_the_rows() -> None:
    progress = Progress.of(["collect_gcp", "collect_aws"])
    assert progress.done == ("collect_aws", "collect_gcp")
    assert progress.next == "collect_azure"
    assert Progress.of(plan.STEPS).next is None


@pytest.mark.parametrize(
    "bill",
    [None, [], {}, {"cloud": "aws"}, {"cloud": "gcp", "monthly_cost": "1.00", "items": []},
     {"cloud": "aws", "monthly_cost": "much", "items": []}, {"cloud": "aws", "monthly_cost": "1.00"}],
)  # fmt: skip
def test_half_a_bill_is_no_bill(bill: object) -> None:
    with pytest.raises(OutsideFailed):
        Bills.checked(bill, "aws")


@pytest.mark.parametrize(
    "content",
    [{}, {"answer": "", "recommendations": []}, {"answer": "a"}, {"answer": "a", "recommendations": [{}]},
     {"answer": "a", "recommendations": [{"cloud": "moon", "title": "t", "monthly_savings": "1.00"}]},
     {"answer": "a", "recommendations": [{"cloud": "aws", "title": "t", "monthly_savings": "-1"}]},
     {"answer": "a", "recommendations": [7]}],
)  # fmt: skip
def test_half_an_advice_is_no_advice(content: dict[str, object]) -> None:
    with pytest.raises(OutsideFailed):
        Model.checked_advice(content)


def test_the_journal_writes_one_line_of_json_per_event() -> None:
    record = logging.LogRecord("netra", logging.INFO, "x", 1, "listening", None, None)
    record.facts = {"run_id": "r"}
    line = json.loads(JsonLines("one").format(record))
    assert (line["instance"], line["event"], line["run_id"]) == ("one", "listening", "r")
