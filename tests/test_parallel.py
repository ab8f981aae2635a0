"""Loops over `prange` of functions that Numba compiles with `parallel=True`.

The text is run as Python, with the iterations of every parallel loop in a random order: what depends on the order
shows. What depends on two iterations running at once does not, so that some programs are compiled, and run on several
threads.
"""
from __future__ import annotations

import ast
import copy
import math
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from s2sad import UnsupportedError, value_and_grad
from tools import update

numba = pytest.importorskip("numba", reason="the extra `numba` is not installed")
from numba import prange  # noqa: E402

Case = tuple[Callable[..., Any], tuple[Any, ...], tuple[str, ...]]
PARALLEL: list[Case] = []
SERIAL: list[Case] = []


def draw(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).uniform(0.2, 1.5, shape)


def parallel(*arguments: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A program all of whose parallel loops stay parallel, in both sweeps."""
    def add(program: Callable[..., Any]) -> Callable[..., Any]:
        PARALLEL.append((program, arguments, ()))
        return program

    return add


def serial(reason: str, *arguments: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A program of which a loop is an ordinary one in the derivative, and why."""
    def add(program: Callable[..., Any]) -> Callable[..., Any]:
        SERIAL.append((program, arguments, (reason,)))
        return program

    return add


# mypy: disable-error-code="no-untyped-def"


@parallel(draw(7), 2.0)
def sum_of_numbers(x, k):
    s = 0.0
    for i in prange(len(x)):
        s += math.sin(k * x[i])
    return s


@parallel(draw(7))
def sum_in_branches(x):
    s = 0.0
    count = 0
    for i in prange(len(x)):
        if x[i] > 0.5:
            s += x[i] ** 2
            count += 1
        elif x[i] > 0.3:
            s -= x[i]
    return s * count


@parallel(draw(7), draw(7))
def two_sums(x, y):
    s = 0.0
    t = 1.0
    for i in prange(len(x)):
        s += x[i] * y[i]
        t += x[i] * x[i]
    return s / math.sqrt(t)


@parallel(draw(4), draw(6, 4))
def rows_with_weights(w, x):
    y = np.empty(len(x))
    for i in prange(len(x)):
        t = 0.0
        for j in range(len(w)):
            t += w[j] * x[i, j]
        y[i] = math.tanh(t)
    return np.sum(y * y)


@parallel(draw(4), draw(6, 4), draw(6))
def elements_added_to(w, x, y):
    for i in prange(len(x)):
        for j in range(len(w)):
            y[i] += w[j] * x[i, j]
    return np.sum(y * y)


@parallel(draw(6), 1.4)
def while_loop_inside(x, a):
    s = 0.0
    for i in prange(len(x)):
        z = x[i]
        n = 0
        while z < 10.0 and n < 50:
            if z > 2.0:
                z = z * a
            else:
                z = z * z + 0.5
            n += 1
        s += z
    return s


@parallel(draw(5, 3), draw(3))
def rows_updated(x, w):
    y = np.empty_like(x)
    for i in prange(x.shape[0]):
        y[i, :] = np.exp(x[i, :] * w)
    return np.sum(y)


@parallel(draw(5, 3), draw(3))
def arrays_of_an_iteration(x, w):
    s = 0.0
    for i in prange(x.shape[0]):
        d = x[i] - w
        h = np.zeros(3)
        for j in range(3):
            h[j] = math.tanh(d[j] * w[j])
        s += np.sum(d * h)
    return s


@parallel(draw(5, 3), draw(3, 4), draw(4))
def network(x, w, v):
    s = 0.0
    for i in prange(x.shape[0]):
        h = np.tanh(x[i] @ w)
        s += (np.sum(h * v) - 1.0) ** 2
    return s


@parallel(draw(5, 3), draw(3, 4))
def product(a, b):
    c = np.zeros((a.shape[0], b.shape[1]))
    for i in prange(a.shape[0]):
        for j in prange(b.shape[1]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[k, j]
    return np.sum(c * c)


@parallel(draw(4, 3), draw(3))
def elements_of_parameters(x, p):
    s = 0.0
    for i in prange(x.shape[0]):
        s += p[0] * x[i, 0] + p[1] * x[i, 1] ** p[2]
    return s


@parallel(draw(6), 0.3)
def argument_updated(x, w):
    for i in prange(len(x)):
        x[i] = x[i] * x[i] * w
    return np.sum(x * x)


@parallel(draw(4, 5))
def sum_of_arrays(x):
    a = np.zeros(5)
    for i in prange(x.shape[0]):
        a += x[i] * x[i]
    return np.sum(a * a)


@parallel(draw(12), 4, 3)
def flat_matrix(x, n, m):
    y = np.zeros(n * m)
    for i in prange(n):
        for j in range(m):
            y[i * m + j] = x[i * m + j] ** 2
    return np.sum(y * y)


@parallel(draw(6))
def every_other_place(x):
    y = np.zeros(12)
    for i in prange(6):
        y[2 * i] = x[i]
        y[2 * i + 1] = x[i] ** 2
    return np.sum(y * y)


@parallel(draw(6))
def backwards(x):
    n = len(x)
    y = np.zeros(n)
    for i in prange(n):
        y[n - 1 - i] = x[n - 1 - i] ** 2
    return np.sum(y * y)


@parallel(draw(4, 5))
def rows_as_views(x):
    y = np.zeros((4, 5))
    for i in prange(4):
        row = y[i]
        given = x[i]
        for j in range(5):
            row[j] += given[j] ** 2
    return np.sum(y * y)


@parallel(draw(4, 5))
def columns(x):
    y = np.zeros((4, 5))
    for j in prange(5):
        for i in range(1, 4):
            y[i, j] = x[i, j] * y[i - 1, j] + x[i - 1, j]
    return np.sum(y * y)


@numba.njit
def kink(a, b):
    if a > b:
        return a * b
    return a - b


@parallel(draw(7), 0.8)
def function_called(x, k):
    s = 0.0
    for i in prange(len(x)):
        s += kink(x[i], k)
    return s


@parallel(draw(6, 4), draw(6, 4))
def mixture(x, y):
    s = 0.0
    for i in prange(x.shape[0]):
        largest = np.max(x[i])
        s += largest + math.log(np.sum(np.exp(x[i] - largest))) * y[i, 0]
    return s


@parallel(draw(6), draw(6), 3)
def bodies(x, m, steps):
    x = x.copy()
    v = np.zeros_like(x)
    for _ in range(steps):
        a = np.zeros_like(x)
        for i in prange(len(x)):
            for j in range(len(x)):
                d = x[j] - x[i]
                a[i] += m[j] * d / (d * d + 0.1) ** 1.5
        for i in prange(len(x)):
            v[i] += 0.1 * a[i]
            x[i] += 0.1 * v[i]
    return np.sum(x * x)


@parallel(draw(7), 0.1)
def stencil(u, k):
    v = np.empty_like(u)
    for i in prange(1, len(u) - 1):
        v[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1])
    v[0] = u[0]
    v[-1] = u[-1]
    return np.sum(v * v)


@serial("iterations may add to the same element of `x_bar`", draw(5), np.array([0, 1, 4, 4, 2, 0]))
def gather(x, places):
    s = 0.0
    for i in prange(len(places)):
        s += x[places[i]] ** 2
    return s


@serial("iterations may add to the same element of `x_bar`", draw(7), 2, 6)
def index_that_may_be_negative(x, first, end):
    s = 0.0
    for i in prange(first, end):
        s += x[i] ** 2
    return s


@serial("`p` is carried from one iteration to the next", 0.4, 0.9, draw(5))
def product_of_numbers(mu, sigma, x):
    p = 1.0
    for i in prange(len(x)):
        p *= math.exp(-((x[i] - mu) ** 2) / sigma)
    return p


@serial("`m` is carried from one iteration to the next", draw(7))
def largest(x):
    m = 0.0
    for i in prange(len(x)):
        m = max(m, x[i] * x[i])
    return m


@parallel(draw(7), draw(7), 3)
def exchanged_in_time_steps(u, w, steps):
    n = len(u)
    u = u.copy()
    v = np.zeros_like(u)
    for _ in range(steps):
        for i in prange(1, n - 1):
            v[i] = w[i] * u[i] + 0.1 * (u[i - 1] - 2.0 * u[i] + u[i + 1] ** 2)
        u, v = v, u
    return np.sum(u * u)


@parallel(draw(7), 3)
def three_time_levels(u, steps):
    before = u.copy()
    now = u * 2.0
    after = np.zeros_like(u)
    for _ in range(steps):
        for i in prange(1, len(u) - 1):
            after[i] = 2.0 * now[i] - before[i] + 0.1 * (now[i - 1] + now[i + 1] - 2.0 * now[i])
        before, now, after = now, after, before
    return np.sum(now * now)


@parallel(draw(4, 7), 2)
def exchanged_inside(x, steps):
    s = 0.0
    for k in prange(4):
        u = x[k] * 1.0
        v = u.copy()
        for _ in range(steps):
            for i in range(1, len(u) - 1):
                v[i] = u[i] + 0.1 * u[i - 1]
            u, v = v, u
        s += np.sum(u * u)
    return s


@parallel(draw(6, 5), draw(5))
def rows_of_neighbours(u, w):
    v = np.zeros((6, 5))
    for i in prange(1, 5):
        for j in range(5):
            v[i, j] = w[j] * (u[i - 1, j] + u[i + 1, j]) - u[i, j] ** 2
    return np.sum(v * v)


@parallel(draw(4, 3), draw(6), np.array([[0, 1, 5], [2, 3, 1], [4, 4, 4], [0, 0, 1]]))
def sparse_matrix(values, x, columns):
    y = np.zeros(4)
    for i in prange(4):
        y[i] = values[i] @ x[columns[i]]
    return np.sum(y * y)


@parallel(draw(4, 3))
def masks_of_an_iteration(x):
    y = x.copy()
    for i in prange(4):
        row = y[i]
        row[row > 0.9] = x[i, 0]
        y[i][np.array([0, 2])] = x[i, 1] * row[1]
    return np.sum(y * y)


@parallel(draw(5), 3)
def history(u, steps):
    h = np.zeros((steps + 1, 5))
    h[0] = u
    for t in range(steps):
        for i in prange(1, 4):
            h[t + 1, i] = h[t, i - 1] + h[t, i] * h[t, i + 1]
    return np.sum(h * h)


@parallel(draw(5), 3)
def another_array_each_step(u, steps):
    u = u.copy()
    for _ in range(steps):
        v = u.copy()
        for i in prange(1, len(u) - 1):
            v[i] = u[i] + 0.1 * (u[i - 1] - 2.0 * u[i] + u[i + 1])
        u = v
    return np.sum(u * u)


@serial("iterations may add to the same element of `w_bar`", draw(3, 4), draw(5, 4))
def layers(w, x):
    h = x.copy()
    for k in range(3):
        for i in prange(5):
            for j in range(4):
                h[i, j] = math.tanh(w[k, j] * h[i, j])
    return np.sum(h)


@serial("lengths are compared in them", draw(4, 5), draw(5))
def lengths_compared_in_a_branch(x, w):
    s = 0.0
    for i in prange(4):
        if x[i, 0] > 0.5:
            s += np.sum(x[i] * w)
    return s


def text_of(program: Callable[..., Any], arguments: tuple[Any, ...]) -> str:
    derivative = value_and_grad(numba.njit(parallel=True)(program), places(arguments), backend="numba")
    return derivative.source(*arguments)


def places(arguments: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(n for n, a in enumerate(arguments) if np.asarray(a).dtype == np.float64)


def shuffled(*bounds: int) -> list[int]:
    order = list(range(*bounds))
    random.Random(len(order)).shuffle(order)
    return order


def as_python(text: str, name: str) -> Callable[..., Any]:
    """The function of a module as it is without Numba, with parallel loops in a random order."""
    plain = SimpleNamespace(
        njit=lambda *function, **options: function[0] if function else lambda function: function,
        prange=shuffled, get_num_threads=lambda: 3,
    )
    names: dict[str, Any] = {"numba": plain}
    exec(compile(text.replace("import numba\n", ""), "<text>", "exec"), names)
    found: Callable[..., Any] = names[name]
    return found


def compare(found: Any, expected: Any) -> None:
    assert found[0] == pytest.approx(expected[0])
    for one, other in zip(found[1], expected[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


@pytest.mark.parametrize("case", PARALLEL + SERIAL, ids=lambda case: case[0].__name__)
def test_any_order(case: Case) -> None:
    program, arguments, reasons = case
    text = text_of(program, arguments)
    expected = value_and_grad(program, places(arguments))(*copy.deepcopy(arguments))
    compare(as_python(text, f"{program.__name__}_value_and_grad")(*copy.deepcopy(arguments)), expected)
    notes = [line for line in text.splitlines() if "One iteration after the other" in line]
    assert bool(notes) == bool(reasons), text
    for reason in reasons:
        assert any(reason in note for note in notes), notes
    if not reasons:
        assert any("_bar" in loop for loop in parallel_loops(text)), text
    assert not checks_in_parallel_loops(text)


def parallel_loops(text: str) -> list[str]:
    loops = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For)]
    return [ast.unparse(loop) for loop in loops if "prange" in ast.unparse(loop.iter)]


def checks_in_parallel_loops(text: str) -> list[str]:
    """The calls that may raise in a parallel loop, where Numba loses the error."""
    calls = [node for loop in parallel_loops(text) for node in ast.walk(ast.parse(loop)) if isinstance(node, ast.Call)]
    return [name for name in map(ast.unparse, calls) if name.startswith(("_check", "_same_length"))]


@pytest.mark.parametrize("name", update.PARALLEL)
def test_text_is_current(name: str) -> None:
    path = update.PARALLEL_GOLDEN / f"{name}.py"
    difference = update.difference(path, update.parallel_files()[path])
    assert not difference, f"{difference}\nif this is better, run python tools/update.py"


# --- what is refused ----------------------------------------------------------------------------------


def prefix_sums(x):
    y = np.empty(len(x))
    s = 0.0
    for i in prange(len(x)):  # `s` is carried from one iteration to the next
        s += x[i]
        y[i] = s
    return np.sum(y)


def neighbours(x):
    y = np.zeros(len(x) + 1)
    for i in prange(len(x)):
        y[i + 1] = y[i] + x[i]  # iterations may write elements of `y` that others read or write
    return np.sum(y)


def one_element(x):
    y = np.zeros(3)
    for i in prange(len(x)):
        y[0] += x[i]  # iterations may add to the same element of `y` at once
    return np.sum(y * y)


def elements_of_a_sum(x):
    a = np.zeros(3)
    for i in prange(len(x)):
        for j in range(3):
            a[j] += x[i] ** j  # iterations may add to the same element of `a` at once
    return np.sum(a * a)


def sum_through_a_slice(x):
    a = np.zeros(len(x))
    for i in prange(len(x)):
        a[:] += x * x[i]  # iterations may add to the same element of `a` at once
    return np.sum(a * a)


def overlapping_rows(x):
    y = np.zeros(3 * len(x) + 1)
    for i in prange(len(x)):
        for j in range(4):
            y[i * 3 + j] = x[i] ** j  # iterations may write elements of `y` that others read or write
    return np.sum(y * y)


def overlapping_views(x):
    y = np.zeros(len(x) + 1)
    z = y[1:]
    for i in prange(len(x)):
        y[i] = x[i] * z[i]  # iterations may write elements of `y` that others read or write
    return np.sum(y)


def places_that_others_write(x):
    y = np.zeros(len(x))
    places = np.arange(len(x))
    for i in prange(len(x)):
        places[i] = 0  # iterations may write elements of `places` that others read or write
        y[i] = np.sum(x[places])
    return np.sum(y)


def same_array_exchanged(x):
    u = x.copy()
    v = u
    for _ in range(2):
        for i in prange(1, len(u)):
            v[i] = u[i] + x[i] * u[i - 1]  # iterations may write elements of `u` that others read or write
        u, v = v, u
    return np.sum(u)


def exchanged_outside(x):
    u = x.copy()
    v = x.copy()
    for _ in prange(3):  # `u` is carried from one iteration to the next
        for i in range(1, len(u)):
            v[i] = u[i] + u[i - 1]
        u, v = v, u
    return np.sum(u)


def exchanged(x):
    u = x.copy()
    v = x.copy()
    for i in prange(len(x)):  # is carried from one iteration to the next
        u[i] = v[i] * x[i]
        u, v = v, u
    return np.sum(u)


def last_value(x):
    t = 0.0
    for i in prange(len(x)):  # `t` is read after the loop, as some iteration leaves it
        t = x[i] * x[i]
    return t


def value_before(x):
    t = 1.0
    s = 0.0
    for i in prange(len(x)):  # `t` is carried from one iteration to the next
        s += t * x[i]
        t = x[i]
    return s


def left_early(x):
    s = 0.0
    for i in prange(len(x)):  # the loop may be left early
        if x[i] > 0.9:
            break
        s += x[i]
    return s


def list_appended_to(x):
    found = [0.0]
    for i in prange(len(x)):
        found.append(x[i])  # a container is changed that the iterations have in common
    return found[0] + found[1]


def list_filled(x):
    squares = [0.0] * len(x)
    for i in prange(len(x)):
        squares[i] = x[i] * x[i]  # a container is changed that the iterations have in common
    return squares[0] + squares[1]


RACES = [
    prefix_sums, neighbours, one_element, elements_of_a_sum, sum_through_a_slice, overlapping_rows,
    overlapping_views, places_that_others_write, same_array_exchanged, exchanged_outside, exchanged, last_value,
    value_before, left_early, list_appended_to, list_filled,
]


@pytest.mark.parametrize("program", RACES, ids=lambda program: program.__name__)
def test_races_are_refused(program: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedError, match="the iterations of this `prange` loop depend on each other") as error:
        text_of(program, (draw(5),))
    assert error.value.location is not None
    _, _, reason = error.value.location.text.partition("# ")
    assert reason and reason in error.value.message


@pytest.mark.parametrize("program", RACES, ids=lambda program: program.__name__)
def test_no_race_without_threads(program: Callable[..., Any]) -> None:
    """Numba runs `prange` as `range` where it is not told `parallel=True`, and so does NumPy."""
    expected = value_and_grad(program)(draw(5))
    text = value_and_grad(numba.njit(program), backend="numba").source(draw(5))
    assert "prange" not in text.replace("in prange(", "")
    found = as_python(text, f"{program.__name__}_value_and_grad")(draw(5))
    compare((found[0], (found[1],)), (expected[0], (expected[1],)))


# --- compiled -----------------------------------------------------------------------------------------

COMPILED = """
import sys
import numpy as np
import numba
from s2sad import value_and_grad, vjp
from tests import test_parallel as programs

def draw(*shape):
    return np.random.default_rng(len(shape)).uniform(0.2, 1.5, shape)

def check(program, *arguments):
    wrt = programs.places(arguments)
    expected = value_and_grad(program, wrt)(*[np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments])
    derivative = value_and_grad(numba.njit(parallel=True)(program), wrt, backend="numba")
    for _ in range(100):
        programs.compare(derivative(*arguments), expected)

check(programs.while_loop_inside, draw(500), 1.1)
check(programs.exchanged_in_time_steps, draw(300), draw(300), 3)
check(programs.rows_with_weights, draw(4), draw(200, 4))
check(programs.rows_updated, draw(200, 3), draw(3))
x, w = draw(200, 4), draw(4)
out, pullback = vjp(numba.njit(parallel=True)(programs.rows_with_weights), w, x, backend="numba")
expected = value_and_grad(programs.rows_with_weights, (0, 1))(w, x)
for _ in range(3):
    programs.compare((out, pullback(1.0)), expected)
print(numba.get_num_threads(), "threads")
"""


def test_compiled_on_several_threads(tmp_path: Path) -> None:
    """More threads than processors, and many runs: what two iterations write at once goes wrong now and then."""
    import os

    environment = {**os.environ, "NUMBA_NUM_THREADS": "4", "S2SAD_CACHE_DIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", COMPILED], env=environment, capture_output=True,
                         text=True, cwd=Path(__file__).resolve().parents[1], check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout == "4 threads\n"
