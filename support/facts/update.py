"""A live update, as a customer saw it arrive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from support.facts.moment import Moment

STARTED = "agent_started"
THINKING = "agent_thinking"
TOOL_STARTED = "tool_executing"
TOOL_ENDED = "tool_completed"
COMPLETED = "agent_completed"
FAILED = "agent_error"

FIVE_KINDS = (STARTED, THINKING, TOOL_STARTED, TOOL_ENDED, COMPLETED)
ENDINGS = frozenset({COMPLETED, FAILED})
_TOOLS = {"billing_aws": "AWS billing", "billing_azure": "Azure billing", "billing_gcp": "Google Cloud billing"}


@dataclass(frozen=True)
class Update:
    """One message of an analysis to its customer.

    Attributes:
        kind: agent_started, agent_thinking, tool_executing, tool_completed, agent_completed or agent_error.
        moment: when it arrived.
        run, thread, user: identities of the analysis, its conversation and its owner ("" when not named).
        agent, tool: who works, with what ("" when not named).
        call: identity of the tool's call ("" when the platform names none).
        sequence: its number in the conversation, from 1; 0 when the platform numbers none.
        attempt: which attempt of the analysis it belongs to, from 1.
        body: its content, wherever the platform put it.
        raw: its text as received.
    """

    kind: str
    moment: Moment
    run: str = ""
    thread: str = ""
    user: str = ""
    agent: str = ""
    tool: str = ""
    call: str = ""
    sequence: int = 0
    attempt: int = 1
    body: Mapping[str, Any] = field(default_factory=dict)
    raw: str = ""

    @property
    def ends(self) -> bool:
        """Whether this update ends its attempt: completed by the supervisor, or failed."""
        return self.kind == FAILED or (self.kind == COMPLETED and self.agent in ("", "supervisor"))

    @property
    def fact(self) -> str:
        """What it tells, in business words: "the analysis failed"."""
        tool = _TOOLS.get(self.tool, self.tool.replace("_", " ")) or "a tool"
        agent = f"the {self.agent or 'nameless'} agent"
        facts = {
            STARTED: "the analysis began" if self.attempt == 1 else f"attempt {self.attempt} at the analysis began",
            THINKING: f"{agent} thinks",
            TOOL_STARTED: f"{tool} is being asked",
            TOOL_ENDED: f"{tool} {'gave no answer' if self.body.get('status') == 'failed' else 'has answered'}",
            COMPLETED: "the analysis is complete" if self.ends else f"{agent} is done",
            FAILED: "the analysis failed",
        }
        return facts.get(self.kind, f"of an unknown kind: {self.kind}")

    @property
    def told(self) -> str:
        """What its receiver was told, for a timeline: "told that the analysis failed (update 9)"."""
        return f"told that {self.fact}{f' (update {self.sequence})' if self.sequence else ''}"

    def __str__(self) -> str:
        return f"update {self.sequence} ({self.fact})" if self.sequence else f"an update without a number ({self.fact})"
