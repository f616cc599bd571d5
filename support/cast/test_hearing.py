"""That something was not heard says something only where it had been said."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.hearing import Hearing
from support.facts.verdict import Inconclusive


def person(*said: str, asked: str = "", topics: dict[str, Any] | None = None) -> Any:
    conversation = SimpleNamespace(thread="thread", questions=[asked])
    return SimpleNamespace(
        name="Ana",
        stage=None,
        conversation=conversation,
        conversations=[conversation],
        memory=SimpleNamespace(said={"thread": list(said)}, topics=topics or {}),
        privacy=SimpleNamespace(others=[]),
    )


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The values for which a silence was judged."""
    judged: list[str] = []
    monkeypatch.setattr(Hearing, "_expect_silence", lambda self, conversation, values: judged.extend(values))
    return judged


def test_what_nobody_said_cannot_be_unheard(silence: list[str]) -> None:
    with pytest.raises(Inconclusive, match="nobody has said 'scalability'"):
        Hearing(person("Our priority is cost reduction.")).expect_unheard("scalability")
    assert silence == []


def test_what_was_told_or_asked_or_said_by_another_is_judged(silence: list[str]) -> None:
    ana = person("Our priority is Cost Reduction.", asked="Our budget is $900. Where can we save?")
    ben = person()
    ben.privacy.others = [ana]
    Hearing(ben).expect_unheard("cost reduction", "$900")
    assert silence == ["cost reduction", "$900"]


def test_a_topic_about_which_nothing_was_told_keeps_nothing_apart(silence: list[str]) -> None:
    ana = person()
    ana.memory.topics["plans"] = ana.conversation
    with pytest.raises(Inconclusive, match="told nothing about plans"):
        Hearing(ana).expect_apart("plans")
