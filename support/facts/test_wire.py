"""What arrives can be written down again, whatever it names."""

import pytest

from support.facts.wire import parsed


def test_json_is_what_it_says() -> None:
    assert parsed('{"a": [1, null, "\\ud83d\\ude00"]}') == {"a": [1, None, "😀"]}


def test_half_a_character_stands_as_it_was_written() -> None:
    found = parsed(b'{"\\ud800": ["\\uDC00 and more"]}')
    assert found == {"\\ud800": ["\\udc00 and more"]}
    assert str(found).encode()


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parsed(text)
