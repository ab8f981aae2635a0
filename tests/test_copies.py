"""Functions that would be copied too often are compiled once, as pairs; the others stay in line."""
from __future__ import annotations

import copy
import linecache
from typing import Any

import numpy as np
import pytest

from s2sad.derivative import Derivative
from s2sad.frontend.lower import copies
from tests import support


def program(name: str, *functions: str) -> Any:
    """The last of some functions, given as text."""
    text = "\n\n".join(["import math\nimport numpy as np", *functions]) + "\n"
    file = f"<copies {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space: dict[str, Any] = {"__name__": f"copies.{name}"}
    exec(compile(text, file, "exec"), space)
    return [value for value in space.values() if callable(value)][-1]


def twice(depth: int, first: str = "math.sin(x) * y", extra: str = "") -> Any:
    """Functions each of which calls the one before it twice."""
    bodies = [first, *(f"f{k}(x * y, y{extra}) - 0.5 * f{k}(y, x{extra})" for k in range(depth))]
    parameters = f"x, y{extra}"
    texts = [f"def f{k}({parameters}):\n    z = {body}\n    return z" for k, body in enumerate(bodies)]
    return program(f"twice{depth}{extra}", *texts, f"def top({parameters}):\n    return np.sum(f{depth}({parameters}))")


def derivative(function: Any, *wrt: int) -> Derivative:
    return Derivative(function, "value_and_grad", wrt or (0, 1), False)


def assert_right(function: Any, *arguments: Any) -> None:
    """The value and the gradient, along one direction against differences."""
    wrt = range(len(arguments))
    value, gradients = derivative(function, *wrt)(*arguments)
    directions = [np.cos(np.arange(np.size(a)) + n).reshape(np.shape(a)) for n, a in enumerate(arguments)]
    there, back = (function(*(a + step * d for a, d in zip(arguments, directions, strict=True)))
                   for step in (1e-6, -1e-6))
    found = sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True))
    assert value == pytest.approx(function(*arguments), rel=1e-12)
    assert found == pytest.approx((there - back) / 2e-6, rel=1e-6, abs=1e-9)


def test_text_grows_with_the_depth_of_calls_and_not_with_two_to_the_power_of_it() -> None:
    lengths = [len(derivative(twice(depth)).source(0.3, 0.4)) for depth in (12, 24)]
    assert lengths[1] < 3 * lengths[0]


def test_derivative_through_pairs() -> None:
    assert_right(twice(14), 0.3, 0.4)


def test_lengths_that_are_equal_in_the_call_are_equal_inside() -> None:
    function = twice(9, "np.sin(x @ w) * y", ", w")
    rng = np.random.default_rng(0)
    arguments = rng.normal(size=4), rng.normal(size=4), 0.3 * rng.normal(size=(4, 4))
    text = derivative(function, 0, 1, 2).source(*arguments)
    assert "_fwd" in text and "_unbroadcast" not in text
    assert_right(function, *arguments)


def test_small_functions_stay_in_line() -> None:
    lines = "\n".join(f"    x = g(x, y) + {k}.0" for k in range(400))
    function = program("small", "def g(x, y):\n    return math.sin(x) * y", f"def top(x, y):\n{lines}\n    return x")
    assert "_fwd" not in derivative(function).source(0.3, 0.4)


def test_literals_are_known_inside() -> None:
    """An exponent and an axis say what is computed: they are no data."""
    steps = "\n".join(f"    x = np.tanh(x * {k}.5) + 0.01 * np.sum(x ** p, axis=axis)" for k in range(8))
    function = program("literals", f"def g(x, p, axis):\n{steps}\n    return x",
                       "def top(x):\n" + "    x = g(x, 2, 0)\n    x = g(x, 3, 0)\n" * 12 + "    return np.sum(x)")
    arguments = (np.linspace(0.1, 0.2, 3),)
    text = derivative(function, 0).source(*arguments)
    assert text.count("_fwd(x") >= 24 and "np.where" not in text
    assert_right(function, *arguments)


def test_what_cannot_be_on_its_own_is_written_in_line() -> None:
    """A function that updates what it is given has to have it as its caller does."""
    steps = "\n".join(f"    u[{k % 3}] = math.sin(u[{k % 2}]) * x" for k in range(16))
    function = program("updates", f"def g(u, x):\n{steps}",
                       "def top(x, y):\n    u = x * 1.0\n" + "    g(u, y)\n" * 24 + "    return np.sum(u)")
    assert "_fwd" not in derivative(function).source(np.ones(3), 0.9)
    assert_right(function, np.linspace(0.1, 0.5, 3), 0.9)


def test_closures_stay_in_line() -> None:
    """What a nested function reads from around it may carry a derivative in one call and none in another."""
    steps = "\n".join("        z = math.sin(z) * s" for _ in range(16))
    function = program(
        "closure", f"def top(x, y):\n    s = 0.5\n\n    def g(z):\n{steps}\n        return z\n\n"
        + "    a = g(x)\n" * 12 + "    s = y\n" + "    a = a + g(x)\n" * 12 + "    return a")
    assert "_fwd" not in derivative(function).source(0.3, 0.9)
    assert_right(function, 0.3, 0.9)


CALLING = [name for name in support.names("programs")
           if (support.HERE / "programs" / f"{name}.py").read_text().count("def ") > 1]


@pytest.mark.parametrize("name", CALLING)
def test_every_function_may_be_on_its_own(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs give the same with each function in line and each compiled on its own."""
    module = support.load("programs", name)
    value = module.program(*copy.deepcopy(module.inputs[0]))
    if not support.is_active(value) or np.ndim(value):
        pytest.skip("not a scalar result")
    expected = derivative(module.program, *module.wrt)(*module.inputs[0])
    monkeypatch.setenv("S2SAD_CACHE", "off")
    for constant, small in (("BUDGET", -1), ("SIZE", 1), ("COPIES", 1)):
        monkeypatch.setattr(copies, constant, small)
    found = derivative(module.program, *module.wrt)(*module.inputs[0])
    others = dict(support.active_leaves(expected))
    assert support.structure(found) == support.structure(expected)
    for path, leaf in support.active_leaves(found):
        np.testing.assert_allclose(leaf, others[path], rtol=1e-5 if support.is_single(module.inputs[0]) else 1e-9,
                                   atol=1e-12, err_msg=f"at {path}")
