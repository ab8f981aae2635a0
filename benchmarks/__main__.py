"""Measure: `python -m benchmarks`. See `python -m benchmarks --help`."""
from __future__ import annotations

from benchmarks import threads

threads.limit()  # before NumPy is imported

from benchmarks.cli import main  # noqa: E402

main()
