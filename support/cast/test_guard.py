"""What nobody asked for and nobody read ends a scenario that would have passed."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.guard import expect_nothing_else
from support.facts.verdict import Broken, Inconclusive


def scenario(*instances: Any, lacking: list[str] | None = None) -> Any:
    stage = SimpleNamespace(outcomes=[], deployment=SimpleNamespace(instances=instances), lacking=lacking or [])
    return SimpleNamespace(people=[], stage=stage, strangers=SimpleNamespace(objections=list))


def server(code: int | None, fault: str = "") -> Any:
    exit_ = None if code is None else SimpleNamespace(code=code)
    return SimpleNamespace(sentence="server two of Netra", exit=exit_, fault=fault)


def test_a_server_that_ends_by_itself_is_noticed() -> None:
    with pytest.raises(Broken, match="nothing but") as found:
        expect_nothing_else(scenario(server(None), server(139)))
    assert "server two of Netra has ended by itself, with exit code 139" in found.value.observed


def test_a_server_that_lives_or_that_the_scenario_has_ended_is_not() -> None:
    expect_nothing_else(scenario(server(None), server(137, fault="killed")))


def test_what_was_lacking_lets_nothing_be_kept() -> None:
    with pytest.raises(Inconclusive, match="nobody noticed the crash"):
        expect_nothing_else(scenario(server(None), lacking=["nobody noticed the crash"]))


def test_what_happened_beside_it_is_told_first() -> None:
    with pytest.raises(Broken, match="ended by itself"):
        expect_nothing_else(scenario(server(1), lacking=["nobody noticed the crash"]))
