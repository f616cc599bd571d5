"""Tables of a report."""

from support.facts.verdict import Verdict, Word
from support.report import tables


def test_figures_of_a_run_state_their_sample_and_where_the_largest_was() -> None:
    page = tables.figures(
        [
            Verdict(Word.KEPT, "features/a.feature::x", measurements={"seconds until noticed": 0.25}),
            Verdict(Word.BROKEN, "features/a.feature::<y>", measurements={"seconds until noticed": 31.5}),
            Verdict(Word.KEPT, "features/a.feature::z"),
        ]
    )
    cells = page.split("<tbody>")[1].replace("</td>", "|").replace('<td class="number">', "").replace("<td>", "")
    assert "seconds until noticed|2|0.250|31.500|features/a.feature::&lt;y&gt;|" in cells
