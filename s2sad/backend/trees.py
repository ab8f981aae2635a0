"""Syntax trees of Python, made in short."""
from __future__ import annotations

import ast
import copy
import functools
import math
from typing import Any

# As in Python's own trees there is one of each.
LOAD, STORE = ast.Load(), ast.Store()
OPERATORS: dict[str, Any] = {
    "add": ast.Add(),
    "sub": ast.Sub(),
    "mul": ast.Mult(),
    "truediv": ast.Div(),
    "floordiv": ast.FloorDiv(),
    "mod": ast.Mod(),
    "pow": ast.Pow(),
    "matmul": ast.MatMult(),
    "and_": ast.BitAnd(),
    "or_": ast.BitOr(),
    "xor": ast.BitXor(),
    "lshift": ast.LShift(),
    "rshift": ast.RShift(),
}


def name(text: str, store: bool = False) -> Any:
    return _stored(text) if store else dotted(text)


# Trees are not changed once they are part of others: one stands wherever the same is to be said.
@functools.lru_cache(maxsize=1024)
def _stored(text: str) -> Any:
    return ast.Name(text, STORE)


@functools.lru_cache(maxsize=1024)
def dotted(path: str) -> Any:
    first, *rest = path.split(".")
    tree: Any = ast.Name(first, LOAD)
    for part in rest:
        tree = ast.Attribute(tree, part, LOAD)
    return tree


def with_context(tree: Any, context: ast.expr_context) -> Any:
    """A name, an item or an attribute, to be read or to be written."""
    result = copy.copy(tree)
    result.ctx = context
    return result


def constant(value: Any) -> Any:
    return ast.Constant(value)


def item(tree: Any, number: int) -> Any:
    return tree.elts[number] if isinstance(tree, ast.Tuple) else ast.Subscript(tree, constant(number), LOAD)


def call(function: Any, *args: Any, **keywords: Any) -> Any:
    function = dotted(function) if isinstance(function, str) else function
    named = [ast.keyword(key, value) for key, value in keywords.items()]
    return ast.Call(function, list(args), named)


def conjunction(op: Any, tests: list[Any]) -> Any:
    """`a and b and c` of tests of which some are of the kind already."""
    parts = [part for test in tests for part in (
        test.values if isinstance(test, ast.BoolOp) and type(test.op) is type(op) else [test])]
    return ast.BoolOp(op, parts)


def parse(text: str) -> Any:
    return ast.parse(text, mode="eval").body


def filled(text: str, **trees: Any) -> Any:
    """An expression, with trees in the places of the names of its text."""
    return Fill(trees, {}).visit(parse(text))


def simplified(tree: Any) -> Any:
    """An expression over integers, its literals computed."""
    try:
        return literal(_number(tree))
    except ValueError:
        return tree


def _number(tree: Any) -> int:
    match tree:
        case ast.Constant(int(value)):
            return value
        case ast.UnaryOp(ast.USub(), operand):
            return -_number(operand)
        case ast.BinOp(left, ast.Add(), right):
            return _number(left) + _number(right)
        case ast.BinOp(left, ast.Sub(), right):
            return _number(left) - _number(right)
    raise ValueError


def literal(value: Any) -> Any:
    if isinstance(value, tuple):
        return ast.Tuple([literal(item) for item in value], LOAD)
    if isinstance(value, float) and not math.isfinite(value):
        return call("float", constant(repr(value)))
    if isinstance(value, (int, float)) and (value < 0 or value == 0 and str(value) == "-0.0"):
        return ast.UnaryOp(ast.USub(), constant(-value))
    return constant(value)


class Fill(ast.NodeTransformer):
    def __init__(self, trees: dict[str, Any], stored: dict[str, str]) -> None:
        self.trees, self.stored = trees, stored

    def visit_Name(self, node: Any) -> Any:
        if not isinstance(node.ctx, ast.Load) or node.id in self.stored:
            node.id = self.stored.get(node.id, node.id)
            return node
        return self.trees.get(node.id, node)


_OPPOSITE = {"add": "sub", "sub": "add"}


def assign(target: str, value: Any) -> Any:
    return ast.Assign([_stored(target)], value)


def do(receiver: Any, method: str, *args: Any) -> Any:
    receiver = name(receiver) if isinstance(receiver, str) else receiver
    function = ast.Attribute(receiver, method, LOAD)
    return ast.Expr(ast.Call(function, list(args), []))


def run(function: str, *args: Any) -> Any:
    return ast.Expr(call(function, *args))


def augment(target: Any, which: str, value: Any) -> Any:
    positive = _without_minus(value) if which in _OPPOSITE else None
    if positive is not None:
        which, value = _OPPOSITE[which], positive
    return ast.AugAssign(target, OPERATORS[which], value)


def _without_minus(tree: Any) -> Any:
    """`2.0 * x` of `-2.0 * x`, and `x` of `-x`; None of what does not begin with a minus."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return tree.operand
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, (ast.Mult, ast.Div)):
        left = _without_minus(tree.left)
        return None if left is None else ast.BinOp(left, tree.op, tree.right)
    return None


def branches(test: Any, then: list[Any], orelse: list[Any]) -> list[Any]:
    """An `if` without empty branches; what follows a branch that is left for good needs no `else`."""
    if not then and not orelse:
        return []
    if not then:
        return [ast.If(negated(test), orelse, [])]
    if isinstance(then[-1], (ast.Break, ast.Raise)):
        return [ast.If(test, then, []), *orelse]
    return [ast.If(test, then, orelse)]


def negated(test: Any) -> Any:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


def if_taken(test: Any, update: Any) -> Any:
    """An update of elements where a test is true; several in a row are under one test."""
    tree: Any = ast.If(test, [update], [])
    tree.only_updates = True
    return tree


def same_test(one: Any, two: Any) -> bool:
    """Whether updates stand under one test, which the first of them do not change."""
    if not (hasattr(one, "only_updates") and hasattr(two, "only_updates")) or ast.dump(one.test) != ast.dump(two.test):
        return False
    read = list(ast.walk(one.test))
    changed = {update.target.id for update in one.body if isinstance(update.target, ast.Name)}
    return not any(isinstance(n, ast.Subscript) or isinstance(n, ast.Name) and n.id in changed for n in read)
