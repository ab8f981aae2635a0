"""What is read at the end of a list and dropped is popped; what is added to a zero that was put there is appended.

    last_bar = ys_bar[-1]      ─▶   last_bar = ys_bar.pop()        ys_bar.append(0.0)   ─▶   ys_bar.append(y_bar)
    ys_bar.pop()                                                   ys_bar[-1] += y_bar
"""
from __future__ import annotations

import ast
from typing import Any

from s2sad.backend.trees import do, name

# What statements that join another one come from.
OF_ENDS = {"s2sad.drop_last", "s2sad.index_add"}


def joined(body: list[Any], tree: Any, passed: int) -> bool:
    """Whether a statement has become part of one in front of it; ``passed`` of them stand between at the most, which
    put something on tapes."""
    if isinstance(tree, ast.Expr):
        return _is_popped(body, tree.value, passed)
    return isinstance(tree, ast.AugAssign) and _is_appended(body, tree)


def _is_popped(body: list[Any], tree: Any, passed: int) -> bool:
    place = len(body) - 1 - passed
    held = _method_of(tree, "pop")
    if held is None or tree.args or place < 0 or not isinstance(body[place], (ast.Assign, ast.AugAssign)):
        return False
    before = body[place]
    value = _popped(before.value, held)
    if value is None or sum(map(_counted(held), body[place:])) != 1:
        return False
    if isinstance(before, ast.Assign):
        body[place] = ast.Assign(before.targets, value)
    else:
        body[place] = ast.AugAssign(before.target, before.op, value)
    return True


def _popped(tree: Any, held: str) -> Any:
    """An expression that pops what it read at the end of a list; None where it did not, or may not read it at all."""
    if _is_last(tree, held):
        return do(name(held), "pop").value
    if isinstance(tree, ast.UnaryOp):
        operand = _popped(tree.operand, held)
        return None if operand is None else ast.UnaryOp(tree.op, operand)
    if isinstance(tree, ast.BinOp):
        left, right = _popped(tree.left, held), _popped(tree.right, held)
        if left is None and right is None:
            return None
        return ast.BinOp(tree.left if left is None else left, tree.op, tree.right if right is None else right)
    return None


def _is_appended(body: list[Any], tree: Any) -> bool:
    before = body[-1] if body else None
    if not isinstance(before, ast.Expr) or not isinstance(tree.op, ast.Add):
        return False
    appended: Any = before.value
    held = _method_of(appended, "append")
    if held is None or not _is_last(tree.target, held) or _counted(held)(tree.value):
        return False
    zero = appended.args[0]
    if not isinstance(zero, ast.Constant) or zero.value != 0.0:
        return False
    body[-1] = do(name(held), "append", tree.value)
    return True


def _method_of(tree: Any, method: str) -> str | None:
    """The name of what a method is called of."""
    called = tree.func if isinstance(tree, ast.Call) else None
    if isinstance(called, ast.Attribute) and called.attr == method and isinstance(called.value, ast.Name):
        return called.value.id
    return None


def _is_last(tree: Any, held: str) -> bool:
    """Whether something is the item at the end of a list of a name."""
    if not isinstance(tree, ast.Subscript) or not isinstance(tree.value, ast.Name) or tree.value.id != held:
        return False
    index = tree.slice
    if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) and isinstance(index.operand, ast.Constant):
        return bool(index.operand.value == 1)
    return isinstance(index, ast.Constant) and index.value == -1


def _counted(held: str) -> Any:
    """How often a tree has a name in it."""
    return lambda tree: sum(isinstance(node, ast.Name) and node.id == held for node in ast.walk(tree))
