"""How a module is written that Numba compiles: where it lacks a form of NumPy's, one that it has.

Numba knows the type of everything and never asks at run time, so that helpers cannot either: what depends on
whether a value is a number, an array or a tuple is decided before, by kinds. `FORMS` says what writes which primitive.
"""
from __future__ import annotations

import ast
from typing import Any

from s2sad.backend import numba_checks, numba_products, numba_reductions, numba_shapes, numba_updates
from s2sad.backend.dialect import Dialect
from s2sad.backend.express import Express
from s2sad.backend.numba_helpers import HELPERS, NEEDS
from s2sad.backend.trees import LOAD, call, item, name
from s2sad.ir.kinds import Kind, List, Scalar, Tuple
from s2sad.ir.nodes import SHALLOW, Assign


def _numbered(name: str, number: int) -> str:
    """Numba itself calls a second version of `x` `x_1`, and takes it for another variable of that name."""
    return f"{name}_v{number + 1}" if name[-1:].isdigit() else f"{name}{number + 1}"


def _copy(e: Express, s: Assign) -> Any:
    if s.extra == SHALLOW:
        return call(ast.Attribute(e.operand(s.args[0]), "copy", LOAD))
    return _copied(e, s.args[0].kind, e.operand(s.args[0]))


def _copied(e: Express, kind: Kind, tree: Any) -> Any:
    """A value that shares no memory with another."""
    if isinstance(kind, Scalar):
        return tree
    if isinstance(kind, Tuple) and kind.cls is None:
        return ast.Tuple([_copied(e, k, item(tree, n)) for n, k in enumerate(kind.items)], LOAD)
    if isinstance(kind, List) and not isinstance(kind.item, Scalar):
        loop = ast.comprehension(target=name("part", store=True), iter=tree, ifs=[], is_async=0)
        return ast.ListComp(elt=_copied(e, kind.item, name("part")), generators=[loop])
    return call(ast.Attribute(tree, "copy", LOAD))


def _hand_over(e: Express, s: Assign) -> Any:
    """A list that Python code holds without its items becoming Python objects, and back."""
    return call("numba.typed.List", e.operand(s.args[0]))


def _threads(e: Express, s: Assign) -> Any:
    return call("numba.get_num_threads")


FORMS = {
    "numpy.sum": numba_reductions.summed,
    "numpy.max": numba_reductions.extreme,
    "numpy.min": numba_reductions.extreme,
    "numpy.cumprod": numba_reductions.without_axis,
    "numpy.cumsum": numba_reductions.without_axis,
    "s2sad.unbroadcast": numba_reductions.unbroadcast,
    "numpy.tril": numba_shapes.triangle,
    "numpy.triu": numba_shapes.triangle,
    "numpy.ndim": numba_shapes.ndim,
    "numpy.diagonal": numba_shapes.diagonal,
    "numpy.expand_dims": numba_shapes.expand_dims,
    "numpy.reshape": numba_shapes.reshape,
    "numpy.flip": numba_shapes.flip,
    "numpy.pad": numba_shapes.pad,
    "numpy.take_along_axis": numba_shapes.take_along,
    "numpy.squeeze": numba_shapes.squeeze,
    "operator.matmul": numba_products.product,
    "numpy.matmul": numba_products.product,
    "numpy.dot": numba_products.product,
    "numpy.einsum": numba_products.einsum,
    "numpy.vdot": numba_products.vdot,
    "numpy.linalg.cross": numba_products.cross,
    "numpy.tensordot": numba_products.tensordot,
    "s2sad.threads": _threads,
    "s2sad.hand_over": _hand_over,
    "s2sad.copy": _copy,
}

NUMBA = Dialect(
    "numba",
    imports=("import numba",),
    decorator="numba.njit",
    reversed_ranges=False,
    keyword_only=False,
    fresh_globals=False,
    dynamic=False,
    buffers=False,
    weak_floats=False,
    fuses=True,
    bare_ellipsis=False,
    divisions_raise=True,
    numbered=_numbered,
    forms=FORMS,
    checks={"s2sad.check_apart": numba_checks.check_apart, "s2sad.check_contiguous": numba_checks.check_contiguous,
            "s2sad.check_lengths": numba_checks.check_lengths},
    scatter=numba_updates.scatter,
    tuple_item=numba_updates.tuple_item,
    helpers=HELPERS,
    needs=NEEDS,
    helper_imports={},
)
