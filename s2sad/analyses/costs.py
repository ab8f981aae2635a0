"""What it costs to tape a value, and to compute it again: the figures that `analyses.record` weighs.

Nanoseconds in CPython with NumPy; ``python -m benchmarks.costs`` measures them. Of an array neither size nor
layout is known while compiling: the figures are those of some thousand elements, where a tape that keeps fresh
memory alive costs page faults and cache misses that are many times the `append`. Peak memory counts as well, so
a tape is priced a little above what it takes, and what surely costs as much as a tape is taped.
"""
from __future__ import annotations

from s2sad.analyses.views import is_cheap_view
from s2sad.ir.kinds import Array, Kind, Maybe, Scalar, Tuple, is_mutable
from s2sad.ir.nodes import Assign, Const, Operand, Var

# `append` and `pop` of something that lives anyhow, of a number, and of an array kept alive.
_APPEND = 45
_NUMBER = 60
_MEMORY = 6000

# Names and parts of what is there.
PARTS = {
    "s2sad.alias": 5, "s2sad.some": 5, "s2sad.getattr": 15, "s2sad.tuple": 20, "s2sad.slice": 25,
    "builtins.len": 15, "array.shape": 30, "array.size": 30, "array.ndim": 30, "s2sad.shape": 32,
    "operator.is_": 5, "operator.is_not": 5, "operator.not_": 5,
}
_ELEMENT, _TUPLE_ITEM, _VIEW = 40, 5, 50

# Of Python's numbers, of NumPy's, of an array.
_OPERATIONS = {
    "operator.add": (10, 40, 1300), "operator.sub": (10, 40, 1300), "operator.mul": (10, 35, 1300),
    "operator.neg": (8, 30, 1200), "operator.pos": (8, 30, 1200), "operator.truediv": (10, 40, 2000),
    "operator.floordiv": (15, 45, 5000), "operator.mod": (15, 45, 5000), "operator.pow": (28, 50, 7000),
    "operator.and_": (8, 40, 1000), "operator.or_": (8, 40, 1000), "operator.xor": (8, 40, 1000),
    "operator.invert": (8, 40, 1000), "operator.lshift": (10, 40, 1000), "operator.rshift": (10, 40, 1000),
    **{f"operator.{name}": (6, 12, 1000) for name in ("lt", "le", "gt", "ge", "eq", "ne")},
    "builtins.abs": (10, 35, 1100), "builtins.float": (8, 25, None), "builtins.int": (30, 40, None),
    "builtins.max": (90, 100, None), "builtins.min": (90, 100, None),
    "math.sqrt": (15, 18, None), "math.log": (50, 50, None), "math.floor": (20, 25, None),
    "math.ceil": (20, 25, None),
}
_MATH = 25
# NumPy's functions: of a number (they have their price whatever the number), of an array.
_FUNCTIONS = {
    "add": (110, 1300), "subtract": (110, 1300), "multiply": (110, 1300), "negative": (110, 1200),
    "divide": (110, 2000), "true_divide": (110, 2000), "square": (110, 1200), "abs": (110, 1100),
    "absolute": (110, 1100), "fabs": (110, 1100), "sign": (110, 1500), "maximum": (110, 1400),
    "minimum": (110, 1400), "where": (950, 4000), "sqrt": (110, 4000), "reciprocal": (110, 2000),
    "equal": (110, 1000), "not_equal": (110, 1000), "less": (110, 1000), "less_equal": (110, 1000),
    "greater": (110, 1000), "greater_equal": (110, 1000), "logical_and": (110, 1000), "logical_or": (110, 1000),
    "logical_not": (110, 1000), "isnan": (110, 1000), "isfinite": (110, 1000), "floor": (110, 1500),
    "ceil": (110, 1500), "real": (110, 200), "imag": (110, 200), "conj": (110, 1400), "conjugate": (110, 1400),
    "zeros_like": (900, 900), "ones_like": (900, 1300), "deg2rad": (110, 1300), "rad2deg": (110, 1300),
}
_ASTYPE = 900


def tape(var: Var) -> int:
    """What it costs to keep a value in the forward sweep and to take it back in the reverse sweep."""
    return _kept(var.kind, _APPEND)


def _kept(kind: Kind, append: int) -> int:
    if isinstance(kind, Tuple):
        return append + sum(_kept(item, 0) for item in kind.items if is_mutable(item)) + 15
    if isinstance(kind, Maybe):
        return _kept(kind.kind, append)
    if isinstance(kind, Scalar):
        return append + _NUMBER - _APPEND
    return append + _MEMORY if is_mutable(kind) else append + 15


def again(made: Assign) -> int | None:
    """What it costs to compute an assignment again from its operands; None where that is never done."""
    primitive = made.primitive
    if primitive == "s2sad.getitem":
        return _item(made)
    if primitive in ("operator.is_", "operator.is_not") and not any(isinstance(arg, Const) for arg in made.args):
        return None  # what is computed again is another object
    if primitive in PARTS:
        return PARTS[primitive]
    if is_cheap_view(made):
        return _VIEW
    if made.extra is not None or not _numeric(made.target) or not all(_numeric(arg) for arg in made.args):
        return None
    return _computed(made)


def _item(made: Assign) -> int | None:
    """Fancy indexing copies; elements and basic slices do not."""
    whole, index = made.args
    if isinstance(whole.kind, Tuple):
        return _TUPLE_ITEM
    if isinstance(made.target.kind, Scalar):
        return _ELEMENT
    return None if is_mutable(index.kind) else _VIEW


def _computed(made: Assign) -> int | None:
    primitive = made.primitive
    kinds = [arg.kind for arg in made.args if not isinstance(arg, Const)]
    place = 2 if any(isinstance(kind, Array) and kind.dims != () for kind in (*kinds, made.target.kind)) else 1
    if place == 1 and all(isinstance(kind, Scalar) and kind.weak for kind in kinds):
        place = 0
    if primitive in _OPERATIONS:
        return _OPERATIONS[primitive][place]
    module, _, name = primitive.partition(".")
    if module == "math":
        return _MATH if place < 2 and isinstance(made.target.kind, Scalar) else None
    if module == "numpy" and name in _FUNCTIONS:
        return _FUNCTIONS[name][place // 2]
    return _ASTYPE if primitive == "array.astype" and place == 2 else None


def _numeric(operand: Operand) -> bool:
    return isinstance(operand, Const) or isinstance(operand.kind, (Scalar, Array))
