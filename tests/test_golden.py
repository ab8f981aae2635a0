"""The exact text that is generated, for programs of every kind and for the examples."""
from __future__ import annotations

from pathlib import Path

import pytest

from tools import update

FILES = [*update.GOLDEN.glob("*.py"), *(update.EXAMPLES / example.file for example in update.EXAMPLE_LIST)]


@pytest.fixture(scope="module")
def current() -> dict[Path, str]:
    return {**update.golden_files(), **update.example_files()}


@pytest.mark.parametrize("path", sorted(FILES), ids=lambda path: path.name)
def test_text_is_current(path: Path, current: dict[Path, str]) -> None:
    assert path in current, f"{path.name} belongs to no program: run python tools/update.py"
    difference = update.difference(path, current[path])
    assert not difference, f"{difference}\nif this is better, run python tools/update.py"


def test_every_text_has_a_file(current: dict[Path, str]) -> None:
    assert {path for path in current if not path.exists()} == set()
