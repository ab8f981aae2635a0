"""The measurements as tables of text."""
from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.columns import Column
from benchmarks.measure import TRACED, Measured

Cells = list[list[str]]


def number(value: float | None) -> str:
    """A ratio in two or three digits."""
    if value is None:
        return "–"
    if value < 9.95:
        return f"{value:.2f}" if value >= 0.0995 else f"{value:.3f}"
    return f"{value:.0f}" if value < 99.5 else f"≈ {float(f'{value:.2g}'):.0f}"


def geometric_mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.exp(sum(map(math.log, known)) / len(known)) if known else None


def milliseconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{1000.0 * seconds:.3g}"


def times(results: Sequence[Measured], columns: Sequence[Column], unit: str) -> Cells:
    head = ["program", f"{unit}, ms", *(column.title for column in columns)]
    rows = [
        [r.row.title, milliseconds(min(r.times[unit].values())), *(number(r.ratio(c.name, unit)) for c in columns)]
        for r in results
    ]
    means = [number(geometric_mean(r.ratio(c.name, unit) for r in results)) for c in columns]
    return [head, *rows, ["geometric mean", "", *means]]


def first_calls(results: Sequence[Measured], columns: Sequence[Column]) -> Cells:
    shown = [c for c in columns if c.compiles]
    head = ["program", *(c.title for c in shown)]
    return [head, *([r.row.title, *(milliseconds(r.first.get(c.name)) for c in shown)] for r in results)]


def code(results: Sequence[Measured]) -> Cells:
    """Statements."""
    head = ["program", "program itself", "hand", "s2sad"]
    return [head, *([r.row.title, *map(str, r.statements.values())] for r in results)]


def memory(results: Sequence[Measured]) -> Cells:
    head = ["program", "hand, kB", "best hand", "s2sad"]
    rows = [
        [r.row.title, f"{r.peaks['hand'] / 1000:.0f}", *(number(r.memory(name, "hand")) for name in TRACED[1:])]
        for r in results
    ]
    means = [number(geometric_mean(r.memory(name, "hand") for r in results)) for name in TRACED[1:]]
    return [head, *rows, ["geometric mean", "", *means]]


def reasons(results: Sequence[Measured], columns: Sequence[Column]) -> list[str]:
    """Why cells are empty: one line for each reason of a column, with the rows that it holds for."""
    lines = []
    for column in columns:
        by_reason: dict[str, list[str]] = {}
        for result in results:
            if column.name in result.why:
                by_reason.setdefault(result.why[column.name], []).append(result.row.name)
        lines += [f"{column.title}: {reason} ({', '.join(names)})" for reason, names in by_reason.items()]
    return lines


def text(cells: Cells) -> str:
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if at == 0 else cell.rjust(width)
                  for at, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in cells)


def markdown(cells: Cells) -> str:
    head, *rows = cells
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def document(tables: dict[str, Cells], about: Sequence[str], goals: Sequence[str], gaps: Sequence[str]) -> str:
    """The same in Markdown."""
    parts = ["\n".join(f"- {line}" for line in about)]
    parts += [f"**{title}**\n\n{markdown(cells)}" for title, cells in tables.items()]
    parts += ["\n".join(f"- {line}" for line in goals), "\n".join(f"- {line}" for line in gaps)]
    return "\n\n".join(part for part in parts if part)


def write_between_markers(path: Path, name: str, body: str) -> None:
    """Replace what stands in a file between `<!-- name -->` and `<!-- /name -->`."""
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = path.read_text("utf-8").partition(opening)
    _, ended, after = rest.partition(closing)
    if not found or not ended:
        raise SystemExit(f"{path} has no {opening} … {closing}")
    path.write_text(f"{before}{opening}\n{body}\n{closing}{after}", "utf-8")
