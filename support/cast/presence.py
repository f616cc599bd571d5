"""A person's coming and going: the tabs in which Netra is open."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from support.cast.entries import NOBODYS
from support.cast.stage import cannot, demand
from support.cast.tab import Tab

if TYPE_CHECKING:
    from support.cast.person import Person


class Presence:
    """One person's coming and going."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def connect(self) -> None:
        """Opens Netra, unless it is open already; demands success."""
        if not any(tab.open for tab in self.person.tabs):
            self.open_tab()

    def pretend_to_come_from_elsewhere(self) -> None:
        """From now on every request and every connection names an address of nobody's as the one it comes from."""
        address = str(NOBODYS[77])
        self.person.pretence = {"X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}"}

    def pretend_to_be(self, other: "Person") -> None:
        """From now on every request and every connection names another as the one who asks, beside the own pass."""
        user, email = other.identity.user, other.identity.email
        names = {"X-User-Id": user, "X-Forwarded-User": user, "X-Remote-User": user, "X-Forwarded-Email": email}
        self.person.pretence = {**names, "Cookie": f"user_id={user}"}

    def open_tab(self, *, slow: bool = False) -> None:
        """Opens Netra in one more tab; demands success."""
        self.stage.do(lambda: self.enter(slow=slow), f"{self.person.name} opens Netra")

    def open_tabs(self, number: int) -> None:
        """Opens Netra in so many tabs; demands success."""
        for _ in range(number):
            self.open_tab()

    def open_tabs_apart(self, number: int) -> None:
        """Opens Netra in so many tabs, each at another server; demands success, and that there are enough."""
        servers = len(self.stage.deployment.doors.socket)
        if servers < number:
            cannot(f"this deployment has {servers} servers, and {number} tabs cannot be open through different ones")
        for server in range(number):
            self.stage.do(lambda server=server: self.enter(server=server), f"{self.person.name} opens Netra")  # type: ignore[misc]

    async def enter(
        self,
        claim: Mapping[str, str] | None = None,
        *,
        slow: bool = False,
        server: int | None = None,
        token: str | None = None,
    ) -> Tab:
        """Opens Netra in one more tab, and waits for the welcome; demands success.

        Args:
            claim: what the tab says beside its pass.
            slow: whether little may be on its way to the tab before Netra has to wait.
            server: a server of Netra, from 0, instead of the person's own.
            token: a pass instead of the person's own.
        """
        tab = Tab(self.person, len(self.person.tabs) + 1, slow=slow)
        self.person.tabs.append(tab)
        demand(await tab.connect(self.person.server if server is None else server, token, claim))
        await self.person.transcript.until(
            lambda: next((seen for seen in self.person.transcript.entries if seen.tab == tab.number), None),
            self.stage.clock.deadline(),
            "the welcome",
        )
        return tab

    def come_back(self, server: int | None = None) -> None:
        """Opens Netra anew and asks for whatever was missed in every conversation."""
        self.person.server = self.person.server if server is None else server
        self.stage.do(self.reopen, f"{self.person.name} comes back")

    def come_back_having_caught_up(self) -> None:
        """Comes back once more, after everything that was missed has been shown."""
        analysis = self.person.conversation.analysis

        async def caught_up() -> None:
            await self.person.transcript.until(
                lambda: next((u for u in analysis.updates(self.person.tab.number) if u.ends), None),
                self.stage.clock.deadline(),
                "the end of what was missed",
            )

        self.stage.do(caught_up, f"{self.person.name} to catch up")
        self.come_back()

    def come_back_elsewhere(self) -> None:
        """Comes back through another server of Netra."""
        self.come_back((self.person.server + 1) % len(self.stage.deployment.doors.rest))

    async def reopen(self, *, known: bool = True, ahead: int = 0, breaks_after: int = 0) -> Tab:
        """Opens a tab and asks for what comes after the last update that was seen.

        Args:
            known: whether the tab knows what others have shown; else it asks from the beginning.
            ahead: by how much the tab overstates what was seen.
            breaks_after: with so many updates shown, the tab's connection breaks; 0 for never.
        """
        tab = await self.enter()
        tab.breaks_after = breaks_after
        for conversation in self.person.conversations:
            await tab.resume(conversation.thread, conversation.last_sequence() + ahead if known else 0)
        await asyncio.sleep(0)
        return tab

    def break_connection(self, tab: int = 0) -> None:
        """The network dies under a tab (the last one opened, or this number): a reset, no goodbye."""
        chosen = self.person.tabs[tab - 1] if tab else self.person.tab
        self.stage.do(chosen.break_off, f"the connection of {self.person.name} breaks")

    def close_page(self) -> None:
        """Leaves properly, with the closing handshake."""
        self.stage.do(self.person.tab.close, f"{self.person.name} closes the page")

    async def is_missed(self) -> bool:
        """Whether no server of Netra listens for the person any more."""
        return not await self.stage.ready.listeners(f"live:{self.person.identity.user}")

    async def leave(self) -> None:
        """Closes every tab; for the end of a scenario."""
        for tab in self.person.tabs:
            await tab.close()
