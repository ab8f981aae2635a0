"""The command line of the measurements."""
from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import compile_time, scaling, table
from benchmarks.columns import COLUMNS, GROUPS, Column
from benchmarks.goals import GOALS
from benchmarks.measure import Measured, measure
from benchmarks.rows import ROWS

ABOUT = """Value and gradient, both returned; one thread; float64; gradients checked before they are timed.
The unit of each row is the column `{unit}`: smaller is better. Medians of ratios within interleaved rounds."""


def main(argv: Sequence[str] | None = None) -> None:
    options = parse(argv)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["S2SAD_CACHE_DIR"] = folder
        options.run(options)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers()
    compare_command(parser)
    compare_command(commands.add_parser("compare", help="the table against hand-written adjoints and peers"))
    growing = commands.add_parser("scaling", help="how the cost grows with trip count, sizes and depths")
    growing.set_defaults(run=grow)
    growing.add_argument("--columns", default="numpy,numba,jax", help=f"some of {','.join(GROUPS)}")
    growing.add_argument("--rounds", type=int, default=9)
    growing.add_argument("--markdown", type=Path, help="write the tables into this file, between its markers")
    compiling = commands.add_parser("compile", help="what generating costs, and a call, and the import")
    compiling.set_defaults(run=lambda options: compile_time.main())
    return parser.parse_args(argv)


def compare_command(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=compare)
    parser.add_argument("--rows", default="", help=f"some of {','.join(row.name for row in ROWS)}")
    parser.add_argument("--columns", default=",".join(GROUPS), help="some of %(default)s")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--unit", choices=("hand", "best"), default="best")
    parser.add_argument("--markdown", type=Path, help="write the tables into this file, between its markers")


def chosen(names: str, known: Sequence[str]) -> list[str]:
    wanted = [name for name in names.split(",") if name]
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise SystemExit(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")
    return wanted or list(known)


def compare(options: argparse.Namespace) -> None:
    names = chosen(options.rows, [row.name for row in ROWS])
    groups = {"numpy", *chosen(options.columns, GROUPS)}
    columns = [column for column in COLUMNS if column.group in groups]
    results = []
    for row in ROWS:
        if row.name in names:
            results.append(measure(row, columns, options.rounds))
            print(progress(results[-1], columns, options.unit), flush=True)
    tables = {
        "time": table.times(results, columns, options.unit),
        "first call, ms": table.first_calls(results, columns),
        "peak memory (tracemalloc), times hand": table.memory(results),
    }
    about = [ABOUT.format(unit=options.unit), *(f"{c.title}: {c.says}" for c in columns)]
    print("\n" + "\n".join(about))
    for title, cells in tables.items():
        print(f"\n{title}\n{table.text(cells)}")
    goals = [goal.report(results) for goal in GOALS]
    gaps = table.reasons(results, columns)
    print("\n" + "\n".join([*goals, "", *gaps]))
    if options.markdown:
        body = [*(f"- {line}" for line in "\n".join(about).splitlines())]
        for title, cells in tables.items():
            body += ["", f"**{title}**", "", table.markdown(cells)]
        body += ["", *(f"- {goal}" for goal in goals), "", *(f"- {gap}" for gap in gaps)]
        table.write_between_markers(options.markdown, "benchmarks", "\n".join(body))


def grow(options: argparse.Namespace) -> None:
    tables, goals = scaling.report(["numpy", *chosen(options.columns, GROUPS)], options.rounds)
    if options.markdown:
        body = []
        for title, cells in tables.items():
            body += [f"**{title}**", "", table.markdown(cells), ""]
        table.write_between_markers(options.markdown, "scaling", "\n".join([*body, *(f"- {goal}" for goal in goals)]))


def progress(result: Measured, columns: Sequence[Column], unit: str) -> str:
    cells = (f"{c.title} {table.number(result.ratio(c.name, unit))}" for c in columns if c.name in result.times)
    return f"{result.row.title}: {', '.join(cells)}"
