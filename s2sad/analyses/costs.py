"""What it costs to tape a value, and to compute it again: the figures that `analyses.record` weighs.

Nanoseconds in CPython with NumPy; ``python -m benchmarks.costs`` measures them and lays them beside these. How long
an array is, is not known while compiling: an axis is taken for a thousand elements, each further one for eight
times as many. A tape that keeps fresh memory alive costs page faults and cache misses that are many times the
`append`, and peak memory counts as well.
"""
from __future__ import annotations

from s2sad.analyses.views import is_cheap_view
from s2sad.ir.kinds import (
    INT,
    SLICE,
    SMALL,
    Array,
    Dict,
    Extent,
    Kind,
    List,
    Maybe,
    Named,
    Scalar,
    Tuple,
    axes_of,
    is_mutable,
)
from s2sad.ir.nodes import Assign, Const, Var

# Of the shape of a value.
SHAPE = Named("shape")

# `append` and `pop` of something that lives anyhow, of a number, of what is made for the tape. A number is 32 bytes of
# memory at the peak: the stages of an integrator's step, a few products and a cosine each, are computed again in the
# time that it takes to keep them. Where all rounds are known to be done, one of NumPy's takes 8 bytes of an array.
APPEND, NUMBER, NUMPY_NUMBER, MADE = 45, 150, 130, 90
# How a test came out: True and False are there anyhow.
FLAG = 70
# Of a number, or of how a test came out, for the rest of a round alone: no more than time.
BRIEF = 75
# How many times as dear a number is on the tape of an inner loop: it has as many of them as by hand an array has
# elements, of which each takes a quarter of that.
DEEP = 4
# An element of an array that is kept alive: twice the time that it takes, for memory is full of those, and by hand one
# keeps the state of a loop alone. A sum of ten vectors that are there is computed again sooner than kept.
KEPT = 6.0
# How many elements an axis is taken to have, and by how much each further one multiplies them, as a shift.
VECTOR, _FURTHER = 1000, 3
# How many rounds a loop is taken to have.
ROUNDS = 8
# The same of a list, for which there is Python's own loop.
ITEMS = 100
# How large one is, of another type than a float of eight bytes.
_SIZES = {"bool": 0.125, "float32": 0.5, "int32": 0.5, "complex128": 2.0}

# Names and parts of what is there. What only says where something is costs nothing: it is written where it is used.
PARTS = {
    "s2sad.alias": 5, "s2sad.next": 5, "s2sad.some": 5, "s2sad.getattr": 15, "s2sad.tuple": 20, "s2sad.slice": 1,
    "builtins.len": 15, "array.shape": 30, "array.size": 30, "array.ndim": 30, "s2sad.shape": 32,
    "operator.is_": 5, "operator.is_not": 5, "operator.not_": 5, "s2sad.both": 6, "s2sad.one_of": 6,
}
ELEMENT, TUPLE_ITEM, ENTRY, VIEW = 40, 5, 12, 50
# An array with all that is stored in it (`analyses.built`), and what a store of an array takes.
BUILT = "s2sad.built"
STORED = (300, 0.2)

# Of Python's numbers, of NumPy's, of an array: of any, and of each element.
OPERATIONS: dict[str, tuple[int, int, int, float]] = {
    "operator.add": (10, 40, 260, 0.3), "operator.sub": (10, 40, 260, 0.3), "operator.mul": (10, 35, 260, 0.3),
    "operator.neg": (8, 30, 240, 0.3), "operator.pos": (8, 30, 240, 0.3), "operator.truediv": (10, 40, 260, 0.5),
    "operator.floordiv": (15, 45, 260, 4.0), "operator.mod": (15, 45, 260, 4.0), "operator.pow": (28, 50, 500, 5.0),
    **{f"operator.{name}": (8, 40, 260, 0.3) for name in ("and_", "or_", "xor", "invert", "lshift", "rshift")},
    **{f"operator.{name}": (6, 12, 260, 0.2) for name in ("lt", "le", "gt", "ge", "eq", "ne")},
    "builtins.abs": (10, 35, 260, 0.3),
}
# Of Python's numbers and of NumPy's.
NUMBERS = {
    "builtins.float": (8, 25), "builtins.int": (30, 40), "builtins.max": (90, 100), "builtins.min": (90, 100),
    "math.sqrt": (15, 18), "math.log": (50, 50),
}
MATH = (25, 30)  # any other of the module's
# NumPy's functions, of anything and of each element. Of those that are written in Python the first is what they take
# beyond arithmetic where arrays are large enough for memory to matter.
FUNCTIONS: dict[str, tuple[int, float]] = {
    **{name: (260, 0.3) for name in (
        "add", "subtract", "multiply", "negative", "square", "abs", "absolute", "fabs", "sign", "maximum",
        "minimum", "conj", "conjugate", "floor", "ceil", "deg2rad", "rad2deg", "ones_like")},
    **{name: (260, 0.5) for name in ("divide", "true_divide", "reciprocal")},
    **{name: (260, 0.2) for name in (
        "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or",
        "logical_not", "isnan", "isfinite", "zeros_like")},
    "sqrt": (260, 1.3), "arange": (300, 0.5),
    "where": (1000, 0.6), "real": (100, 0.0), "imag": (100, 0.0), "sum": (3000, 0.3), "mean": (4000, 0.3),
    **{name: (2500, 0.3) for name in ("max", "min", "amax", "amin", "any", "all")},
    **{name: (300, 0.2) for name in ("zeros", "ones", "empty", "empty_like", "full", "full_like", "eye", "identity")},
    **{name: (260, 0.3) for name in ("rint", "trunc", "fix", "copysign", "positive", "fmax", "fmin")},
    **{name: (260, 0.2) for name in ("logical_xor", "isinf", "signbit")}, "round": (2000, 0.5), "around": (2000, 0.5),
    **{name: (260, 4.0) for name in ("mod", "remainder", "fmod", "floor_divide")},
    **{name: (800, 0.5) for name in ("concatenate", "stack", "hstack", "vstack", "column_stack", "append")},
    "roll": (1500, 0.3), "clip": (1000, 0.3), "diff": (1500, 0.3), "outer": (1500, 0.5), "repeat": (800, 1.0),
    "tile": (1500, 0.5), "pad": (3000, 0.5), "take": (800, 1.0), "tril": (3000, 0.4), "triu": (3000, 0.4),
    "heaviside": (260, 1.5), "linspace": (3000, 0.6), "cumsum": (1500, 3.0),
}
# Views that are made by a function written in Python.
LOOKS = {"numpy.broadcast_to": 1500, "numpy.diagonal": 300}
ASTYPE = (250, 0.2)
# Elements, or rows, by an array of integers and by a mask, which all of is read.
GATHER, MASKED = (300, 1.5), (300, 2.5)
# Compiled code does arithmetic on numbers, and reads parts of what is there, for next to nothing: several such in the
# time that NumPy's unit is, so that all is twice as dear here but these. It stores numbers in an array
# (`transforms.array_tapes`): about 2 with a place for every round, 10 where arrays grow; memory that is touched for the
# first time takes 5 to 10 more, in every call where the tapes are large.
COMPILED_NUMBER = 10
COMPILED = {
    "operator.truediv": 4, "operator.floordiv": 4, "operator.mod": 12, "operator.pow": 30, "math.sqrt": 6,
    "math.log": 14, "math.log2": 14, "math.log10": 14, "math.exp": 16, "math.hypot": 12, "math.tanh": 34,
    "math.tan": 28, "math.erf": 42, "math.atan2": 36, "math.floor": 2, "math.ceil": 2, "math.fabs": 2,
}
COMPILED_MATH, COMPILED_OTHER = 22, 1
_MOST_FACTORS = 8
# How many products a power of an array takes, by its exponent.
_PRODUCTS: dict[float, int] = {2: 1, 3: 2, 4: 2, 5: 3, 6: 3}
# The dearest that are computed again, sines only of arrays of many axes, where these can be had: pairs of what a loop
# carries are many times as large as that. (Compiled code has them as numbers, and no faster functions for many.)
DEAR: dict[str, tuple[int, float]] = {
    **{name: (600, 4.0) for name in (
        "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sinh", "cosh", "arctan")},
    **{name: (1100, 5.0) for name in (
        "sin", "cos", "tan", "tanh", "arcsin", "arccos", "arctan2", "arcsinh", "arccosh", "arctanh")},
}
# What compiled code does not even make: an index, a shape.
_FREE = {"s2sad.tuple", "array.shape", "s2sad.shape"}


def tape(var: Var, compiled: bool, deep: bool = False, brief: bool = False) -> int:
    """What it costs to keep a value in the forward sweep and to take it back in the reverse sweep.

    ``deep``: in a loop inside another; ``brief``: for a round of a loop that both sweeps are in.
    """
    if brief and not compiled and isinstance(var.kind, Scalar):
        return BRIEF
    if not isinstance(var.kind, Scalar):
        return _kept(var.kind, APPEND)
    if compiled:
        return COMPILED_NUMBER
    return FLAG if var.kind.dtype == "bool" or var.kind == SMALL else _kept(var.kind, APPEND) * (DEEP if deep else 1)


def _kept(kind: Kind, append: int) -> int:
    if isinstance(kind, Tuple):
        return append + sum(_kept(item, 0) for item in kind.items if is_mutable(item)) + NUMBER - APPEND
    if isinstance(kind, Maybe):
        return _kept(kind.kind, append)
    if isinstance(kind, Named) and kind in (SHAPE, SLICE):
        return MADE if kind == SHAPE else NUMBER + 2  # of what says where a slice ends, the number is kept
    if not is_mutable(kind):
        return append + (NUMPY_NUMBER if isinstance(kind, Scalar) and not kind.weak else NUMBER) - APPEND
    count = elements(kind)
    return append + int(KEPT * count * _SIZES.get(_dtype(kind), 1.0))


def _dtype(kind: Kind) -> str:
    return kind.dtype if isinstance(kind, Array) else ""


def elements(kind: Kind) -> int:
    """How many elements a value is taken to have."""
    if not isinstance(kind, Array):
        return ITEMS if isinstance(kind, List) else VECTOR if is_mutable(kind) else 1
    axes = 2 if kind.dims is None else sum(map(axes_of, kind.dims))
    return VECTOR << _FURTHER * (axes - 1) if axes else 1


def by_element(kind: Kind) -> int:
    """What it costs compiled code to keep an array of which single elements are read.

    There loops run over the axes: an axis is as long as a loop that is taken to go over it has rounds.
    """
    return COMPILED_OTHER + COMPILED_NUMBER * int(ROUNDS ** len(axes(kind)))


def copy(kind: Kind) -> int:
    """What it costs to copy an array, for a tape."""
    return elements(kind) // 3


def size(kind: Kind) -> float:
    """How much memory an array is taken to have, in elements of eight bytes; nothing else has any."""
    return elements(kind) * _SIZES.get(kind.dtype, 1.0) if isinstance(kind, Array) else 0.0


def memory(kind: Kind) -> float:
    """How much memory is kept alive with a value, of arrays and of what holds them."""
    if isinstance(kind, Tuple):
        return sum(map(memory, kind.items))
    if isinstance(kind, Maybe):
        return memory(kind.kind)
    return size(kind) or (VECTOR if is_mutable(kind) else 0)


def part(var: Var, compiled: bool) -> int:
    """What it costs to read an element, or to make a view, of what is there."""
    if not isinstance(var.kind, Scalar):
        return VIEW
    return COMPILED_OTHER if compiled else ELEMENT


def again(made: Assign, compiled: bool) -> int | None:
    """What it costs to compute an assignment again from its operands; None where that is never done."""
    if made.primitive == BUILT:
        return _built(made.extra, compiled)
    price = _again(made)
    dear = DEAR.get(made.primitive.partition(".")[2]) if price is None and not compiled else None
    if dear is not None:
        kinds = [operand.kind for operand in (made.target, *made.args)]
        return _of_arrays(dear, kinds) if all(isinstance(kind, Array) for kind in kinds) else None
    if price is not None and compiled and made.primitive in _FREE:
        return COMPILED_OTHER
    if price is None or not compiled:
        return price
    if not isinstance(made.target.kind, Scalar):
        return _compiled_power(made) if made.primitive == "operator.pow" else price
    if _is_repeated_product(made) or _is_of_whole_number(made):
        return COMPILED_OTHER
    return COMPILED.get(made.primitive, COMPILED_MATH if made.primitive.startswith("math.") else COMPILED_OTHER)


def takes_long(made: Assign) -> bool:
    """Whether it takes as long to compute an array again as for few others."""
    return made.primitive.partition(".")[2] in DEAR or made.primitive == "operator.pow" and not products_of(made)


def is_dear(made: Assign, compiled: bool) -> bool:
    """Whether to compute an array again takes most of what it takes to keep one of floats."""
    price = again(made, compiled) if isinstance(made.target.kind, Array) else None
    return price is not None and 2 * price > KEPT * elements(made.target.kind)


def _built(parts: list[Assign], compiled: bool) -> int | None:
    """Of what makes an array and of the stores in it."""
    price = again(parts[0], compiled)
    return None if price is None else price + sum(_stored(part) for part in parts[1:])


def _stored(store: Assign) -> int:
    array, _, _, value = store.args
    held = value if isinstance(value.kind, Array) else array
    return ELEMENT if is_element(store) else _of_arrays(STORED, [held.kind])


def is_element(store: Assign) -> bool:
    """Whether what is stored into an array is an element."""
    array, _, index, _ = store.args
    places = index.kind.items if isinstance(index.kind, Tuple) else (index.kind,)
    return isinstance(array.kind, Array) and len(places) == array.kind.ndim and all(place == INT for place in places)


def _compiled_power(made: Assign) -> int:
    """Powers of an array's elements, one by one: a few products and roots, or a call that is dearer than to keep it."""
    exponent = made.args[-1].value if isinstance(made.args[-1], Const) else None
    if _is_repeated_product(made):
        price: tuple[int, float] = OPERATIONS["operator.mul"][2:]
    elif isinstance(exponent, float) and abs(exponent) in (0.5, 1.5):
        price = FUNCTIONS["sqrt"]
    else:
        price = OPERATIONS["operator.pow"][2], COMPILED["operator.pow"] / 2
    return _of_arrays(price, [operand.kind for operand in (made.target, *made.args) if isinstance(operand.kind, Array)])


def _is_repeated_product(made: Assign) -> bool:
    """A power that a compiler writes as a few products."""
    exponent = made.args[-1]
    whole = isinstance(exponent, Const) and type(exponent.value) is int and 0 <= exponent.value <= _MOST_FACTORS
    return made.primitive == "operator.pow" and whole


def _is_of_whole_number(made: Assign) -> bool:
    """A remainder or quotient by a literal of whole numbers: a compiler divides by none."""
    return made.primitive in ("operator.mod", "operator.floordiv") and made.target.kind == INT and isinstance(
        made.args[1], Const)


def _again(made: Assign) -> int | None:
    primitive = made.primitive
    if primitive == "s2sad.getitem":
        return _item(made)
    if primitive in ("operator.is_", "operator.is_not") and not any(isinstance(arg, Const) for arg in made.args):
        return None  # what is computed again is another object
    if primitive == "s2sad.tuple" and all(arg.kind in (INT, SLICE) for arg in made.args):
        return PARTS["s2sad.slice"]  # an index
    if primitive in PARTS:
        return PARTS[primitive]
    if is_cheap_view(made):
        return VIEW
    if primitive in LOOKS:
        return LOOKS[primitive]
    return _computed(made) if made.extra is None else None


def _item(made: Assign) -> int | None:
    """Fancy indexing copies; elements and basic slices do not.

    What is gathered again is kept by nobody, and is often larger than what it is gathered from.
    """
    whole, index = made.args
    if isinstance(whole.kind, Tuple):
        return TUPLE_ITEM
    if isinstance(whole.kind, (List, Dict)) and index.kind != SLICE:
        return ENTRY
    if isinstance(made.target.kind, Scalar):
        return ELEMENT
    if not is_mutable(index.kind):
        return VIEW
    parts = index.kind.items if isinstance(index.kind, Tuple) else (index.kind,)
    if not all(isinstance(part, Array) or not is_mutable(part) for part in parts):
        return None
    masked = [part for part in parts if isinstance(part, Array) and part.dtype == "bool"]
    return _of_arrays(MASKED if masked else GATHER, [made.target.kind, *masked])


def axes(kind: Kind) -> tuple[Extent, ...]:
    """The axes of an array, as far as they are known."""
    return (kind.dims or ()) if isinstance(kind, Array) else ()


def axes_of_indices(made: Assign) -> tuple[Extent, ...]:
    """The axes of arrays that say which elements, or rows, are gathered of another array."""
    if made.primitive != "s2sad.getitem" or not isinstance(made.target.kind, Array):
        return ()
    index = made.args[1].kind
    parts = index.items if isinstance(index, Tuple) else (index,)
    return tuple(axis for part in parts if isinstance(part, Array) and part.dtype != "bool" for axis in part.dims or ())


def _computed(made: Assign) -> int | None:
    primitive = made.primitive
    module, _, name = primitive.partition(".")
    kinds = [kind for operand in [made.target, *made.args] if not isinstance(operand, Const)
             for kind in _parts(operand.kind)]
    arrays = [kind for kind in kinds if not isinstance(kind, Scalar)]
    if not all(isinstance(kind, Array) for kind in arrays):
        return None
    python = not arrays and all(kind.weak for kind in kinds if isinstance(kind, Scalar))
    if module == "numpy" and name in FUNCTIONS:
        return _of_arrays(FUNCTIONS[name], arrays)
    if primitive == "array.astype":
        return _of_arrays(ASTYPE, arrays)
    if not arrays and (primitive in NUMBERS or module == "math"):
        return NUMBERS.get(primitive, MATH)[0 if python else 1]
    if primitive not in OPERATIONS:
        return None
    products = products_of(made)
    one, other, fixed, each = OPERATIONS["operator.mul" if products == 1 or products and arrays else primitive]
    return one if python else (products or 1) * _of_arrays((fixed, each), arrays) if arrays else other


def products_of(made: Assign) -> int:
    """How many products, or squares, a power of an array is (`optimise.multiplied`); 0 if it is no such power."""
    if made.primitive != "operator.pow" or not isinstance(made.args[1], Const) or made.args[1].path:
        return 0
    exponent = made.args[1].value
    return _PRODUCTS.get(exponent, 0) if isinstance(exponent, (int, float)) else 0


def _parts(kind: Kind) -> tuple[Kind, ...]:
    """The kinds of what is handed to a function, each for itself where it is a tuple."""
    return kind.items if isinstance(kind, Tuple) else (kind,)


def _of_arrays(price: tuple[int, float], arrays: list[Kind]) -> int:
    """Of the largest of several; of a number where there are none."""
    fixed, each = price
    return fixed + int(each * max(map(elements, arrays), default=1))
