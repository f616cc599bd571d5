"""What people mean by the same words is found, and the excerpt shows it."""

import pytest

from support.reference.search import EXCERPT, excerpt, folded


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("STRASSE", "Stra\u00dfe"),
        ("\u042d\u041a\u041e\u041d\u041e\u041c\u0418\u042f", "\u044d\u043a\u043e\u043d\u043e\u043c\u0438\u044f"),
        ("Cafe\u0301", "caf\u00e9"),
        ("\uff11\uff10\uff10", "100"),
    ],
)
def test_words_that_people_take_for_the_same_are_the_same(written: str, sought: str) -> None:
    assert folded(sought) in folded(written)


def test_an_excerpt_shows_the_words_wherever_they_stand() -> None:
    for before in (0, 10, 300):
        text = "x" * before + "savings" + "y" * 300
        assert "savings" in excerpt(text, "SAVINGS")
        assert len(excerpt(text, "savings")) <= EXCERPT
    assert excerpt("short", "sh") == "short"
