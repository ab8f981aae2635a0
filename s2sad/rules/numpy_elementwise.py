"""NumPy's elementwise functions.

At a kink the derivative is JAX's: 0 for ``abs`` at 0, half to each of two equal arguments of ``maximum``.
Functions of complex values follow HIPS autograd and JAX: the adjoint of a real function of ``x + iy`` is
``df/dx - i df/dy``, so a holomorphic derivative is used as it is.
"""
from __future__ import annotations

from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import Array, Kind, Scalar, is_complex
from s2sad.ir.nodes import Operand
from s2sad.rules.build import Builder, covering
from s2sad.rules.kinds import (
    arithmetic,
    dtype_argument,
    is_none,
    numpy_arithmetic,
    numpy_boolean,
    numpy_inexact,
    over,
    real_of,
    real_part,
    strong,
    with_dtype,
)
from s2sad.rules.kinks import between, known_number, steeply
from s2sad.rules.pieces import operands, refuse
from s2sad.rules.table import TABLE, Call, alias, flat, function


def _magnitude(call: Call) -> Kind:
    return real_of(numpy_arithmetic(call))


def _angle(call: Call) -> Kind:
    return real_of(numpy_inexact(call))


def _sign(call: Call) -> Kind:
    operand = call.bound["x"]
    if operand.varied and is_complex(getattr(operand.kind, "dtype", "")):
        raise UnsupportedError("np.sign of a complex value has no derivative rule", None, "use x / np.abs(x)")
    return numpy_arithmetic(call)


_VALUE, _SHAPE = over("x", "y"), over("condition", "x", "y", rule=arithmetic)


def _selected(call: Call) -> Kind:
    """np.where of three arguments is an array always; of one, the places of what is true."""
    if "x" not in call.bound:
        from s2sad.rules.numpy_flat import places

        return places(call.bound["condition"].kind, call)
    condition, whole = call.kind("condition"), covering(call.bound[name] for name in ("x", "y") if name in call.bound)
    if isinstance(whole, Array) and whole.dims and isinstance(condition, Array) and condition.dims == whole.dims:
        return whole  # as nearly always
    value, shape = _VALUE(call), _SHAPE(call)
    if isinstance(shape, Scalar):
        return Array(getattr(value, "dtype", "any"), ())
    return Array(getattr(value, "dtype", "any"), shape.dims) if isinstance(shape, Array) else shape


def _double(call: Call) -> Kind:
    kind = numpy_inexact(call)
    return with_dtype(kind, "complex128" if is_complex(getattr(kind, "dtype", "")) else "float64")


def _closest_real(call: Call) -> Kind:
    kind = call.kind("x")
    if is_complex(getattr(kind, "dtype", "")):
        return Array("any", getattr(kind, "dims", ()))
    return Array(kind.dtype, ()) if isinstance(kind, Scalar) else kind


def _as_dtype(call: Call) -> Kind:
    """``array.astype``, and the same of a NumPy scalar."""
    return with_dtype(call.kind("x"), dtype_argument(call, "float64"))


def _astype(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    if getattr(ans.kind, "dtype", "any") == "any":
        raise UnsupportedError("the dtype must be known here", b.origin, "name it: x.astype(np.float64)")
    return g


# Clipping is minimum(maximum(x, low), high): half the slope at an edge. Of both edges, then of one.
_CLIP = {
    "x": "0.5 * g * ((x >= low) & (x <= high)) + 0.5 * g * ((x > low) & (x < high))",
    "low": "(g * (x < low) + 0.5 * g * (x == low)) * (low <= high)",
    "high": "g * (np.maximum(x, low) > high) + 0.5 * g * (np.maximum(x, low) == high)",
}
# Where the argument was not chosen, and where it was one of two equal ones.
_CLIP_STEEPLY = {
    "x": ("(x < low) | (x > high)", "(x == low) | (x == high)"),
    "low": ("(x > low) | (low > high)", "x == low"),
    "high": ("np.maximum(x, low) < high", "np.maximum(x, low) == high"),
}
_CLIP_LOW = {"x": "above(g, x, low, x == low)", "low": "above(g, low, x, x == low)"}
_CLIP_HIGH = {"x": "below(g, x, high, x == high)", "high": "below(g, high, x, x == high)"}


def _clip(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    if "a_min" in call.bound and "min" in call.bound:
        raise refuse(b, "np.clip with out= writes in place", "use its result")
    names = {"g": g, "x": call.bound["x"]}
    for parameter, operand in call.bound.items():
        if parameter != "x" and not is_none(operand):
            names["low" if parameter in ("a_min", "min") else "high"] = operand
    if len(names) == 2:
        return g
    one = "x" if name == "x" else "low" if name in ("a_min", "min") else "high"
    if len(names) == 3:
        return b.expression((_CLIP_LOW if "low" in names else _CLIP_HIGH)[one], names)
    low, high = (known_number(b.context, names.get(edge)) for edge in ("low", "high"))
    if low is not None and high is not None and low < high and name == "x" and isinstance(call.kind("x"), Array):
        return between(b, g, call.bound["x"], names["low"], names["high"])
    return steeply(b, names, *_CLIP_STEEPLY[one]) or b.expression(_CLIP[one], names)


def _nan_to_num(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    return b.expression("np.where(np.isfinite(x), g, 0.0)", operands(call, g, ans))


# one argument
function("np.sin(x)", numpy_inexact, elementwise=True, bounded=True, x="g * np.cos(x)")
function("np.cos(x)", numpy_inexact, elementwise=True, bounded=True, x="-g * np.sin(x)")
function("np.tan(x)", numpy_inexact, elementwise=True, x="g * (1.0 + ans * ans)")
function("np.arcsin(x)", numpy_inexact, elementwise=True, x="g / np.sqrt(1.0 - x * x)")
function("np.arccos(x)", numpy_inexact, elementwise=True, x="-g / np.sqrt(1.0 - x * x)")
function("np.arctan(x)", numpy_inexact, elementwise=True, bounded=True, x="g / (1.0 + x * x)")
function("np.sinh(x)", numpy_inexact, elementwise=True, x="g * np.cosh(x)")
function("np.cosh(x)", numpy_inexact, elementwise=True, x="g * np.sinh(x)")
function("np.tanh(x)", numpy_inexact, elementwise=True, bounded=True, x="g * (1.0 - ans * ans)")
function("np.arcsinh(x)", numpy_inexact, elementwise=True, bounded=True, x="g / np.sqrt(x * x + 1.0)")
function("np.arccosh(x)", numpy_inexact, elementwise=True, x="g / np.sqrt(x * x - 1.0)")
function("np.arctanh(x)", numpy_inexact, elementwise=True, x="g / (1.0 - x * x)")
function("np.exp(x)", numpy_inexact, elementwise=True, x="g * ans")
function("np.exp2(x)", numpy_inexact, elementwise=True, x="g * ans * math.log(2.0)")
function("np.expm1(x)", numpy_inexact, elementwise=True, x="g * (ans + 1.0)")
function("np.log(x)", numpy_inexact, elementwise=True, x="g / x")
function("np.log2(x)", numpy_inexact, elementwise=True, x="g / (x * math.log(2.0))")
function("np.log10(x)", numpy_inexact, elementwise=True, x="g / (x * math.log(10.0))")
function("np.log1p(x)", numpy_inexact, elementwise=True, x="g / (1.0 + x)")
function("np.sqrt(x)", numpy_inexact, elementwise=True, x="g * 0.5 / ans")
function("np.cbrt(x)", numpy_inexact, elementwise=True, x="g / (3.0 * ans * ans)")
function("np.square(x)", numpy_arithmetic, elementwise=True, x="g * (2.0 * x)")
function("np.reciprocal(x)", numpy_arithmetic, elementwise=True, x="-g * ans * ans")
function("np.negative(x)", numpy_arithmetic, elementwise=True, bounded=True, x="-g")
function("np.positive(x)", numpy_arithmetic, elementwise=True, bounded=True, x="g")
function("np.abs(x)", _magnitude, elementwise=True, bounded=True, x="through_abs(g, x, ans)")
function("np.fabs(x)", numpy_inexact, elementwise=True, bounded=True, x="g * np.sign(x)")
# Near 0 the quotient loses all digits: there the first terms of the series.
function("np.sinc(x)", numpy_inexact, elementwise=True, bounded=True,
         x="g * np.where(np.abs(x) < 1e-3, (0.1 * (math.pi * x) ** 2 - 1.0) * (math.pi ** 2 / 3.0 * x), "
           "(np.cos(math.pi * x) - ans) / np.where(x == 0.0, 1.0, x))")
function("np.deg2rad(x)", numpy_inexact, elementwise=True, bounded=True, x="g * (math.pi / 180.0)")
function("np.rad2deg(x)", numpy_inexact, elementwise=True, bounded=True, x="g * (180.0 / math.pi)")
function("np.nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None)", over("x"),
         elementwise=True, bounded=True, x=_nan_to_num)
alias("np.abs", "np.absolute")
alias("np.deg2rad", "np.radians")
alias("np.rad2deg", "np.degrees")

# two arguments: the operators by name, …
for _name, _operator, _kind in (
    ("add", "add", numpy_arithmetic), ("subtract", "sub", numpy_arithmetic),
    ("multiply", "mul", numpy_arithmetic), ("divide", "truediv", numpy_inexact),
    ("power", "pow", numpy_arithmetic), ("float_power", "pow", _double),
    ("remainder", "mod", numpy_arithmetic), ("floor_divide", "floordiv", numpy_arithmetic),
    ("negative", "neg", numpy_arithmetic), ("matmul", "matmul", TABLE["operator.matmul"].kind),
):
    _same = TABLE[f"operator.{_operator}"]
    function(f"np.{_name}({', '.join(name for name, _ in _same.params)})", _kind,
             elementwise=_same.elementwise, bounded=_same.bounded, **_same.partials)  # type: ignore[arg-type]
alias("np.divide", "np.true_divide")
alias("np.remainder", "np.mod")
alias("np.power", "np.pow")

# … and the others
function("np.arctan2(y, x)", numpy_inexact, elementwise=True,
         y="g * x / (x * x + y * y)", x="-g * y / (x * x + y * y)")
function("np.hypot(x, y)", numpy_inexact, elementwise=True, x="g * x / ans", y="g * y / ans")
function("np.logaddexp(x, y)", numpy_inexact, elementwise=True,
         x="g * np.exp(x - ans)", y="g * np.exp(y - ans)")
function("np.logaddexp2(x, y)", numpy_inexact, elementwise=True,
         x="g * np.exp2(x - ans)", y="g * np.exp2(y - ans)")
function("np.fmod(x, y)", numpy_arithmetic, elementwise=True, x="g", y="-g * np.trunc(x / y)")
function("np.copysign(x, y)", numpy_inexact, elementwise=True, bounded=True,
         x="g * (np.copysign(1.0, x) * np.copysign(1.0, y))", y=None)
function("np.ldexp(x, n)", over("x", rule=numpy_inexact), elementwise=True, x="np.ldexp(g, n)", n=None)
function("np.maximum(x, y)", numpy_arithmetic, elementwise=True, bounded=True,
         x="above(g, x, y, x == y)", y="above(g, y, x, x == y)")
function("np.minimum(x, y)", numpy_arithmetic, elementwise=True, bounded=True,
         x="below(g, x, y, x == y)", y="below(g, y, x, x == y)")
for _name in ("fmax", "fmin"):
    function(f"np.{_name}(x, y)", numpy_arithmetic, elementwise=True, bounded=True,
             x="attained(g, x, y, ans)", y="attained(g, y, x, ans)")
function("np.heaviside(x, y)", numpy_inexact, elementwise=True, bounded=True, x=None, y="g * (x == 0.0)")

# selections
function("np.where(condition, x=None, y=None)", _selected, elementwise=True, bounded=True, condition=None,
         x="np.where(condition, g, 0.0)", y="np.where(condition, 0.0, g)")
function("np.clip(x, a_min=None, a_max=None, min=None, max=None)", over("x", "a_min", "a_max", "min", "max"),
         elementwise=True, bounded=True, x=_clip, a_min=_clip, a_max=_clip, min=_clip, max=_clip)
function("array.clip(x, min=None, max=None)", over("x", "min", "max"), elementwise=True, bounded=True,
         x=_clip, min=_clip, max=_clip)

# complex
function("np.real(x)", real_part, elementwise=True, bounded=True, view=True, x="g")
function("np.imag(x)", real_part, elementwise=True, bounded=True, view=True, x="g * -1j")
function("np.conj(x)", numpy_arithmetic, elementwise=True, bounded=True, x="conj(g)")
function("np.angle(x)", _angle, elementwise=True, x="g * np.conj(x * 1j) / np.abs(x) ** 2")
function("np.real_if_close(x)", _closest_real, elementwise=True, bounded=True, x="g")
alias("np.conj", "np.conjugate")

# types
function("array.astype(x, dtype)", _as_dtype, elementwise=True, bounded=True, x=_astype)
for _dtype in ("float64", "float32", "float16", "complex128", "complex64"):
    function(f"np.{_dtype}(x)", lambda call, dtype=_dtype: with_dtype(strong(call.kind("x")), dtype),  # type: ignore[misc]
             elementwise=True, bounded=True, x="g")

# nothing flows
flat(_sign, "np.sign(x)")
flat(numpy_boolean, "np.isnan(x)", "np.isinf(x)", "np.isfinite(x)", "np.isneginf(x)", "np.isposinf(x)",
     "np.signbit(x)", "np.iscomplex(x)", "np.isreal(x)")
