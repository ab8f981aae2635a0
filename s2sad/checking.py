"""`check_grads`: derivatives against numerical differences."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2sad.api import vjp
from s2sad.derivative import Derivative
from s2sad.errors import SignatureError


class DerivativeMismatch(AssertionError):
    """A derivative disagrees with numerical differences; the message is a table."""


def check_grads(
    fun: Callable[..., Any],
    args: Sequence[Any],
    order: int = 1,
    modes: Sequence[str] = ("rev",),
    tolerance: float = 1e-5,
    seed: int = 0,
) -> None:
    """Raise `DerivativeMismatch` unless derivatives of ``fun`` at ``args`` agree with central differences.

    The cotangent and the direction in which differences are taken are random, from ``seed``; of each float
    argument one direction is checked. ``order=2`` checks the derivative of the generated derivative too.
    """
    if set(modes) - {"rev"}:
        raise SignatureError(f"modes {tuple(modes)}: only 'rev' can be checked")
    rng = np.random.default_rng(seed)
    rows = _rows(fun, tuple(args), rng, tolerance)
    bad = [row for row in rows if not row[-1]]
    if bad:
        raise DerivativeMismatch(_table(rows, seed))
    if order > 1:
        wrt = [i for i, arg in enumerate(args) if _leaves(arg)]
        generated = Derivative(fun, "grad", wrt, False).generated(*args)
        check_grads(generated, args, order - 1, modes, tolerance * 10, seed)


def _rows(fun: Callable[..., Any], args: tuple[Any, ...], rng: Any, tolerance: float) -> list[tuple[Any, ...]]:
    out, pullback = vjp(fun, *args)
    cotangent = _map(lambda leaf: rng.normal(size=np.shape(leaf)), out)
    gradients = pullback(cotangent)
    rows = []
    for place, (arg, gradient) in enumerate(zip(args, gradients, strict=True)):
        if gradient is None:
            continue
        direction = _map(lambda leaf: rng.normal(size=np.shape(leaf)), arg)
        step = 1e-5
        ends = []
        for sign in (1.0, -1.0):
            moved = [_map(_copied, other) for other in args]  # the function may update what it is given
            moved[place] = _shift(arg, direction, sign * step)
            ends.append(_dot(cotangent, fun(*moved)))
        numerical = (ends[0] - ends[1]) / (2 * step)
        exact = _dot(gradient, direction)
        good = abs(exact - numerical) <= tolerance * max(1.0, abs(numerical), abs(ends[0]))
        rows.append((place, exact, numerical, good))
    return rows


def _table(rows: list[tuple[Any, ...]], seed: int) -> str:
    lines = [f"derivatives disagree with central differences (seed {seed})",
             f"{'argument':>8} {'derivative':>24} {'differences':>24}"]
    for place, exact, numerical, good in rows:
        lines.append(f"{place:8} {exact:24.15g} {numerical:24.15g}{'' if good else '   <-- differs'}")
    return "\n".join(lines)


# -- pytrees of numbers ---------------------------------------------------------------------------


def _is_float(value: Any) -> bool:
    return isinstance(value, (float, complex, np.inexact)) or (
        isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.inexact)
    )


def _items(value: Any) -> list[Any] | None:
    if isinstance(value, (tuple, list)):
        return list(value)
    if isinstance(value, dict):
        return list(value.values())
    held = getattr(value, "__dict__", None)
    return list(held.values()) if isinstance(held, dict) and not callable(value) else None


def _leaves(value: Any) -> list[Any]:
    if _is_float(value):
        return [value]
    return [leaf for item in _items(value) or [] for leaf in _leaves(item)]


def _map(change: Callable[[Any], Any], value: Any) -> Any:
    if _is_float(value):
        return change(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[_map(change, item) for item in value])
    if isinstance(value, (tuple, list)):
        return type(value)(_map(change, item) for item in value)
    if isinstance(value, dict):
        return {key: _map(change, item) for key, item in value.items()}
    if _items(value):
        import copy

        result = copy.copy(value)
        for name, item in vars(value).items():
            object.__setattr__(result, name, _map(change, item))
        return result
    return _copied(value)


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _shift(value: Any, direction: Any, step: float) -> Any:
    moves = iter(_leaves(direction))
    return _map(lambda leaf: leaf + step * next(moves), value)


def _dot(one: Any, two: Any) -> float:
    return float(sum(np.real(np.sum(a * b)) for a, b in zip(_leaves(one), _leaves(two), strict=True)))
