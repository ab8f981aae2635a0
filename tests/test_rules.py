"""Every rule against numerical differences: values, kinds, shapes and dtypes.

A case is a call; its arrays and floats are what is differentiated. Each is tried as it stands, in single
precision, with the simplifications of the reverse sweep, with arrays whose rank is not known, and with axes
and other integers known only at run time: there a rule is right or refuses.
"""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from s2sad.analyses.views import is_exact_view, may_be_view
from s2sad.errors import UnsupportedError
from s2sad.frontend.lower import looks
from s2sad.ir.kinds import Array, List, Tuple
from s2sad.ir.nodes import Assign, Var
from s2sad.rules.table import NotConstant, lookup
from tests.rule_interpreter import Literal, Run, Trial, is_dtype

rng = np.random.default_rng(1)


def normal(*shape: int) -> Any:
    return rng.normal(size=shape)


def positive(*shape: int) -> Any:
    return rng.uniform(0.5, 2.0, size=shape)


def unit(*shape: int) -> Any:
    return rng.uniform(-0.8, 0.8, size=shape)


def above(*shape: int) -> Any:
    return rng.uniform(1.2, 3.0, size=shape)


def spd(n: int) -> Any:
    a = normal(n, n)
    return a @ a.T + n * np.eye(n)


def complexes(*shape: int) -> Any:
    return normal(*shape) + 1j * normal(*shape)


Case = tuple[str, tuple[Any, ...], dict[str, Any]]
CASES: list[Case] = []


def case(name: str, *args: Any, **keywords: Any) -> None:
    CASES.append((name, args, keywords))


# --- elementwise --------------------------------------------------------------------------------------

UNARY = {
    normal: "sin cos tan sinh cosh tanh arctan arcsinh exp exp2 expm1 square negative positive abs absolute "
            "fabs sinc deg2rad rad2deg degrees radians nan_to_num real conj float64 cbrt real_if_close",
    unit: "arcsin arccos arctanh sinc",
    positive: "log log2 log10 log1p sqrt reciprocal cbrt",
    above: "arccosh",
}
for domain, functions in UNARY.items():
    for function in functions.split():
        for shape in ((), (3,), (2, 3)):
            x = domain(*shape)
            case(f"numpy.{function}", float(x) if shape == () else x)
        case(f"numpy.{function}", np.float64(domain()))

PAIRS = [
    ((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((2, 3), ()), ((), (3,)), ((), ()),
]
BINARY = {
    normal: "add subtract multiply arctan2 hypot logaddexp logaddexp2 maximum minimum fmax fmin copysign",
    positive: "divide true_divide power float_power remainder mod fmod",
}
OPERATORS = {normal: "add sub mul", positive: "truediv pow mod"}
for table_, library in ((BINARY, "numpy"), (OPERATORS, "operator")):
    for domain, functions in table_.items():
        for function in functions.split():
            for one, two in PAIRS:
                x, y = domain(*one), domain(*two)
                case(f"{library}.{function}", x if one else float(x), y if two else float(y))
for exponent in (0, 1, 2, 3, -1, 0.5, 2.5):
    case("numpy.power" if exponent != -1 else "operator.pow", positive(3), exponent)
case("numpy.where", np.array([True, False, True]), normal(3), normal(2, 3))
case("numpy.where", np.array([True, False, True]), normal(3), 0.0)
case("numpy.where", Run(True), 1.5, 2.5)
case("numpy.clip", normal(2, 5), -0.5, 0.5)
case("numpy.clip", normal(5), -0.5, normal(2, 1) ** 2)
case("numpy.clip", normal(5), -0.5, None)
case("numpy.clip", normal(5), None, 0.5)
case("numpy.clip", 0.3, -0.5, 0.5)
case("array.clip", normal(5), max=0.5)
case("array.clip", normal(5), -0.5, 0.5)
case("numpy.ldexp", normal(3), 3)
case("numpy.heaviside", np.array([0, 1, -1]), normal(3))
case("array.astype", normal(2, 3), np.float64)
case("array.astype", normal(2, 3), np.float32)
case("array.astype", normal(2, 3), "float32")
case("numpy.float32", normal(2, 3))
case("numpy.float32", 0.7)

# --- reductions ---------------------------------------------------------------------------------------

AXES: list[dict[str, Any]] = [
    {}, {"axis": 0}, {"axis": 1}, {"axis": -1}, {"axis": (0, 2)}, {"axis": (1, -1)}, {"axis": None},
    {"axis": 1, "keepdims": True}, {"keepdims": True}, {"axis": (0, 1), "keepdims": True}, {"axis": Run(-2)},
]
for function in ["sum", "mean", "prod", "max", "min", "amax", "amin", "var", "std", "ptp", "linalg.norm"]:
    for keywords in AXES:
        case(f"numpy.{function}", normal(2, 3, 2), **keywords)
    case(f"numpy.{function}", normal(4))
    case(f"numpy.{function}", normal(4), axis=0)
    if function != "std":
        case(f"numpy.{function}", normal(2, 1), axis=1)
for function in ["sum", "mean", "prod", "max", "min"]:
    case(f"numpy.{function}", 1.5)
    case(f"numpy.{function}", normal(4), axis=Run(0))
for keywords in AXES:
    case("numpy.var", normal(2, 3, 2), ddof=1, **keywords)
    case("numpy.std", normal(2, 3, 2), ddof=1, **keywords)
for zeros in ([0.0, 2.0, 3.0], [0.0, 0.0, 3.0], [2.0, 0.0, 3.0]):
    case("numpy.prod", np.array(zeros))
    case("numpy.cumprod", np.array(zeros))
    case("numpy.prod", np.stack([zeros, [1.0, 2.0, 3.0]]), axis=1)
    case("numpy.cumprod", np.stack([zeros, [1.0, 2.0, 3.0]]), axis=1)
for function in ("cumsum", "cumprod"):
    case(f"numpy.{function}", normal(4))
    for keywords in ({}, {"axis": 0}, {"axis": 1}, {"axis": -2}, {"axis": Run(1)}):
        case(f"numpy.{function}", normal(3, 2), **keywords)
case("numpy.average", normal(2, 3))
case("numpy.average", normal(2, 3), axis=1)
case("numpy.average", normal(2, 3), weights=positive(2, 3))
case("numpy.average", normal(2, 3), axis=0, weights=positive(2, 3))
case("numpy.average", normal(2, 3), axis=1, weights=positive(3))
case("numpy.average", normal(2, 3), axis=0, weights=positive(2))
case("numpy.average", normal(3), weights=positive(3))
for order in (None, 1, 2, 3, Literal(2.5), Literal(np.inf), Literal(-np.inf)):
    case("numpy.linalg.norm", normal(5), order)
    case("numpy.linalg.norm", normal(2, 5), order, axis=1)
    case("numpy.linalg.norm", normal(2, 5), order, axis=0, keepdims=True)
case("numpy.linalg.norm", normal(2, 5), "fro")
case("numpy.linalg.norm", normal(2, 5, 2), "fro", axis=(0, 2))
case("numpy.linalg.norm", complexes(4))
for keywords in ({}, {"axis": 0}, {"axis": 1}, {"n": 2}, {"n": 3, "axis": 0}, {"axis": Run(0)}):
    case("numpy.diff", normal(5, 4), **keywords)
case("numpy.diff", normal(5))
case("numpy.diff", normal(5), 2)
integral = "trapezoid" if hasattr(np, "trapezoid") else "trapz"
case(f"numpy.{integral}", normal(5))
case(f"numpy.{integral}", normal(5), dx=0.5)
case(f"numpy.{integral}", normal(5), normal(5))
case(f"numpy.{integral}", normal(3, 5), normal(5))
case(f"numpy.{integral}", normal(3, 5), normal(3, 5), axis=0)
case(f"numpy.{integral}", normal(3, 5), axis=0)
case("numpy.sort", normal(5))
case("numpy.sort", normal(3, 4))
case("numpy.sort", normal(3, 4), axis=0)
case("numpy.sort", normal(3, 4), axis=None)
case("numpy.sort", normal(3, 4), axis=Run(0))
case("numpy.partition", normal(7), 3)
case("numpy.partition", normal(3, 5), 2)
case("numpy.partition", normal(4, 3), 1, axis=0)

# --- shapes -------------------------------------------------------------------------------------------

for shape in ((6,), (3, 2), -1, (2, -1), (1, 2, 3), (-1, 1), Run((3, 2))):
    case("numpy.reshape", normal(2, 3), shape)
    case("array.reshape", normal(2, 3), shape)
case("array.reshape", normal(2, 3), 3, 2)
case("array.reshape", normal(2, 3), 3, -1)
case("array.reshape", normal(2, 3), Run(3), -1)
case("numpy.reshape", 2.5, (1, 1))
for function in ("numpy.ravel", "array.ravel", "array.flatten", "numpy.transpose", "array.transpose",
                 "array.T"):
    case(function, normal(2, 3))
    case(function, normal(4))
    case(function, normal(2, 3, 4))
case("numpy.ravel", 2.5)
case("numpy.transpose", normal(2, 3, 4), (1, 2, 0))
case("numpy.transpose", normal(2, 3, 4), (-1, 0, 1))
case("numpy.transpose", normal(2, 3, 4), Run((1, 2, 0)))
case("array.transpose", normal(2, 3, 4), (1, 2, 0))
case("array.transpose", normal(2, 3, 4), 1, 2, 0)
case("numpy.swapaxes", normal(2, 3, 4), 0, -1)
case("numpy.swapaxes", normal(2, 3, 4), 0, Run(-1))
case("numpy.moveaxis", normal(2, 3, 4), 0, -1)
case("numpy.moveaxis", normal(2, 3, 4), (0, 1), (-1, 0))
case("numpy.expand_dims", normal(2, 3), 1)
case("numpy.expand_dims", normal(2, 3), -1)
case("numpy.expand_dims", normal(2, 3), (0, 2))
case("numpy.expand_dims", normal(2, 3), Run(0))
case("numpy.expand_dims", 1.5, 0)
case("numpy.squeeze", normal(2, 1, 3))
case("numpy.squeeze", normal(1, 1))
case("numpy.squeeze", normal(2, 1, 3), 1)
case("numpy.squeeze", normal(2, 1, 3), axis=Run(1))
for shape, target in (((3,), (2, 3)), ((1, 3), (2, 3)), ((2, 1), (2, 3)), ((2, 1), Run((2, 3))), ((1,), 3)):
    case("numpy.broadcast_to", normal(*shape), target)
case("numpy.broadcast_to", 1.5, (2, 3))
for count in (1, 2, 3):
    for shape in ((), (3,), (2, 3)):
        case(f"numpy.atleast_{count}d", normal(*shape) if shape else 1.5)

a, b, c = normal(2, 3), normal(2, 3), normal(2, 3)
for make in (tuple, list, lambda parts: Run(list(parts)), lambda parts: Run(tuple(parts))):
    for keywords in ({}, {"axis": 0}, {"axis": 1}, {"axis": -1}, {"axis": Run(1)}):
        case("numpy.concatenate", make((a, b, c)), **keywords)
        case("numpy.stack", make((a, b, c)), **keywords)
    case("numpy.concatenate", make((normal(2), normal(3))))
    case("numpy.hstack", make((normal(2), normal(3))))
    case("numpy.hstack", make((a, normal(2, 1))))
    case("numpy.vstack", make((normal(3), normal(3))))
    case("numpy.column_stack", make((normal(3), normal(3))))
    case("numpy.array", make((1.5, 2.5, 3.5)))
    case("numpy.array", make((a, b)))
    case("numpy.stack", make((1.5, 2.5)))
case("numpy.concatenate", (a, b), axis=None)
case("numpy.concatenate", [a, normal(2)], axis=None)
case("numpy.concatenate", (normal(1, 3), a, normal(1, 3)))
case("numpy.concatenate", (a, np.float32(normal(1, 3))))
case("numpy.concatenate", (a, np.ones((1, 3), dtype=int)))
case("numpy.vstack", (normal(3), a, normal(3)))
case("numpy.hstack", (1.5, normal(3), 2.5))
case("numpy.column_stack", (normal(2), a, normal(2)))
case("numpy.append", normal(3), 1.5)
case("numpy.append", normal(2, 3), normal(2))
case("numpy.append", normal(2, 3), normal(1, 3), axis=0)
case("numpy.array", [[1.5, 2.5], [3.5, 4.5]])
case("numpy.array", ((1.5, 1), (3.5, 4.5), (0.5, 0.5)))
case("numpy.array", Run([[1.5, 2.5], [3.5, 4.5]]))
case("numpy.array", Run(((1.5, 2.5), (3.5, 4.5))))
case("numpy.array", a)
case("numpy.array", a, dtype=np.float32)
case("numpy.array", 1.5)
case("numpy.asarray", (1.5, a[0, 0]))
case("numpy.copy", a)
case("array.copy", a)
case("array.tolist", normal(3))
case("numpy.split", normal(6, 2), 3)
case("numpy.split", normal(2, 6), (2, 3), axis=1)
case("numpy.array_split", normal(5), 2)
case("numpy.hsplit", normal(2, 6), 3)
case("numpy.vsplit", normal(6, 2), 3)
for reps in (2, (2,), (2, 3), (1, 2), (2, 1, 2), Run(2)):
    case("numpy.tile", normal(3), reps)
    case("numpy.tile", normal(2, 3), reps)
case("numpy.tile", 1.5, 3)
for repeats in (2, Run(2), np.array([1, 0, 2])):
    case("numpy.repeat", normal(3), repeats)
    for axis in (0, -2, Run(0)):
        case("numpy.repeat", normal(3, 2), repeats, axis=axis)
case("numpy.repeat", normal(3, 2), 2)
case("numpy.repeat", normal(2, 3), 2, axis=-1)
case("numpy.repeat", 1.5, 3)
for keywords in ({"shift": 1}, {"shift": Run(-1)}, {"shift": 2, "axis": 1},
                 {"shift": (1, 2), "axis": (0, 1)}):
    case("numpy.roll", normal(3, 4), **keywords)
for axis in (None, 0, 1, (0, 1), Run(1)):
    case("numpy.flip", normal(3, 4), axis)
case("numpy.fliplr", normal(3, 4))
case("numpy.flipud", normal(3, 4))
for keywords in ({}, {"k": 2}, {"k": -1}, {"k": Run(1)}):
    case("numpy.rot90", normal(3, 4), **keywords)
case("numpy.rot90", normal(3, 4, 2), 1, (1, 2))
for widths in (1, (1, 2), ((1, 2), (0, 3)), ((0, 0), (1, 1)), Run(2), ((2, 2),)):
    case("numpy.pad", normal(3, 4), widths)
case("numpy.pad", normal(3), (0, 2), mode="constant")
for k in (0, 1, -1, Run(1)):
    case("numpy.diag", normal(3), k)
    case("numpy.diag", normal(3, 4), k)
    case("numpy.diag", normal(4, 3), k)
    case("numpy.diagonal", normal(3, 4), k)
    case("numpy.diagflat", normal(2, 2), k)
    case("numpy.trace", normal(3, 4), k)
    case("numpy.tril", normal(3, 4), k)
    case("numpy.triu", normal(2, 3, 4), k)
case("numpy.tril", normal(3))
case("numpy.take", normal(4), np.array([0, 2, 2]))
case("numpy.take", normal(4), np.array([[0, 2], [2, 3]]))
case("numpy.take", normal(4), 2)
case("numpy.take", normal(4, 3), np.array([0, 2, 2]))
for axis in (0, 1, -1, Run(0)):
    case("numpy.take", normal(4, 3), np.array([0, 2, 2]), axis=axis)
    case("numpy.take", normal(4, 3), 2, axis=axis)
    case("numpy.take_along_axis", normal(3, 4), np.array([[0, 1], [2, 2], [0, 0]])[:, :2], axis=1)
case("numpy.take_along_axis", normal(3, 4), np.array([[0, 1, 2, 0]]), axis=0)
case("numpy.take_along_axis", normal(3, 4), np.array([[0, 1, 2, 0]]), axis=Run(0))
case("numpy.take_along_axis", normal(4), np.array([0, 2, 2]), axis=0)
case("numpy.full", (2, 3), 1.5)
case("numpy.full", Run(3), 1.5)
case("numpy.full", (2, 3), normal(3))
case("numpy.full_like", normal(2, 3), 1.5)
case("numpy.linspace", 1.5, 2.5)
case("numpy.linspace", 1.5, 2.5, 5)
case("numpy.linspace", 1.5, 2.5, num=Run(5), endpoint=False)
case("numpy.linspace", normal(3), normal(3), 4)
case("numpy.arange", 0.55, 3.0, 0.5)
case("numpy.arange", 3.3)
case("numpy.meshgrid", normal(3), normal(2))
case("numpy.meshgrid", normal(3), normal(2), normal(2))
case("numpy.bincount", np.array([0, 2, 2]), normal(3))

# --- linear algebra -----------------------------------------------------------------------------------

for one, two in (((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)),
                 ((2, 3), (5, 3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 4)), ((5, 2, 3), (6, 3, 4)),
                 ((1, 3), (3, 1))):
    case("numpy.dot", normal(*one), normal(*two))
    if len(one) < 3 or len(two) < 3:
        for function in ("operator.matmul", "numpy.matmul"):
            case(function, normal(*one), normal(*two))
case("operator.matmul", normal(5, 2, 3), normal(5, 3, 4))
case("operator.matmul", normal(1, 2, 3), normal(5, 3, 4))
case("numpy.dot", 1.5, normal(3))
case("numpy.dot", normal(2, 3), 1.5)
case("numpy.dot", 1.5, 2.5)
case("numpy.vdot", normal(3), normal(3))
case("numpy.vdot", normal(2, 3), normal(2, 3))
case("numpy.inner", normal(3), normal(3))
case("numpy.inner", normal(2, 3), normal(3))
case("numpy.inner", normal(2, 3), normal(4, 3))
case("numpy.inner", normal(3), normal(4, 3))
case("numpy.inner", 1.5, normal(3))
case("numpy.outer", normal(2), normal(3))
case("numpy.outer", normal(2, 2), normal(3))
case("numpy.outer", 1.5, normal(3))
case("numpy.outer", normal(3), 1.5)
case("numpy.kron", normal(2), normal(3))
case("numpy.kron", normal(2, 3), normal(2, 2))
case("numpy.cross", normal(3), normal(3))
case("numpy.cross", normal(4, 3), normal(3))
case("numpy.tensordot", normal(2, 3), normal(3, 4), 1)
case("numpy.tensordot", normal(2, 3, 4), normal(3, 4, 5))
case("numpy.tensordot", normal(2, 3), normal(3), 0)
case("numpy.tensordot", normal(3), normal(3), 1)
case("numpy.tensordot", normal(2, 3, 4), normal(4, 5, 3), ((1, 2), (2, 0)))
case("numpy.tensordot", normal(2, 3, 4), normal(4, 5, 3), ((2, 1), (0, 2)))
case("numpy.tensordot", normal(2, 3, 4), normal(3, 5), axes=(1, 0))
case("numpy.tensordot", normal(2, 3, 4), normal(2, 4, 3), ((2, 0, 1), (1, 0, 2)))
for spec, *shapes in (
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("i,i->", (3,), (3,)), ("i,i", (3,), (3,)),
    ("ij->", (2, 3)), ("ij->i", (2, 3)), ("ij->j", (2, 3)), ("ij->ji", (2, 3)), ("ji", (2, 3)),
    ("ii->i", (3, 3)), ("ii", (3, 3)), ("ii->", (3, 3)), ("iij->j", (2, 2, 3)),
    ("ij,kj->i", (2, 3), (4, 3)), ("i,j->ij", (2,), (3,)),
    ("ij,i->", (2, 3), (2,)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)), ("i,ij,j->", (2,), (2, 3), (3,)),
    ("ijk->j", (2, 3, 4)), ("iji->j", (2, 3, 2)), ("iii->i", (2, 2, 2)), (" ij , j -> i ", (2, 3), (3,)),
    ("ij,ij->ij", (2, 3), (1, 3)), ("ii,ij->j", (2, 2), (2, 3)), ("i,->i", (3,), ()),
):
    case("numpy.einsum", spec, *[normal(*shape) if shape else 1.5 for shape in shapes])
case("numpy.einsum", "ij,jk,kl->il", normal(2, 3), normal(3, 2), normal(2, 2))
case("numpy.linalg.inv", spd(3) + normal(3, 3))
case("numpy.linalg.inv", np.stack([spd(3), spd(3)]))
case("numpy.linalg.det", normal(3, 3))
case("numpy.linalg.det", np.stack([spd(3), spd(3)]))
case("numpy.linalg.slogdet", normal(3, 3))
case("numpy.linalg.solve", spd(3) + normal(3, 3), normal(3))
case("numpy.linalg.solve", spd(3) + normal(3, 3), normal(3, 2))
case("numpy.linalg.solve", np.stack([spd(3), spd(3)]), normal(2, 3, 2))
for mode in ({}, {"mode": "full"}, {"mode": "same"}, {"mode": "valid"}):
    for lengths in ((5, 3), (3, 5), (4, 4), (5, 2)):
        case("numpy.convolve", normal(lengths[0]), normal(lengths[1]), **mode)
nodes = np.array([0.0, 1.0, 2.5])
case("numpy.interp", np.array([0.5, 1.5, 2.0, -1.0, 3.0]), nodes, normal(3))
case("numpy.interp", 0.5, nodes, normal(3))
SYMMETRIC: list[Case] = [
    (f"numpy.linalg.{name}", (spd(3),), {}) for name in ("cholesky", "eigh", "eigvalsh", "det")
] + [("numpy.linalg.cholesky", (np.stack([spd(2), spd(2)]),), {})]

# --- complex ------------------------------------------------------------------------------------------

for function in ("sin", "cos", "exp", "log", "sqrt", "square", "abs", "real", "imag", "conj", "conjugate",
                 "angle", "negative", "reciprocal", "tanh"):
    case(f"numpy.{function}", complexes(3))
for function in ("add", "sub", "mul", "truediv"):
    case(f"operator.{function}", complexes(2, 3), complexes(3))
    case(f"operator.{function}", normal(2, 3), complexes(3))
for function in ("sum", "mean", "var", "std", "prod"):
    case(f"numpy.{function}", complexes(2, 3), axis=1)
case("numpy.dot", complexes(2, 3), complexes(3))
case("numpy.vdot", complexes(3), complexes(3))
case("operator.pow", complexes(3), 2)


# --- the tests ----------------------------------------------------------------------------------------

NO_NUMERICS = {("numpy.interp", "xp")}


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple | list):
        for item in value:
            yield from leaves(item)
    elif value is not None:
        yield value


def cotangent(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return tuple(map(cotangent, value))
    if isinstance(value, tuple | list):
        return type(value)(map(cotangent, value))
    noise = np.asarray(rng.normal(size=np.shape(value)))
    if np.iscomplexobj(value):
        noise = noise + 1j * rng.normal(size=np.shape(value))
    if isinstance(value, np.ndarray):
        return noise.astype(value.dtype)
    return type(value)(noise) if isinstance(value, np.generic) else type(value)(noise[()])


def contract(g: Any, value: Any) -> float:
    """The real part of the sum of products: what the adjoint of a complex number is a derivative of."""
    return sum(float(np.real(np.sum(np.asarray(x, complex) * np.asarray(y, complex))))
               for x, y in zip(leaves(g), leaves(value), strict=True))


def replaced(value: Any, path: tuple[int, ...], change: Any) -> Any:
    """A container with one leaf changed."""
    if not path:
        return change(value)
    items = list(value)
    items[path[0]] = replaced(items[path[0]], path[1:], change)
    return tuple(items) if isinstance(value, tuple) else items


def paths(value: Any) -> Iterator[tuple[int, ...]]:
    if isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from ((number, *rest) for rest in paths(item))
    else:
        yield ()


def at(value: Any, path: tuple[int, ...]) -> Any:
    for number in path:
        value = value[number]
    return value


def rounds(trial: Trial) -> bool:
    """Whether the result is of single precision: then the function is linear, and steps may be large."""
    return any(np.asarray(leaf).dtype == np.float32 for leaf in leaves(trial.value))


def numerical(trial: Trial, var: Var, path: tuple[int, ...], g: Any, symmetric: bool) -> Any:
    """The derivative of the contraction with respect to one leaf, element by element."""
    inputs = trial.inputs
    leaf = at(inputs[var], path)
    step = 1.0 if rounds(trial) else 1e-6
    result = np.zeros(np.shape(leaf), complex if np.iscomplexobj(leaf) else float)

    def difference(direction: Any) -> float:
        ends = []
        for sign in (1, -1):
            def moved(value: Any, sign: int = sign) -> Any:
                new = np.asarray(value) + sign * step * direction
                return new if isinstance(value, np.ndarray) else type(value)(new)

            changed = replaced(inputs[var], path, moved)
            ends.append(contract(g, trial.evaluate({**inputs, var: changed})))
        return (ends[0] - ends[1]) / (2 * step)

    for index in np.ndindex(np.shape(leaf)):
        direction = np.zeros(np.shape(leaf))
        direction[index] = 1.0
        if symmetric:
            direction = (direction + np.swapaxes(direction, -1, -2)) / 2
        result[index] = difference(direction)
        if np.iscomplexobj(leaf):
            result[index] -= 1j * difference(1j * direction)
    return result


def variables(trial: Trial, name: str, operand: Var) -> list[tuple[Var, tuple[int, ...], tuple[int, ...]]]:
    """The inputs that an argument is made of: variable, place in it, place in the argument's adjoint."""
    made = trial.context.definition(operand, "s2sad.tuple") or trial.context.definition(operand, "s2sad.list")
    if made is None:
        return [(operand, path, path) for path in paths(trial.inputs[operand])]
    found = []
    for number, arg in enumerate(made.args):
        if isinstance(arg, Var):
            found += [(var, path, (number, *place)) for var, path, place in variables(trial, name, arg)]
    return found


def verify(trial: Trial, double: Trial, tolerance: float, symmetric: bool = False) -> int:
    """Compare each argument's adjoint with differences of the same call in double precision."""
    g = cotangent(trial.value)
    tolerance = max(tolerance, 1e-3 if rounds(double) else 0.0)
    twins = dict(zip(trial.inputs, double.inputs, strict=True))
    count = 0
    for name, operand in trial.active():
        if (trial.primitive, name) in NO_NUMERICS:
            continue
        adjoint = trial.adjoint(name, operand, g) if trial.partial(name) is not None else None
        for var, path, place in variables(trial, name, operand):
            leaf = at(trial.inputs[var], path)
            if np.asarray(leaf).dtype.kind not in "fc":
                continue
            expected = numerical(double, twins[var], path, g, symmetric)
            got = 0.0 if adjoint is None else at(adjoint, place)
            where = f"adjoint of {name}"
            np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance, err_msg=where)
            count += 1
            if adjoint is None or isinstance(got, float) and isinstance(leaf, float):
                continue
            assert np.shape(got) == np.shape(leaf), f"{where} has shape {np.shape(got)}"
            assert isinstance(got, np.ndarray) == isinstance(leaf, np.ndarray), f"{where} is {got!r}"
            if isinstance(leaf, np.ndarray | np.generic):
                assert is_dtype(str(leaf.dtype), got), f"{where} is {np.asarray(got).dtype}"
    return count


def single(value: Any) -> Any:
    """The same in single precision."""
    if isinstance(value, Run):
        return Run(single(value.value))
    if isinstance(value, tuple | list):
        return type(value)(map(single, value))
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "fc":
        return value.astype(np.complex64 if value.dtype.kind == "c" else np.float32)
    return value


def show(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype.kind}{list(value.shape)}"
    if isinstance(value, tuple | list):
        return f"({','.join(map(show, value))})"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def ident(value: Case) -> str:
    name, args, keywords = value
    inside = ",".join([*map(show, args), *(f"{k}={show(v)}" for k, v in keywords.items())])
    return f"{name}({inside})"


every = pytest.mark.parametrize("given", CASES, ids=ident)


@every
def test_double(given: Case) -> None:
    name, args, keywords = given
    trial = Trial(name, args, keywords)
    assert not trial.unknown(), "the kind of the result is not known"
    assert verify(trial, trial, 1e-5) > 0


@every
def test_simplified(given: Case) -> None:
    name, args, keywords = given
    trial = Trial(name, args, keywords, simple=True)
    verify(trial, trial, 1e-5)


@every
def test_single(given: Case) -> None:
    name, args, keywords = given
    lower = tuple(map(single, args))
    words = {key: single(value) for key, value in keywords.items()}

    def back(value: Any) -> Any:
        if isinstance(value, Run):
            return Run(back(value.value))
        if isinstance(value, tuple | list):
            return type(value)(map(back, value))
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "fc":
            return value.astype(complex if value.dtype.kind == "c" else float)
        return value

    double = Trial(name, tuple(map(back, lower)), {key: back(value) for key, value in words.items()})
    verify(Trial(name, lower, words), double, 2e-3)


@every
@pytest.mark.parametrize("hidden", ["ranks", "literals"])
def test_right_or_refused(given: Case, hidden: str) -> None:
    name, args, keywords = given
    try:
        trial = Trial(name, args, keywords, **{hidden: False})
        verify(trial, trial, 1e-5)
    except (UnsupportedError, NotConstant):
        pytest.skip("refused")


@pytest.mark.parametrize("ranks", [True, False], ids=["ranks", "hidden"])
@pytest.mark.parametrize("given", CASES + SYMMETRIC, ids=ident)
def test_whose_memory(given: Case, ranks: bool) -> None:
    """What a result shares with an argument is said by the table, and by the analysis of views."""
    name, args, keywords = given
    if name in looks.RULES:
        return  # it is lowered as another call where it shares memory
    try:
        trial = Trial(name, args, keywords, ranks=ranks)
    except NotConstant:
        return
    made = trial.context.definitions[trial.ans]
    assert isinstance(made, Assign)
    inputs = [leaf for value in trial.inputs.values() for leaf in leaves(value) if isinstance(leaf, np.ndarray)]
    shares = any(np.shares_memory(one, leaf) for leaf in leaves(trial.value) for one in inputs)
    known = lookup(name)
    assert known is not None
    assert known.view or not shares
    if isinstance(trial.ans.kind, Array):
        assert shares or not is_exact_view(trial.context, made)
        assert not shares or is_exact_view(trial.context, made) or may_be_view(made)


@pytest.mark.parametrize("given", SYMMETRIC, ids=ident)
def test_symmetric(given: Case) -> None:
    name, args, keywords = given
    for simple in (False, True):
        trial = Trial(name, args, keywords, simple=simple)
        assert isinstance(trial.ans.kind, Tuple | List) or not trial.unknown()
        adjoint = verify(trial, trial, 1e-5, symmetric=True)
        assert adjoint > 0
