import asyncio
import json
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from support.facts.trouble import CannotRun
from support.facts.verdict import Inconclusive
from support.targets import given as given_target
from support.targets import ports, preflight, room
from support.targets.conftest import Await
from support.targets.deployment import Deployment
from support.targets.embedded import EmbeddedSettings
from support.targets.given import Given

Answer = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{door.getsockname()[1]}"


@pytest.fixture(scope="module")
def given(standing: Deployment) -> Given:
    """The addresses of a deployment that somebody else runs."""
    doors = standing.doors
    return Given(doors.rest, doors.socket, doors.postgres, doors.redis, standing.secret, standing.outside)


@pytest.fixture
def something_else(wait_for: Await) -> Iterator[Callable[[Answer], str]]:
    """Opens a door at which an answer is given to whatever is said first, and says where; silence for no answer."""
    doors = []

    def open_door(answer: Answer) -> str:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if said := answer(await reader.read(4096)):
                writer.write(said)
            else:
                await reader.read()
            writer.close()

        door = wait_for(asyncio.start_server(serve, "127.0.0.1", 0))
        doors.append(door)
        return f"127.0.0.1:{door.sockets[0].getsockname()[1]}"

    yield open_door
    for door in doors:
        door.close()


def http(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nlocation: /login\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode()


def refusal(given: Given, wait_for: Await) -> str:
    with pytest.raises(CannotRun) as trouble:
        wait_for(given.check())
    return str(trouble.value)


def test_a_given_deployment_answers_but_is_not_controlled(given: Given, wait_for: Await) -> None:
    async def use() -> None:
        deployment = await Given.from_json(given.to_json()).connect()
        assert deployment.doors.rest == given.rest
        assert ("target", "given, given by its addresses") in await deployment.identity()
        assert deployment.world is not None
        await deployment.world.expect_customer("ana", {"aws": "1"})
        assert await deployment.world.calls("ana") == []
        for act in (deployment.instances[0].kill(), deployment.postgres.pause(), deployment.redis.stop()):
            with pytest.raises(Inconclusive, match="given by its addresses"):
                await act
        with pytest.raises(Inconclusive, match="no way"):
            deployment.way("one", "postgres")
        assert await deployment.heal() == []
        await deployment.retire()

    wait_for(use())


@pytest.mark.parametrize("field", ["rest", "socket", "postgres", "redis", "outside"])
def test_an_address_where_nobody_answers_is_named(field: str, given: Given, nobody: str, wait_for: Await) -> None:
    wrong = {
        "rest": (f"http://{nobody}", f"http://{nobody}"),
        "socket": (f"ws://{nobody}/ws", f"ws://{nobody}/ws"),
        "postgres": f"postgresql://netra:hidden@{nobody}/postgres",
        "redis": f"redis://:hidden@{nobody}/0",
        "outside": nobody,
    }
    with pytest.raises(CannotRun, match=nobody) as trouble:
        wait_for(replace(given, **{field: wrong[field]}).check())  # type: ignore[arg-type]
    assert "hidden" not in str(trouble.value)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("rest", (), "do not pair"),
        ("rest", ("http://127.0.0.1:99999", "http://127.0.0.1:1"), "http://127.0.0.1:99999, is not one"),
        ("rest", ("http://127.0.0.1:abc", "http://127.0.0.1:1"), "http://127.0.0.1:abc, is not one"),
        ("rest", ("localhost", "localhost"), "begins with http://"),
        ("postgres", "mysql://x", "begins with postgresql://"),
        ("secret", "", "secret"),
        ("secret", "short", "The secret that signs tokens has 5 bytes, and no deployment takes less than 32."),
    ],
)
def test_what_is_no_address_is_said_before_anything_is_asked(
    field: str, value: object, said: str, given: Given, wait_for: Await
) -> None:
    with pytest.raises(CannotRun, match=said):
        wait_for(replace(given, **{field: value}).check())  # type: ignore[arg-type]


def test_another_page_of_the_same_server_is_not_taken_for_netra(given: Given, wait_for: Await) -> None:
    elsewhere = replace(given, rest=tuple(f"{one}/nothing" for one in given.rest))
    with pytest.raises(CannotRun, match="it is not Netra that answers there: /health says 404"):
        wait_for(elsewhere.check())


def test_a_wrong_secret_is_named(given: Given, wait_for: Await) -> None:
    assert refusal(replace(given, secret="another" * 5), wait_for) == (
        f"The secret is not the one with which this deployment checks signatures: {given.rest[0]} refuses a token "
        "that is signed with it (401). Give the deployment's own secret (--netra-secret)."
    )


@pytest.mark.parametrize("first", [True, False], ids=["the first", "the second"])
def test_an_instance_of_another_deployment_is_named(
    first: bool, given: Given, something_else: Callable[[Answer], str], wait_for: Await
) -> None:
    other = "http://" + something_else(lambda asked: http("200 OK" if b"/health" in asked else "401 Unauthorized"))
    rest = (other, given.rest[1]) if first else (given.rest[0], other)
    assert refusal(replace(given, rest=rest), wait_for) == (
        f"{other} and {rest[1 if first else 0]} belong to different deployments: the one refuses a token that the "
        "other accepts (401). Name the doors of one deployment."
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("200 OK", "is not one: to an upgrade it answers with 200. Give the address at which"),
        ("101 Switching Protocols", "is not one: to an upgrade it answers with 101. Give"),
        ("302 Found", "sends callers elsewhere (302). Give"),
        ("400 Bad Request", "is not one: to an upgrade it answers with 400. Give"),
        (
            "403 Forbidden",
            "refuses a token that REST accepts (403). Give the address at which this",
        ),
        ("404 Not Found", "leads to nothing: there is nothing at this path (404). Give"),
        ("405 Method Not Allowed", "is not one: to an upgrade it answers with 405. Give"),
        ("503 Service Unavailable", "opens for nobody now (503). Wait until the deployment serves customers."),
    ],
)
def test_what_answers_an_upgrade_and_is_no_door_of_live_updates_is_named(
    status: str, words: str, given: Given, something_else: Callable[[Answer], str], wait_for: Await
) -> None:
    door = f"ws://netra:hidden@{something_else(lambda asked: http(status))}/ws"
    told = refusal(replace(given, socket=(given.socket[0], door)), wait_for)
    assert told.startswith(f"The address of live updates, {door.replace('hidden', '***')}, {words}")
    assert "\n" not in told


def test_what_answers_in_the_place_of_the_played_world_is_named(
    given: Given, something_else: Callable[[Answer], str], wait_for: Await, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_target, "CONNECT_LIMIT", 0.2)
    wrong = {
        given.redis.rpartition("@")[2].partition("/")[0]: "something else answers there",
        given.postgres.rpartition("@")[2].partition("/")[0]: "it hangs up when it is shown the deployment's secret",
        something_else(lambda asked: http("400 Bad Request")): "something else answers there",
    }
    for address, reason in wrong.items():
        assert refusal(replace(given, outside=address), wait_for) == (
            f"At {address} is not the world that this deployment asks: {reason}. "
            "Give the control address that the deployment's own world has, or none."
        )
    silent = something_else(lambda asked: b"")
    assert refusal(replace(given, outside=silent), wait_for) == (
        f"At {silent} is not the played outside world: it says nothing within 0.2 s. "
        "Give the control address that the deployment's own world has, or none."
    )


@pytest.mark.parametrize(
    ("rights", "reason"),
    [
        ("GRANT SELECT ON users TO reader", "permission denied for table users"),
        ("", "there is no table that this user of PostgreSQL may see"),
    ],
    ids=["a reader", "a stranger"],
)
def test_stores_that_may_not_be_tidied_up_are_named_before_anybody_visits(
    rights: str, reason: str, given: Given, something_else: Callable[[Answer], str], wait_for: Await
) -> None:
    async def do(statements: str) -> None:
        door = await asyncpg.connect(given.postgres)
        await door.execute(statements)
        await door.close()

    visits: list[bytes] = []

    def answer(asked: bytes) -> bytes:
        visits.append(asked)
        return http("200 OK")

    reader = f"postgresql://reader:hidden@{given.postgres.rpartition('@')[2]}"
    rest = (f"http://{something_else(answer)}",) * 2
    wait_for(do(f"CREATE TABLE users (id text); CREATE ROLE reader LOGIN PASSWORD 'hidden'; {rights}"))
    try:
        assert refusal(replace(given, rest=rest, postgres=reader), wait_for) == (
            f"What a visit leaves in the deployment's stores cannot be removed: {reason}. "
            "Name stores that the suite may read and tidy up (--netra-postgres, --netra-redis)."
        )
    finally:
        wait_for(do("DROP TABLE users; DROP ROLE reader"))
    assert visits
    assert all(b"/health" in asked for asked in visits)


@pytest.mark.parametrize("line", ["", "[]", "{}", json.dumps({"rest": [], "socket": [], "more": 1})])
def test_a_line_that_names_no_deployment_is_refused(line: str) -> None:
    with pytest.raises(CannotRun, match="cannot be read"):
        Given.from_json(line)


def test_a_missing_program_is_named_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=f"postgres is not in {tmp_path}"):
        preflight.check(EmbeddedSettings(postgres=str(tmp_path)))
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\necho 'no such library' >&2; exit 127\n")
    with pytest.raises(CannotRun, match="There is no Redis server"):
        preflight.check(EmbeddedSettings(redis=str(tmp_path / "nowhere")))
    with pytest.raises(CannotRun, match="does not run here: Permission denied"):
        preflight.check(EmbeddedSettings(redis=str(broken)))
    broken.chmod(0o755)
    with pytest.raises(CannotRun, match="does not run here: no such library"):
        preflight.check(EmbeddedSettings(redis=str(broken)))


def test_a_run_without_room_for_its_storage_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotRun, match="no room for the storage"):
        room.check_room(Path(tempfile.gettempdir()), needed=10**18)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(room, "other_user", lambda: 65_534)
    with pytest.raises(CannotRun, match="cannot pass through"):
        room.check_room(tmp_path)
    assert "no room left" in room.failed("Copying", f"cp: {room.FULL}", tmp_path).cause


def test_a_machine_without_free_ports_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    own = ports.Ports()
    taken = own.reserve(3)
    monkeypatch.setattr(ports, "candidates", lambda: list(taken))
    with pytest.raises(CannotRun, match="No free TCP port"):
        ports.Ports().reserve(1)
    own.release(taken)
    others = ports.Ports()
    assert sorted(others.reserve(3)) == sorted(taken)
    others.release(taken)
