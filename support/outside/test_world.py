import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from support.facts.verdict import Inconclusive
from support.outside import modes
from support.outside.bills import CLOUDS, advice, bill
from support.outside.control import Control
from support.outside.door import Door
from support.outside.played import Outside
from support.outside.proxy import _listen
from support.outside.world import NotAsked, World

ACCOUNTS = {"aws": "417", "azure": "418", "gcp": "419"}
SOON = 2.0


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Platform:
    """What a platform does with the outside world."""

    world: World
    http: aiohttp.ClientSession

    async def get(self, path: str) -> Answer:
        async with self.http.get(path) as answer:
            return Answer(answer.status, await answer.text())

    async def bill(self, cloud: str, account: str = "") -> Answer:
        return await self.get(f"/billing/{cloud}/accounts/{account or ACCOUNTS[cloud]}/costs")

    async def think(self, task: str, user: str = "ana", **content: Any) -> Answer:
        question = {"role": "user", "content": json.dumps({"task": task, "question": "Where?", **content})}
        request = {"model": "played", "user": user, "messages": [question]}
        async with self.http.post("/v1/chat/completions", json=request) as answer:
            return Answer(answer.status, await answer.text())


def play(scene: Callable[[Platform], Awaitable[None]]) -> None:
    """Plays a scene with a world of its own, in which Ana is a customer."""

    async def played() -> None:
        outside, door_at, control_at = Outside(), _listen(0), _listen(0)
        address, control_port = f"http://127.0.0.1:{door_at.getsockname()[1]}", control_at.getsockname()[1]
        door = Door(outside.receive)
        await door.open(door_at)
        control = Control(outside, {}, "secret")
        await control.open(control_at)
        world = await World.connect("127.0.0.1", control_port, "secret")
        await world.expect_customer("ana", ACCOUNTS)
        async with aiohttp.ClientSession(address, timeout=aiohttp.ClientTimeout(total=SOON)) as http:
            await scene(Platform(world, http))
        await world.close()
        await door.close()
        await control.close()

    asyncio.run(played())


def test_answers_are_computed_from_what_was_asked() -> None:
    async def scene(platform: Platform) -> None:
        costs = [(await platform.bill(cloud)).json() for cloud in CLOUDS]
        assert costs == [bill(cloud, ACCOUNTS[cloud]).to_wire() for cloud in CLOUDS]
        found = (await platform.think("find_savings", costs=costs)).json()["choices"][0]["message"]["content"]
        expected = advice(bill(cloud, ACCOUNTS[cloud]) for cloud in CLOUDS)
        assert json.loads(found)["answer"] == expected.text
        recommendations = json.loads(found)["recommendations"]
        assert recommendations == [each.to_wire() for each in expected.recommendations]
        written = await platform.think("write_report", costs=costs, recommendations=recommendations)
        report = json.loads(written.json()["choices"][0]["message"]["content"])["report"]
        assert "Question: Where?" in report
        assert expected.text in report
        calls = await platform.world.until_settled("ana", "model", 2, limit=SOON)
        assert [(call.task, call.ended, call.status) for call in calls] == [
            ("find_savings", "answered", 200),
            ("write_report", "answered", 200),
        ]
        assert calls[0].body["user"] == "ana"
        assert calls[0].ended_ns > calls[0].asked_ns
        assert len(await platform.world.calls("ana")) == 5
        assert await platform.world.strangers() == []
        await platform.world.pulse()

    play(scene)


def test_the_model_refuses_to_guess() -> None:
    async def scene(platform: Platform) -> None:
        assert (await platform.think("find_savings", costs="many")).status == 400
        assert (await platform.think("write_poem", costs=[])).status == 400
        (first, _) = await platform.world.until_settled("ana", "model", 2, limit=SOON)
        assert (first.ended, first.answer) == ("refused", None)

    play(scene)


def test_a_held_call_waits_for_its_release() -> None:
    async def scene(platform: Platform) -> None:
        await platform.world.billing("ana", "aws", modes.hold())
        asked = asyncio.create_task(platform.bill("aws"))
        (call,) = await platform.world.until_asked("ana", "aws", limit=SOON)
        assert call.ended is None
        with pytest.raises(NotAsked, match="settled 0 of 1") as waited:
            await platform.world.until_settled("ana", "aws", limit=0.05)
        assert waited.value.calls == []
        assert not asked.done()
        assert (await platform.bill("gcp")).status == 200, "other clouds are not held"
        assert await platform.world.release("ana") == 1
        assert (await asked).status == 200
        assert await platform.world.release("ana") == 0

    play(scene)


def test_a_mode_may_be_for_one_task_and_ends_with_the_next_one() -> None:
    async def scene(platform: Platform) -> None:
        await platform.world.model("ana", modes.refuse(only="write_report"))
        assert (await platform.think("find_savings", costs=[])).status == 200
        refused = await platform.think("write_report", costs=[], recommendations=[])
        assert (refused.status, refused.json()["error"]["type"]) == (401, "invalid_request_error")
        await platform.world.model("ana", modes.answer())
        assert (await platform.think("write_report", costs=[], recommendations=[])).status == 200
        await platform.world.billing("ana", "aws", modes.refuse())
        assert (await platform.bill("aws")).status == 401

    play(scene)


def test_slow_takes_its_time() -> None:
    async def scene(platform: Platform) -> None:
        await platform.world.model("ana", modes.slow(0.1))
        await platform.think("find_savings", costs=[])
        (call,) = await platform.world.until_settled("ana", "model", limit=SOON)
        assert 0.1 <= (call.ended_ns - call.asked_ns) / 1e9 < SOON

    play(scene)


def test_a_paced_call_waits_for_its_turn_which_may_have_come_before() -> None:
    async def scene(platform: Platform) -> None:
        await platform.world.billing("ana", "aws", modes.paced(60))
        await platform.world.billing("ana", "gcp", modes.paced(60))
        await platform.world.let_one("ana", "gcp")
        assert (await platform.bill("gcp")).status == 200
        asked = asyncio.create_task(platform.bill("aws"))
        await platform.world.until_asked("ana", "aws", limit=SOON)
        assert not asked.done()
        await platform.world.let_one("ana", "aws")
        assert (await asked).status == 200

    play(scene)


def test_a_paced_call_is_answered_without_its_turn_after_a_while() -> None:
    async def scene(platform: Platform) -> None:
        await platform.world.billing("ana", "aws", modes.paced(0.1))
        await platform.bill("aws")
        (call,) = await platform.world.until_settled("ana", "aws", limit=SOON)
        assert 0.1 <= (call.ended_ns - call.asked_ns) / 1e9 < SOON

    play(scene)


def test_breaking_off_leaves_half_of_the_answer() -> None:
    async def scene(platform: Platform) -> None:
        await platform.world.billing("ana", "azure", modes.break_off())
        with pytest.raises(aiohttp.ClientError):
            await platform.bill("azure")
        (call,) = await platform.world.until_settled("ana", "azure", limit=SOON)
        assert call.ended == "broken off"

    play(scene)


@pytest.mark.parametrize("mode", [modes.hold(), modes.silent(), modes.slow(60), modes.paced(60)])
def test_a_platform_that_hangs_up_first_has_abandoned_its_call(mode: modes.Mode) -> None:
    async def scene(platform: Platform) -> None:
        await platform.world.model("ana", mode)
        asking = asyncio.create_task(platform.think("find_savings", costs=[]))
        await platform.world.until_asked("ana", "model", limit=SOON)
        asking.cancel()
        (call,) = await platform.world.until_settled("ana", "model", limit=SOON)
        assert call.ended == "abandoned"
        assert await platform.world.release("ana") == 0

    play(scene)


def test_a_silent_service_does_not_heed_a_release_but_ends_with_its_customer() -> None:
    async def scene(platform: Platform) -> None:
        await platform.world.model("ana", modes.silent())
        asking = asyncio.create_task(platform.think("find_savings", costs=[]))
        await platform.world.until_asked("ana", "model", limit=SOON)
        assert await platform.world.release("ana") == 0
        await platform.world.forget_customer("ana")
        with pytest.raises(aiohttp.ClientError):
            await asking

    play(scene)


def test_a_call_of_nobody_known_is_a_stranger() -> None:
    async def scene(platform: Platform) -> None:
        assert (await platform.bill("aws", "999")).status == 404
        assert (await platform.think("find_savings", user="eve", costs=[])).status == 404
        assert (await platform.get("/elsewhere")).status == 404
        await platform.world.forget_customer("ana")
        await platform.bill("gcp")
        strangers = await platform.world.strangers()
        assert [(call.what, call.late) for call in strangers] == [
            ("aws", False),
            ("model", False),
            ("unknown", False),
            ("gcp", True),
        ]
        assert [call.late_by > 0 for call in strangers] == [False, False, False, True]
        await platform.world.expect_customer("ana", ACCOUNTS)
        assert await platform.world.calls("ana") == []

    play(scene)


def test_what_cannot_be_done_is_said() -> None:
    async def scene(platform: Platform) -> None:
        with pytest.raises(Inconclusive, match="ben is no customer"):
            await platform.world.model("ben", modes.hold())
        with pytest.raises(Inconclusive, match="not oracle"):
            await platform.world.billing("ana", "oracle", modes.hold())
        with pytest.raises(Inconclusive, match="no way one"):
            await platform.world.way("one", "cut", reset=True)

    play(scene)
