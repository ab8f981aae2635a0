"""Every program of ``tests/refusals`` is refused, with the line at fault and what to do about it.

A program marks the line at fault with ``# refused: pattern``; one where no single line is at fault says
``refused_message = pattern`` instead, and ``refused_error`` where a built-in error is promised as well.
"""
from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2sad import grad, vjp
from s2sad.errors import InternalError, S2sadError, UnsupportedError
from tests import support

NAMES = support.names("refusals")
MARK = re.compile(r"#\s*refused:\s*(.+?)\s*$")


def marked_line(path: Path) -> tuple[int, str] | None:
    """The number of the marked line and its pattern."""
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if found := MARK.search(line):
            return number, found[1]
    return None


def refusal(module: Any) -> S2sadError:
    """The error that asking for the gradient raises."""
    argnums = module.wrt[0] if len(module.wrt) == 1 else module.wrt
    with pytest.raises(S2sadError) as caught:
        grad(module.program, argnums=argnums)(*copy.deepcopy(module.inputs[0]))
    assert not isinstance(caught.value, InternalError)
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_refused(name: str) -> None:
    module = support.load("refusals", name)
    path = Path(module.__file__)
    error = refusal(module)
    mark = marked_line(path)
    if mark is None:
        assert re.search(module.refused_message, str(error), re.IGNORECASE), str(error)
        assert isinstance(error, getattr(module, "refused_error", S2sadError))
        return
    line, pattern = mark
    source = path.read_text().splitlines()[line - 1]
    assert re.search(pattern, f"{error.message} {error.hint}", re.IGNORECASE), str(error)
    assert error.location is not None
    assert Path(error.location.file).name == path.name
    assert error.location.line == line, str(error)
    assert 0 <= error.location.column < len(source)
    assert f"{path.name}:{line}:" in str(error)
    assert source.strip() in str(error)
    assert "^" in str(error)


@pytest.mark.parametrize("name", NAMES)
def test_refusal_says_what_to_do(name: str) -> None:
    error = refusal(support.load("refusals", name))
    assert error.hint, str(error)


@pytest.mark.parametrize("name", NAMES)
def test_refused_again_the_same(name: str) -> None:
    module = support.load("refusals", name)
    assert str(refusal(module)) == str(refusal(module))


def needs_what_is_not_there(x: Any) -> Any:
    from math import sinus  # type: ignore[attr-defined]

    return sinus(x)


def test_import_that_fails_is_shown_in_its_place() -> None:
    where = r"test_refusals.py:\d+:5: this import fails.*\n *from math import sinus"
    with pytest.raises(UnsupportedError, match=where):
        grad(needs_what_is_not_there)(0.5)


def in_order(x: Any) -> Any:
    return sorted(x)


def test_pullback_of_what_is_not_understood_is_refused_in_its_place() -> None:
    where = r"test_refusals.py:\d+:12: .*`sorted`.*\n *return sorted"
    with pytest.raises(UnsupportedError, match=where):
        vjp(in_order, np.ones(3))
