"""One function of the IR as a function of the generated module."""
from __future__ import annotations

import ast

from s2sad.backend.dialect import Dialect
from s2sad.backend.emit import Emitter
from s2sad.backend.module import Module
from s2sad.backend.naming import Names
from s2sad.backend.write import plain
from s2sad.frontend.lower import Lowered
from s2sad.frontend.lower.outside import Capture
from s2sad.ir.nodes import Assign, Effect, Function, Statement, Var, reads, walk
from s2sad.transforms.buffers import reuse_arrays
from s2sad.transforms.checks import lift_checks
from s2sad.transforms.elements import free_letters, gather_scattered, pad_shifted, write_loops
from s2sad.transforms.optimise.dead import remove_dead
from s2sad.transforms.optimise.inverses import divide_once
from s2sad.transforms.optimise.rows import look_up_in_rows
from s2sad.transforms.reverse import Reversed
from s2sad.transforms.stand_ins import stand_in

# Names that generated code may use whatever the user's variables are called.
RESERVED = frozenset({
    "np", "math", "copy", "range", "reversed", "len", "list", "tuple", "zip", "enumerate", "float", "int",
    "abs", "max", "min", "sum", "print", "isinstance", "type", "_unbroadcast", "_matmul_left", "_matmul_right",
    "_like", "_add", "_zeros", "_grown", "_is_full", "_same_length", "_matrix_product", "_matrix_times_vector",
})


def write_function(module: Module, function: Function, made: Reversed, lowered: Lowered) -> Names:
    """Add a function to the module; what its variables are called."""
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
            module.require(root)
    roots = {capture.var.name.split(".")[0] for capture in captures}
    module.free.clear()
    _plain_defaults(function)
    if module.dialect.fuses:
        letters = free_letters(function)
        pad_shifted(made.sweep.context, function)
        write_loops(made.sweep.context, function, letters)
        gather_scattered(made.sweep.context, function)
        divide_once(made.sweep.context, function)
        reuse_arrays(made.sweep.context, function, letters)
    elif look_up_in_rows(made.sweep.context, function):
        remove_dead(function)
    if not module.dialect.dynamic:
        stand_in(made.sweep.context, function.body)
    if module.dialect.parallel:
        lift_checks(made.sweep.context, function)
    called = {*RESERVED, *_called_builtins(statements)}
    reserved = {*called, *roots, *_static_roots(statements)}
    if lowered.callees:
        reserved |= handed_on(lowered, module.dialect) - {c.var.name for c in lowered.captures if c.var in bound}
    emitter = Emitter(module, function, made.sweep.context, reserved, called)
    tree = emitter.emit()
    extra = [capture.var.name for capture in captures if is_passed(capture, module.dialect)]
    if not module.dialect.dynamic:
        module.bound.update(name for name, code in module.free.items() if isinstance(code.value, type))
    captured = [name for name in dict.fromkeys([*extra, *module.free]) if name not in module.bound]
    module.dialect.take(tree.args, captured)
    module.captured[tree.name] = captured
    module.functions.append(tree)
    return emitter.names


def is_passed(capture: Capture, dialect: Dialect) -> bool:
    """Whether a captured value is a parameter of the generated function."""
    return capture.module is None or not dialect.fresh_globals


def handed_on(lowered: Lowered, dialect: Dialect) -> set[str]:
    """What a function may get from those that call it beside its arguments."""
    return {*lowered.outside.code, *(c.var.name for c in lowered.captures if is_passed(c, dialect))}


def _plain_defaults(function: Function) -> None:
    """Defaults that are literals stay; where one is not, the caller passes all arguments."""
    if not _has_plain_defaults(function):
        for param in function.params:
            param.default = None


def _has_plain_defaults(function: Function) -> bool:
    for param in function.params:
        if param.default is not None:
            try:
                ast.literal_eval(plain(param.default))
            except (ValueError, TypeError):
                return False
    return True


def _called_builtins(statements: list[Statement]) -> set[str]:
    primitives = {s.primitive for s in statements if isinstance(s, (Assign, Effect))}
    return {primitive[9:] for primitive in primitives if primitive.startswith("builtins.")}


def _static_roots(statements: list[Statement]) -> set[str]:
    paths = {operand.path for s in statements for operand in s.args if not isinstance(operand, Var)}
    return {path.rpartition(":")[2].split(".")[0] for path in paths if path}


def listed(names: tuple[str, ...]) -> str:
    """Names as a sentence has them: `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
