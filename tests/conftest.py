"""Tests keep their cache to themselves, whatever the environment says."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("S2SAD_CACHE", raising=False)
        patch.setenv("S2SAD_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def numba_in_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Numba would compile runs in Python itself."""
    numba = pytest.importorskip("numba", reason="the extra `numba` is not installed")
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
