"""Python's built-in functions and the `math` module: functions of numbers."""
from __future__ import annotations

from s2sad.ir.kinds import STR, UNKNOWN, Array, Kind, Scalar
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.adjoint_shapes import spread
from s2sad.rules.build import Builder, constant, macro
from s2sad.rules.kinds import always, arithmetic, floating, integer, real_part, truth, unknown
from s2sad.rules.powers import power_base, power_exponent, slope_of_root
from s2sad.rules.table import Call, Partial, flat, function


def _sum_of(call: Call) -> Kind:
    kind = call.kind("x")
    if isinstance(kind, Array) and kind.dims:
        return Array(kind.dtype, kind.dims[1:]) if kind.dims[1:] else Scalar(kind.dtype, weak=False)
    return UNKNOWN


@macro
def spread_first(b: Builder, g: Operand, like: Operand) -> Operand:
    """What a sum over the items of ``like`` gave, broadcast back."""
    return spread(b, g, like, constant(0))


def _first(beaten: str, mirrored: str, taken: str) -> Partial:
    """The adjoint of the first of two numbers, which Python returns unless the other one beats it; NaN beats nothing.
    A constant is written last in the test."""

    def partial(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
        names = {"g": g, **call.bound}
        if g.kind not in (Scalar("float64"), Scalar("float64", weak=False)):
            return b.expression(f"taken(g, {taken})", names)
        test = mirrored if isinstance(call.bound["y"], Const) else beaten
        return b.expression(f"unbeaten(g, {test})", names)

    return partial


# builtins; abs has slope 0 at 0, and of numbers that are equal max and min return the first, as Python has it
function("builtins.abs(x)", real_part, elementwise=True, bounded=True, x="through_abs(g, x, ans)")
function("builtins.float(x)", floating, elementwise=True, bounded=True, x="g")
function("builtins.max(x, y)", arithmetic, elementwise=True, bounded=True,
         x=_first("y > x", "x < y", "x >= y"), y="taken(g, y > x)")
function("builtins.min(x, y)", arithmetic, elementwise=True, bounded=True,
         x=_first("y < x", "x > y", "x <= y"), y="taken(g, y < x)")
function("builtins.sum(x)", _sum_of, x="spread_first(g, x)")
flat(integer, "builtins.len(x)", "builtins.int",
     "builtins.round(x)", "builtins.hash", "builtins.id", "builtins.ord")
flat(truth, "builtins.bool", "builtins.isinstance", "builtins.callable", "builtins.hasattr",
     "builtins.issubclass", "builtins.any", "builtins.all")
flat(always(STR), "builtins.chr")
# Text tells of a number what a derivative cannot pass through: these have no rule, and are not flat.
for _name in ("str", "repr", "format", "ascii"):
    function(f"builtins.{_name}(*values)", always(STR))
flat(unknown, "builtins.range", "builtins.divmod", "builtins.type")

# math: x
function("math.sin(x)", floating, elementwise=True, bounded=True, x="g * math.cos(x)")
function("math.cos(x)", floating, elementwise=True, bounded=True, x="-g * math.sin(x)")
function("math.tan(x)", floating, elementwise=True, x="g * (1.0 + ans * ans)")
function("math.asin(x)", floating, elementwise=True, x="g / math.sqrt(1.0 - x * x)")
function("math.acos(x)", floating, elementwise=True, x="-g / math.sqrt(1.0 - x * x)")
function("math.atan(x)", floating, elementwise=True, bounded=True, x="g / (1.0 + x * x)")
function("math.sinh(x)", floating, elementwise=True, x="g * math.cosh(x)")
function("math.cosh(x)", floating, elementwise=True, x="g * math.sinh(x)")
function("math.tanh(x)", floating, elementwise=True, bounded=True, x="g * (1.0 - ans * ans)")
function("math.asinh(x)", floating, elementwise=True, bounded=True, x="g / math.sqrt(x * x + 1.0)")
function("math.acosh(x)", floating, elementwise=True, x="g / math.sqrt(x * x - 1.0)")
function("math.atanh(x)", floating, elementwise=True, x="g / (1.0 - x * x)")
function("math.exp(x)", floating, elementwise=True, x="g * ans")
function("math.expm1(x)", floating, elementwise=True, x="g * (ans + 1.0)")
function("math.log1p(x)", floating, elementwise=True, x="g / (1.0 + x)")
function("math.log2(x)", floating, elementwise=True, x="g / (x * math.log(2.0))")
function("math.log10(x)", floating, elementwise=True, x="g / (x * math.log(10.0))")
function("math.sqrt(x)", floating, elementwise=True,
         x=lambda b, call, g, ans, name: slope_of_root(b, {"g": g, "ans": ans, **call.bound}))
function("math.fabs(x)", floating, elementwise=True, bounded=True, x="g * np.sign(x)")
function("math.erf(x)", floating, elementwise=True, bounded=True,
         x="g * (2.0 / math.sqrt(math.pi) * math.exp(-x * x))")
function("math.erfc(x)", floating, elementwise=True, bounded=True,
         x="-g * (2.0 / math.sqrt(math.pi) * math.exp(-x * x))")
function("math.degrees(x)", floating, elementwise=True, bounded=True, x="g * (180.0 / math.pi)")
function("math.radians(x)", floating, elementwise=True, bounded=True, x="g * (math.pi / 180.0)")
# math: more than one argument
function("math.log(x, base=math.e)", floating, elementwise=True, x=lambda b, call, g, ans, name: _log(b, call, g),
         base="-g * ans / (base * math.log(base))")
function("math.pow(x, y)", floating, elementwise=True, x=power_base, y=power_exponent)
function("math.atan2(y, x)", floating, elementwise=True, y="g * x / (x * x + y * y)", x="-g * y / (x * x + y * y)")
function("math.hypot(x, y)", floating, elementwise=True, x="g * x / ans", y="g * y / ans")
function("math.copysign(x, y)", floating, elementwise=True, bounded=True,
         x="g * math.copysign(1.0, x) * math.copysign(1.0, y)", y=None)
function("math.fmod(x, y)", floating, elementwise=True, x="g", y="-g * np.trunc(x / y)")
function("math.fma(x, y, z)", floating, elementwise=True, x="g * y", y="g * x", z="g")
flat(integer, "math.floor(x)", "math.ceil(x)", "math.trunc(x)", "math.comb(n, k)", "math.factorial(n)",
     "math.gcd", "math.isqrt(n)", "math.perm", "math.lcm")
flat(truth, "math.isnan(x)", "math.isinf(x)", "math.isfinite(x)", "math.isclose")


def _log(b: Builder, call: Call, g: Operand) -> Operand:
    names = {"g": g, **call.bound}
    return b.expression("g / (x * math.log(base))" if "base" in call.bound else "g / x", names)
