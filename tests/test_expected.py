"""What a loop is expected to carry: it is lowered once where that holds, and nothing changes where it does not."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sad.derivative import Derivative
from s2sad.frontend.lower import loops
from s2sad.frontend.lower.rounds import Inner

A = np.array([0.3, 0.8, 0.5])


def heat(u: Any, k: float, n: int) -> Any:
    v = u.copy()
    total = 0.0
    for _ in range(n):
        for i in range(1, len(v) - 1):
            v[i] = v[i] + k * (v[i - 1] - 2.0 * v[i] + v[i + 1])
        energy = 0.0
        for i in range(len(v)):
            energy += v[i] ** 2
        total += energy
    return total


def rebound(x: Any, k: float, n: int) -> Any:
    a, s = x, 0.0
    while s < n:
        a = a * k
        s = s + np.sum(a)
    return s + np.sum(a)


def never_rebound(x: Any, k: float, n: int) -> Any:
    a, fresh = x.copy(), False
    b = a
    for i in range(n):
        if fresh:
            a = np.zeros(n)
        a[i] = k * a[i]
    return np.sum(b)


def does_not_vary(x: Any, k: float, n: int) -> Any:
    s = 0.0
    for i in range(n):
        s = s + np.sign(x[i]) * i
    return s * k


def varies_of_itself(x: Any, k: float, n: int) -> Any:
    s, t = 0.0, 1.0
    for _ in range(n):
        s, t = t + np.round(k), s * 0.5
    return np.sum(x) * s + t * k


def weak_of_itself(x: Any, k: float, n: int) -> Any:
    s = 0.0
    for _ in range(n):
        s = s + float(np.int64(2))
    return s * k + np.sum(x)


def writes_a_copy(x: Any, k: float, n: int) -> Any:
    a = x.copy()
    for i in range(n):
        a.copy()[i] = k
        a = a * k
    return np.sum(a)


def rounds(program: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """The text of a derivative, and how often the bodies of loops are lowered for it."""
    begun = []
    begin = Inner.begin

    def counted(inner: Inner) -> None:
        begun.append(inner)
        begin(inner)

    with monkeypatch.context() as patch:
        patch.setattr(Inner, "begin", counted)
        text = Derivative(program, "value_and_grad", (0, 1), False).source(A, 0.7, 3)
    return text, len(begun)


@pytest.mark.parametrize("program, number", [(heat, 3), (rebound, 1)])
def test_each_loop_is_lowered_once(
    program: Callable[..., Any], number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S2SAD_CACHE", "off")
    assert rounds(program, monkeypatch)[1] == number


@pytest.mark.parametrize("program", [
    heat, rebound, never_rebound, does_not_vary, varies_of_itself, weak_of_itself, writes_a_copy,
], ids=lambda program: program.__name__)
def test_nothing_changes(program: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S2SAD_CACHE", "off")
    text, _ = rounds(program, monkeypatch)
    monkeypatch.setattr(loops, "expect", lambda *_: False)
    assert rounds(program, monkeypatch)[0] == text
