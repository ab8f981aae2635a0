"""What importing and compiling cost, by what can be counted: modules imported, work done for n and 2n statements."""
from __future__ import annotations

import collections
import gc
import linecache
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s2sad import garbage, grad, value_and_grad
from s2sad.errors import UnsupportedError
from s2sad.ir.of_values import kind_of
from s2sad.pipeline import generate
from s2sad.request import Request
from tests.support import HERE

PROGRAM = """
import numpy as np
def loss(x, n):
    for i in range(n):
        x = np.sin(x) * x
    return np.sum(x)
"""


def modules(code: str, folder: Path) -> set[str]:
    """The modules that a fresh process has imported after this code."""
    path = folder / "model.py"
    path.write_text(PROGRAM)
    environment = {**os.environ, "S2SAD_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": str(HERE.parent)}
    text = f"import sys; sys.path.insert(0, {str(folder)!r}); {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def compiler(found: set[str]) -> set[str]:
    parts = ("frontend", "transforms", "rules", "analyses", "pipeline", "backend.emit")
    return {name for name in found if name.startswith(tuple(f"s2sad.{part}" for part in parts))}


def test_import_is_light(tmp_path: Path) -> None:
    found = modules("import s2sad", tmp_path)
    assert not compiler(found)
    assert not found & {"astor", "gast", "pygments", "platformdirs", "tempfile", "s2sad.compiled", "s2sad.cache"}


def test_what_is_in_the_cache_needs_no_compiler(tmp_path: Path) -> None:
    code = "import numpy as np; from s2sad import grad; from model import loss; grad(loss)(np.ones(3), 2)"
    assert compiler(modules(code, tmp_path))
    found = modules(code, tmp_path)
    assert "s2sad.cache" in found
    assert not compiler(found)
    assert not found & {"astor", "gast", "pygments"}


# -- calls of what is compiled -------------------------------------------------------------------------

def test_one_derivative_for_each_request() -> None:
    def program(x, y):
        return x * y

    assert grad(program) is grad(program)
    assert grad(program, [0, 1]) is grad(program, (0, 1))
    others = [grad(program), grad(program, 1), grad(program, (0,)), grad(program, 0, True), value_and_grad(program)]
    assert len(set(map(id, others))) == len(others)
    assert grad(program)(2.0, 3.0) == 3.0


def test_closures_have_derivatives_of_their_own() -> None:
    def make(factor):
        return lambda x: x * factor

    one, two = make(2.0), make(3.0)
    assert grad(one) is not grad(one)
    assert (grad(one)(1.0), grad(two)(1.0)) == (2.0, 3.0)


def test_a_function_that_was_changed_is_another() -> None:
    def program(x, y=2.0):
        return x * y

    first = grad(program)
    assert first(1.0) == 2.0
    program.__defaults__ = (5.0,)
    assert grad(program) is not first
    assert grad(program)(1.0) == 5.0


@pytest.mark.parametrize("call", [
    lambda d: d(2.0, 3.0, 4.0), lambda d: d(2.0, 3.0, c=4.0), lambda d: d(c=4.0, b=3.0, a=2.0), lambda d: d(2.0, c=4.0),
])
def test_arguments_by_name_and_by_default(call) -> None:
    def program(a, b=3.0, c=5.0):
        return a * b * c

    assert call(grad(program)) == 12.0


@pytest.mark.parametrize("call", [
    lambda d: d(), lambda d: d(1.0, 2.0, 3.0), lambda d: d(1.0, a=1.0), lambda d: d(1.0, z=2),
])
def test_arguments_that_do_not_fit(call) -> None:
    def program(a, b=3.0):
        return a * b

    with pytest.raises(TypeError, match="program"):
        call(grad(program))


def test_keys_of_dicts_tell_names_and_kinds() -> None:
    def program(p):
        return p["a"] * np.sum(p["b"])

    derivative = grad(program)
    assert derivative({"a": 2.0, "b": np.ones(3)})["a"] == 3.0
    assert derivative({"b": np.ones(2), "a": 2.0})["a"] == 2.0
    assert derivative({"a": np.float32(2.0), "b": np.ones(1)})["a"] == 1.0


# -- work is linear in the program ---------------------------------------------------------------------

def program(name: str, lines: list[str]) -> Any:
    """The function ``f`` of some lines of source."""
    text = "\n".join(["import math", "import numpy as np", "", "", *lines, ""])
    file = f"<cost {name} {len(lines)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space: dict[str, Any] = {"__name__": "cost"}
    exec(compile(text, file, "exec"), space)
    return space["f"]


def repeated(count: int, *lines: str) -> list[str]:
    """The lines ``count`` times over, with ``{k}`` for the number."""
    texts = [(line, k % 7) for k in range(count) for line in lines]
    return [f"    {line.replace('{k}', str(k)).replace('{n}', str(k + 1))}" for line, k in texts]


def numbers(count: int) -> list[str]:
    lines = repeated(count, "x = math.sin(x) * y + {k}.5", "y = x / (1.0 + y * y)")
    return ["def f(x, y):", *lines, "    return x + y"]


def arrays(count: int) -> list[str]:
    lines = repeated(count, "x = np.exp(-x * x) + y", "y = y * np.tanh(x) + np.sum(x)")
    return ["def f(x, y):", *lines, "    return np.sum(x + y)"]


def sums(count: int) -> list[str]:
    return ["def f(x, y):", "    t = 0.0", *repeated(count, "t = t + np.sum(np.sin(x * {n}.0) * y)"), "    return t"]


def elements(count: int) -> list[str]:
    lines = repeated(count, "u[{n}] = u[{k}] * x[{k}] + y[{k}]", "u[{k}] *= x[{n}]")
    return ["def f(x, y):", "    u = x * 1.0", *lines, "    return np.sum(u)"]


def slices(count: int) -> list[str]:
    """Arrays that hold what a long chain of values was computed from, each of memory that is updated."""
    lines = repeated(count, "x = np.sin(x) * y", "c = np.zeros_like(x)", "c[1:] = x[:-1] * y[1:]", "y = 0.5 * (y - c)")
    return ["def f(x, y):", *lines, "    return np.sum(x * y)"]


def branches(count: int) -> list[str]:
    lines = repeated(count, "if x[0] > {k}.5:", "    x = x * y", "else:", "    y = np.sin(x) + y")
    return ["def f(x, y):", *lines, "    return np.sum(x + y)"]


def loops(count: int) -> list[str]:
    lines = repeated(count, "for i in range(3):", "    x = np.sin(x) * y", "    x[i] = x[i + 1] * x[i]")
    return ["def f(x, y):", "    x = x * 1.0", *lines, "    return np.sum(x)"]


def nested(count: int) -> list[str]:
    heads = [f"{'    ' * (k + 1)}for i{k} in range(2):" for k in range(count)]
    return ["def f(x, y):", *heads, f"{'    ' * (count + 1)}x = math.sin(x) * y", "    return x"]


def rebound(count: int) -> list[str]:
    """Loops in loops, each of which binds an array and a number anew, updates an array, and changes a dict."""
    lines = ["def f(x, y):", "    s, u, p = 0, x * 1.0, {'a': x * 2.0}"]
    for k in range(count):
        inside = "    " * (k + 2)
        lines += [f"{inside[4:]}for i{k} in range(3):", f"{inside}x = np.sin(x) * y", f"{inside}s = s + np.sum(x)",
                  f"{inside}u[{k % 4}] = u[{k % 3}] * s", f"{inside}p['a'] = p['a'] * y"]
    return [*lines, "    return s + np.sum(u * p['a'])"]


def decided(count: int) -> list[str]:
    heads = [line for k in range(count) for line in (
        f"{'    ' * (k + 1)}if x > {k}.5:", f"{'    ' * (k + 2)}x = x * y",
        f"{'    ' * (k + 1)}else:", f"{'    ' * (k + 2)}x = x + y",
    )]
    return ["def f(x, y):", *heads, "    return x"]


def work(lines: list[str], *arguments: Any) -> dict[str, int]:
    """How often functions of each module of the compiler are entered for a program, and its generators resumed."""
    function = program("work", lines)
    kinds = {name: kind_of(value, name) for name, value in zip("xy", arguments, strict=True)}
    counts: collections.Counter[str] = collections.Counter()

    def profile(frame: Any, event: str, argument: Any) -> None:
        if event == "call":
            counts[frame.f_code.co_filename] += 1

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        generate(Request(function, "value_and_grad", kinds, ("x", "y"), False))
    finally:
        sys.setprofile(before)
    return counts


VECTOR = np.linspace(0.1, 0.9, 8)


@pytest.mark.parametrize(("lines", "count", "bound"), [
    (numbers, 20, 2.3), (arrays, 20, 2.3), (sums, 40, 2.3), (elements, 20, 2.3), (slices, 10, 2.3),
    (branches, 12, 2.4), (loops, 10, 2.4),
    # What nests is passed on from block to block: a power of its depth, but not two to the power of it.
    (nested, 9, 6.0), (decided, 10, 6.0), (rebound, 5, 6.0),
], ids=lambda value: getattr(value, "__name__", ""))
def test_work_is_linear(lines: Any, count: int, bound: float) -> None:
    arguments = (0.3, 0.7) if lines in (numbers, nested, decided) else (VECTOR, VECTOR + 0.1)
    work(lines(3), *arguments)  # what is made once for all programs
    one, two = (work(lines(n), *arguments) for n in (count, 2 * count))
    least = 0.02 * sum(two.values())
    ratios = {file[-40:]: two[file] / one[file] for file in two if two[file] > least}
    assert {name: ratio for name, ratio in ratios.items() if ratio > bound} == {}
    assert sum(two.values()) < bound * sum(one.values())


def test_what_is_too_dear_to_compute_again_is_not_looked_at_again_and_again() -> None:
    matrix = VECTOR[:, None] * VECTOR
    lines = slices(80)
    counts = work(lines, matrix, matrix + 0.1)
    asked = sum(count for file, count in counts.items() if file.endswith(("reverse/again.py", "costs.py")))
    assert asked < 600 * len(lines)


TWENTY_LINES = """
def f(x, y):
    a = np.sin(x) * y
    b = np.tanh(a @ np.outer(x, y))
    total = 0.0
    for i in range(3):
        c = b * i + np.exp(-a)
        d = np.sum(c * c)
        if d > 10.0:
            total = total + np.log(d)
            a = a * 0.5
        else:
            total = total - d
            a = a + x
        e = np.maximum(a, 0.0)
        total = total + np.mean(e)
    f = np.where(x > 0.0, np.sqrt(np.abs(x) + 1.0), x)
    g = np.stack([a, f])
    h = g.reshape(-1) ** 2
    k = np.dot(h[: len(x)], x)
    return total * k + np.sum(b)
""".strip().splitlines()


def test_twenty_lines_take_few_steps() -> None:
    work(TWENTY_LINES, VECTOR, VECTOR + 0.1)
    assert sum(work(TWENTY_LINES, VECTOR, VECTOR + 0.1).values()) < 45_000


# -- the collector -------------------------------------------------------------------------------------

def test_collector_rests_while_any_thread_compiles() -> None:
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with garbage.kept():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(10)
    with pytest.raises(ZeroDivisionError), garbage.kept():
        1 / 0  # noqa: B018
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_collector_that_is_off_stays_off() -> None:
    gc.disable()
    try:
        with garbage.kept():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_compiling_does_not_collect() -> None:
    passes: list[str] = []
    function = program("collected", arrays(30))
    kinds = {name: kind_of(VECTOR, name) for name in "xy"}

    def count(phase: str, info: dict[str, int]) -> None:
        passes.append(phase)

    gc.collect()
    gc.callbacks.append(count)
    try:
        generate(Request(function, "value_and_grad", kinds, ("x", "y"), False))
    finally:
        gc.callbacks.remove(count)
    assert len(passes) <= 4  # on the way in and out


# -- programs that nest deeply -------------------------------------------------------------------------

@pytest.mark.parametrize("lines", [
    pytest.param(["def f(x, y):", "    return x" + " * y + x" * 300], id="operators"),
    pytest.param(["def f(x, y):", "    return " + "math.sin(" * 90 + "x * y" + ")" * 90], id="calls"),
    pytest.param(nested(19), id="loops"),
    pytest.param(decided(45), id="branches"),
])
def test_what_nests_deeply_is_compiled(lines: list[str]) -> None:
    function = program("deep", [line.replace("range(2)", "range(1)") for line in lines])
    value, (x_bar, _) = value_and_grad(function, (0, 1))(0.3, 0.1)
    assert value == function(0.3, 0.1)
    step = 1e-6
    difference = (function(0.3 + step, 0.1) - function(0.3 - step, 0.1)) / (2 * step)
    assert x_bar == pytest.approx(difference, rel=1e-5, abs=1e-8)


def test_the_limit_of_recursion_is_as_before() -> None:
    limit, stack = sys.getrecursionlimit(), threading.stack_size()
    test_what_nests_deeply_is_compiled(["def f(x, y):", "    return x" + " * y + x" * 300])
    assert (sys.getrecursionlimit(), threading.stack_size()) == (limit, stack)


def elifs(count: int) -> list[str]:
    heads = [f"    {'elif' if k else 'if'} x < {k}.5:" for k in range(count)]
    lines = [line for k, head in enumerate(heads) for line in (head, f"        x = x * y + {k}.0")]
    return ["def f(x, y):", *lines, "    return x * y"]


def test_a_long_chain_of_tests() -> None:
    function = program("elifs", elifs(90))
    assert value_and_grad(function, (0, 1))(70.1, 0.5) == (function(70.1, 0.5), (0.25, 2 * 70.1 * 0.5 + 70.0))
    with pytest.raises(UnsupportedError, match="nests more deeply") as caught:
        value_and_grad(program("elifs", elifs(150)))(70.1, 0.5)
    assert caught.value.location is not None and caught.value.location.line == 5
