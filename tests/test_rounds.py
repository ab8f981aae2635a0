"""Loops that carry vectors, matrices and numbers."""
from __future__ import annotations

import pytest

from tests import rounds

GOOD = ("right", "rough", "refused", "fails")


@pytest.mark.parametrize("seed", range(60))
def test_random_rounds(seed: int) -> None:
    outcome, text = rounds.check(seed, "numpy")
    assert outcome in GOOD, f"{outcome}\n{text}"


@pytest.mark.usefixtures("numba_in_python")
@pytest.mark.parametrize("seed", range(60, 95))
def test_random_rounds_for_numba(seed: int) -> None:
    outcome, text = rounds.check(seed, "numba")
    assert outcome in GOOD, f"{outcome}\n{text}"
