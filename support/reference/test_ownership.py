from fnmatch import fnmatchcase

import pytest

from support.reference.erasure import _literal
from support.reference.ownership import rightful


def test_a_conversation_goes_back_to_the_owner_of_its_seal() -> None:
    row = {"id": "t", "user_id": "eve", "rightful_owner": "ana", "metadata_": {"user_id": "eve", "title": "Savings"}}
    assert rightful(row) == {
        "id": "t",
        "user_id": "ana",
        "rightful_owner": "ana",
        "metadata_": {"user_id": "ana", "title": "Savings"},
    }


def test_a_message_goes_back_to_the_place_of_its_seal() -> None:
    row = {"id": "m", "thread_id": "eves", "position": 1002, "rightful_thread": "anas", "rightful_position": 2}
    mended = rightful(row)
    assert (mended["thread_id"], mended["position"]) == ("anas", 2)


def test_a_fact_goes_back_to_the_owner_of_its_seal_with_its_value_as_it_was() -> None:
    row = {"id": "f", "user_id": "eve", "rightful_owner": "ana", "name": "budget", "value": {"é": [1, None]}}
    assert rightful(row) == {**row, "user_id": "ana"}


@pytest.mark.parametrize("name", ["*", "a*", "?", "[a-z]", "a\\b", "plain"])
def test_nobody_is_called_so_that_others_are_swept_away(name: str) -> None:
    pattern = _literal(name)
    assert all(f"\\{sign}" in pattern for sign in name if sign in "*?[]\\")
    assert _literal("plain") == "plain"
    assert not fnmatchcase("somebody", pattern)
