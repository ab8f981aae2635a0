"""The compiler from end to end: read this first.

    function ─▶ lower ─▶ reverse ─▶ clean ─▶ record ─▶ clean ─▶ emit ─▶ text

Each stage takes and returns plain values; `generate` is their list, and `transforms.clean` that of the passes over a
derivative.
"""
from __future__ import annotations

import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from s2sad import garbage
from s2sad.analyses.aliases import Aliases
from s2sad.analyses.escapes import refuse_escapes
from s2sad.analyses.provenance import not_understood
from s2sad.backend.captured import hand_on
from s2sad.backend.dialect import Dialect
from s2sad.backend.dialects import dialect_of
from s2sad.backend.load import check as check_names
from s2sad.backend.module import Module
from s2sad.errors import S2sadError, SignatureError, UnsupportedError
from s2sad.frontend.lower import Lowered, lower
from s2sad.ir.kinds import (
    NEVER,
    UNKNOWN,
    Array,
    Kind,
    List,
    Maybe,
    Scalar,
    Tuple,
    is_differentiable,
    is_inexact,
)
from s2sad.ir.nodes import (
    Effect,
    Function,
    Operand,
    Var,
    walk,
)
from s2sad.ir.text import show
from s2sad.pairs import split, vjp_door
from s2sad.request import Request
from s2sad.room import with_room
from s2sad.rules.build import Builder, constant
from s2sad.rules.kinds import is_none
from s2sad.transforms.arguments import protect_arguments
from s2sad.transforms.clean import clean
from s2sad.transforms.few import write_as_numbers
from s2sad.transforms.independent import independent
from s2sad.transforms.lengths import settle_lengths
from s2sad.transforms.optimise.chosen_rounds import choose
from s2sad.transforms.optimise.rounds import carry_over
from s2sad.transforms.own_arrays import make_in_rounds
from s2sad.transforms.parallel import refuse_races
from s2sad.transforms.reverse import Reversed, reverse
from s2sad.transforms.reverse.items import part_kinds
from s2sad.transforms.values import write_values
from s2sad.writing import handed_on, is_passed, listed, write_function

MAXIMUM_DOC_WIDTH = 85


@dataclass
class Generated:
    """A generated module. ``captures`` are the parameters of ``entry``, passed by name, that hold what the
    function captured, each with a way to read it; ``dependencies`` are the objects that shaped the text, ``data`` the
    values whose kinds did, by namespace and name, and ``sources`` the functions whose text was read."""

    text: str
    entry: str
    captures: dict[str, Callable[[], Any]] = field(default_factory=dict)
    dependencies: list[tuple[Callable[[], Any], Any]] = field(default_factory=list)
    named_dependencies: list[tuple[int, str, Any]] = field(default_factory=list)
    data: dict[tuple[Any, str], Callable[[], Any]] = field(default_factory=dict)
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
    lowered.context.divisions_raise = _dialect(request).divisions_raise
    lowered.context.single = _dialect(request).weak_floats and any(map(_is_single, request.kinds.values()))
    lowered.function.captures = [capture.var for capture in lowered.captures]
    captured = [capture.var for capture in lowered.captures if is_passed(capture, _dialect(request))]
    _tell_apart(captured, {*lowered.outside.code, *(param.var.name for param in lowered.function.params)})
    see("lower", lowered.function)
    if request.equal_lengths:
        settle_lengths(lowered.context, lowered.function)
    if _dialect(request).parallel:
        refuse_races(lowered.context, lowered.function)
    name = _plain_name(lowered.function.name)
    if request.mode == "ir":
        return Generated(show(lowered.function), name)
    _check_wrt(request)
    aliases = _settle_memory(lowered)
    if request.mode == "vjp":
        return _finish(request, lowered, name, _pullback(request, lowered, aliases, name, see))
    return _finish(request, lowered, name, _gradient(request, lowered, aliases, name, see))


def _is_single(kind: Kind) -> bool:
    """Whether a value is, or holds, an array of single precision."""
    if isinstance(kind, (Scalar, Array)):
        return kind.dtype in ("float32", "complex64")
    if isinstance(kind, (List, Maybe)):
        return _is_single(kind.item if isinstance(kind, List) else kind.kind)
    return any(map(_is_single, (part_kinds(kind) or {}).values()))


def _settle_memory(lowered: Lowered) -> Aliases:
    """Settle what the primal does in place; which of its memory may change then."""
    function, context = lowered.function, lowered.context
    aliases = Aliases(function)
    if aliases.any_changed and write_values(context, function, aliases):
        aliases = Aliases(function)
    refuse_escapes(function, aliases)
    protected = protect_arguments(lowered, aliases)
    if context.array_tapes and write_as_numbers(context, function, aliases, protected):
        aliases, protected = Aliases(function), False
    if make_in_rounds(context, function, aliases):
        aliases = Aliases(function)
    if carry_over(context, function, aliases) or protected:
        aliases = Aliases(function)
    return Aliases(function) if choose(context, function, aliases) else aliases


def _tell_apart(parameters: list[Var], taken: set[str]) -> None:
    """Give parameters names that are not taken: values of one name may come from several closures or modules."""
    for var in parameters:
        name, number = var.name, 1
        while var.name in taken:
            number += 1
            var.name = f"{name}_of_{number}"
        taken.add(var.name)


def _dialect(request: Request) -> Dialect:
    return dialect_of(request.backend).with_options(request.options)


def _plain_name(name: str) -> str:
    return "function" if name == "lambda" else name


def _check_wrt(request: Request) -> None:
    for name in request.wrt:
        kind = request.kinds[name]
        if not is_differentiable(kind):
            raise SignatureError(
                f"`{request.function.__name__}` cannot be differentiated with respect to `{name}`, which is "
                f"{_described(kind)}",
                hint="pass a float or an array of floats, or leave it out of argnums",
            )


def _described(kind: Kind) -> str:
    if isinstance(kind, (Scalar, Array)):
        return f"of an integer or boolean type ({kind})" if not is_inexact(kind.dtype) else str(kind)
    if isinstance(kind, List) and kind.item == NEVER:
        return "an empty list"
    return "of a type that it does not know" if kind == UNKNOWN else f"a {kind}"


# -- grad, value_and_grad -------------------------------------------------------------------------


def _gradient(request: Request, lowered: Lowered, aliases: Aliases, name: str, see: Hook) -> Module:
    function, context = lowered.function, lowered.context
    builder = Builder(context, function.body)
    output, aux = _split_aux(request, lowered, builder)
    _check_scalar(request, lowered, output)
    output = _named_value(builder, output)
    wrt = _variables(function, request.wrt)
    made = reverse(context, function, aliases, wrt, output, _seed(builder, output))
    made.gradients = _in_dtype(_dialect(request), made, wrt, independent(made, wrt, False))
    gradient = made.gradients[0] if request.single else made.builder.emit("s2sad.tuple", *made.gradients)
    function.result = _packed(made.builder, request, output, aux, gradient)
    if request.mode == "grad":
        made.place = None if aux is None else 0
    see("reverse", function)
    clean(made, see)
    function.name = f"{name}_{request.mode}"
    function.doc = _doc(request, name, made)
    module = Module(_dialect(request))
    write_function(module, made.function, made, lowered)
    _write_callees(module, request, lowered, see)
    module.functions.append(module.functions.pop(0))
    return module


def _seed(builder: Builder, output: Operand) -> Operand:
    """The adjoint of the value: one."""
    no_axes = isinstance(output.kind, Array) and output.kind.dims == ()
    return builder.emit("numpy.ones_like", output) if no_axes else constant(1.0)


def _write_callees(module: Module, request: Request, lowered: Lowered, see: Hook) -> None:
    """The pairs `f_fwd` and `f_rev` of the functions that are compiled on their own."""
    if not lowered.callees:
        return
    called = _called(lowered.function)
    for variants in lowered.callees.values():
        for callee, _ in variants:
            if callee not in called:
                continue  # it was lowered to see what it does
            function = callee.function
            _tell_apart(callee.variables(), handed_on(lowered, module.dialect))
            seed = Var(f"{callee.name}_bar", callee.result)
            function.captures = [capture.var for capture in lowered.captures] + [seed]
            builder = Builder(lowered.context, function.body)
            output = _named_value(builder, function.result)
            if request.equal_lengths:
                settle_lengths(lowered.context, function)
            aliases = _callee_memory(lowered, function)
            made = reverse(lowered.context, function, aliases, callee.active(), output, seed)
            made.gradients = independent(made, callee.active(), True)
            end = made.builder.emit("s2sad.tuple", *made.gradients)
            function.result = made.builder.emit("s2sad.tuple", output, end)
            see("reverse", function)
            clean(made, see, True)
            names = tuple(var.name for var in callee.active())
            split(module, names, made, lowered, callee.name, seed)
    if called:
        hand_on(module)


def _callee_memory(lowered: Lowered, function: Function) -> Aliases:
    """Settle what a function that is compiled on its own does in place; which of its memory may change then."""
    aliases = Aliases(function)
    refuse_escapes(function, aliases)
    if carry_over(lowered.context, function, aliases):
        aliases = Aliases(function)
    if choose(lowered.context, function, aliases):
        aliases = Aliases(function)
    if lowered.updates:
        aliases.settle()  # whether callers hold what it hands over is asked when it is split
    return aliases


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
    if is_none(output):
        what, hint = "nothing", _OUTPUTS
    raise SignatureError(
        f"grad needs a function that returns a scalar; `{request.function.__name__}` returns {what}",
        lowered.function.location, hint,
    )


_OUTPUTS = 'name the parameter that it writes into: vjp(…, outputs="u")'


def _named_value(builder: Builder, output: Operand) -> Operand:
    """The result under a name of its own, so that the reverse sweep may use the user's names again."""
    if isinstance(output, Var) and not output.name:
        output.name = "value"
        return output
    return builder.emit("s2sad.alias", output, name="value", kind=output.kind, varied=output.varied)


def _variables(function: Function, names: tuple[str, ...]) -> list[Var]:
    by_name = {param.var.name: param.var for param in function.params}
    return [by_name[name] for name in names]


def _in_dtype(dialect: Dialect, made: Reversed, wrt: list[Var], gradients: list[Operand]) -> list[Operand]:
    """Gradients of single precision are made such where a Python float makes an array double."""
    return [
        made.builder.emit("s2sad.cast", gradient, var)
        if not dialect.weak_floats and isinstance(var.kind, Array) and var.kind.dtype in ("float32", "complex64")
        else gradient
        for gradient, var in zip(gradients, wrt, strict=True)
    ]


def _packed(b: Builder, request: Request, value: Operand, aux: Operand | None, gradient: Operand) -> Operand:
    if request.mode == "grad":
        return gradient if aux is None else b.emit("s2sad.tuple", gradient, aux)
    whole = value if aux is None else b.emit("s2sad.tuple", value, aux)
    return b.emit("s2sad.tuple", whole, gradient)


# -- vjp ------------------------------------------------------------------------------------------


def _pullback(request: Request, lowered: Lowered, aliases: Aliases, name: str, see: Hook) -> Module:
    function, context = lowered.function, lowered.context
    builder = Builder(context, function.body)
    output, aux = _split_aux(request, lowered, builder)
    if output.kind == UNKNOWN and output.varied:
        raise not_understood(context, output, function.location)
    if not is_differentiable(output.kind):
        raise SignatureError(f"`{request.function.__name__}` returns a value of kind {output.kind}, which carries no "
                             "derivative", lowered.function.location, _OUTPUTS if is_none(output) else "")
    output = _named_value(builder, output)
    assert isinstance(output, Var)
    seed = Var(f"{output.name}_bar", output.kind)
    function.captures = [*function.captures, seed]
    wrt = _variables(function, request.wrt)
    made = reverse(context, function, aliases, wrt, output, seed)
    made.gradients = _in_dtype(_dialect(request), made, wrt, independent(made, wrt, True))
    end = made.builder.emit("s2sad.tuple", *made.gradients)
    whole = output if aux is None else made.builder.emit("s2sad.tuple", output, aux)
    function.result = made.builder.emit("s2sad.tuple", whole, end)
    see("reverse", function)
    clean(made, see, True)
    module = Module(_dialect(request))
    first = split(module, request.wrt, made, lowered, name, seed, outermost=True)
    _write_callees(module, request, lowered, see)
    module.functions.append(vjp_door(module, name, first, module.functions[0], module.functions[1], seed))
    return module


# -- writing --------------------------------------------------------------------------------------


def _doc(request: Request, name: str, made: Reversed) -> str:
    what = "the value and the gradient" if request.mode == "value_and_grad" else "the gradient"
    kinds = ", ".join(f"{param.prefix}{param.var.name}: {param.var.kind}" for param in made.function.params)
    of = f"{listed(request.outputs)} as `{name}` leaves it" if request.outputs else f"`{name}`"
    first = f"Return {what} of {of} with respect to {listed(request.wrt)}"
    if len(first) + len(kinds) <= MAXIMUM_DOC_WIDTH:
        return f"{first}, for {kinds}."
    inside = textwrap.fill(kinds, MAXIMUM_DOC_WIDTH, initial_indent="    ", subsequent_indent="    ")
    return f"{first}.\n\n{inside}\n    "


def _finish(request: Request, lowered: Lowered, name: str, module: Module) -> Generated:
    text = module.text("")
    entry = f"{name}_{request.mode}"
    try:
        check_names(text, entry, module.bound, module.tree())
    except UnsupportedError as error:
        raise UnsupportedError(error.message, lowered.function.location, error.hint) from error
    tree = module.functions[-1]
    outside = lowered.outside
    readers: dict[str, Callable[[], Any]] = {
        c.var.name: c.fetch for c in lowered.captures if is_passed(c, module.dialect)
    }
    readers.update({called: fetch for called, (fetch, _) in outside.code.items()})
    named = [node.arg for node in [*tree.args.args, *tree.args.kwonlyargs] if node.arg in readers]
    own = {param.var.name for param in lowered.function.params}
    return Generated(
        text, entry,
        {key: readers[key] for key in [*sorted(module.bound), *named] if key in readers and key not in own},
        [*outside.dependencies.values(), *outside.attributes.values()],
        [(space, name, value) for (space, name), (_, value) in outside.dependencies.items()],
        {**{key: capture.fetch for key, capture in outside.captures.items()}, **outside.data},
        lowered.sources,
    )
