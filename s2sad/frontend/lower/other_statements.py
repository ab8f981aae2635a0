"""Statements that are neither assignments, branches nor loops: those that only do something, as a rule."""
from __future__ import annotations

import copy
import importlib
import types
from typing import Any

import gast

from s2sad.frontend.bound import bound_names
from s2sad.frontend.lower import branches, memory, objects, targets, updates
from s2sad.frontend.lower.carried import STOP
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.functions import local_function
from s2sad.frontend.lower.names import cell_of, path_of_module
from s2sad.frontend.lower.opaque import kept, slot
from s2sad.frontend.lower.state import Frame
from s2sad.frontend.lower.statements import RETURN, name_of, statements
from s2sad.frontend.lower.subscripts import index
from s2sad.ir.kinds import UNKNOWN, Dict, List, Scalar
from s2sad.ir.nodes import UNDEFINED, Assign, Block, Const, Effect, Operand, Var, With
from s2sad.rules.build import constant


def lower_expression(f: Frame, node: Any) -> None:
    if isinstance(node.value, gast.Constant):
        return
    value = expression(f, node.value)
    made = f.state.context.definitions.get(value) if isinstance(value, Var) else None
    if isinstance(made, Assign) and made.primitive.startswith("builtins.") and made is _last(f):
        f.builder.block.statements.pop()
        f.builder.append(Effect("s2sad.evaluate", made.args, extra=(made.primitive, made.keywords)))


def _last(f: Frame) -> Any:
    return f.builder.block.statements[-1] if f.builder.block.statements else None


def lower_return(f: Frame, node: Any) -> None:
    value: Operand = constant(None) if node.value is None else expression(f, node.value)
    f.state.write((f.number, RETURN), value)


def lower_annotated(f: Frame, node: Any) -> None:
    if node.value is not None:
        targets.assign(f, node.target, expression(f, node.value))


def lower_assert(f: Frame, node: Any) -> None:
    _kept(f, node)


def lower_raise(f: Frame, node: Any) -> None:
    _kept(f, node)
    f.state.dead = True


def _kept(f: Frame, node: Any) -> None:
    """A statement that stays as it is written; it binds nothing."""
    template, names, operands = kept(f, node)
    f.at(node)
    f.builder.append(Effect("s2sad.statement", operands, extra=(template, names, ())))


def verbatim(f: Frame, node: Any) -> None:
    """A compound statement of which nothing is understood: what it binds depends on all that it reads."""
    _refuse_exits(f, node)
    read = sorted({n.id for n in gast.walk(node) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Load)})
    written = sorted(bound_names(f.source, [node]))
    known = [name for name in read if name not in written or _is_bound(f, name)]
    holder = gast.Tuple(elts=[slot(node, name) for name in known], ctx=gast.Load())
    _, names, operands = kept(f, gast.copy_location(holder, node))
    varied = any(operand.varied for operand in operands)
    outs = [Var(name, UNKNOWN, varied, f.location(node)) for name in written]
    extra = (copy.deepcopy(node), names, tuple(written))
    f.builder.append(Effect("s2sad.statement", operands, list(outs), extra=extra))
    for name, out in zip(written, outs, strict=True):
        cell = cell_of(f, name)
        if cell is not None:
            f.state.write(cell, out)


def _is_bound(f: Frame, name: str) -> bool:
    cell = cell_of(f, name)
    return cell is None or f.state.store.get(cell, UNDEFINED) is not UNDEFINED


def _refuse_exits(f: Frame, node: Any) -> None:
    for inner in gast.walk(node):
        if isinstance(inner, (gast.Return, gast.Yield, gast.YieldFrom, gast.Await)):
            if isinstance(node, gast.ClassDef):
                f.fail(node, "a class with methods is defined in a function that is differentiated",
                       "define it outside of the function")
            f.fail(inner, f"`{name_of(inner)}` inside `{name_of(node)}` is not supported",
                   "assign the value and return it after the statement")


def lower_import(f: Frame, node: Any) -> None:
    """An import is carried out now: what it binds is known while compiling."""
    for item in node.names:
        name = item.asname or (item.name.split(".")[0] if isinstance(node, gast.Import) else item.name)
        value, module = _imported(f, node, item)
        path = path_of_module(value, name) if isinstance(value, types.ModuleType) else f"{module}:{name}"
        cell = cell_of(f, name)
        if cell is not None:
            f.state.write(cell, constant(value, path))


def _imported(f: Frame, node: Any, item: Any) -> tuple[Any, str]:
    """What an import binds, and the module that has it."""
    try:
        if isinstance(node, gast.Import):
            module = importlib.import_module(item.name)
            return module if item.asname else importlib.import_module(item.name.split(".")[0]), ""
        package = (f.function.__globals__ if f.function is not None else {}).get("__package__")
        module = importlib.import_module("." * (node.level or 0) + (node.module or ""), package)
        if not hasattr(module, item.name):
            importlib.import_module(f"{module.__name__}.{item.name}")
        return getattr(module, item.name), module.__name__
    except (ImportError, AttributeError, TypeError) as error:
        f.fail(node, f"this import fails: {error}", "the function itself would fail here")


def lower_with(f: Frame, node: Any) -> None:
    if len(node.items) > 1:
        inner = gast.copy_location(gast.With(items=node.items[1:], body=node.body, type_comment=None), node)
        node = gast.copy_location(gast.With(items=node.items[:1], body=[inner], type_comment=None), node)
    item = node.items[0]
    manager = objects.value(f, node, expression(f, item.context_expr))
    target = None
    if item.optional_vars is not None:
        if not isinstance(item.optional_vars, gast.Name):
            f.fail(node, "`with … as` takes one name here")
        target = Var(item.optional_vars.id, UNKNOWN, manager.varied, f.location(node))

    def body() -> None:
        if target is not None:
            targets.assign_name(f, item.optional_vars, target)
        statements(f, node.body)

    branches.enclose(f, With([manager], Block(), target, origin=f.location(node)), body)


def lower_function(f: Frame, node: Any) -> None:
    if node.decorator_list:
        f.fail(node.decorator_list[0], "a decorated nested function is not supported", "call the decorator by hand")
    cell = cell_of(f, node.name)
    assert cell is not None
    f.state.write(cell, local_function(f, node, node.name))


def _delete_item(f: Frame, target: Any) -> bool:
    """``del base[place]`` of a list or dict that is followed; whether it is one."""
    base = expression(f, target.value)
    if updates.is_followed(f, base) and isinstance(base.kind, (List, Dict)):
        place = index(f, target.slice)
        if isinstance(place.kind, Scalar) or isinstance(base.kind, Dict) and isinstance(place, Const):
            updates.delete(f, target, base, place)
            return True
    if base.varied:
        f.fail(target, "`del` of this is not supported", "make a new list or dict of what remains")
    memory.touch(f, target, [base])
    return False


def lower_delete(f: Frame, node: Any) -> None:
    for target in node.targets:
        cell = cell_of(f, target.id) if isinstance(target, gast.Name) else None
        if isinstance(target, gast.Subscript) and _delete_item(f, target):
            continue
        if cell is None:
            _kept(f, node)
        else:
            f.state.write(cell, UNDEFINED)


def nothing(f: Frame, node: Any) -> None:
    pass


def lower_break(f: Frame, node: Any) -> None:
    f.state.write(STOP, constant(True))
