"""Loops, one behind another, that update arrays by elements, rows, slices and whole, and compute with them."""
from __future__ import annotations

from pathlib import Path

import pytest

from tests import mixes

ACCEPTED = ("right", "rough", "refused")


@pytest.mark.parametrize("seed", range(60))
def test_random_mixes(seed: int) -> None:
    outcome, text = mixes.check(seed, "numpy")
    assert outcome in ACCEPTED, f"{outcome}\n{text}"


@pytest.mark.parametrize("seed", range(60, 100))
def test_random_mixes_for_numba(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numba = pytest.importorskip("numba")
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    outcome, text = mixes.check(seed, "numba")
    assert outcome in ACCEPTED, f"{outcome}\n{text}"
