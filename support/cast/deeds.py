"""What can be tried on a conversation and its analysis: how it is asked, and how the audit trail calls it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Deed:
    """One deed.

    Attributes:
        action: its name in the audit trail; see the platform's contract.
        method, path: how it is asked over REST; the path has places for `thread`, `run` and `fact`.
        body: what goes with it over REST.
        frame: the kind of message that asks it on the live connection, "" over REST.
        payload: what that message holds beside the conversation.
        claims: what it also names of the owner's, as if it came from there: "owner" or "session", "" for nothing.
        anew: whether it is done in a tab that is opened for it; what is claimed is claimed at its opening, too.
    """

    action: str
    method: str = ""
    path: str = ""
    body: Mapping[str, Any] | None = None
    frame: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    claims: str = ""
    anew: bool = False

    @property
    def origin(self) -> str:
        """By which door it was tried, as the audit trail calls it."""
        return "socket" if self.frame else "rest"

    @property
    def target(self) -> str:
        """What the audit trail says that it was tried on."""
        return next((what for what in ("run", "fact") if f"{{{what}}}" in self.path), "thread")


_THREAD, _RUN = "/api/threads/{thread}", "/api/runs/{run}"
_MINE = "mine now"

DEEDS: Mapping[str, Deed] = {
    "open the conversation": Deed("read_thread", "GET", _THREAD),
    "read the messages": Deed("read_messages", "GET", f"{_THREAD}/messages?limit=100&offset=0"),
    "write into the conversation": Deed("write_message", "POST", f"{_THREAD}/messages", {"message": _MINE}),
    "write in the owner's name into the conversation": Deed(
        "write_message", "POST", f"{_THREAD}/messages", {"message": _MINE}, claims="owner"
    ),
    "rename the conversation": Deed("change_thread", "PUT", _THREAD, {"title": _MINE}),
    "rename in the owner's name the conversation": Deed(
        "change_thread", "PUT", _THREAD, {"title": _MINE}, claims="owner"
    ),
    "archive the conversation": Deed("archive_thread", "DELETE", _THREAD),
    "pause the conversation": Deed("pause_thread", "POST", f"{_THREAD}/pause"),
    "resume the conversation": Deed("resume_thread", "POST", f"{_THREAD}/resume"),
    "complete the conversation": Deed("complete_thread", "POST", f"{_THREAD}/complete"),
    "restore the conversation": Deed("restore_thread", "POST", f"{_THREAD}/restore"),
    "undo the deletion of the conversation": Deed("undelete_thread", "POST", f"{_THREAD}/undelete"),
    "read the updates": Deed("read_updates", "GET", f"{_THREAD}/updates?after=0"),
    "list the analyses": Deed("read_runs", "GET", f"{_THREAD}/runs"),
    "open the last answer": Deed("read_result", "GET", f"{_THREAD}/result"),
    "open the recommendations": Deed("read_recommendations", "GET", f"{_THREAD}/recommendations"),
    "open the result": Deed("read_run", "GET", _RUN),
    "retry the analysis": Deed("retry_run", "POST", f"{_RUN}/retry"),
    "open the report": Deed("read_report", "GET", f"{_RUN}/report"),
    "follow the conversation": Deed("resume", frame="resume", payload={"after": 0}),
    "ask inside the conversation": Deed("ask", frame="user_message", payload={"content": "What did you find?"}),
    "follow in the name of the owner": Deed("resume", frame="resume", payload={"after": 0}, claims="owner"),
    "ask in the name of the owner": Deed(
        "ask", frame="start_agent", payload={"user_request": "What did you find?"}, claims="owner"
    ),
    "follow in a second tab the conversation": Deed("resume", frame="resume", payload={"after": 0}, anew=True),
    "follow with the owner's session the conversation": Deed(
        "resume", frame="resume", payload={"after": 0}, claims="session", anew=True
    ),
}

ON_MEMORY: Mapping[str, Deed] = {
    "remove what is remembered": Deed("remove_fact", "DELETE", "/api/memory/{fact}"),
}
"""What can be tried on the memory of somebody who has told something."""
