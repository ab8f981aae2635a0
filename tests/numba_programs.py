"""Which programs of ``tests/programs`` Numba compiles, and which of their derivatives.

    python -m tests.numba_programs [NAME ...]     prints what has changed, for these or for all

Numba compiles a program where its primal, the functions that it calls and its arguments are what Numba knows; the
derivative of each of these must compile as well, unless it stands in `LIMITATIONS` with a reason.
"""
from __future__ import annotations

import copy
import sys
from typing import Any

import numpy as np

from s2sad import value_and_grad, vjp
from s2sad.dispatchers import is_dispatcher
from tests import support

# Programs that Numba compiles, and their derivatives not.
LIMITATIONS = {
    "float32_number_of_two_kinds": "an array that is of single precision where NumPy has it so, and double elsewhere",
    "kernel_vertical_advection": "the shape of a value that is None at first",
    "loop_slices_that_grow": "the shape of a value that is None at first",
    "none_or_an_array_updated": "the adjoint of a value that is None or an array",
}

# Programs that Numba does not compile either, and whose derivatives for it do not run as Python.
_BEYOND = """
array_of_no_dimensions_along_axis condition_on_what_is_not_bound_yet cumprod_along_axis dataclass_parameter
dataclass_result element_of_item elements_of_object_array expression_large for_itertools generator_function_inactive
inactive_dict_counting inactive_dict_overwritten_after_use inactive_iterator_consumed inactive_random_numbers
inactive_sets_and_sorting inactive_strings index_boolean_mask index_integer_array_pairs index_slice_objects
inplace_row_then_diagonal list_filled_by_library literal_lists_as_arguments numpy_joins_lists
object_bound_method_as_value object_built_after_updates object_callable object_nested object_new_in_each_round
object_parameter object_property objects_in_lists parameter_object_updated small_integers statement_import_called
statement_try_inactive statement_try_inactive_lookup statement_with_contextlib statement_with_updates
unbound_containers view_of_every_kind while_unbound_and_updated write_add_at write_fancy_two_axes write_list_slices
write_methods write_sort_rows
"""
BEYOND = set(_BEYOND.split())
# What Python code cannot call: the item of a tuple at an index that is known only at run time.
COMPILED_ONLY = {"comprehension_nested", "for_zip"}

# Pullbacks that differ, or are refused.
PULLBACK_LIMITATIONS = {
    "float32_and_numbers_of_float64": "an adjoint of single precision that is double for NumPy",
    "model_kalman_filter": "the adjoints of a list that holds None",
    "object_methods_without_derivative": "what is asked of types at run time",
}

# Compiled by every run of the tests: one of each kind, for compiling takes a second each.
_SELECTED = """
carried_tuple closure_late_binding closure_nonlocal comprehension_list continue_in_while float32_elementwise
float32_products_of_products for_list_and_tuple for_range_start_stop_step for_zip function_nested if_elif_else
index_row_in_loop inplace_array_augmented_through_alias inplace_array_parameter_written inplace_dict_store
inplace_list_append inplace_list_pop_of_active kernel_gauss_seidel_1d kernel_histogram_scatter
list_empty_for_the_pullback loop_exits_mixed namedtuple_parameter overlap_forward overlap_moved parameters_varargs
unbound_handed_to_pullback
"""
SELECTION = _SELECTED.split()


def as_python() -> list[str]:
    """The programs whose derivatives for Numba are checked by running their text as Python."""
    return [name for name in support.names("programs") if name not in BEYOND | COMPILED_ONLY | set(LIMITATIONS)]


def compiles(program: Any, arguments: tuple[Any, ...]) -> bool:
    """Whether Numba compiles a program for these arguments."""
    import numba

    compiled = program if is_dispatcher(program) else numba.njit(program)
    try:
        compiled(*copy.deepcopy(arguments))
    except Exception:  # of what Numba does not know it raises errors of many classes
        return False
    return True


def differentiate(module: Any, arguments: tuple[Any, ...], backend: str) -> tuple[Any, Any]:
    """The value and the gradients; of a value that is no scalar those of a fixed random cotangent."""
    program, wrt = module.program, module.wrt
    value = program(*copy.deepcopy(arguments))
    if support.is_active(value) and np.ndim(value) == 0:
        argnums = wrt[0] if len(wrt) == 1 else wrt
        return value_and_grad(program, argnums=argnums, backend=backend)(*copy.deepcopy(arguments))
    cotangent = support.random_like(value, np.random.default_rng(7))
    out, pullback = vjp(program, *copy.deepcopy(arguments), backend=backend)
    first = pullback(cotangent)
    assert support.structure(pullback(cotangent)) == support.structure(first)
    return out, first


def compare(found: Any, expected: Any, tolerance: float) -> None:
    """Raise where two pytrees differ in structure, in dtype or by more than rounding."""
    assert support.structure(found) == support.structure(expected)
    dtypes = support.dtypes(found)  # a number comes back from Numba as a Python float, whatever its type was
    for path, dtype in support.dtypes(expected).items():
        assert path not in dtypes or dtypes[path] == dtype, f"at {path}"
    others = dict(support.active_leaves(expected))
    for path, leaf in support.active_leaves(found):
        np.testing.assert_allclose(leaf, others[path], rtol=tolerance, atol=tolerance, err_msg=f"at {path}")


def check(name: str, interpreted: bool = False) -> int:
    """Compare the gradients of both backends at every input that Numba compiles the program for; how many.

    ``interpreted``: Numba compiles nothing, and every program is tried.
    """
    module = support.load("programs", name)
    count = 0
    for arguments in module.inputs:
        if interpreted or compiles(module.program, arguments):
            tolerance = 1e-5 if support.is_single(tuple(arguments[place] for place in module.wrt)) else 1e-9
            compare(differentiate(module, arguments, "numba"), differentiate(module, arguments, "numpy"), tolerance)
            count += 1
    return count


def check_pullback(name: str) -> None:
    """Compare the pullbacks of both backends, each called twice, at the first inputs; Numba compiles nothing."""
    module = support.load("programs", name)
    arguments = module.inputs[0]
    value, expected = vjp(module.program, *copy.deepcopy(arguments))
    _, found = vjp(module.program, *copy.deepcopy(arguments), backend="numba")
    cotangent = support.random_like(value, np.random.default_rng(0))
    for _ in range(2):
        compare(found(copy.deepcopy(cotangent)), expected(copy.deepcopy(cotangent)), 1e-9)


def main(names: list[str]) -> None:
    for name in names or support.names("programs"):
        try:
            check(name)
        except Exception as error:
            if name not in LIMITATIONS:
                print(f"{name}: {type(error).__name__}: {error}")
        else:
            if name in LIMITATIONS:
                print(f"{name}: compiles now")


if __name__ == "__main__":
    main(sys.argv[1:])
