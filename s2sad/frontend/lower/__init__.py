"""Lowering: a Python function and the kinds of its arguments in, typed SSA out."""
from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any

import gast

from s2sad.errors import S2sadError
from s2sad.frontend.lower import boxes, functions, objects, syntax  # noqa: F401 - `syntax` fills its table
from s2sad.frontend.lower.arguments import left_in, spelled_out
from s2sad.frontend.lower.outside import Capture, Outside
from s2sad.frontend.lower.state import Alone, Boxes, Frame, Parameters, Restart, State
from s2sad.ir.kinds import Kind
from s2sad.ir.nodes import Function, Param, Var
from s2sad.rules.build import Context


@dataclass
class Lowered:
    """A function in SSA, and what its text depends on beside the function itself.

    ``callees`` are the functions that are compiled on their own, ``sources`` those whose text was read, and ``updates``
    says whether anything is updated in place.
    """

    function: Function
    context: Context
    captures: list[Capture]
    outside: Outside
    parameters: Parameters
    callees: dict[Any, list[tuple[Any, Any]]]
    sources: list[types.FunctionType]
    updates: bool


def lower(
    function: types.FunctionType,
    kinds: dict[str, Kind],
    wrt: set[str],
    outputs: tuple[str, ...] = (),
    one_output: bool = True,
    calls_python: bool = True,
    often: set[object] | None = None,
    parallel: bool = False,
) -> Lowered:
    """Lower a function for arguments of these kinds, with derivatives with respect to ``wrt``.

    Its value is what it returns or, of ``outputs``, what it leaves in these parameters. ``calls_python`` says
    whether a call of a Python function through which no derivative flows can stay one. ``often`` gets the
    functions that would be copied too often, and are compiled on their own; where it is None none are. ``parallel``
    says whether `prange` loops run in parallel.
    """
    recursive: set[object] = set()
    apart: set[str] = set()
    expects, boxed = True, False
    while True:
        state = State(Context())
        state.alone, state.parameters, state.boxes = Alone(recursive, often), Parameters(apart=apart), Boxes(boxed)
        state.calls_python, state.parallel, state.expects = calls_python, parallel, expects
        try:
            return _lower(state, function, kinds, wrt, outputs, one_output)
        except Restart:
            boxed = state.boxes.kept
        except S2sadError:
            if not state.trees.flows or not expects:
                raise
            expects = False  # it may be what loops were expected to carry that is not supported


def _lower(
    state: State,
    function: types.FunctionType,
    kinds: dict[str, Kind],
    wrt: set[str],
    outputs: tuple[str, ...],
    one_output: bool,
) -> Lowered:
    context = state.context
    found = functions.source_of(state, function)
    tree = found.tree
    frame = functions.enter(state, found, tree, None, function)
    params = _params(frame, tree, kinds, wrt)
    state.stack.append(function.__code__)
    state.parameters.vars = context.params = {param.var for param in params}
    bound = {name: spelled_out(state, var, name) if name in state.parameters.apart else var
             for name, var in ((param.var.name, param.var) for param in params)}
    result = functions.run_body(frame, tree, dict(bound))
    if outputs:
        left = [left_in(frame, tree, name, bound[name]) for name in outputs]
        result = left[0] if one_output else state.builder.emit("s2sad.tuple", *left)
    result = objects.value(frame, tree, result)
    boxes.settle(state)
    name = "lambda" if isinstance(tree, gast.Lambda) else tree.name
    lowered = Function(name, params, state.builder.block, result, location=found.location(tree))
    outside = state.outside
    return Lowered(lowered, context, list(outside.captures.values()), outside, state.parameters, state.alone.callees,
                   list(state.trees.sources), state.updates)


def _params(frame: Frame, tree: gast.AST, kinds: dict[str, Kind], wrt: set[str]) -> list[Param]:
    a = tree.args
    params: list[Param] = []
    positional = [*a.posonlyargs, *a.args]
    first_default = len(positional) - len(a.defaults)
    for number, node in enumerate(positional):
        default = a.defaults[number - first_default] if number >= first_default else None
        params.append(_param(frame, node, kinds, wrt, default=default, positional_only=node in a.posonlyargs))
    if a.vararg is not None:
        params.append(_param(frame, a.vararg, kinds, wrt, prefix="*"))
    for node, default in zip(a.kwonlyargs, a.kw_defaults, strict=True):
        params.append(_param(frame, node, kinds, wrt, default=default, keyword_only=True))
    if a.kwarg is not None:
        params.append(_param(frame, a.kwarg, kinds, wrt, prefix="**"))
    return params


def _param(
    frame: Frame,
    node: gast.AST,
    kinds: dict[str, Kind],
    wrt: set[str],
    default: gast.AST | None = None,
    prefix: str = "",
    keyword_only: bool = False,
    positional_only: bool = False,
) -> Param:
    var = Var(node.id, kinds[node.id], node.id in wrt, frame.location(node))
    return Param(var, prefix, keyword_only, default, positional_only)
