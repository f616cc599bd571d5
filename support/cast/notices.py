"""What a person was told about maintenance."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from support.cast.stage import cannot
from support.cast.transcript import Seen
from support.facts.frame import FrameKind
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.outcome import Outcome
from support.facts.update import COMPLETED, TOOL_ENDED
from support.facts.verdict import Broken
from support.outside.bills import CLOUDS

if TYPE_CHECKING:
    from support.cast.person import Person

# RFC 6455 and its register: 1001 going away, 1012 service restart.
_ORDERLY_CLOSES = (1001, 1012)
ROUNDED = 1.0
"""Seconds by which a time to return may be rounded."""


def is_soon(returns: object, limit: Limit) -> bool:
    """Whether it was told in how many seconds to return, and that is within the limit."""
    return isinstance(returns, int | float) and not isinstance(returns, bool) and 0 < returns <= limit.seconds


def is_as_announced(returns: object, told: Moment, announced: tuple[Moment, Limit] | None) -> bool:
    """Whether what was told by this moment is in how many seconds Netra is back, as was announced."""
    since, limit = announced or cannot("nobody has announced any maintenance")
    if not is_soon(returns, Limit(limit.seconds + ROUNDED, limit.text)):
        return False
    assert isinstance(returns, int | float)
    return limit.seconds - returns <= told.seconds_since(since) + ROUNDED


class Notices:
    """Maintenance as a person sees it, for judging.

    Attributes:
        announced: when maintenance was announced, and for how long; None when it was not.
    """

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.announced: tuple[Moment, Limit] | None = None
        self.stage = person.stage

    def await_one_and_open_tab(self) -> None:
        """Waits until the person is told of maintenance on any tab, and opens one more; lacking when it never is."""
        transcript = self.person.transcript

        def told() -> Seen | None:
            return next(
                (seen for seen in transcript.entries if seen.frame and seen.frame.kind is FrameKind.NOTICE), None
            )

        async def wait() -> None:
            await transcript.until(told, self.stage.clock.deadline(), "the notice of maintenance")

        with self.stage.or_lacking():
            self.stage.do(wait, f"{self.person.name} to be told of maintenance")
        self.stage.do(self.person.presence.enter, f"{self.person.name} to open a further tab")

    def _on_tab(self, number: int) -> tuple[list[Seen], Seen | None]:
        """The notices on a tab, and how its connection ended."""
        shown = [seen for seen in self.person.transcript.entries if seen.tab == number]
        notices = [seen for seen in shown if seen.frame and seen.frame.kind is FrameKind.NOTICE]
        end = next((seen for seen in shown if seen.frame is None), None)
        self.person.transcript.read(lambda seen: seen in notices or seen is end)
        return notices, end

    def expect_told_before_end(self, limit: Limit) -> None:
        """On each tab one notice, in words and to return within the limit, came before an end in good order."""
        for tab in self.person.tabs:
            self._expect_told_on(tab.number, limit)
        if not self.person.tabs:
            cannot(f"{self.person.name} was not connected")

    def _expect_told_on(self, tab: int, limit: Limit) -> None:
        notices, end = self._on_tab(tab)
        self.stage.story.observed(f"ends of a connection of {self.person.name}", 1, str(end))
        notice = notices[0].frame if notices else None
        words = str(notice.body.get("message", "")) if notice else ""
        returns = notice.body.get("return_in_seconds") if notice else None
        if (
            len(notices) != 1
            or not words
            or not is_soon(returns, limit)
            or end is None
            or end.moment < notices[0].moment
            or end.code not in _ORDERLY_CLOSES
        ):
            raise Broken(
                f"{self.person.name} is told once, before an orderly end, to return within {limit}",
                f"tab {tab}: {len(notices)} notices ({words or 'no words'}; return in {returns}); {end or 'no end'}",
                [notice.raw if notice else "no notice"],
            )

    def expect_completed_before_end(self) -> None:
        """The analysis was seen completed on the connection that then ended."""
        _, end = self._on_tab(1)
        completed = [u for u in self.person.transcript.updates(tab=1) if u.kind == COMPLETED]
        self.stage.story.observed(
            f"live updates of {self.person.name} before the end", len(self.person.transcript.updates())
        )
        status = self.person.conversation.analysis.stored().get("status")
        if not completed or end is None or completed[0].moment > end.moment or status != "completed":
            raise Broken(
                "the analysis is seen completed before the connection ends, and is stored so",
                f"{len(completed)} completions were shown; {end or 'the connection did not end'}; "
                f"stored as {status or 'nothing'}",
                [str(seen) for seen in self.person.transcript.entries[-5:]],
            )

    def expect_refused(self, limit: Limit) -> None:
        """The last question, or retry, was refused in plain words, to be asked again within the limit."""
        self._expect_refused(lambda returns, _: is_soon(returns, limit), f"to return within {limit}")

    def expect_refused_as_announced(self) -> None:
        """The last question, or retry, was refused in plain words, with when to return as it was announced."""
        self._expect_refused(
            lambda returns, told: is_as_announced(returns, told, self.announced), "with when to return"
        )

    def _expect_refused(self, fits: Callable[[object, Moment], bool], how: str) -> None:
        last = self.person.last.look() if self.person.last else None
        self.stage.story.observed("questions during maintenance", 1, str(last))
        words, returns = _refusal(last)
        if last is None or last.accepted or "maintenance" not in words.lower() or not fits(returns, last.moment):
            raise Broken(
                f"the question is refused for maintenance, {how}",
                f"{last}: {words or 'no words'}; return in {returns}",
                [last.raw if last else "no answer"],
            )

    def expect_progress_kept(self) -> None:
        """Everything that was shown to be done is stored as done, and the analysis is kept for later."""
        analysis = self.person.conversation.analysis
        row = analysis.stored()
        steps = self.stage.do(lambda: self.stage.rows.of("run_steps", "run_id", analysis.run), "the stored steps")
        done = sorted(str(step["step"]) for step in steps if step["state"] == "done")
        tools = {update.tool for update in analysis.updates() if update.kind == TOOL_ENDED}
        shown = sorted(f"collect_{cloud}" for cloud in CLOUDS if any(cloud in tool for tool in tools))
        self.stage.story.observed(f"steps of {self.person.name} that are kept", len(done), ", ".join(done))
        if done != shown or not shown or row.get("status") != "preserved":
            raise Broken(
                f"the steps that were shown to be done are kept ({', '.join(shown)}), and the analysis with them",
                f"{', '.join(done) or 'none'} are kept; the analysis is {row.get('status')}",
                [str(step) for step in steps],
            )


def _refusal(answer: Outcome | None) -> tuple[str, float | int | None]:
    """The words of a refusal, and after how many seconds to return, by whichever door it came; "" and None without."""
    if answer is None:
        return "", None
    error, later = answer.field("error"), answer.headers.get("retry-after", "")
    if isinstance(error, dict):
        return str(error.get("message", "")), int(later) if later.isdecimal() else None
    return str(answer.field("error_message") or ""), answer.field("return_in_seconds")
