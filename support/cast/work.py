"""Who is shown at work on an analysis, and with which tool."""

from typing import TYPE_CHECKING, Any

from support.facts import update as kinds
from support.facts.update import Update
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.analysis import Analysis


class Work:
    """The work on an analysis, as its customer finds it, for judging."""

    def __init__(self, analysis: "Analysis") -> None:
        self.analysis = analysis
        self.person = analysis.person
        self.stage = analysis.stage

    def expect_at_work(self, agent: str, tool: str) -> None:
        """While the outside is waited for, Netra tells this agent and tool ("" for none), as the last update did."""
        kind = kinds.TOOL_STARTED if tool else kinds.THINKING

        def begun() -> Update | None:
            fitting = (one for one in self.analysis.updates() if one.kind == kind and one.agent == agent)
            return next((one for one in fitting if tool in one.tool), None)

        async def wait() -> Update:
            return await self.person.transcript.until(begun, self.stage.clock.deadline(), "the beginning of the work")

        last = self.stage.judge(wait, f"the {agent} agent begins to work")
        told, raw = self._told()
        row = self.analysis.stored()
        wanted = {"current_agent": agent, "active_tool": last.tool or None}
        self.stage.story.observed("agents told to be at work", 1, f"{told}, after {last}")
        if told != wanted or row.get("status") != "running":
            raise Broken(
                f"the {agent} agent is told to be at work with {tool or 'no tool'}, as the last update told",
                f"told: {told}; stored as {row.get('status')}",
                [raw, last.raw],
            )

    def expect_nobody_at_work(self) -> None:
        """Once the end was shown, Netra tells neither agent nor tool; the stored analysis is in nobody's hands."""
        ending = self.analysis.ending()
        told, raw = self._told()
        row = self.analysis.stored()
        self.stage.story.observed("ends of the analysis", 1, str(ending))
        held = {name: row.get(name) for name in ("holder", "lease_until") if row.get(name) is not None}
        if ending is None or told != {"current_agent": None, "active_tool": None} or held or not row:
            raise Broken(
                "after the end neither agent nor tool is told to be at work",
                f"told: {told}; stored: {held or 'held by nobody'}; the end: {ending or 'none'}",
                [raw, str(row)],
            )

    def _told(self) -> tuple[dict[str, Any], str]:
        """What Netra tells of agent and tool; "untold" for what it does not speak of."""
        outcome = self.stage.do(self.analysis.fetch, "the analysis")
        body = outcome.body if outcome.accepted and isinstance(outcome.body, dict) else {}
        return {name: body.get(name, "untold") for name in ("current_agent", "active_tool")}, outcome.raw
