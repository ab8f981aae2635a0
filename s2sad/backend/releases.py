"""Arrays that the reverse sweep does not read: they are let go of in front of it.

    y = y + b[:, None, None]
    a = np.maximum(y, 0)
    value = a.mean()
    del a

    y_bar = …

A name would hold its array until the function returns, and the reverse sweep makes arrays that are as large. An array
of fewer axes than what that makes is not worth a line.
"""
from __future__ import annotations

import ast
from typing import Any

from s2sad.analyses import costs
from s2sad.analyses.versions import is_new
from s2sad.backend.naming import Names
from s2sad.backend.overlap import Roots
from s2sad.backend.peaks import Peaks, Releases
from s2sad.ir.kinds import Array, List
from s2sad.ir.nodes import Assign, Block, Effect, Loop, Statement, Var, walk

# What is run later than where it stands reads a name that would be gone; it is part of Python that is written as it is.
_LATER = (ast.FunctionDef, ast.Lambda, ast.GeneratorExp, ast.ClassDef)
_AS_IT_IS = {"s2sad.opaque", "s2sad.statement", "s2sad.evaluate", "s2sad.invoke", "s2sad.invoke_method"}


def names_to_release(
    names: Names, definitions: dict[Var, Statement], statements: list[Statement], written: list[Any],
) -> Releases:
    """The names of large arrays that are read no more, by the statement of the reverse sweep in front of which they
    are let go of.

    ``statements`` are those of the function's own block, and ``written`` the trees of its forward sweep.
    """
    first = next((number for number, s in enumerate(statements) if s.adjoint), len(statements))
    sizes = {s: costs.elements(s.target.kind) for s in statements
             if isinstance(s, Assign) and isinstance(s.target.kind, Array) and is_new(s)}
    least = max((size for s, size in sizes.items() if s.adjoint), default=0)
    if not least:
        return {}
    forward, roots = statements[:first], Roots(definitions)
    large = {s.target for s, size in sizes.items() if size >= least}
    at_border = _read_no_more(names, roots, forward, statements[first], large)
    # Vectors are small, and what tapes and lists hold is the most by far.
    has_peaks = least > costs.VECTOR and not _has_many(names.folding.statements)
    if not at_border and not has_peaks:
        return {}
    later = _read_later(written) if _has_python_as_it_is(forward) else set()
    found = {statements[first]: [name for name in at_border if name not in later]} if at_border else {}
    return Peaks(names, roots, statements, first, least).releases(found, later) if has_peaks else found


def _read_no_more(
    names: Names, roots: Roots, forward: list[Statement], border: Statement, large: set[Var],
) -> list[str]:
    """The names of large arrays that are read no more from the border on."""
    held = [var for s in forward for var in s.defined() if var in large or isinstance(s, Loop) and (
        _is_updated(roots, var, large) or _is_of_arrays(var))]
    given, point = {names(var) for var in names.fixed}, names.live.start[border]
    candidates = dict.fromkeys(names(var) for var in held)
    return [name for name in candidates if name not in given and names.where[name].last < point]


def _has_python_as_it_is(statements: list[Statement]) -> bool:
    return any(isinstance(s, Effect) and s.primitive in _AS_IT_IS for s in walk(Block(statements)))


def _read_later(written: list[Any]) -> set[str]:
    return {node.id for tree in written for inner in ast.walk(tree) if isinstance(inner, _LATER)
            for node in ast.walk(inner) if isinstance(node, ast.Name)}


def _has_many(statements: list[Statement]) -> bool:
    """Whether there is a tape, or a list, of arrays."""
    return any(
        isinstance(s.args[1].kind, Array) if isinstance(s, Effect) and s.primitive == "s2sad.push"
        else any(map(_is_of_arrays, s.defined()))
        for s in statements
    )


def _is_updated(roots: Roots, var: Var, large: set[Var]) -> bool:
    """Whether a loop leaves a large array that was made in front of it."""
    return isinstance(var.kind, Array) and roots.of(var) <= large


def _is_of_arrays(var: Var) -> bool:
    """Whether a loop leaves a list of arrays."""
    return isinstance(var.kind, List) and isinstance(var.kind.item, Array)
