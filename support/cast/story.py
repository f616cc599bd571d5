"""What happened in a scenario, told in order: the timeline of a report and of a failure."""

from collections.abc import Sequence
from dataclasses import dataclass

from support.facts.chart import Chart
from support.facts.moment import Moment
from support.facts.observation import Observation


@dataclass(frozen=True)
class Event:
    """Who did or saw what, when; `evidence` is the frame, row or answer itself."""

    moment: Moment
    who: str
    what: str
    evidence: str = ""


@dataclass(frozen=True)
class Comparison:
    """The same facts as several sources tell them, each source a row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Story:
    """One scenario's events, observations and comparisons; may be told to from any thread."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.comparisons: list[Comparison] = []
        self.charts: list[Chart] = []
        self.measurements: dict[str, float] = {}
        self._observations: list[Observation] = []
        self._taken = 0

    def tell(self, who: str, what: str, evidence: str = "", moment: Moment | None = None) -> None:
        """Adds an event; now, unless its moment is given."""
        self.events.append(Event(moment or Moment.now(), who, what, evidence))

    def observed(self, what: str, count: int, detail: str = "") -> None:
        """Registers what a judgement looked at; a count of nothing is no observation and is not kept."""
        if count:
            self._observations.append(Observation(what, count, detail))

    def compared(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Keeps a comparison of sources for the report."""
        plain = tuple(tuple(str(cell) for cell in row) for row in rows)
        self.comparisons.append(Comparison(title, tuple(columns), plain))

    def measured(self, name: str, value: float) -> None:
        """Keeps a measured figure; its unit stands in the name."""
        self.measurements[name] = value

    def charted(self, chart: Chart) -> None:
        """Keeps a chart for the report; a later one of the same title takes its place."""
        self.charts = [*(one for one in self.charts if one.title != chart.title), chart]

    def step_observed(self) -> bool:
        """Whether anything was observed since this was last asked."""
        return bool(self.new_observations())

    def new_observations(self) -> tuple[Observation, ...]:
        """What was observed since this was last asked."""
        new = tuple(self._observations[self._taken :])
        self._taken = len(self._observations)
        return new

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Everything that was observed."""
        return tuple(self._observations)

    def timeline(self, most: int = 400) -> list[str]:
        """The last events as lines, seconds since the first one in front."""
        events = sorted(self.events, key=lambda event: event.moment)
        if not events:
            return []
        zero = events[0].moment
        return [f"{event.moment.seconds_since(zero):8.3f} s  {event.who:<22} {event.what}" for event in events[-most:]]
