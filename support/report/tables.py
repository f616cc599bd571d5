"""What a report shows inline: comparisons, timelines and measurements as small HTML pages.

Everything that was observed is escaped: it came from outside.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from support.report.page import Line, Table

_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; margin: 8px; color: #1d2433; background: #ffffff }
table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: 3px 12px 3px 0; border-bottom: 1px solid #e3e7ee }
td { overflow-wrap: anywhere }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; color: #5a6478 }
tr.sentence td { font-weight: 600; padding-top: 10px }
tr.different td { background: #fdecea }
"""
_TELLER = "scenario"


def comparison(table: Table) -> str:
    """The same facts from several sources, one row each; a row that differs from the first one is coloured."""
    first = table.rows[0][1:] if table.rows else ()
    rows = ((row, "" if row[1:] == first else "different") for row in table.rows)
    return _page(table.columns, (_row(map(_cell, row), mark) for row, mark in rows))


def timeline(lines: Sequence[Line]) -> str:
    """Who did and saw what, when; the sentences of the scenario stand out."""
    return _page(("seconds", "who", "what"), map(_moment, lines))


def measured(figures: Mapping[str, float]) -> str:
    """Figures with the unit in their name."""
    rows = (_row([_cell(name), _cell(f"{value:.3f}", "number")]) for name, value in figures.items())
    return _page(("measured", "figure"), rows)


def _moment(line: Line) -> str:
    told = line.who == _TELLER
    cells = [_cell(f"{line.seconds:.3f}", "number"), _cell("" if told else line.who), _cell(line.what)]
    return _row(cells, "sentence" if told else "")


def _page(columns: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><style>{_STYLE}</style></head>'
        f"<body><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></body></html>"
    )


def _row(cells: Iterable[str], mark: str = "") -> str:
    return f"<tr{_marked(mark)}>{''.join(cells)}</tr>"


def _cell(text: str, mark: str = "") -> str:
    return f"<td{_marked(mark)}>{escape(text)}</td>"


def _marked(mark: str) -> str:
    return f' class="{mark}"' if mark else ""
