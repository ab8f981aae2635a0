"""Operations on arrays as loops over elements: the text for Numba, run by Python itself, against the text for NumPy."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sad import S2sadError, UnsupportedError, source, value_and_grad
from tests import elements, numba_programs, support

# What Numba does not compile, and the text for it does not run without Numba: containers of any kind, of which it
# asks no types, and functions of its own.
NOT_FOR_PYTHON = {
    "comprehension_nested", "cumprod_along_axis", "for_itertools", "for_zip", "inactive_dict_counting",
    "inactive_dict_overwritten_after_use",
    "inactive_iterator_consumed", "inactive_random_numbers", "inactive_strings", "index_boolean_mask",
    "index_slice_objects", "inplace_lambda_with_side_effect_on_active", "inplace_list_append",
    "list_filled_by_library", "list_membership_inactive", "numpy_joins_lists",
    "statement_try_inactive", "statement_try_inactive_lookup", "statement_with_contextlib",
}


pytestmark = pytest.mark.usefixtures("numba_in_python")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in support.names("programs") if name not in NOT_FOR_PYTHON])
def test_programs(name: str) -> None:
    module = support.load("programs", name)
    for arguments in module.inputs:
        expected = numba_programs.differentiate(module, arguments, "numpy")
        try:
            found = numba_programs.differentiate(module, arguments, "numba")
        except S2sadError as error:  # refused, or what there is no helper for where types are not asked for
            assert isinstance(error, UnsupportedError) or "is used and never bound" in str(error)
            continue
        single = support.is_single(tuple(arguments[place] for place in module.wrt))
        numba_programs.compare(found, expected, 1e-5 if single else 1e-9)


@pytest.mark.parametrize("number", range(40))
def test_random_programs(number: int) -> None:
    outcome, text = elements.check(number)
    assert outcome in ("same", "fails"), text


def loops(program: Any, *arguments: Any, argnums: Any = 0) -> str:
    return source(value_and_grad(program, argnums=argnums, backend="numba"), *arguments)


def heat(u0: Any, k: float, steps: int) -> Any:
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


def test_slices_are_read_and_updated_by_element() -> None:
    text = loops(heat, np.arange(6.0), 0.1, 3, argnums=(0, 1))
    assert "for j in range(u.shape[0] - 2):" in text
    assert "u_bar[j] += padded[j + 2] + padded[j] - 2.0 * padded[j + 1]" in text
    assert ":-1]" not in text.partition("u_bar = ")[0].partition('"""\n')[2]


def test_what_reads_a_neighbour_has_a_loop_of_its_own() -> None:
    def program(x: Any) -> Any:
        y = x * 1.0
        y[1:] += 0.5 * y[:-1]
        return np.sum(y * y)

    x = np.array([1.0, 2.0, 3.0])
    value, gradient = value_and_grad(program, backend="numba")(x)
    expected_value, expected = value_and_grad(program)(x)
    assert value == expected_value
    np.testing.assert_allclose(gradient, expected)


def test_a_temporary_is_a_number() -> None:
    def program(x: Any, y: Any) -> Any:
        d = x - y
        return np.sum(np.tanh(d) * d)

    text = loops(program, np.ones(3), np.ones(3), argnums=(0, 1))
    assert text.count("np.empty(") == 2 and text.count("for i in") == 1  # the two gradients


def test_lengths_are_checked() -> None:
    def program(x: Any, y: Any) -> Any:
        return np.sum(x * y)

    derivative = value_and_grad(program, argnums=(0, 1), backend="numba")
    with pytest.raises(ValueError, match="broadcast"):
        derivative(np.ones(3), np.ones(4))


@pytest.mark.filterwarnings("ignore")
def test_division_is_that_of_arrays() -> None:
    def program(x: Any, y: Any) -> Any:
        return np.sum(x / y)

    value, gradient = value_and_grad(program, backend="numba")(np.array([1.0, 2.0]), np.array([0.0, 4.0]))
    assert value == np.inf
    np.testing.assert_array_equal(gradient, [np.inf, 0.25])


def test_sums_of_products_broadcast_what_is_of_length_one_at_the_call() -> None:
    def program(m: Any, x: Any) -> Any:
        return np.sum(m[:, :1] * x * m)

    for length in (1, 2, 4):
        m, x = np.arange(2.0 * length).reshape(2, length) + 1.0, np.arange(1.0 * length) + 2.0
        found = value_and_grad(program, argnums=(0, 1), backend="numba")(m, x)
        expected = value_and_grad(program, argnums=(0, 1))(m, x)
        numba_programs.compare(found, expected, 1e-12)


def forces(x: Any, w: Any) -> Any:
    d = x - x[:, None]
    r2 = np.sum(w * d * d, axis=1) + 0.1
    pull = np.tanh(d) * r2[:, None]
    a = np.sum(pull, axis=1)
    return np.sum(a * a * x)


def test_loops_of_other_depth_share_the_outer_ones() -> None:
    text = loops(forces, np.arange(4.0), np.ones(4))
    assert text.count("for i in") == 2 and text.count("for j in") == 3  # the last adds up the gradient
    assert "np.empty((" not in text  # of the pairs nothing is kept
    np.testing.assert_allclose(value_and_grad(forces, backend="numba")(np.arange(4.0), np.ones(4))[1],
                               value_and_grad(forces)(np.arange(4.0), np.ones(4))[1])


def test_a_sum_over_an_outer_axis_is_complete_before_it_is_read() -> None:
    def program(x: Any, y: Any) -> Any:
        p = np.sin(x[:, None] * y)
        columns = np.sum(p, axis=0)
        return np.sum(p * columns)

    x, y = np.arange(3.0) + 0.5, np.arange(4.0)
    found = value_and_grad(program, argnums=(0, 1), backend="numba")(x, y)
    numba_programs.compare(found, value_and_grad(program, argnums=(0, 1))(x, y), 1e-12)
    assert loops(program, x, y).partition("_matrix_times_vector")[0].count("for i in") == 2


def test_rows_of_what_all_readers_share_a_loop_with() -> None:
    def program(m: Any) -> Any:
        e = np.exp(m)
        z = np.sum(e, axis=1)
        return np.sum(np.sum(e / z[:, None] * m, axis=1) ** 2)

    m = np.arange(10.0).reshape(2, 5) / 5.0
    text = loops(program, m)
    assert "= np.empty(m.shape[1])" in text  # one row of the exponentials at a time
    found = value_and_grad(program, backend="numba")(m)
    numba_programs.compare(found, value_and_grad(program)(m), 1e-12)


def test_products_with_small_matrices_are_part_of_loops() -> None:
    def filtered(f: Any, ys: Any) -> Any:
        x, p, h = np.zeros(2), np.eye(2), np.array([1.0, 0.5])
        total = 0.0
        for y in ys:
            x = f @ x
            p = f @ p @ f.T
            gain = p @ h / (h @ p @ h + 0.1)
            x = x + gain * (y - h @ x)
            p = p - np.outer(gain, h @ p)
            total += np.sum(x) + p[0, 1]
        return total

    f, ys = np.array([[0.9, 0.2], [-0.1, 0.8]]), np.array([0.3, -0.2, 0.5])
    value, gradient = value_and_grad(filtered, backend="numba")(f, ys)
    expected_value, expected = value_and_grad(filtered)(f, ys)
    assert value == pytest.approx(expected_value, rel=1e-12)
    np.testing.assert_allclose(gradient, expected, rtol=1e-10)
    text = loops(filtered, f, ys)
    assert " @ " not in "\n".join(line for line in text.split("\n") if line.strip()[:1] != "#")
    assert "_matrix" not in text
    with pytest.raises(ValueError):
        value_and_grad(filtered, backend="numba")(np.eye(3), ys)


def test_a_chain_that_a_later_loop_asks_for_goes_there_whole() -> None:
    """The midpoint's reverse comes before that of the step's start, whose distances no array of pairs keeps."""
    def pull(x: Any, m: Any, soft: Any) -> Any:
        d = x[:, None] - x[None, :]
        r2 = d**2 + soft
        return np.sum(m * d / r2, axis=1)

    def program(x: Any, m: Any, soft: Any, steps: Any) -> Any:
        for _ in range(steps):
            middle = x + 0.05 * pull(x, m, soft)
            x = x + 0.1 * pull(middle, m, soft)
        return np.sum(m * x**2)

    x, m = np.array([0.3, -0.5, 1.1]), np.array([1.0, 0.6, 0.8])
    derivative = value_and_grad(program, (0, 1, 2), backend="numba")
    assert not [line for line in loops(program, x, m, 0.1, 2).splitlines() if "empty((x" in line and "tape" not in line]
    value, found = derivative(x, m, 0.1, 2)
    expected_value, expected = value_and_grad(program, (0, 1, 2))(x, m, 0.1, 2)
    assert value == pytest.approx(expected_value, rel=1e-13)
    numba_programs.compare(found, expected, 1e-12)
