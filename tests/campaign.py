"""Checking many random programs from the command line: COUNT of them, from SEED on."""
from __future__ import annotations

import sys
import traceback
from collections import Counter
from collections.abc import Callable, Collection


def run(check: Callable[..., tuple[str, str]], accepted: Collection[str], backends: Collection[str] = ()) -> None:
    """Print what is wrong with programs, and how many came out how.

    ``check`` takes the number of a program, and a backend if there are some, and gives what comes of it and its text.
    What Numba would compile runs in Python itself.
    """
    import numba

    numba.config.DISABLE_JIT = True
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    outcomes: Counter[str] = Counter()
    for number in range(seed, seed + count):
        for given in [(number, backend) for backend in backends] or [(number,)]:
            outcome, text = _checked(check, given)
            if outcome not in accepted:
                print(f"--- {', '.join(map(str, given))}: {outcome}\n{text}", flush=True)
                outcome = "wrong"
            outcomes[outcome] += 1
    print(dict(outcomes))


def _checked(check: Callable[..., tuple[str, str]], given: tuple[int | str, ...]) -> tuple[str, str]:
    try:
        return check(*given)
    except Exception as error:
        return f"{type(error).__name__}: {error}", traceback.format_exc()
