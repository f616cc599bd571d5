from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from support.facts.verdict import Inconclusive, TimeUp
from support.targets.conftest import STAND_IN, Await
from support.targets.controlled import Controlled
from support.targets.deployment import Deployment
from support.targets.embedded import Embedded
from support.targets.pool import Pool, Wanted

PARTS: dict[str, Callable[[Deployment], Controlled]] = {
    "instance": lambda deployment: deployment.instance("two"),
    "PostgreSQL": lambda deployment: deployment.postgres,
    "Redis": lambda deployment: deployment.redis,
}


@pytest.fixture(params=PARTS)
def part(request: pytest.FixtureRequest, standing: Deployment) -> Controlled:
    """Each thing that can be stopped, killed and paused."""
    return PARTS[request.param](standing)


def test_what_was_killed_refuses_until_it_is_started_again(part: Controlled, wait_for: Await) -> None:
    before = part.pid
    killed = wait_for(part.kill())
    assert f"{before}" in killed.evidence
    assert "refuses" in killed.evidence
    with pytest.raises(Inconclusive, match="does not run"):
        wait_for(part.pause())
    started = wait_for(part.start())
    assert started.when > killed.when
    assert part.pid not in (0, before)
    assert f"process {part.pid}" in started.evidence


def test_what_is_still_starting_has_not_failed(standing: Deployment, wait_for: Await) -> None:
    instance = standing.instance("two")
    wait_for(instance.kill())
    with pytest.raises(TimeUp, match="was not ready within"):
        wait_for(instance.start(0.0))
    assert f"process {instance.pid}" in wait_for(instance.until_answers())
    wait_for(instance.kill())
    wait_for(instance.start())


def test_data_that_are_still_there_were_not_destroyed(
    standing: Deployment, wait_for: Await, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(path: Path) -> None:
        """Removes nothing."""

    monkeypatch.setattr(standing.redis, "_remove", nothing)
    with pytest.raises(Inconclusive, match="still there"):
        wait_for(standing.redis.destroy())
    wait_for(standing.redis.start())


def test_what_was_stopped_ended_in_good_order(part: Controlled, wait_for: Await) -> None:
    assert wait_for(part.stop()).code == 0
    assert part.pid == 0
    wait_for(part.start())
    with pytest.raises(Inconclusive, match="runs already"):
        wait_for(part.start())


def test_what_was_paused_stands_still_until_it_is_resumed(part: Controlled, wait_for: Await) -> None:
    before = part.pid
    assert "stood still" in wait_for(part.pause()).evidence
    with pytest.raises(Inconclusive, match="is paused"):
        wait_for(part.stop())
    assert f"process {before}" in wait_for(part.resume()).evidence
    with pytest.raises(Inconclusive, match="not paused"):
        wait_for(part.resume())


def test_every_fault_in_force_is_healed_and_named(standing: Deployment, wait_for: Await) -> None:
    async def healed() -> list[str]:
        await standing.redis.pause()
        await standing.postgres.kill()
        await standing.way("one", "redis").refuse()
        await standing.instance("one").kill()
        return await standing.heal()

    told = wait_for(healed())
    assert told == [
        "PostgreSQL was still killed: started again",
        "Redis was still paused: resumed",
        "the way from instance one to Redis was still refused: restored",
        "instance one was still killed: started again",
    ]
    assert wait_for(standing.heal()) == []


def test_what_was_acknowledged_survives_a_kill(standing: Deployment, wait_for: Await) -> None:
    async def kept() -> tuple[object, object]:
        door = await asyncpg.connect(standing.doors.postgres)
        await door.execute("INSERT INTO kept VALUES ('acknowledged')")
        cache = redis.asyncio.Redis.from_url(standing.doors.redis, decode_responses=True)
        await cache.set("kept", "acknowledged")
        for service in (standing.postgres, standing.redis):
            await service.kill()
            await service.start()
        door.terminate()
        await cache.aclose()
        door = await asyncpg.connect(standing.doors.postgres)
        cache = redis.asyncio.Redis.from_url(standing.doors.redis, decode_responses=True)
        try:
            return await door.fetchval("DELETE FROM kept RETURNING value"), await cache.getdel("kept")
        finally:
            await door.close()
            await cache.aclose()

    assert wait_for(kept()) == ("acknowledged", "acknowledged")


@pytest.mark.parametrize("service", ["postgres", "redis"])
def test_a_way_shows_each_fault_until_it_is_restored(service: str, standing: Deployment, wait_for: Await) -> None:
    way = standing.way("one", service)
    faults: list[Callable[[], Awaitable[object]]] = [
        way.cut,
        lambda: way.cut(reset=False),
        way.refuse,
        way.blackhole,
        lambda: way.slow(0.05),
    ]

    async def each() -> None:
        before = await way.bytes_passed()
        for fault in faults:
            await fault()
            assert way.fault
            assert "an answer took" in (await way.restore()).evidence
        assert await way.bytes_passed() == before, "the suite's own knocks are not counted"

    wait_for(each())


def test_the_instance_goes_its_own_way_and_its_bytes_are_counted(standing: Deployment, wait_for: Await) -> None:
    async def passed() -> None:
        ways = [standing.way(instance, "postgres") for instance in ("one", "two")]
        before = [await way.bytes_passed() for way in ways]
        await standing.instance("one").answers()
        one, two = [await way.bytes_passed() for way in ways]
        assert one.to_service > before[0].to_service
        assert one.to_instance > before[0].to_instance
        assert two == before[1]

    wait_for(passed())


def test_another_platform_takes_over_the_same_stores(standing: Deployment, wait_for: Await) -> None:
    doors = standing.doors
    wait_for(standing.replace_platform(STAND_IN, ["--defect", "late"]))
    assert standing.doors == doors
    assert "two: words --defect late" in wait_for(standing.log_lines())
    wait_for(standing.replace_platform(STAND_IN))


def test_a_command_of_the_platform_tells_how_it_ended(standing: Deployment, wait_for: Await) -> None:
    ended = wait_for(standing.command("migrate", "--postgres", standing.doors.postgres))
    assert ended.code == 1
    assert "DuplicateTableError" in ended.output


def test_the_report_names_what_is_real_and_what_is_played(standing: Deployment, wait_for: Await) -> None:
    lines = dict(wait_for(standing.identity()))
    assert lines["PostgreSQL"].startswith("PostgreSQL 18.")
    assert lines["PostgreSQL"].endswith("real")
    assert lines["Redis"].startswith("Redis ")
    assert lines["AI model"].startswith("played")
    assert "stand-in" in lines["instance one"]


def test_shared_deployments_are_kept_and_own_ones_are_fresh(embedded: Embedded, wait_for: Await) -> None:
    async def lease() -> None:
        own, shared = Wanted(own=True, platform=STAND_IN), Wanted(platform=STAND_IN)
        pool = Pool(embedded, spare=own)
        first, again = await pool.lease(shared), await pool.lease(shared)
        assert first is again
        with pytest.raises(Inconclusive, match="shares"):
            await first.postgres.kill()
        with pytest.raises(Inconclusive, match="shares"):
            await first.way("one", "redis").cut()
        assert await first.heal() == []
        private = await pool.lease(own)
        assert private is not first
        await private.instance("one").kill()
        await pool.give_back(private)
        await pool.close()

    wait_for(lease())
