"""What is kept of an analysis, as each source tells it: four witnesses that must agree."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from support.facts.money import amount, dollars
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.analysis import Analysis

UNNAMED = "-"
"""In the place of an owner: this source names none."""


@dataclass(frozen=True)
class Figures:
    """The figures of a result; amounts in US dollars, -1 where a source tells none."""

    monthly: Decimal
    annual: Decimal
    parts: tuple[tuple[str, Decimal], ...] | None = None

    @classmethod
    def of(cls, body: Any) -> Self:
        """The figures that a message, an answer or a row tells."""
        body = body if isinstance(body, dict) else {}
        parts = body.get("recommendations")
        return cls(
            amount_in(body, "monthly_savings"),
            amount_in(body, "annual_savings"),
            tuple((str(part.get("title")), amount_in(part, "monthly_savings")) for part in parts)
            if isinstance(parts, list)
            else None,
        )

    def agrees_with(self, other: "Figures") -> bool:
        """Whether the totals are the same, and the parts too."""
        return self == other

    def sums_agree_with(self, other: "Figures") -> bool:
        """Whether the totals are the same; a report tells its parts in words."""
        return (self.monthly, self.annual) == (other.monthly, other.annual)


class Kept:
    """What is kept of one analysis."""

    def __init__(self, analysis: "Analysis") -> None:
        self.analysis = analysis
        self.person = analysis.person
        self.stage = analysis.stage

    def expect_agreement(self, shown: Figures) -> None:
        """Result, report and recommendations, their rows and what is kept ready agree with what was shown."""
        owner = self.person.identity.user
        told = [
            (
                f"{what}, as Netra tells it",
                str(outcome.field("user_id") or UNNAMED),
                Figures.of(outcome.field("result") if what == "result" else outcome.body),
            )
            for what, outcome in self.person.opened.items()
        ]
        stored, ready = self.stage.do(self._second_evidence, "the second evidence")
        sources = [("shown on the live connection", self.analysis.shown_owner() or UNNAMED, shown)]
        sources += [*told, *stored, *ready]
        self.stage.story.compared(
            "What is kept of the analysis, as each source tells it",
            ("source", "owner", "savings a month", "savings a year", "parts"),
            [
                (name, who, dollars(one.monthly), dollars(one.annual), "-" if one.parts is None else len(one.parts))
                for name, who, one in sources
            ],
        )
        self.stage.story.observed("sources that tell the figures", len(sources), dollars(shown.monthly))
        self.stage.story.observed("sources that name the owner", sum(who != UNNAMED for _, who, _ in sources))
        wrong = [
            name
            for name, who, one in sources
            if who not in (owner, UNNAMED)
            or not (one.sums_agree_with(shown) if "report" in name else one.agrees_with(shown))
        ]
        if wrong or len(told) != 3 or shown.parts is None or shown.monthly < 0:
            raise Broken(
                f"every source tells {dollars(shown.monthly)} a month, of the same customer",
                f"{', '.join(wrong) or 'a source'} does not",
                [f"{name}: {who}, {one}" for name, who, one in sources],
            )

    async def _second_evidence(self) -> tuple[list[tuple[str, str, Figures]], list[tuple[str, str, Figures]]]:
        run, thread = self.analysis.run, self.analysis.conversation.thread
        row = await self.stage.rows.run(run) or {}
        reports = await self.stage.rows.of("reports", "run_id", run)
        stored = [("stored result", str(row.get("owner")), Figures.of(row.get("result")))]
        stored += [("stored report", UNNAMED, Figures.of(report)) for report in reports]
        if not reports:
            stored.append(("stored report", "nobody: there is none", Figures.of(None)))

        async def kept_ready() -> list[tuple[str, str, Figures]]:
            # Whose it is stands in the name under which it is kept.
            keys = await self.stage.ready.keys_about(thread)
            names = [name for name in keys if name.startswith("optimization_results:")]
            return [("kept ready", one.split(":")[1], Figures.of(await self.stage.ready.value(one))) for one in names]

        ready = await self.stage.soon(kept_ready, lambda found: any(one.parts is not None for _, _, one in found))
        return stored, ready or [("kept ready", "nobody: there is none", Figures.of(None))]


def amount_in(body: Any, name: str) -> Decimal:
    """The amount that a source tells under this name, US dollars; -1 where it tells none."""
    try:
        return amount(body.get(name))
    except (ValueError, AttributeError):
        return Decimal(-1)
