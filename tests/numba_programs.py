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
    "inplace_lambda_with_side_effect_on_active": "what a list holds that was empty at first is not known",
    "inplace_list_append": "what a list holds that was empty at first is not known",
    "kernel_vertical_advection": "the shape of a value that is None at first",
    "list_membership_inactive": "the kind of what an opaque call gives is not known",
}

# Tried by every run of the tests: one of each kind, for compiling takes a second each.
_SELECTED = """
assignment_chained assignment_swap assignment_unpacking break_nested_in_while broadcast_row_with_column
carried_active_after_some_iterations carried_fibonacci carried_from_int_to_float carried_overwritten_value
carried_previous_value carried_shape_changes carried_tuple closure_as_program closure_counter_inactive
closure_late_binding closure_nonlocal comparison_chained comprehension_list constant_result_of_one_parameter
continue_in_while default_bound_at_definition element_read_before_and_after_write evaluation_order_of_calls
flat_updated_in_loop float32_elementwise floor_division_and_modulo for_array_1d for_list_and_tuple
for_loop_variable_after for_range_bound_overwritten for_range_start_stop_step for_target_overwrites_parameter
function_nested identity if_elif_else if_float_or_int if_test_overwritten if_variable_in_one_branch if_without_else
inactive_list_overwritten_after_use inactive_path_of_active_value index_by_search index_in_loop index_integer
index_row_in_loop index_slice inplace_array_augmented_assignment inplace_array_augmented_element
inplace_array_augmented_through_alias inplace_array_parameter_written inplace_array_write_of_active_value
inplace_array_written_by_loop_target inplace_array_written_by_unpacking inplace_dict_store
inplace_list_append_in_closure inplace_list_augmented inplace_list_item_store inplace_list_pop_of_active
integer_and_bit_operators_inactive kernel_cholesky kernel_convolution_scalar kernel_gauss_seidel_1d kernel_go_fast
kernel_histogram_scatter lambda_as_program lambda_simple list_slice_and_concatenation loop_exits_mixed
matmul_operator model_logistic_regression model_newton namedtuple_parameter numpy_same_operand_twice overlap_forward
parameters_varargs pytree_same_value_twice
"""
SELECTION = _SELECTED.split()


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


def check(name: str) -> int:
    """Compare the gradients of both backends at every input that Numba compiles the program for; how many."""
    module = support.load("programs", name)
    count = 0
    for arguments in module.inputs:
        if compiles(module.program, arguments):
            tolerance = 1e-5 if support.is_single(tuple(arguments[place] for place in module.wrt)) else 1e-9
            compare(differentiate(module, arguments, "numba"), differentiate(module, arguments, "numpy"), tolerance)
            count += 1
    return count


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
