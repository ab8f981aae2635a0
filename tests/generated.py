"""Differentiating programs that are given as text, and checking them: what generated programs are held to."""
from __future__ import annotations

import copy
import hashlib
import importlib.util
import sys
import tempfile
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from s2sad import value_and_grad
from s2sad.errors import UnsupportedError
from tests import support

SEED = 20240
TOLERANCE = 1e-6
STEPS = (1e-3, 3e-4)
LARGE = 1e4


class Wrong(AssertionError):
    """A derivative that is not what differences say, or a call that leaves traces."""


def load(text: str, folder: Path) -> ModuleType:
    """The module of a text, written to a file of its own so that its source is found."""
    name = f"generated_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    path = folder / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module


def is_smooth(module: ModuleType) -> bool:
    """Whether a program runs, stays finite, and has differences that do not depend on the step."""
    arguments = module.inputs[0]
    value = module.program(*copy.deepcopy(arguments))
    if not np.isfinite(value) or abs(value) > LARGE:
        return False
    for direction in _directions(module):
        coarse, fine = (_difference(module, direction, step) for step in STEPS)
        if not np.isfinite(coarse) or abs(coarse) > LARGE:
            return False
        if abs(coarse - fine) > 0.1 * TOLERANCE * (1.0 + abs(value) + abs(fine)):
            return False
    return True


def check(module: ModuleType) -> None:
    """Differentiate a program and compare; raises `Wrong`, or whatever s2sad raises."""
    arguments = copy.deepcopy(module.inputs[0])
    before = support.fingerprint(arguments)
    expected = module.program(*copy.deepcopy(arguments))
    differentiate = value_and_grad(module.program, argnums=module.wrt)
    value, gradient = differentiate(*arguments)
    if not np.isclose(value, expected, rtol=1e-12, atol=1e-12):
        raise Wrong(f"the value is {value}, the program gives {expected}")
    if support.fingerprint(arguments) != before:
        raise Wrong("the arguments were changed")
    if support.fingerprint(differentiate(*arguments)) != support.fingerprint((value, gradient)):
        raise Wrong("a second call gives something else")
    for direction in _directions(module):
        by_differences = _difference(module, direction, STEPS[1])
        found = sum(support.inner(direction[place], part) for place, part in zip(module.wrt, gradient, strict=True))
        if not abs(found - by_differences) <= TOLERANCE * (1.0 + abs(expected) + abs(by_differences)):
            raise Wrong(f"along {direction} the derivative is {by_differences}, s2sad gives {found}")


def _directions(module: ModuleType) -> list[dict[int, Any]]:
    rng = np.random.default_rng(SEED)
    return [{place: support.random_like(module.inputs[0][place], rng) for place in module.wrt} for _ in range(2)]


def _difference(module: ModuleType, direction: dict[int, Any], step: float) -> float:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return support.directional_derivative(module.program, module.inputs[0], direction, 1.0, step)


_OUTSIDE = (
    "may share memory with", "may hold an array that was updated", "is updated in place or rebound",
    "that has another name", "what it is is not known",
)


def is_outside(error: UnsupportedError) -> bool:
    """Whether a program is outside of the accepted language: limitations.md says which aliases are refused."""
    return any(part in error.message for part in _OUTSIDE)


def check_text(text: str) -> str:
    """Check the program of a text: "right", "rough" where differences tell nothing, "outside" of the language."""
    with tempfile.TemporaryDirectory() as folder:
        module = load(text, Path(folder))
        with np.errstate(all="ignore"):
            if not is_smooth(module):
                return "rough"
            try:
                check(module)
            except UnsupportedError as error:
                if not is_outside(error):
                    raise
                return "outside"
        return "right"
