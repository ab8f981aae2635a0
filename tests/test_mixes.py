"""Loops, one behind another, that update arrays by elements, rows, slices and whole, and compute with them."""
from __future__ import annotations

import pytest

from tests import mixes

ACCEPTED = ("right", "rough", "refused")


@pytest.mark.parametrize("seed", range(60))
def test_random_mixes(seed: int) -> None:
    outcome, text = mixes.check(seed, "numpy")
    assert outcome in ACCEPTED, f"{outcome}\n{text}"


@pytest.mark.usefixtures("numba_in_python")
@pytest.mark.parametrize("seed", range(60, 100))
def test_random_mixes_for_numba(seed: int) -> None:
    outcome, text = mixes.check(seed, "numba")
    assert outcome in ACCEPTED, f"{outcome}\n{text}"
