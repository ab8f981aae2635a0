"""Differentiating programs that are given as text, and checking them: what generated programs are held to."""
from __future__ import annotations

import copy
import hashlib
import importlib.util
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from s2sad import value_and_grad, vjp
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


@dataclass
class Case:
    """A program at its inputs: its value, a cotangent of it, and two directions to take differences along."""

    module: ModuleType

    def __post_init__(self) -> None:
        rng = np.random.default_rng(SEED)
        self.arguments: tuple[Any, ...] = copy.deepcopy(self.module.inputs[0])
        self.value = self.module.program(*copy.deepcopy(self.arguments))
        self.is_scalar = not isinstance(self.value, tuple)
        self.cotangent = 1.0 if self.is_scalar else support.random_like(self.value, rng)
        self.scale = 1.0 + abs(support.inner(self.value, self.cotangent))
        wrt = self.module.wrt
        self.directions = [{place: support.random_like(self.arguments[place], rng) for place in wrt} for _ in range(2)]

    def difference(self, direction: dict[int, Any], step: float) -> float:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return support.directional_derivative(
                self.module.program, self.arguments, direction, self.cotangent, step)

    def is_smooth(self) -> bool:
        """Whether the program stays finite and has differences that do not depend on the step."""
        leaves = [leaf for _, leaf in support.active_leaves(self.value)]
        if not all(np.all(np.abs(leaf) < LARGE) for leaf in leaves):
            return False
        for direction in self.directions:
            coarse, fine = (self.difference(direction, step) for step in STEPS)
            if not abs(coarse) < LARGE or not abs(coarse - fine) <= 0.1 * TOLERANCE * (self.scale + abs(fine)):
                return False
        return True

    def differentiate(self) -> tuple[Any, tuple[Any, ...]]:
        """The value and the gradients; the second time a pullback is called it must give the same."""
        wrt = self.module.wrt
        if self.is_scalar:
            value, gradient = value_and_grad(self.module.program, argnums=wrt)(*self.arguments)
            return value, gradient
        value, pullback = vjp(self.module.program, *self.arguments)
        gradient = pullback(self.cotangent)
        if support.fingerprint(pullback(self.cotangent)) != support.fingerprint(gradient):
            raise Wrong("the pullback gives something else when it is called again")
        return value, tuple(gradient[place] for place in wrt)

    def check(self) -> None:
        """Differentiate the program and compare; raises `Wrong`, or whatever s2sad raises."""
        before = support.fingerprint((self.arguments, self.cotangent))
        value, gradient = self.differentiate()
        expected = dict(support.active_leaves(self.value))
        for path, leaf in support.active_leaves(value):
            if not np.allclose(leaf, expected[path], rtol=1e-12, atol=1e-12):
                raise Wrong(f"the value is {leaf}, the program gives {expected[path]}")
        if support.fingerprint((self.arguments, self.cotangent)) != before:
            raise Wrong("the arguments or the cotangent were changed")
        if support.fingerprint(self.differentiate()) != support.fingerprint((value, gradient)):
            raise Wrong("a second call gives something else")
        for direction in self.directions:
            by_differences = self.difference(direction, STEPS[1])
            parts = zip(self.module.wrt, gradient, strict=True)
            found = sum(support.inner(direction[place], part) for place, part in parts)
            if not abs(found - by_differences) <= TOLERANCE * (self.scale + abs(by_differences)):
                raise Wrong(f"along {direction} the derivative is {by_differences}, s2sad gives {found}")


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
            case = Case(module)
            if not case.is_smooth():
                return "rough"
            try:
                case.check()
            except UnsupportedError as error:
                if not is_outside(error):
                    raise
                return "outside"
        return "right"
