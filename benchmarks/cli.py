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
The unit of each row is the column `{unit}`: smaller is better. Medians of ratios within interleaved rounds.
Times are processor times of the process, all threads together."""
COMMANDS = {
    "compare": "the table against hand-written adjoints and peers (this is what runs without a command)",
    "scaling": "how the cost grows with trip count, array size, program size, nesting and calls",
    "compile": "what generating costs, what a call costs beyond the generated function, the import",
    "all": "all of these",
}


def main(argv: Sequence[str] | None = None) -> None:
    options = parse(argv)
    runs = {"compare": compare, "scaling": grow, "compile": generate}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["S2SAD_CACHE_DIR"] = folder
        for name, run in runs.items():
            if options.command in (name, "all"):
                body = run(options)
                if options.markdown:
                    table.write_between_markers(options.markdown, name, body)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    commands = "\n".join(f"  {name:8} {says}" for name, says in COMMANDS.items())
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=f"commands:\n{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", choices=tuple(COMMANDS), default="compare", metavar="command")
    parser.add_argument("--rows", default="", help=f"some of {','.join(row.name for row in ROWS)}")
    parser.add_argument("--columns", default="", help=f"some of {','.join(GROUPS)}; `numpy` is always there")
    parser.add_argument("--rounds", type=int, default=31)
    parser.add_argument("--unit", choices=("hand", "best"), default="best", help="of the table of times")
    parser.add_argument("--markdown", type=existing, help="write the tables into this file, between its markers")
    return parser.parse_args(argv)


def existing(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {name}")
    return path


def chosen(names: str, known: Sequence[str]) -> list[str]:
    """The names that were given, or all of them."""
    wanted = [name for name in names.split(",") if name]
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise SystemExit(f"there is no {', '.join(unknown)}; there are {', '.join(known)}")
    return wanted or list(known)


def columns_of(options: argparse.Namespace) -> list[Column]:
    groups = {"numpy", *chosen(options.columns, GROUPS)}
    return [column for column in COLUMNS if column.group in groups]


# -- commands: each prints, and returns its part of a document ----------------------------------------


def compare(options: argparse.Namespace) -> str:
    names = chosen(options.rows, [row.name for row in ROWS])
    columns = columns_of(options)
    results = []
    for row in ROWS:
        if row.name in names:
            results.append(measure(row, columns, options.rounds))
            print(progress(results[-1], columns, options.unit), flush=True)
    tables = {
        "time": table.times(results, columns, options.unit),
        "first call, ms": table.first_calls(results, columns),
        "peak memory (tracemalloc), times hand": table.memory(results),
        "statements": table.code(results),
    }
    about = [*ABOUT.format(unit=options.unit).splitlines(), *(f"{c.title}: {c.says}" for c in columns)]
    goals = [goal.report(results) for goal in GOALS]
    gaps = table.reasons(results, columns)
    print("\n" + "\n".join(about))
    for title, cells in tables.items():
        print(f"\n{title}\n{table.text(cells)}")
    print("\n" + "\n".join([*goals, "", *gaps]))
    return table.document(tables, about, goals, gaps)


def progress(result: Measured, columns: Sequence[Column], unit: str) -> str:
    cells = (f"{c.title} {table.number(result.ratio(c.name, unit))}" for c in columns if c.name in result.times)
    return f"{result.row.title}: {', '.join(cells)}"


def grow(options: argparse.Namespace) -> str:
    tables, goals = scaling.report(columns_of(options), options.rounds)
    return table.document(tables, [], goals, [])


def generate(options: argparse.Namespace) -> str:
    lines = compile_time.lines()
    print("\n".join(lines))
    return table.document({}, [], lines, [])
