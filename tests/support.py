"""What the tests share: pytrees, numerical differences, fingerprints, and the loading of the corpus."""
from __future__ import annotations

import copy
import dataclasses
import functools
import importlib
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad

HERE = Path(__file__).parent
OPAQUE = (type, types.ModuleType, types.FunctionType, types.MethodType, functools.partial)


# --- the corpus ---------------------------------------------------------------------------------------

def names(folder: str) -> list[str]:
    """The names of the modules in ``tests/folder``, sorted."""
    return sorted(path.stem for path in (HERE / folder).glob("*.py") if path.stem != "__init__")


def load(folder: str, name: str) -> Any:
    """The module ``tests/folder/name.py``."""
    return importlib.import_module(f"tests.{folder}.{name}")


# --- pytrees ------------------------------------------------------------------------------------------

def children(tree: Any) -> dict[Any, Any] | None:
    """The parts of a container by index, key or attribute name; None for a leaf."""
    if isinstance(tree, dict):
        return dict(tree)
    if isinstance(tree, (tuple, list)):
        return dict(enumerate(tree))
    if isinstance(tree, OPAQUE):
        return None
    if dataclasses.is_dataclass(tree):
        return {field.name: getattr(tree, field.name) for field in dataclasses.fields(tree)}
    return dict(vars(tree)) if hasattr(tree, "__dict__") else None


def rebuild(tree: Any, parts: dict[Any, Any]) -> Any:
    """A container like ``tree`` that holds ``parts`` instead."""
    if isinstance(tree, tuple):
        return type(tree)(*parts.values()) if hasattr(tree, "_fields") else tuple(parts.values())
    if isinstance(tree, list):
        return list(parts.values())
    new = copy.copy(tree)
    for key, part in parts.items():
        if isinstance(tree, dict):
            new[key] = part
        else:
            object.__setattr__(new, key, part)
    return new


def is_active(leaf: Any) -> bool:
    """Whether a leaf carries a derivative: a float or an array of floats."""
    return isinstance(leaf, (float, np.floating)) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f")


def active_leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The leaves of ``tree`` that carry a derivative, each after its path."""
    parts = children(tree)
    if parts is None:
        if is_active(tree):
            yield path, tree
        return
    for key, part in parts.items():
        yield from active_leaves(part, (*path, key))


def unchanged(leaf: Any) -> Any:
    return leaf


def tree_map(function: Callable[..., Any], tree: Any, *others: Any,
             inactive: Callable[[Any], Any] = unchanged) -> Any:
    """``tree`` with ``function`` applied to its active leaves, and those of ``others`` in the same place."""
    parts = children(tree)
    if parts is None:
        return function(tree, *others) if is_active(tree) else inactive(tree)
    rest = [children(other) or {} for other in others]
    return rebuild(tree, {
        key: tree_map(function, part, *(other[key] for other in rest), inactive=inactive)
        for key, part in parts.items()
    })


def structure(tree: Any) -> Any:
    """What a pytree and its gradient have in common: containers, keys, and each float's shape and dtype.

    A leaf without a derivative is left out of a mapping or object, so that its gradient may hold
    anything there.  A Python float's gradient may be any floating scalar, so its dtype is not compared.
    """
    parts = children(tree)
    if parts is not None:
        shapes = {key: structure(part) for key, part in parts.items()}
        return type(tree), {key: shape for key, shape in shapes.items() if shape is not None}
    if not is_active(tree):
        return None
    return np.shape(tree)


def dtypes(tree: Any) -> dict[tuple[Any, ...], np.dtype[Any]]:
    """The dtype of each NumPy leaf by path; Python floats are left out."""
    return {path: leaf.dtype for path, leaf in active_leaves(tree) if type(leaf) is not float}


# --- numbers ------------------------------------------------------------------------------------------

def like(leaf: Any, value: Any) -> Any:
    """``value`` as the kind of number that ``leaf`` is: an array, a NumPy scalar or a Python float."""
    return np.asarray(value, leaf.dtype) if isinstance(leaf, np.ndarray) else type(leaf)(value)


def in_double(tree: Any) -> Any:
    """``tree`` with float32 leaves made float64."""
    def widen(leaf: Any) -> Any:
        if type(leaf) is float:
            return leaf
        return leaf.astype(np.float64)

    return tree_map(widen, tree)


def is_single(tree: Any) -> bool:
    """Whether any leaf of ``tree`` is a float32."""
    return any(np.asarray(leaf).dtype == np.float32 for _, leaf in active_leaves(tree))


def random_like(tree: Any, rng: np.random.Generator) -> Any:
    """A random tangent or cotangent of ``tree``, to the scale of each leaf; None where there is none."""
    def draw(leaf: Any) -> Any:
        size = np.max(np.abs(leaf), initial=0.0) or 1.0
        return like(leaf, size * rng.uniform(-1.0, 1.0, np.shape(leaf)))

    return tree_map(draw, tree, inactive=lambda leaf: None)


def inner(left: Any, right: Any) -> float:
    """The sum of the products of the active leaves of two pytrees of the same structure."""
    others = dict(active_leaves(right))
    return float(sum(np.sum(np.multiply(leaf, others[path], dtype=np.float64))
                     for path, leaf in active_leaves(left)))


def central_difference(function: Callable[[float], float], step: float) -> float:
    """The derivative at 0 by the five-point formula, whose error is of the order of ``step ** 4``."""
    near = function(step) - function(-step)
    far = function(2 * step) - function(-2 * step)
    return (8 * near - far) / (12 * step)


def directional_derivative(program: Callable[..., Any], arguments: tuple[Any, ...],
                           directions: dict[int, Any], cotangent: Any, step: float = 1e-3) -> float:
    """The derivative of ``<cotangent, program(*arguments)>`` along ``directions``, by differences.

    ``directions`` holds a tangent for each position that moves; a leaf moves by ``step`` of its own size.
    """
    def move(t: float) -> float:
        moved = list(copy.deepcopy(arguments))
        for position, direction in directions.items():
            moved[position] = tree_map(lambda leaf, d: like(leaf, leaf + t * d), moved[position], direction)
        return inner(cotangent, program(*moved))

    return central_difference(move, step)


def check_every_element(program: Callable[..., Any], arguments: tuple[np.ndarray[Any, Any], ...], backend: str) -> None:
    """Assert that a program's value and its gradient with respect to all of its arrays are right, by differences of
    each element; with "numba" only where that is installed."""
    if backend == "numba":
        pytest.importorskip("numba")
    value, gradient = value_and_grad(program, tuple(range(len(arguments))), backend=backend)(*arguments)
    assert value == pytest.approx(program(*copy.deepcopy(arguments)), rel=1e-14)
    for number, bar in enumerate(gradient):
        for place in np.ndindex(bar.shape):
            def moved(step: float, number: int = number, place: tuple[int, ...] = place) -> float:
                others = copy.deepcopy(arguments)
                others[number][place] += step
                return float(program(*others))

            assert bar[place] == pytest.approx(central_difference(moved, 1e-5), rel=1e-6, abs=1e-8)


# --- comparing bit for bit ----------------------------------------------------------------------------

def fingerprint(value: Any) -> Any:
    """A value that is equal for two pytrees exactly if they agree bit for bit, types included."""
    if isinstance(value, (np.ndarray, np.generic)):
        return type(value), value.dtype, value.shape, value.tobytes()
    if isinstance(value, float):
        return type(value), value.hex()
    parts = children(value)
    if parts is None:
        return type(value), value
    return type(value), tuple((key, fingerprint(part)) for key, part in parts.items())
