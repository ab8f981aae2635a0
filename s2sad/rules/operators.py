"""Python's operators. The same lines serve the NumPy functions of the same meaning."""
from __future__ import annotations

from s2sad.ir.kinds import BOOL, STR, Kind, List, Scalar, Tuple
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import Builder
from s2sad.rules.kinds import arithmetic, boolean, generic, inexact, same_as
from s2sad.rules.linalg import matmul_kind, matmul_left, matmul_right
from s2sad.rules.powers import literal_power_base, power_exponent
from s2sad.rules.table import Call, flat, function, keeping


@keeping
def _sum_kind(call: Call) -> Kind:
    return arithmetic(call, _sum_of_others)


def _sum_of_others(call: Call) -> Kind:
    one, two = call.kind("x"), call.kind("y")
    if isinstance(one, Tuple) and isinstance(two, Tuple):
        return Tuple(one.items + two.items)
    if one is STR or two is STR:
        return STR
    return one if isinstance(one, List) and one == two else generic(call)


@keeping
def _product_kind(call: Call) -> Kind:
    return arithmetic(call, _product_of_others)


def _product_of_others(call: Call) -> Kind:
    one, two = call.kind("x"), call.kind("y")
    if isinstance(one, List):
        return one
    return STR if one is STR or two is STR else generic(call)


def _power_kind(call: Call) -> Kind:
    kind = arithmetic(call)
    exponent = call.get("y")
    negative = isinstance(exponent, Const) and isinstance(exponent.value, int) and exponent.value < 0
    if isinstance(kind, Scalar) and kind.dtype == "int64" and (negative or not isinstance(exponent, Const)):
        return kind if not negative else Scalar("float64")
    return kind


def _divisor(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """d/dy x / y; of a reciprocal it needs the result alone."""
    x, y = call.bound["x"], call.bound["y"]
    one = isinstance(x, Const) and not x.path and x.value == 1
    return b.expression("-(g * ans * ans)" if one else "-ans * (g / y)", {"g": g, "y": y, "ans": ans})


function("operator.add(x, y)", _sum_kind, elementwise=True, bounded=True, x="g", y="g")
function("operator.sub(x, y)", arithmetic, elementwise=True, bounded=True, x="g", y="-g")
function("operator.mul(x, y)", _product_kind, elementwise=True, x="g * y", y="g * x")
function("operator.truediv(x, y)", inexact, elementwise=True, x="g / y", y=_divisor)
function("operator.pow(x, y)", _power_kind, elementwise=True, x=literal_power_base, y=power_exponent)
function("operator.mod(x, y)", arithmetic, elementwise=True, x="g", y="-g * np.floor(x / y)")
function("operator.floordiv(x, y)", arithmetic, elementwise=True, x=None, y=None)
function("operator.neg(x)", same_as("x"), elementwise=True, bounded=True, x="-g")
function("operator.pos(x)", same_as("x"), elementwise=True, bounded=True, x="g")
function("operator.matmul(x, y)", matmul_kind, x=matmul_left, y=matmul_right)

flat(boolean, *(f"operator.{name}(x, y)" for name in ("lt", "le", "gt", "ge", "eq", "ne")))
flat(lambda _: BOOL, "operator.is_(x, y)", "operator.is_not(x, y)", "operator.contains(x, y)",
     "operator.not_in(x, y)", "operator.not_(x)")
flat(arithmetic, *(f"operator.{name}(x, y)" for name in ("and_", "or_", "xor", "lshift", "rshift")))
flat(same_as("x"), "operator.invert(x)")
