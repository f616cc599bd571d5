"""The messages that Netra cannot take are what their words say."""

import json

import pytest

from support.cast.faulty import LONGEST, MESSAGES


def test_the_message_that_is_too_long_is_so_by_one_byte() -> None:
    content = MESSAGES[f"a message of {LONGEST + 1} bytes"]("thread_1").content
    assert isinstance(content, str)
    assert len(content.encode()) == LONGEST + 1
    assert json.loads(content)["type"] == "user_message"


def test_the_message_that_breaks_off_is_the_beginning_of_a_right_one() -> None:
    content = MESSAGES["a message that breaks off half-way"]("thread_1").content
    assert str(content).startswith('{"type": "user_message"')
    with pytest.raises(ValueError, match="line 1"):
        json.loads(content)


@pytest.mark.parametrize("words", [words for words, make in MESSAGES.items() if make("t").code == "INVALID_JSON"])
def test_what_cannot_be_read_is_no_message(words: str) -> None:
    content = MESSAGES[words]("thread_1").content
    if isinstance(content, str):
        with pytest.raises(ValueError, match="line 1"):
            json.loads(content)


@pytest.mark.parametrize("words", [words for words, make in MESSAGES.items() if make("t").code == "UNKNOWN_TYPE"])
def test_what_is_of_an_unknown_kind_is_a_whole_message(words: str) -> None:
    assert json.loads(MESSAGES[words]("thread_1").content)["type"] not in ("ping", "user_message", "resume")
