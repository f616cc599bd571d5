"""What a report shows inline: comparisons, timelines and measurements as small HTML pages.

Everything that was observed is escaped: it came from outside.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from support.facts.verdict import Verdict
from support.report.ledger import Entry, Ledger, Standing
from support.report.page import Line, Table

_STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; margin: 8px; color: #1d2433; background: #ffffff }
table { border-collapse: collapse }
table.promises { width: 100%; table-layout: fixed }
table.promises th:nth-child(1) { width: 4em }
table.promises th:nth-child(2) { width: 24em }
th, td { text-align: left; vertical-align: top; padding: 3px 12px 3px 0; border-bottom: 1px solid #e3e7ee }
td { overflow-wrap: anywhere }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; color: #5a6478 }
tr.sentence td { font-weight: 600; padding-top: 10px }
tr.different td, tr.broken td { background: #fdecea }
tr.inconclusive td { background: #fff6d6 }
tr.kept td { background: #eaf7ec }
tr.not_run td, tr.not_specified td { color: #6b7487 }
h2 { font-size: 16px; margin: 18px 0 2px }
p { margin: 0 0 6px; max-width: 60em }
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


def figures(verdicts: Iterable[Verdict]) -> str:
    """What was measured in a whole run: each figure with its sample, and the scenario that had the largest."""
    found: dict[str, list[tuple[float, str]]] = {}
    for verdict in verdicts:
        for name, value in verdict.measurements.items():
            found.setdefault(name, []).append((value, verdict.scenario))
    rows = (
        _row(
            [
                _cell(name),
                _cell(str(len(all_)), "number"),
                _cell(f"{min(all_)[0]:.3f}", "number"),
                _cell(f"{max(all_)[0]:.3f}", "number"),
                _cell(max(all_)[1]),
            ]
        )
        for name, all_ in sorted(found.items())
    )
    return _page(("measured", "scenarios", "smallest", "largest", "the largest in"), rows)


def _moment(line: Line) -> str:
    told = line.who == _TELLER
    cells = [_cell(f"{line.seconds:.3f}", "number"), _cell("" if told else line.who), _cell(line.what)]
    return _row(cells, "sentence" if told else "")


def _page(columns: Iterable[str], rows: Iterable[str]) -> str:
    return _document(_table(columns, rows))


def _document(body: str) -> str:
    return f'<!doctype html><html><head><meta charset="utf-8"><style>{_STYLE}</style></head><body>{body}</body></html>'


def _table(columns: Iterable[str], rows: Iterable[str], mark: str = "") -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    return f"<table{_marked(mark)}><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(cells: Iterable[str], mark: str = "") -> str:
    return f"<tr{_marked(mark)}>{''.join(cells)}</tr>"


def _cell(text: str, mark: str = "") -> str:
    return f"<td{_marked(mark)}>{escape(text)}</td>"


def _marked(mark: str) -> str:
    return f' class="{mark}"' if mark else ""


def promises(ledger: Ledger, remark: str) -> str:
    """The ledger by area, one table each: how every promise stands in this run."""
    parts = [f"<p>{escape(remark)}</p>"] if remark else []
    for (area, impact), entries in ledger.by_area().items():
        parts.append(f"<h2>{escape(area)}</h2><p>{escape(impact)}</p>")
        parts.append(_table(("", "promise", "this run"), (_entry(entry) for entry in entries), "promises"))
    return _document("".join(parts))


def _entry(entry: Entry) -> str:
    said = [entry.standing.value]
    if entry.standing is Standing.PARTLY:
        missing = [*entry.unspecified, *entry.not_run]
        said.append(f"missing: {', '.join(entry.promise.clauses[clause] for clause in missing)}")
    said += [f"{verdict.sentence} ({verdict.scenario})" for verdict in entry.red]
    said += [f"What it costs: {entry.promise.worth}"] if entry.red else []
    cells = [
        _cell(entry.promise.id, "number"),
        _cell(entry.promise.title),
        *(f"<td>{'<br>'.join(map(escape, said))}</td>",),
    ]
    return _row(cells, entry.standing.name.lower())
