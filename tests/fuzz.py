"""Check random programs: `python -m tests.fuzz 10000 --seed 1 --workers 2`.

A program that fails is shrunk and written to `tests/programs/`, where it is a test from then on.
"""
from __future__ import annotations

import argparse
import collections
import hashlib
import os
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

BATCH = 250
PROGRAMS = Path(__file__).parent / "programs"


def run(number: int) -> tuple[dict[str, int], str, str]:
    """One batch: how many programs came out how, and the text and the error of one that failed."""
    os.environ["S2SAD_CACHE"] = "off"
    warnings.simplefilter("ignore")
    from tests.generated import check_text
    from tests.generator import programs

    counts: collections.Counter[str] = collections.Counter()
    failed = [""]

    @seed(number)
    @settings(max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck),
              report_multiple_bugs=False)
    @given(programs())
    def batch(text: str) -> None:
        try:
            counts[check_text(text)] += 1
        except Exception:
            failed[0] = text  # the last one that fails is the smallest
            raise

    try:
        batch()
    except Exception as error:
        return dict(counts), failed[0], f"{type(error).__name__}: {error}"
    return dict(counts), "", ""


def keep(text: str) -> Path:
    path = PROGRAMS / f"found_{hashlib.sha256(text.encode()).hexdigest()[:8]}.py"
    path.write_text(text)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=1000, help="how many programs (1000)")
    parser.add_argument("--seed", type=int, default=0, help="of the first batch (0)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes")
    arguments = parser.parse_args()
    total: collections.Counter[str] = collections.Counter()
    failures = 0
    seeds = range(arguments.seed, arguments.seed + -(-arguments.count // BATCH))
    with ProcessPoolExecutor(arguments.workers) as pool:
        for number, (counts, text, error) in zip(seeds, pool.map(run, seeds), strict=True):
            total.update(counts)
            if text:
                failures += 1
                print(f"seed {number}: {error}\n  kept as {keep(text)}", flush=True)
    print(f"{sum(total.values())} programs: {total['right']} right, {total['rough']} too rough for differences, "
          f"{total['outside']} outside of the language; {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
