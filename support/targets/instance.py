"""One instance of the platform under test."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from support.drivers.page import Page, look_at
from support.facts.verdict import Inconclusive
from support.targets.controlled import Controlled, Launch, Permission

ASK_LIMIT = 5.0


class Instance(Controlled):
    """One instance: where it is reached, and what can be done to it.

    Attributes:
        rest: base address of its REST interface.
        socket: address of its live updates.
        log: file with what it writes; None when it is not ours.
    """

    def __init__(
        self,
        name: str,
        rest: str,
        socket: str,
        permit: Permission,
        launch: Launch | None = None,
        log: Path | None = None,
    ) -> None:
        super().__init__(name, f"instance {name}", urlsplit(rest).port or 0, permit, launch)
        self.rest, self.socket, self.log = rest, socket, log
        self.waits_for_storage = True
        """Whether being ready includes that it says so of its storage; off while that is away on purpose."""

    async def identity(self) -> dict[str, Any]:
        """What it says of itself at /health/identity, {} if it has no such page; OSError without answer."""
        answer = await self._get("/health/identity")
        try:
            said = answer.json() if answer.status == 200 else {}
        except ValueError:
            said = {}
        return said if isinstance(said, dict) else {}

    def resident(self) -> int:
        """Bytes of memory that its process has for itself now, swapped out or not; files that it reads come and go.

        Raises:
            Inconclusive: it was not started by this suite.
        """
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text("ascii", "replace").splitlines()
        except OSError:
            raise Inconclusive(f"the memory of {self.sentence} cannot be measured here") from None
        told = {name: words.split() for name, _, words in (line.partition(":") for line in lines)}
        return sum(int(told[name][0]) * 1024 for name in ("RssAnon", "VmSwap") if name in told)

    async def answers(self) -> str:
        """Asks who it is, and whether it is ready to serve; which instance answered."""
        if self._launch is None:
            if (status := (await self._get("/health")).status) != 200:
                raise ConnectionError(f"it is not Netra that answers there: /health says {status}")
            return self.sentence
        said = await self.identity()
        if said.get("pid") != self.pid:
            raise ConnectionError(f"port {self.port} is answered by process {said.get('pid')}")
        if self.waits_for_storage and (status := (await self._get("/health/ready")).status) != 200:
            raise ConnectionError(f"it says that it is not ready ({status})")
        return f"instance {said.get('instance', self.name)}, process {said['pid']}"

    async def _get(self, path: str) -> Page:
        return await look_at(self.rest.rstrip("/") + path, seconds=ASK_LIMIT)
