"""A derivative as a pair of functions, one for each sweep; the first hands to the second what it reads."""
from __future__ import annotations

import ast
import copy
from typing import Any

from s2sad.analyses.unbound import perhaps_unbound
from s2sad.backend import trees
from s2sad.backend.module import Module
from s2sad.backend.naming import Names
from s2sad.frontend.lower import Lowered
from s2sad.ir.check import check
from s2sad.ir.kinds import SLICE, TAPE, Array, List, Scalar, Tuple
from s2sad.ir.nodes import BYTES, Assign, Block, Effect, Function, Operand, Param, Statement, Var, reads, walk
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import Builder, Context
from s2sad.transforms.optimise.dead import remove_dead
from s2sad.transforms.optimise.ownership import settle_ownership
from s2sad.transforms.reverse import Reversed
from s2sad.transforms.unread import always_bound
from s2sad.writing import listed, write_function


def split(
    module: Module, wrt: tuple[str, ...], made: Reversed, lowered: Lowered, name: str, seed: Var,
    outermost: bool = False,
) -> Function:
    """Write one function for each sweep; the first of them.

    ``seed`` is the cotangent of the value; ``outermost`` says that users call the pair, and not another function.
    """
    context = made.sweep.context
    ends = context.definition(made.function.result, "s2sad.tuple")
    assert ends is not None
    whole, end = ends.args
    forward, backward = _sweeps(made, whole)
    backward = _with_slices(context, backward, seed, end)
    kept = _read_from_outside(backward, seed, end)
    unbound = perhaps_unbound(Block(forward)).intersection(kept)
    for var in kept:
        always_bound(context, var)
    exposed = _exposed(made, whole) if lowered.updates and not outermost else set()
    packed = {var for var in kept if outermost and not module.dialect.dynamic and _may_be_empty(context, var)}
    first = _first(made, forward, whole, kept, exposed, packed, outermost)
    first.name, first.doc = f"{name}_fwd", f"Return the value of `{name}` and what `{name}_rev` reads."
    first.captures = [c for c in made.function.captures if c is not seed]
    names = _write(module, first, made, lowered)
    for var in kept:
        # What the first sweep calls it, the second does.
        if not var.name and var in names.group:
            var.name = names(var)
    second = _second(context, backward, end, kept, unbound, packed, seed)
    second.name, second.doc = f"{name}_rev", (
        f"Return the cotangents of {listed(wrt)} for a cotangent of the value of `{name}`.")
    _write(module, second, made, lowered)
    return first


def _write(module: Module, part: Function, made: Reversed, lowered: Lowered) -> Names:
    remove_dead(part)
    check(part)
    return write_function(module, part, made, lowered)


def _sweeps(made: Reversed, whole: Operand) -> tuple[list[Statement], list[Statement]]:
    """The statements of the two sweeps, without those that pack the result."""
    forward: list[Statement] = []
    backward: list[Statement] = []
    last: list[Statement] = []
    for s in made.function.body.statements:
        if s in made.forward or _is_tape(s):
            forward.append(s)
        elif isinstance(s, Assign) and s.target is whole:
            last.append(s)
        elif not (isinstance(s, Assign) and s.target is made.function.result):
            backward.append(s)
    return forward + last, backward


def _first(
    made: Reversed, forward: list[Statement], whole: Operand, kept: list[Var], exposed: set[Var], packed: set[Var],
    outermost: bool,
) -> Function:
    """The forward sweep. What its caller holds as well (``exposed``) it may update: that is kept as a copy.

    Compiled code is given an empty list by Python only if it was ``packed``: its type is known then.
    """
    block = Block(forward)
    b = Builder(made.sweep.context, block)

    def held(var: Var) -> Operand:
        if isinstance(var.kind, Array) and made.sweep.aliases.class_of(var) in exposed:
            return b.emit("s2sad.copy", var)
        if var in packed or outermost and var.kind == TAPE and _is_drained(made.sweep.context, var):
            return b.emit("s2sad.hand_over", var)
        return var

    tape = b.emit("s2sad.tuple", *[held(var) for var in kept])
    result = b.emit("s2sad.tuple", whole, tape)
    return Function("", made.function.params, block, result, location=made.function.location)


def _second(
    context: Context, backward: list[Statement], end: Operand, kept: list[Var], unbound: set[Operand],
    packed: set[Var], seed: Var,
) -> Function:
    """The reverse sweep. It may be called again: of the tapes it drains copies.

    Of what is kept, what is ``unbound`` in some runs is read in others alone, and is then of any length.
    """
    tape = Var("tape", Tuple(tuple(var.kind for var in kept)))
    statements: list[Statement] = [Effect("s2sad.unpack", [tape], list(kept), unbound, adjoint=True)] if kept else []
    drained = {var: Var(var.name, TAPE) for var in kept if var.kind == TAPE and _is_drained(context, var)}
    statements += [Assign(copied, "s2sad.copy", [var], adjoint=True) for var, copied in drained.items()]
    lists = {var: Var(var.name, var.kind) for var in kept if var in packed and not _is_read_as_typed(backward, var)}
    statements += [Assign(unpacked, "builtins.list", [var], adjoint=True) for var, unpacked in lists.items()]
    for s in backward:
        substitute(s, drained | lists)
    function = Function("", [Param(tape), Param(seed)], Block(statements + backward), end)
    settle_ownership(context, function, set())
    return function


def _exposed(made: Reversed, result: Operand) -> set[Var]:
    """The memory of arguments and of the result, as alias classes."""
    known = [*(param.var for param in made.function.params), *made.function.captures, result]
    return {found for var in known if isinstance(var, Var) for found in made.sweep.aliases.reach(var)}


def _is_drained(context: Context, tape: Operand) -> bool:
    """Whether a tape is a list, or of bytes, from which is taken; an array is only read."""
    made = context.definition(tape, "s2sad.tape")
    return made is None or made.extra is None or made.extra == BYTES


def _is_tape(s: Statement) -> bool:
    return isinstance(s, Assign) and s.primitive == "s2sad.tape" and not s.adjoint


def _read_from_outside(statements: list[Statement], seed: Var, end: Operand) -> list[Var]:
    block = Block(statements)
    defined: set[Var] = {seed}
    used: dict[Operand, None] = {}
    for s in walk(block):
        defined.update(s.defined())
        defined.update(getattr(s, "bound", list)())
        used.update(dict.fromkeys(reads(s)))
    used[end] = None
    return [operand for operand in used if isinstance(operand, Var) and operand not in defined]


def _with_slices(context: Context, backward: list[Statement], seed: Var, end: Operand) -> list[Statement]:
    """The reverse sweep with the slices that it reads written again: Numba hands none over to Python."""
    while True:
        read = _read_from_outside(backward, seed, end)
        made = [s for var in read if isinstance(s := context.definitions.get(var), Assign) and _makes_slice(s)]
        if not made:
            return backward
        again = [Assign(Var(s.target.name, s.target.kind), s.primitive, s.args, s.keywords, s.style, s.extra,
                        origin=s.origin, adjoint=True) for s in made]
        context.definitions.update({s.target: s for s in again})
        for s in backward:
            substitute(s, {one.target: two.target for one, two in zip(made, again, strict=True)})
        backward = [*again, *backward]


def _makes_slice(s: Assign) -> bool:
    return s.primitive == "s2sad.slice" or s.primitive == "s2sad.tuple" and any(arg.kind == SLICE for arg in s.args)


def _may_be_empty(context: Context, operand: Operand) -> bool:
    """Whether a value is a list of numbers or arrays, or of tuples of these, that has no items in some runs.

    Of what the function was given the type was found when it was called.
    """
    kind, made = operand.kind, context.definitions.get(operand) if isinstance(operand, Var) else None
    if not isinstance(kind, List) or kind.cls is not list or made is None:
        return False
    if isinstance(made, Assign) and made.primitive == "s2sad.list" and made.args:
        return False
    parts = kind.item.items if isinstance(kind.item, Tuple) else (kind.item,)
    return all(isinstance(part, (Array, Scalar)) for part in parts)


def _is_read_as_typed(backward: list[Statement], var: Var) -> bool:
    """Whether all that is asked of a list is what one of Numba's own type has as well."""
    return all(map(_reads_as_typed, (s for s in walk(Block(backward)) if var in reads(s))))


def _reads_as_typed(s: Statement) -> bool:
    if not isinstance(s, Assign):
        return False
    item = s.primitive == "s2sad.getitem" and not isinstance(s.target.kind, List)
    return item or s.primitive in ("builtins.len", "s2sad.zeros_like")


def vjp_door(module: Module, name: str, first: Function, forward: Any, backward: Any, seed: Var) -> Any:
    """The function that users call: it gives the value, and the reverse sweep with what that reads."""
    arguments = forward.args
    passed = [trees.name(node.arg) for node in [*arguments.posonlyargs, *arguments.args]]
    if arguments.vararg is not None:
        passed.append(ast.Starred(trees.name(arguments.vararg.arg), trees.LOAD))
    keywords = [ast.keyword(node.arg, trees.name(node.arg)) for node in arguments.kwonlyargs]
    if arguments.kwarg is not None:
        keywords.append(ast.keyword(None, trees.name(arguments.kwarg.arg)))
    run = ast.Call(trees.dotted(first.name), passed, keywords)
    targets = ast.Tuple([trees.name("value", store=True), trees.name("tape", store=True)], trees.STORE)
    pull_args = ast.arguments(
        posonlyargs=[], args=[ast.arg(arg=seed.name)],
        vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[],
    )
    held = {captured: trees.name(captured) for captured in module.captured[backward.name]}
    taken = {node.arg for node in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    arguments = copy.deepcopy(arguments)
    module.dialect.take(arguments, [captured for captured in held if captured not in taken])
    pull = ast.Lambda(args=pull_args, body=trees.call(f"{name}_rev", trees.name("tape"), trees.name(seed.name), **held))
    result = ast.Tuple([trees.name("value"), pull], trees.LOAD)
    body = [
        ast.Expr(trees.constant(f"Return the value of `{name}` and its pullback.")),
        ast.Assign([targets], run),
        ast.Return(result),
    ]
    return ast.FunctionDef(name=f"{name}_vjp", args=arguments, body=body, decorator_list=[], returns=None,
                            type_comment=None)
