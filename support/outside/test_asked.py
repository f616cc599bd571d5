import json
from typing import Any

from support.outside.asked import considered, recognise
from support.outside.bills import CLOUDS, bill
from support.outside.door import Request

FACT = {"name": "budget", "value": {"limit": None}, "from": {"thread_id": "t", "title": "Plans"}}


def answer(*facts: dict[str, Any]) -> str:
    costs = [bill(cloud, "417").to_wire() for cloud in CLOUDS]
    task = {"task": "find_savings", "question": "Where?", "costs": costs}
    messages = [
        {"role": "system", "content": json.dumps({"remembered": list(facts)})},
        {"role": "user", "content": json.dumps(task)},
    ]
    body = json.dumps({"user": "ana", "messages": messages}).encode()
    status, said = recognise(Request("POST", "/v1/chat/completions", body)).answer()
    assert status == 200
    return str(json.loads(said["choices"][0]["message"]["content"])["answer"])


def test_an_answer_names_what_it_took_into_account_and_where_that_was_told() -> None:
    assert answer(FACT).endswith("Taken into account: budget: {\"limit\": null} (from 'Plans').")


def test_an_answer_without_memory_names_none() -> None:
    assert "Taken into account" not in answer()
    assert considered([]) == ""
