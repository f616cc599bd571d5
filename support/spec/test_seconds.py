"""How long a scenario may take follows from its sentences."""

from types import SimpleNamespace
from typing import Any

import pytest

from support.spec.collector import ScenarioItem


@pytest.mark.parametrize(
    ("sentences", "seconds"),
    [
        (["Ana asks"], 60.0),
        (["Ana is answered within 20 seconds"], 60.0),
        (["Ana is answered within 20 seconds", "Ben is answered within 2 minutes"], 170.0),
        (["what is kept ready is kept for 24 hours"], 60.0),
        (["200 customers have a conversation each"], 70.0),
        (["Ana has a history of 10000 messages", "the whole comes to Ana within 2 seconds"], 160.0),
        (["1000 customers are connected", "all of them ask, one after the other within 5 minutes"], 380.0),
    ],
)
def test_a_scenario_may_take_as_long_as_its_sentences_say(sentences: list[str], seconds: float) -> None:
    item: Any = SimpleNamespace(steps=[SimpleNamespace(text=text) for text in sentences])
    limit: Any = ScenarioItem.seconds
    assert limit.fget(item) == seconds
