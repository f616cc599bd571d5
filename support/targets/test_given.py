import json
import socket
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from support.facts.trouble import CannotRun
from support.facts.verdict import Inconclusive
from support.targets import ports, preflight, room
from support.targets.conftest import Await
from support.targets.deployment import Deployment
from support.targets.embedded import EmbeddedSettings
from support.targets.given import Given


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
