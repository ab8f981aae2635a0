"""Python that is kept as it is written: the piece of syntax, and what it reads."""
from __future__ import annotations

import copy
from typing import Any

import gast

from s2sad.frontend.lower import objects
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.names import read_name
from s2sad.frontend.lower.state import Bound, Choice, Frame, LocalFunction, Partial
from s2sad.ir.kinds import STR, UNKNOWN, may_vary
from s2sad.ir.nodes import Const, Effect, Operand, Var


def opaque(f: Frame, node: Any) -> Operand:
    """Python that is kept as it is written, its variables being what it reads."""
    if any(isinstance(inner, (gast.Await, gast.Yield, gast.YieldFrom)) for inner in gast.walk(node)):
        f.fail(node, "a generator or coroutine cannot be differentiated", "collect the values in a loop or a list")
    if any(isinstance(inner, gast.NamedExpr) for inner in gast.walk(node)):
        f.fail(node, "`:=` is not supported in this expression", "assign on a line of its own")
    template, names, operands = kept(f, node)
    kind = STR if isinstance(node, gast.JoinedStr) else UNKNOWN
    varied = any(operand.varied for operand in operands)
    target = Var("", kind, varied and may_vary(kind), f.location(node))
    f.at(node)
    f.builder.append(Effect("s2sad.opaque", operands, [target], extra=(template, names)))
    return target


def kept(f: Frame, node: Any) -> tuple[Any, tuple[str, ...], list[Operand]]:
    """A piece of syntax that stays, the names in it that stand for operands, and these."""
    keeper = _Keeper(f, bound_inside(node))
    template = keeper.visit(copy.deepcopy(node))
    return template, tuple(keeper.operands), list(keeper.operands.values())


def slot(place: Any, name: str) -> Any:
    """A name in a template, for an operand."""
    return gast.copy_location(gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None), place)


def bound_inside(node: Any) -> set[str]:
    """The names that comprehensions and lambdas in a piece of syntax bind."""
    bound: set[str] = set()
    for inner in gast.walk(node):
        if isinstance(inner, gast.comprehension):
            bound |= {n.id for n in gast.walk(inner.target) if isinstance(n, gast.Name)}
        if isinstance(inner, gast.arguments):
            arguments = [*inner.posonlyargs, *inner.args, *inner.kwonlyargs, inner.vararg, inner.kwarg]
            bound |= {a.id for a in arguments if a is not None}
    return bound


class _Keeper(gast.NodeTransformer):  # type: ignore[misc]
    """Finds what syntax that is kept reads from outside itself."""

    def __init__(self, f: Frame, bound: set[str]) -> None:
        self.f, self.bound = f, bound
        self.operands: dict[str, Operand] = {}

    def visit_Name(self, node: Any) -> Any:
        outside = node.id not in self.bound and node.id not in self.operands
        if isinstance(node.ctx, gast.Load) and outside:
            self.operands[node.id] = self.value(node, read_name(self.f, node))
        return node

    def visit_Attribute(self, node: Any) -> Any:
        """An attribute of an object that the compiler follows is what it is now."""
        root = node
        while isinstance(root, gast.Attribute):
            root = root.value
        if isinstance(root, gast.Name) and root.id not in self.bound:
            if objects.instance_of(read_name(self.f, root)) is not None:
                return self.slot(node)
        return self.generic_visit(node)

    def visit_FormattedValue(self, node: Any) -> Any:
        if not any(isinstance(inner, gast.Name) and inner.id in self.bound for inner in gast.walk(node.value)):
            node.value = self.slot(node.value)
        return self.generic_visit(node)

    def slot(self, node: Any) -> Any:
        if isinstance(node, gast.Name) and node.id.startswith("slot "):
            return node

        name = f"slot {len(self.operands)}"
        self.operands[name] = self.value(node, expression(self.f, node))
        return gast.copy_location(gast.Name(id=name, ctx=gast.Load(), annotation=None, type_comment=None), node)

    def value(self, node: Any, operand: Operand) -> Operand:
        operand = objects.value(self.f, node, operand)
        if isinstance(operand, Const) and isinstance(operand.value, (LocalFunction, Bound, Partial, Choice)):
            name = getattr(operand.value, "name", "")
            self.f.fail(node, f"{f'the nested function `{name}`' if name else 'a function'} is used in a way that is "
                        "not supported", "call it")
        return operand
