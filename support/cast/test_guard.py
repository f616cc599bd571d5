"""What nobody asked for and nobody read ends a scenario that would have passed."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.cast.guard import expect_nothing_else
from support.facts.verdict import Broken


def scenario(*instances: Any) -> Any:
    deployment = SimpleNamespace(instances=instances)
    return SimpleNamespace(
        people=[], stage=SimpleNamespace(outcomes=[], deployment=deployment), strangers=SimpleNamespace(objections=list)
    )


def server(code: int | None, fault: str = "") -> Any:
    exit_ = None if code is None else SimpleNamespace(code=code)
    return SimpleNamespace(sentence="server two of Netra", exit=exit_, fault=fault)


def test_a_server_that_ends_by_itself_is_noticed() -> None:
    with pytest.raises(Broken, match="nothing but") as found:
        expect_nothing_else(scenario(server(None), server(139)))
    assert "server two of Netra has ended by itself, with exit code 139" in found.value.observed


def test_a_server_that_lives_or_that_the_scenario_has_ended_is_not() -> None:
    expect_nothing_else(scenario(server(None), server(137, fault="killed")))
