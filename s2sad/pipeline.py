"""The compiler from end to end: read this first.

    function ─▶ lower ─▶ reverse ─▶ clean ─▶ record ─▶ clean ─▶ emit ─▶ text

Each stage takes and returns plain values; `generate` is their list.
"""
from __future__ import annotations

import ast
import copy
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from s2sad import garbage
from s2sad.analyses.aliases import Aliases
from s2sad.analyses.escapes import refuse_escapes
from s2sad.analyses.provenance import not_understood
from s2sad.backend.dialect import Dialect
from s2sad.backend.dialects import dialect_of
from s2sad.backend.emit import Emitter
from s2sad.backend.load import check as check_names
from s2sad.backend.module import Module
from s2sad.backend.naming import Names
from s2sad.backend.write import MARKERS, plain
from s2sad.errors import S2sadError, SignatureError, UnsupportedError
from s2sad.frontend.lower import Lowered, lower
from s2sad.frontend.lower.state import Capture
from s2sad.ir.check import check
from s2sad.ir.kinds import (
    TAPE,
    UNKNOWN,
    Array,
    Kind,
    Scalar,
    Static,
    Tuple,
    carries_derivative,
    is_inexact,
)
from s2sad.ir.nodes import (
    Assign,
    Block,
    Const,
    Effect,
    Function,
    Operand,
    Param,
    Statement,
    Var,
    reads,
    walk,
)
from s2sad.ir.text import show
from s2sad.request import Request
from s2sad.room import with_room
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.arguments import protect_arguments
from s2sad.transforms.array_tapes import use_arrays
from s2sad.transforms.checks import lift_checks
from s2sad.transforms.elements import write_loops
from s2sad.transforms.lengths import settle_lengths
from s2sad.transforms.optimise.again import simplify_again
from s2sad.transforms.optimise.batches import batch_outer_products
from s2sad.transforms.optimise.common import share
from s2sad.transforms.optimise.dead import remove_dead, remove_unchanged
from s2sad.transforms.optimise.factors import collect_factors
from s2sad.transforms.optimise.ownership import settle_ownership
from s2sad.transforms.optimise.restores import remove_unread_clears, remove_unread_restores
from s2sad.transforms.optimise.rounds import carry_over
from s2sad.transforms.optimise.rows import look_up_in_rows
from s2sad.transforms.optimise.shadows import gather_updates
from s2sad.transforms.optimise.signs import take_from_places
from s2sad.transforms.optimise.steady import move_steady
from s2sad.transforms.optimise.sums import contract_sums
from s2sad.transforms.order import run_forwards
from s2sad.transforms.parallel import refuse_races, settle_parallel
from s2sad.transforms.reverse import Reversed, record, reverse
from s2sad.transforms.reverse.adjoints import may_be_int
from s2sad.transforms.tape import always_bound

# Names that generated code may use whatever the user's variables are called.
RESERVED = frozenset({
    "np", "math", "copy", "range", "reversed", "len", "list", "tuple", "zip", "enumerate", "float", "int",
    "abs", "max", "min", "sum", "print", "isinstance", "type", "_unbroadcast", "_matmul_left", "_matmul_right",
    "_like", "_add", "_zeros", "_grown", "_is_full", "_same_length", "_matrix_product", "_matrix_times_vector",
})


MAXIMUM_DOC_WIDTH = 85


@dataclass
class Generated:
    """A generated module. ``captures`` are the parameters of ``entry``, passed by name, that hold what the
    function captured, each with a way to read it; ``dependencies`` are the objects that shaped the text."""

    text: str
    entry: str
    captures: dict[str, Callable[[], Any]] = field(default_factory=dict)
    dependencies: list[tuple[Callable[[], Any], Any]] = field(default_factory=list)
    named_dependencies: list[tuple[int, str, Any]] = field(default_factory=list)
    sources: list[types.FunctionType] = field(default_factory=list)


Hook = Callable[[str, Function], None]


def generate(request: Request, after_pass: Hook | None = None) -> Generated:
    """Compile a request to the text of a module; ``after_pass`` sees the IR after every pass."""
    with garbage.kept():
        return with_room(lambda: _generate_either_way(request, after_pass))


def _generate_either_way(request: Request, after_pass: Hook | None) -> Generated:
    """What cannot be compiled on its own is written in line after all, however often it is called.

    So is all for a compiler that types everything: what a function hands to its reverse is of no one type.
    """
    often: set[object] | None = set() if _dialect(request).dynamic else None
    try:
        return _generate(request, after_pass, often)
    except S2sadError:
        if not often:
            raise
    return _generate(request, after_pass, None)


def _generate(request: Request, after_pass: Hook | None, often: set[object] | None) -> Generated:
    lowered = lower(request.function, request.kinds, set(request.wrt), request.outputs, request.one_output,
                    _dialect(request).dynamic, often, _dialect(request).parallel)
    see = after_pass or (lambda name, function: None)
    lowered.context.array_tapes = request.array_tapes
    lowered.function.captures = [capture.var for capture in lowered.captures]
    _tell_apart(lowered, _dialect(request))
    see("lower", lowered.function)
    if request.equal_lengths:
        settle_lengths(lowered.context, lowered.function)
    if _dialect(request).parallel:
        refuse_races(lowered.context, lowered.function)
    name = _plain_name(lowered.function.name)
    if request.mode == "ir":
        return Generated(show(lowered.function), name)
    _check_wrt(request)
    aliases = Aliases(lowered.function)
    refuse_escapes(lowered.function, aliases)
    protect_arguments(lowered, aliases)
    carry_over(lowered.context, lowered.function, aliases)
    if request.mode == "vjp":
        return _finish(request, lowered, name, _pullback(request, lowered, name, see))
    return _finish(request, lowered, name, _gradient(request, lowered, name, see))


def _tell_apart(lowered: Lowered, dialect: Dialect) -> None:
    """Captured values of one name, from several closures or modules, are parameters of several names."""
    taken = {param.var.name for param in lowered.function.params}
    for capture in lowered.captures:
        if _is_passed(capture, dialect):
            number = 1
            while capture.var.name in taken:
                number += 1
                capture.var.name = f"{capture.name}_of_{number}"
            taken.add(capture.var.name)


def _dialect(request: Request) -> Dialect:
    return dialect_of(request.backend).with_options(request.options)


def _plain_name(name: str) -> str:
    return "function" if name == "lambda" else name


def _check_wrt(request: Request) -> None:
    for name in request.wrt:
        kind = request.kinds[name]
        if not carries_derivative(kind) or kind == UNKNOWN:
            raise SignatureError(
                f"`{request.function.__name__}` cannot be differentiated with respect to `{name}`, which is "
                f"{_described(kind)}",
                hint="pass a float or an array of floats, or leave it out of argnums",
            )


def _described(kind: Kind) -> str:
    if isinstance(kind, (Scalar, Array)):
        return f"of an integer or boolean type ({kind})" if not is_inexact(kind.dtype) else str(kind)
    return f"a {kind}"


# -- grad, value_and_grad -------------------------------------------------------------------------


def _gradient(request: Request, lowered: Lowered, name: str, see: Hook) -> Module:
    function, context = lowered.function, lowered.context
    builder = Builder(context, function.body)
    output, aux = _split_aux(request, lowered, builder)
    _check_scalar(request, lowered, output)
    output = _named_value(builder, output)
    wrt = _variables(function, request.wrt)
    made = reverse(context, function, wrt, output, _seed(builder, output))
    made.gradients = _in_dtype(_dialect(request), made, wrt, _independent(made, function))
    gradient = made.gradients[0] if request.single else made.builder.emit("s2sad.tuple", *made.gradients)
    function.result = _packed(made.builder, request, output, aux, gradient)
    see("reverse", function)
    _clean(made, see)
    function.name = f"{name}_{request.mode}"
    function.doc = _doc(request, name, made)
    module = Module(_dialect(request))
    _write(module, made, lowered)
    _write_callees(module, request, lowered, see)
    return module


def _seed(builder: Builder, output: Operand) -> Operand:
    """The adjoint of the value: one."""
    no_axes = isinstance(output.kind, Array) and output.kind.dims == ()
    return builder.emit("numpy.ones_like", output) if no_axes else constant(1.0)


def _write_callees(module: Module, request: Request, lowered: Lowered, see: Hook) -> None:
    """The pairs `f_fwd` and `f_rev` of the functions that are compiled on their own."""
    entry = module.functions.pop()
    called = _called(lowered.function)
    for variants in lowered.state.callees.values():
        for callee, _ in variants:
            if callee not in called:
                continue  # it was lowered to see what it does
            function = callee.function
            seed = Var(f"{callee.name}_bar", callee.result)
            function.captures = [capture.var for capture in lowered.captures] + [seed]
            builder = Builder(lowered.context, function.body)
            output = _named_value(builder, function.result)
            if request.equal_lengths:
                settle_lengths(lowered.context, function)
            aliases = Aliases(function)
            refuse_escapes(function, aliases)
            carry_over(lowered.context, function, aliases)
            made = reverse(lowered.context, function, callee.active(), output, seed)
            made.gradients = _independent(made, function)
            end = made.builder.emit("s2sad.tuple", *made.gradients)
            function.result = made.builder.emit("s2sad.tuple", output, end)
            see("reverse", function)
            _clean(made, see, True)
            names = tuple(var.name for var in callee.active())
            _split(module, names, made, lowered, callee.name, seed)
    module.functions.append(entry)


def _called(function: Function) -> set[Any]:
    """The functions compiled on their own that a function calls, and those that they call."""
    found: set[Any] = set()
    waiting = [function]
    while waiting:
        for s in walk(waiting.pop().body):
            if isinstance(s, Effect) and s.primitive == "s2sad.call" and s.extra not in found:
                found.add(s.extra)
                waiting.append(s.extra.function)
    return found


def _split_aux(request: Request, lowered: Lowered, builder: Builder) -> tuple[Operand, Operand | None]:
    result = lowered.function.result
    if not request.has_aux:
        return result, None
    if not (isinstance(result.kind, Tuple) and len(result.kind.items) == 2):
        raise SignatureError("with has_aux=True the function must return a pair (value, auxiliary)",
                             lowered.function.location)
    return _item(lowered, builder, result, 0), _item(lowered, builder, result, 1)


def _item(lowered: Lowered, builder: Builder, result: Operand, place: int) -> Operand:
    made = lowered.context.definition(result, "s2sad.tuple")
    return made.args[place] if made is not None else builder.emit("s2sad.getitem", result, constant(place))


def _check_scalar(request: Request, lowered: Lowered, output: Operand) -> None:
    kind = output.kind
    if isinstance(kind, Scalar) and is_inexact(kind.dtype):
        if kind.dtype.startswith("complex"):
            raise SignatureError(f"grad needs a function with a real value; this one gives {kind}",
                                 lowered.function.location, "take the real part, or use vjp")
        return
    if isinstance(kind, Array) and not kind.dims or kind == UNKNOWN and output.varied:
        if isinstance(kind, Array):
            return
        raise not_understood(lowered.context, output, lowered.function.location)
    hint = "reduce the result to a scalar, or use vjp, which takes a cotangent"
    what = f"a value of kind {kind}"
    if _is_nothing(output):
        what, hint = "nothing", _OUTPUTS
    raise SignatureError(
        f"grad needs a function that returns a scalar; `{request.function.__name__}` returns {what}",
        lowered.function.location, hint,
    )


_OUTPUTS = 'name the parameter that it writes into: vjp(…, outputs="u")'


def _is_nothing(output: Operand) -> bool:
    return isinstance(output.kind, Static) and output.kind.value is None


def _named_value(builder: Builder, output: Operand) -> Operand:
    """The result under a name of its own, so that the reverse sweep may use the user's names again."""
    if isinstance(output, Var) and not output.name:
        output.name = "value"
        return output
    return builder.emit("s2sad.alias", output, name="value", kind=output.kind, varied=output.varied)


def _variables(function: Function, names: tuple[str, ...]) -> list[Var]:
    by_name = {param.var.name: param.var for param in function.params}
    return [by_name[name] for name in names]


def _independent(made: Reversed, function: Function) -> list[Operand]:
    """No gradient shares memory with another, with an argument, or with what is given in."""
    held: set[Var] = {param.var for param in function.params} | set(function.captures)
    result: list[Operand] = []
    for gradient in made.gradients:
        if isinstance(gradient, Var) and isinstance(gradient.kind, Scalar) and may_be_int(made.sweep.context, gradient):
            gradient = made.builder.emit("builtins.float", gradient)
        if isinstance(gradient, Var) and isinstance(gradient.kind, Array) and gradient.kind.dims is not None:
            if gradient in held or _is_primal(made, gradient) or _is_view(made, gradient):
                gradient = made.builder.emit("s2sad.copy", gradient, name=gradient.name)
            held.add(gradient)  # type: ignore[arg-type]
        result.append(gradient)
    return result


def _in_dtype(dialect: Dialect, made: Reversed, wrt: list[Var], gradients: list[Operand]) -> list[Operand]:
    """Gradients of single precision are made such where a Python float makes an array double."""
    return [
        made.builder.emit("s2sad.cast", gradient, var)
        if not dialect.weak_floats and isinstance(var.kind, Array) and var.kind.dtype in ("float32", "complex64")
        else gradient
        for gradient, var in zip(gradients, wrt, strict=True)
    ]


def _is_primal(made: Reversed, gradient: Var) -> bool:
    definition = made.sweep.context.definitions.get(gradient)
    return definition is None or not definition.adjoint


def _is_view(made: Reversed, gradient: Var) -> bool:
    from s2sad.rules import table

    definition = made.sweep.context.definitions.get(gradient)
    if not isinstance(definition, Assign):
        return False
    if definition.primitive == "s2sad.expand":
        return isinstance(definition.args[0].kind, Array)
    known = table.lookup(definition.primitive)
    return known is None or known.view


def _packed(b: Builder, request: Request, value: Operand, aux: Operand | None, gradient: Operand) -> Operand:
    if request.mode == "grad":
        return gradient if aux is None else b.emit("s2sad.tuple", gradient, aux)
    whole = value if aux is None else b.emit("s2sad.tuple", value, aux)
    return b.emit("s2sad.tuple", whole, gradient)


def _clean(made: Reversed, see: Hook, handed_over: bool = False) -> None:
    """Make the most of a derivative; ``handed_over`` says that its two sweeps become functions of their own."""
    function, context = made.function, made.sweep.context
    remove_unchanged(function)
    simpler = simplify_again(context, function)
    if share(function, made.sweep.versions, made.sweep.twins, context.array_tapes) or simpler:
        simplify_again(context, function)
    remove_dead(function)
    see("clean", function)
    if made.sweep.versions.any:
        _settle_restores(made)
        see("restore", function)
    record(made)
    see("record", function)
    share(function, made.sweep.versions, {})
    contract_sums(context, function)
    collect_factors(context, function)
    move_steady(function)
    remove_unchanged(function)
    remove_dead(function)
    see("share", function)
    if gather_updates(context, function):
        remove_dead(function)
    see("gather", function)
    if not context.array_tapes and take_from_places(context, function):
        remove_dead(function)
    left = settle_ownership(context, function)
    made.forward.update(use_arrays(context, function))
    if not context.array_tapes and batch_outer_products(context, function) or left:
        remove_dead(function)
    check(function)
    see("own", function)
    if context.array_tapes:
        made.forward.update(settle_parallel(context, function, handed_over))
        run_forwards(context, function)
        check(function)
        see("parallel", function)


def _settle_restores(made: Reversed) -> None:
    """Keep the restores that the reverse sweep reads, and the places of adjoints that it clears and reads again."""
    function = made.function
    reverse_block = Block([s for s in function.body.statements if s not in made.forward])
    remove_unread_restores(made.sweep.context, reverse_block, [function.result])
    remove_unread_clears(made.sweep.context, reverse_block, [function.result])
    function.body.statements = [
        *(s for s in function.body.statements if s in made.forward), *reverse_block.statements
    ]
    remove_unchanged(function)
    remove_dead(function)


# -- vjp ------------------------------------------------------------------------------------------


def _pullback(request: Request, lowered: Lowered, name: str, see: Hook) -> Module:
    function, context = lowered.function, lowered.context
    builder = Builder(context, function.body)
    output, aux = _split_aux(request, lowered, builder)
    if not carries_derivative(output.kind) or output.kind == UNKNOWN:
        raise SignatureError(f"`{request.function.__name__}` returns a value of kind {output.kind}, which carries no "
                             "derivative", lowered.function.location, _OUTPUTS if _is_nothing(output) else "")
    output = _named_value(builder, output)
    assert isinstance(output, Var)
    seed = Var(f"{output.name}_bar", output.kind)
    function.captures = [*function.captures, seed]
    wrt = _variables(function, request.wrt)
    made = reverse(context, function, wrt, output, seed)
    made.gradients = _in_dtype(_dialect(request), made, wrt, _independent(made, function))
    end = made.builder.emit("s2sad.tuple", *made.gradients)
    whole = output if aux is None else made.builder.emit("s2sad.tuple", output, aux)
    function.result = made.builder.emit("s2sad.tuple", whole, end)
    see("reverse", function)
    _clean(made, see, True)
    module = Module(_dialect(request))
    first = _split(module, request.wrt, made, lowered, name, seed, outermost=True)
    module.functions.append(_vjp_door(module, name, first, module.functions[0], module.functions[1], seed))
    _write_callees(module, request, lowered, see)
    return module


def _split(
    module: Module, wrt: tuple[str, ...], made: Reversed, lowered: Lowered, name: str, seed: Var,
    outermost: bool = False,
) -> Function:
    """One function for each sweep; the second gets from the first what it reads, in one tuple.

    What the caller of a function holds as well it may update: that is kept as a copy.
    """
    function, context = made.function, made.sweep.context
    ends = lowered.context.definition(function.result, "s2sad.tuple")
    assert ends is not None
    whole, end = ends.args
    forward = [s for s in function.body.statements if s in made.forward or _is_tape(s)]
    backward = [s for s in function.body.statements if s not in made.forward and not _is_tape(s)]
    packing = {s for s in backward if isinstance(s, Assign) and s.target in (function.result, whole)}
    backward = [s for s in backward if s not in packing]
    forward += [s for s in function.body.statements if isinstance(s, Assign) and s.target is whole
                and s not in made.forward]
    kept = _read_from_outside(backward, seed, end)
    for var in kept:
        always_bound(context, var)
    tape = Var("tape", Tuple(tuple(var.kind for var in kept)))
    first_block, second_block = Block(forward), Block([])
    packing_builder = Builder(context, first_block)
    exposed = _exposed(made, whole) if lowered.state.updates and not outermost else set()
    held = [packing_builder.emit("s2sad.copy", var) if isinstance(var.kind, Array)
            and made.sweep.aliases.class_of(var) in exposed else var for var in kept]
    if outermost:
        held = [packing_builder.emit("s2sad.hand_over", var) if var.kind == TAPE and _is_drained(context, var) else var
                for var in held]
    packed = packing_builder.emit("s2sad.tuple", *held)
    result = Builder(context, first_block).emit("s2sad.tuple", whole, packed)
    first = Function(f"{name}_fwd", function.params, first_block, result, location=function.location)
    first.captures = [c for c in function.captures if c is not seed]
    first.doc = f"Return the value of `{name}` and what `{name}_rev` reads."
    if kept:
        second_block.statements.append(Effect("s2sad.unpack", [tape], list(kept), adjoint=True))
    mapping: dict[Var, Var] = {}
    for var in kept:
        if var.kind == TAPE and _is_drained(context, var):
            # A pullback may be called again: it drains a copy.
            mapping[var] = Var(var.name, TAPE)
            copied = Assign(mapping[var], "s2sad.copy", [var], adjoint=True)
            second_block.statements.append(copied)
    from s2sad.ir.rewrite import substitute

    for s in backward:
        substitute(s, mapping)
    second_block.statements += backward
    second = Function(f"{name}_rev", [Param(tape), Param(seed)], second_block, end)
    second.doc = f"Return the cotangents of {_listed(wrt)} for a cotangent of the value of `{name}`."
    settle_ownership(context, second)
    for part in (first, second):
        remove_dead(part)
        check(part)
        names = _write_function(module, part, made, lowered)
        for var in kept:
            # What the first sweep calls it, the second does.
            if not var.name and var in names.group:
                var.name = names(var)
    return first


def _exposed(made: Reversed, result: Operand) -> set[Var]:
    """The memory of arguments and of the result, as alias classes."""
    known = [*(param.var for param in made.function.params), *made.function.captures, result]
    return {found for var in known if isinstance(var, Var) for found in made.sweep.aliases.reach(var)}


def _is_drained(context: Context, tape: Operand) -> bool:
    """Whether a tape is a list, from which is taken; an array is only read."""
    made = context.definition(tape, "s2sad.tape")
    return made is None or made.extra is None


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


def _vjp_door(module: Module, name: str, first: Function, forward: Any, backward: Any, seed: Var) -> Any:
    from s2sad.backend.trees import call, dotted
    from s2sad.backend.trees import constant as literal
    from s2sad.backend.trees import name as name_tree

    arguments = forward.args
    passed = [name_tree(node.arg) for node in [*arguments.posonlyargs, *arguments.args]]
    if arguments.vararg is not None:
        passed.append(ast.Starred(value=name_tree(arguments.vararg.arg), ctx=ast.Load()))
    keywords = [ast.keyword(arg=node.arg, value=name_tree(node.arg)) for node in arguments.kwonlyargs]
    if arguments.kwarg is not None:
        keywords.append(ast.keyword(arg=None, value=name_tree(arguments.kwarg.arg)))
    run = ast.Call(func=dotted(first.name), args=passed, keywords=keywords)
    targets = ast.Tuple(elts=[name_tree("value", store=True), name_tree("tape", store=True)], ctx=ast.Store())
    pull_args = ast.arguments(
        posonlyargs=[], args=[ast.arg(arg=seed.name)],
        vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[],
    )
    held = {captured: name_tree(captured) for captured in module.captured[backward.name]}
    taken = {node.arg for node in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    arguments = copy.deepcopy(arguments)
    module.dialect.take(arguments, [captured for captured in held if captured not in taken])
    pull = ast.Lambda(args=pull_args, body=call(f"{name}_rev", name_tree("tape"), name_tree(seed.name), **held))
    result = ast.Tuple(elts=[name_tree("value"), pull], ctx=ast.Load())
    body = [
        ast.Expr(value=literal(f"Return the value of `{name}` and its pullback.")),
        ast.Assign(targets=[targets], value=run, type_comment=None),
        ast.Return(value=result),
    ]
    return ast.FunctionDef(name=f"{name}_vjp", args=arguments, body=body, decorator_list=[], returns=None,
                            type_comment=None)


# -- writing --------------------------------------------------------------------------------------


def _write(module: Module, made: Reversed, lowered: Lowered) -> None:
    _write_function(module, made.function, made, lowered)


def _write_function(module: Module, function: Function, made: Reversed, lowered: Lowered) -> Names:
    statements = walk(function.body)
    used = {function.result, *(operand for s in statements for operand in reads(s))} if lowered.captures else set()
    bound = {var for s in statements for var in s.defined()} if lowered.captures else set()
    captures = [capture for capture in lowered.captures if capture.var in used and capture.var not in bound]
    function.captures = [capture.var for capture in captures]
    for capture in captures:
        if capture.module is not None and module.dialect.fresh_globals:
            root = capture.module
            if not capture.var.name.startswith(f"{root}."):
                capture.var.name = f"{root}.{capture.name.rpartition('.')[2]}"
            module.imports[root.split(".")[0]] = f"import {root}"
    roots = {capture.var.name.split(".")[0] for capture in captures}
    module.free.clear()
    _plain_defaults(function)
    if module.dialect.fuses:
        write_loops(made.sweep.context, function)
    elif look_up_in_rows(made.sweep.context, function):
        remove_dead(function)
    if module.dialect.parallel:
        lift_checks(made.sweep.context, function)
    emitter = Emitter(module, function, made.sweep.context, set(RESERVED | roots | _static_roots(statements)))
    tree = emitter.emit()
    extra = [capture.var.name for capture in captures if _is_passed(capture, module.dialect)]
    captured = list(dict.fromkeys([*extra, *module.free]))
    module.dialect.take(tree.args, captured)
    module.captured[tree.name] = captured
    module.functions.append(tree)
    return emitter.names


def _is_passed(capture: Capture, dialect: Dialect) -> bool:
    """Whether a captured value is a parameter of the generated function."""
    return capture.module is None or not dialect.fresh_globals


def _plain_defaults(function: Function) -> None:
    """Defaults that are literals stay; where one is not, the caller passes all arguments."""
    if not has_plain_defaults(function):
        for param in function.params:
            param.default = None


def has_plain_defaults(function: Function) -> bool:
    for param in function.params:
        if param.default is not None:
            try:
                ast.literal_eval(plain(param.default))
            except (ValueError, TypeError):
                return False
    return True


def _static_roots(statements: list[Statement]) -> set[str]:
    found: set[str] = set()
    for s in statements:
        for operand in s.operands():
            if isinstance(operand, Const) and operand.path:
                found.add(operand.path.rpartition(":")[2].split(".")[0])
    return found


def _doc(request: Request, name: str, made: Reversed) -> str:
    what = "the value and the gradient" if request.mode == "value_and_grad" else "the gradient"
    kinds = ", ".join(f"{param.prefix}{param.var.name}: {param.var.kind}" for param in made.function.params)
    of = f"{_listed(request.outputs)} as `{name}` leaves it" if request.outputs else f"`{name}`"
    first = f"Return {what} of {of} with respect to {_listed(request.wrt)}"
    if len(first) + len(kinds) <= MAXIMUM_DOC_WIDTH:
        return f"{first}, for {kinds}."
    inside = textwrap.fill(kinds, MAXIMUM_DOC_WIDTH, initial_indent="    ", subsequent_indent="    ")
    return f"{first}.\n\n{inside}\n    "


def _listed(names: tuple[str, ...]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _finish(request: Request, lowered: Lowered, name: str, module: Module) -> Generated:
    text = module.text("")
    entry = f"{name}_{request.mode}"
    try:
        check_names(text, entry, MARKERS, module.tree())
    except UnsupportedError as error:
        raise UnsupportedError(error.message, lowered.function.location, error.hint) from error
    tree = module.functions[-1]
    state = lowered.state
    readers: dict[str, Callable[[], Any]] = {
        c.var.name: c.fetch for c in lowered.captures if _is_passed(c, module.dialect)
    }
    readers.update({key[1]: fetch for key, (fetch, _) in state.dependencies.items()})
    named = [node.arg for node in [*tree.args.args, *tree.args.kwonlyargs] if node.arg in readers]
    own = {param.var.name for param in lowered.function.params}
    return Generated(
        text, entry,
        {key: readers[key] for key in named if key not in own},
        list(state.dependencies.values()),
        [(space, name, value) for (space, name), (_, value) in state.dependencies.items()],
        list(state.sources),
    )
