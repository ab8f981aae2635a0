"""backend="numba": the gradients of both backends agree, and what Numba refuses is said of the user's source."""
from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import s2sad
from s2sad import SignatureError, UnsupportedError, derivative, differentiate, grad, source, value_and_grad, vjp
from tests import numba_programs

numba = pytest.importorskip("numba", reason="the extra `numba` is not installed")
ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(tmp_path))
    derivative._kept.cache_clear()  # what another test compiled is no Python
    return tmp_path


@pytest.mark.parametrize("name", numba_programs.SELECTION)
def test_backends_agree(name: str) -> None:
    assert numba_programs.check(name)


@pytest.mark.parametrize("name", numba_programs.as_python())
def test_text_means_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run as Python, for compiling all of them takes minutes."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    monkeypatch.setenv("S2SAD_CACHE", "off")
    assert numba_programs.check(name, interpreted=True)


@pytest.mark.parametrize("name", [name for name in numba_programs.as_python()
                                  if name not in numba_programs.PULLBACK_LIMITATIONS])
def test_pullback_means_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    monkeypatch.setenv("S2SAD_CACHE", "off")
    numba_programs.check_pullback(name)


@pytest.mark.parametrize("name", numba_programs.LIMITATIONS)
def test_limitations_are_refused(name: str) -> None:
    with pytest.raises(UnsupportedError, match="but not its derivative"):
        numba_programs.check(name)


# --- what is generated --------------------------------------------------------------------------------


def halving(x: float, n: int) -> float:
    for _ in range(0, n, 2):
        x = math.sin(x) if x > 0.5 else 2.0 * x
    return x


def test_text_is_what_numba_compiles() -> None:
    text = source(halving, 0.3, 5, backend="numba")
    assert "import numba" in text and "@numba.njit\ndef halving_grad(x, n):" in text
    assert "reversed(" not in text


@pytest.mark.parametrize("start, stop, step", [(0, 7, 1), (1, 8, 3), (9, 0, -2), (2, 2, 1), (3, 1, 1), (5, -1, -1)])
def test_loops_run_backwards_with_every_step(start: int, stop: int, step: int) -> None:
    def program(x: Any, start: int, stop: int, step: int) -> Any:
        y = 1.0
        for i in range(start, stop, step):
            y = y * math.sin(x[i]) + x[i]
        return y

    x = np.linspace(0.1, 1.0, 10)
    arguments = (x, start, stop, step)
    np.testing.assert_allclose(grad(program, backend="numba")(*arguments), grad(program)(*arguments))


def test_result_is_compiled() -> None:
    generated = grad(halving, backend="numba").generated(0.3, 5)
    assert isinstance(generated, numba.core.dispatcher.Dispatcher)


def test_captured_values_are_read_at_each_call() -> None:
    scale = 2.0

    def program(x: float) -> float:
        return scale * x

    derivative = grad(program, backend="numba")
    assert derivative(1.0) == 2.0
    scale = 3.0
    assert derivative(1.0) == 3.0


def test_captured_values_of_one_name() -> None:
    def times(k: float) -> Any:
        return lambda x: x * k

    one, two = times(2.0), times(3.0)

    def program(x: float) -> float:
        return one(x) + two(x) * x

    for backend in ("numpy", "numba"):
        assert grad(program, backend=backend)(1.0) == 8.0


@pytest.mark.filterwarnings("error")
def test_pullback_may_be_called_again() -> None:
    def program(x: Any, n: int) -> Any:
        for _ in range(n):
            x = np.sin(x) * x
        return x

    x = np.linspace(0.5, 1.5, 4)
    _, pullback = vjp(program, x, 3, backend="numba")
    first, _ = pullback(np.ones(4))
    again, _ = pullback(np.ones(4))
    expected, _ = vjp(program, x, 3)[1](np.ones(4))
    np.testing.assert_allclose(first, expected)
    np.testing.assert_array_equal(again, first)


@pytest.mark.filterwarnings("error")
def test_pullback_of_loops_of_unknown_length() -> None:
    def program(x: float, n: int) -> Any:
        for i in range(1, n, 2):
            x = math.sin(x) * (1.0 + 0.1 * i)
            if x < 0.2:
                break
        while x < 5.0:
            x = x * x + 1.0
        return x

    for x, n in ((0.7, 100), (0.7, 0), (0.05, 9)):
        value, pullback = vjp(program, x, n, backend="numba")
        expected_value, expected = vjp(program, x, n)
        assert value == pytest.approx(expected_value)
        assert pullback(1.0)[0] == pytest.approx(expected(1.0)[0])
        assert pullback(2.0)[0] == pytest.approx(expected(2.0)[0])


@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray, lambda a: np.repeat(a, 2, 1)[:, ::2]])
def test_arrays_in_any_layout(layout: Any) -> None:
    def program(a: Any) -> Any:
        return np.sum(np.reshape(a.T.copy(), (6,))[::2] ** 2) + np.sum(a @ a.T)

    a = layout(np.arange(6.0).reshape(2, 3))
    np.testing.assert_allclose(grad(program, backend="numba")(a), grad(program)(a))


@pytest.mark.parametrize("shape", [(2, 3), (0, 3), (3, 0), (4, 4), (4, 5), (30, 20)])
def test_matrix_products_of_any_size(shape: tuple[int, int]) -> None:
    def program(a: Any, b: Any, x: Any, y: Any) -> Any:
        return np.sum(np.sin(a @ b.T @ a)) + np.sum(np.cos(np.dot(a, x))) * np.sum((y @ b) ** 2) + np.sum((y @ a) * x)

    n, m = shape
    rng = np.random.default_rng(0)
    args = [rng.normal(size=size) for size in (shape, shape, m, n)]
    value, gradients = value_and_grad(program, (0, 1, 2, 3), backend="numba")(*args)
    expected_value, expected = value_and_grad(program, (0, 1, 2, 3))(*args)
    assert value == pytest.approx(expected_value)
    for found, wanted in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-12)


def test_a_product_of_matrices_that_do_not_fit_is_refused() -> None:
    derivative = grad(lambda a, x: np.sum((a @ x) ** 2), backend="numba")
    derivative(np.ones((2, 3)), np.ones(3))
    with pytest.raises(ValueError):
        derivative(np.ones((2, 3)), np.ones(2))


def test_overlapping_updates_have_the_meaning_of_numpy() -> None:
    def program(a: Any) -> Any:
        b = a.copy()
        b[1:] += b[:-1]
        b += b[::-1]
        return np.sum(b**2)

    a = np.array([0.7, -0.4, 1.1, 0.3])
    value, gradient = value_and_grad(program, backend="numba")(a)
    expected_value, expected = value_and_grad(program)(a)
    assert value == pytest.approx(expected_value)
    np.testing.assert_allclose(gradient, expected)


def test_arguments_that_share_memory_are_refused() -> None:
    def program(x: Any, y: Any) -> Any:
        x[0] = y[1]
        return np.sum(x * y)

    a = np.arange(4.0)
    derivative = grad(program, backend="numba")
    np.testing.assert_allclose(derivative(a[:2], a[2:]), grad(program)(a[:2], a[2:]))
    with pytest.raises(ValueError, match="`x` is updated and shares memory with `y`"):
        derivative(a[:3], a[1:])


# --- functions that Numba compiles already --------------------------------------------------------------


@numba.njit(fastmath=True)
def square(x):  # type: ignore[no-untyped-def]
    return x * x


@numba.njit(fastmath=True)
def count(n):  # type: ignore[no-untyped-def]
    return n + 1


@numba.njit(fastmath=True, error_model="numpy")
def compiled(x, n):  # type: ignore[no-untyped-def]
    for _ in range(count(n)):
        x = 0.5 * square(x)
    return x


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_compiled_functions_are_differentiated(backend: str) -> None:
    assert grad(compiled, backend=backend)(1.5, 2) == pytest.approx(1.5**7 / 16)


def test_options_are_carried_over() -> None:
    assert "@numba.njit(error_model='numpy', fastmath=True)" in source(compiled, 1.5, 2, backend="numba")


@differentiate(backend="numba")
def wave(x):  # type: ignore[no-untyped-def]
    return math.sin(x) * x


@numba.njit
def calls_wave(x):  # type: ignore[no-untyped-def]
    return wave(x) + 1.0


def test_compiled_functions_call_differentiated_ones() -> None:
    import s2sad.numba_extension  # what the installed entry point does

    assert s2sad.numba_extension.register() is None
    assert calls_wave(2.0) == pytest.approx(2.0 * math.sin(2.0) + 1.0)
    expected = math.sin(2.0) + 2.0 * math.cos(2.0)
    assert wave.grad(2.0) == pytest.approx(expected)
    assert grad(calls_wave, backend="numba")(2.0) == pytest.approx(expected)


# --- refusals -----------------------------------------------------------------------------------------


def line_of(error: pytest.ExceptionInfo[s2sad.S2sadError]) -> str:
    assert error.value.location is not None
    return error.value.location.text.strip()


def test_refused_by_numba_is_said_of_the_users_line() -> None:
    def program(x: Any) -> Any:
        scale = {"a": 1.0, "b": 2}
        return np.sum(x) * len(np.ix_(x, x)) + scale["a"]

    with pytest.raises(UnsupportedError, match="Numba does not compile `program`") as error:
        grad(program, backend="numba")(np.ones(3))
    assert error.value.location is not None and error.value.location.file == __file__


def plain_square(x):  # type: ignore[no-untyped-def]
    return x * x


def test_refusal_is_not_of_functions_that_are_only_called() -> None:
    def program(x: Any) -> Any:
        y = plain_square(x)
        return np.sum(y) * len(np.ix_(y, y))

    with pytest.raises(UnsupportedError, match="Numba does not compile `program`") as error:
        grad(program, backend="numba")(np.ones(3))
    assert "np.ix_" in line_of(error)


def test_an_index_of_slices_and_a_list_is_refused_where_it_stands() -> None:
    def program(x: Any) -> Any:
        return np.sum(x[:, [0, 1]] ** 2)

    with pytest.raises(UnsupportedError, match="an index of slices and an array") as error:
        grad(program, backend="numba")(np.ones((2, 2)))
    assert line_of(error) == "return np.sum(x[:, [0, 1]] ** 2)"


def test_a_result_that_is_no_object_of_python_is_refused() -> None:
    def program(x: Any) -> Any:
        return {"a": x * 2, "b": x[0]}

    with pytest.raises(UnsupportedError, match="does not hand over to Python what `program` returns") as error:
        vjp(program, np.ones(3), backend="numba")
    assert line_of(error) == "def program(x: Any) -> Any:"


def test_only_the_derivative_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="Numba compiles `outer` but not its derivative"):
        grad(outer, backend="numba")(2.0)


@numba.njit
def power(x, n):  # type: ignore[no-untyped-def]
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


@numba.njit
def outer(x):  # type: ignore[no-untyped-def]
    return power(x, 3)


def test_sums_of_products_are_loops() -> None:
    def program(x: Any, y: Any) -> Any:
        return np.sum(np.sin(np.kron(x, y))) + np.sum(np.expand_dims(x, 2) * y)

    x, y = np.arange(4.0).reshape(2, 2), np.linspace(0.5, 1.0, 4).reshape(2, 2)
    found, expected = (value_and_grad(program, (0, 1), backend=b)(x, y)[1] for b in ("numba", "numpy"))
    np.testing.assert_allclose(found, expected)
    assert "np.einsum" not in grad(program, backend="numba").source(x, y)


@numba.vectorize
def vectorized(x):  # type: ignore[no-untyped-def]
    return x * x


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_vectorized_is_refused(backend: str) -> None:
    def program(x: Any) -> Any:
        return np.sum(vectorized(x))

    with pytest.raises(UnsupportedError, match="`vectorized` is vectorized by Numba") as error:
        grad(program, backend=backend)(np.ones(3))
    assert line_of(error) == "return np.sum(vectorized(x))"


def test_errors_of_the_run_stay_what_they_are() -> None:
    def program(x: float) -> float:
        return 1.0 / (x - x)

    with pytest.raises(ZeroDivisionError):
        value_and_grad(program, backend="numba")(1.0)


def test_unknown_backend() -> None:
    with pytest.raises(SignatureError, match="there is no backend 'jax'"):
        grad(halving, backend="jax")


def test_numba_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def program(x: float) -> float:
        return x * x

    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(s2sad.S2sadError, match="needs Numba") as error:
        grad(program, backend="numba")(0.3)
    assert 'pip install "s2sad[numba]"' in str(error.value)


# --- on disk ------------------------------------------------------------------------------------------

PROGRAM = """
import sys
import numpy as np
from s2sad import value_and_grad, vjp


def energy(u, n):
    for _ in range(n):
        u = np.sin(u) * u
    return np.sum(u)


derivative = value_and_grad(energy, backend="numba")
value, gradient = derivative(np.linspace(0.0, 1.0, 5), 3)
stats = derivative.generated(np.linspace(0.0, 1.0, 5), 3).stats
print(sum(stats.cache_hits.values()), repr(value))
"""


def test_compiled_code_is_kept_on_disk(tmp_path: Path, own_cache: Path) -> None:
    (tmp_path / "model.py").write_text(PROGRAM)
    outputs = []
    for _ in range(2):
        done = subprocess.run([sys.executable, "model.py"], cwd=tmp_path, capture_output=True, text=True,
                              env={"PYTHONPATH": str(ROOT), "S2SAD_CACHE_DIR": str(own_cache / "kept"), "PATH": ""})
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout.split())
    assert [hits for hits, _ in outputs] == ["0", "1"]
    assert outputs[0][1] == outputs[1][1]


def test_command_line(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("def f(x: float):\n    return x * x\n")
    done = subprocess.run([sys.executable, "-m", "s2sad", "grad", "model.py:f", "--backend", "numba"], cwd=tmp_path,
                          capture_output=True, text=True, env={"PYTHONPATH": str(ROOT), "PATH": ""})
    assert "@numba.njit\ndef f_grad(x):" in done.stdout, done.stderr


def of_one_element(x: np.ndarray, d: float) -> float:
    quotient = 1.0 / d
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * quotient
    return y[0]


def test_quotients_are_infinite_only_where_divisions_by_zero_do_not_raise() -> None:
    x = np.ones(2)
    plain = value_and_grad(of_one_element, backend="numba")
    assert "!= 0.0" not in plain.source(x, 2.0)
    with pytest.raises(ZeroDivisionError):
        plain(x, 0.0)
    as_numpy = value_and_grad(numba.njit(error_model="numpy")(of_one_element), backend="numba")
    assert "!= 0.0" in as_numpy.source(x, 2.0)
    value, gradient = as_numpy(x, 0.0)
    assert value == np.inf
    assert gradient.tolist() == [np.inf, 0.0]


def by_numpy(x: float, y: float, n: int) -> float:
    total = np.sqrt(x) + np.log(y)
    for i in range(n):
        total += np.divide(x, y * i) + np.linalg.norm(np.array([x, y]))
    return total


def test_adjoints_of_numpy_functions_do_not_raise_where_these_do_not() -> None:
    """d sqrt(x) is infinite at 0, and so are d log(y), d x / y and d norm: as NumPy's functions give it."""
    derivative = value_and_grad(by_numpy, (0, 1), backend="numba")
    for n in (0, 2):
        value, (x_bar, y_bar) = derivative(0.0, 0.0, n)
        assert not np.isfinite([value, x_bar, y_bar]).any()
    assert derivative(0.0, 0.0, 0) == (-np.inf, (np.inf, np.inf))
    x, y, h = 1.3, 0.4, 1e-6
    expected = [(by_numpy(x + a, y + b, 0) - by_numpy(x - a, y - b, 0)) / (2 * h) for a, b in ((h, 0), (0, h))]
    np.testing.assert_allclose(derivative(x, y, 0)[1], expected, rtol=1e-8)


SCRIPT = '''\
import collections

from s2sad import value_and_grad

State = collections.namedtuple("State", "u v")


def step(s, dt):
    return State(s.u + dt * s.v, s.v - dt * s.u)


def program(s, dt, n):
    for _ in range(n):
        s = step(s, dt)
    return s.u * s.v


for backend in ("numpy", "numba"):
    print(value_and_grad(program, (0, 1), backend=backend)(State(0.3, 0.4), 0.5, 2))
'''


def test_a_script_makes_named_tuples_of_its_own(tmp_path: Path) -> None:
    """Numba takes no class for an argument, and a script cannot be imported by name."""
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True,
                          env={"PYTHONPATH": str(ROOT), "PATH": "", "S2SAD_CACHE_DIR": str(tmp_path / "cache")})
    numpy_line, numba_line = done.stdout.splitlines()
    assert numpy_line == numba_line, done.stderr
    assert "State(u=" in numba_line
