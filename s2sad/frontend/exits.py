"""Normalising `break`, `continue` and `return`: afterwards each stands last on its path.

What follows an `if` one branch of which leaves moves under the other branch:

    if c:                      if c:
        return a                   return a
    b = f(x)          ─▶       else:
    return b                       b = f(x)
                                   return b

Where an `if` leaves on some inner path only, moving the rest would copy it; then a flag guards it.
A `return` in a loop becomes a `break` and a flag; the `else` of a loop becomes an `if` after it.
`continue` disappears. Afterwards a loop body contains `Break` in tail position only, and a function
body `Return` in tail position only.
"""
from __future__ import annotations

from typing import Any

import gast

EXITS = (gast.Return, gast.Break, gast.Continue, gast.Raise)
LOOPS = (gast.For, gast.While)
# The commonest statements of those that hold no others, and leave nothing.
_SIMPLE = {gast.Assign, gast.AugAssign, gast.AnnAssign, gast.Expr}
SCOPES = (gast.FunctionDef, gast.Lambda, gast.ClassDef, gast.AsyncFunctionDef)


class _Flags:
    """Names for flags that no variable of the function has."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken

    def new(self, base: str) -> str:
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name)
        return name


def normalise(body: list[Any], names: set[str]) -> list[Any]:
    """The body of a function with every exit in tail position, ending in `return` on every path."""
    if _is_normal(body):
        return body
    body = [_copied(statement) for statement in body]
    if not _always_leaves(body):
        last = body[-1]
        body.append(_at(gast.Return(value=gast.Constant(value=None, kind=None)), last))
    flags = _Flags(set(names))
    return _tail(_loops(body, flags), flags)


def _copied(node: Any) -> Any:
    """A statement with those in it, made anew; their expressions stay as they are, and are shared."""
    made = node.__class__.__new__(node.__class__)
    held = made.__dict__
    held.update(node.__dict__)
    held.pop("bound_names", None)  # what it binds may change
    held.update((key, [_copied(one) for one in statements]) for key, statements in _held(node).items())
    return made


_WITH_STATEMENTS = (gast.stmt, gast.ExceptHandler, gast.match_case)


def _is_normal(body: list[Any]) -> bool:
    """Whether the one exit of a body is the `return` at its end."""
    stack = list(body[:-1])
    while stack:
        node = stack.pop()
        if node.__class__ in _SIMPLE:
            continue
        if isinstance(node, (gast.Return, gast.Break, gast.Continue)):
            return False
        if isinstance(node, LOOPS) and (node.orelse or _binds_in_test(node)):
            return False
        if not isinstance(node, SCOPES):
            stack += [inner for statements in _held(node).values() for inner in statements]
    return isinstance(body[-1], gast.Return)


def _held(node: Any) -> dict[str, list[Any]]:
    """The statements, and what else holds statements, in a statement."""
    return {key: value for key, value in node.__dict__.items()
            if value.__class__ is list and value and isinstance(value[0], _WITH_STATEMENTS)}


def _binds_in_test(loop: Any) -> bool:
    return isinstance(loop, gast.While) and any(isinstance(node, gast.NamedExpr) for node in gast.walk(loop.test))


# -- loops: returns become breaks, `else` becomes `if`, bodies are normalised ----------------------


def _loops(body: list[Any], flags: _Flags) -> list[Any]:
    result: list[Any] = []
    for statement in body:
        if isinstance(statement, LOOPS):
            result += _loop(statement, flags)
            continue
        if not isinstance(statement, SCOPES):
            for field in ("body", "orelse", "finalbody"):
                inner = getattr(statement, field, None)
                if isinstance(inner, list):
                    setattr(statement, field, _loops(inner, flags))
        result.append(statement)
    return result


def _loop(loop: Any, flags: _Flags) -> list[Any]:
    if _binds_in_test(loop):
        # The test binds a name: it becomes a statement of the body.
        leave = _if(loop.test, [_at(gast.Pass(), loop)], [*loop.orelse, _at(gast.Break(), loop)], loop)
        loop.test = _at(gast.Constant(value=True, kind=None), loop)
        loop.body, loop.orelse = [leave, *loop.body], []
    body = _loops(loop.body, flags)
    orelse = _loops(loop.orelse, flags)
    before: list[Any] = []
    after: list[Any] = []
    if _contains(body, gast.Return):
        returned, value = flags.new("returned"), flags.new("result")
        body = _returns_to_breaks(body, returned, value)
        before.append(_assign(returned, False, loop))
        leave = gast.Return(value=_name(value, gast.Load(), loop))
        after.append(_if(_name(returned, gast.Load(), loop), [_at(leave, loop)], [], loop))
    if orelse:
        if _breaks(body):
            broke = flags.new("broke")
            body = _mark_breaks(body, broke)
            before.append(_assign(broke, False, loop))
            after.append(_if(_not(broke, loop), orelse, [], loop))
        else:
            after += orelse
    loop.orelse = []
    loop.body = _strip_continue(_tail(body, flags, in_loop=True)) or [_at(gast.Pass(), loop)]
    return [*before, loop, *after]


def _returns_to_breaks(body: list[Any], flag: str, value: str) -> list[Any]:
    def change(statement: Any) -> list[Any]:
        if isinstance(statement, gast.Return):
            what = statement.value or _at(gast.Constant(value=None, kind=None), statement)
            return [
                _at(gast.Assign(targets=[_name(value, gast.Store(), statement)], value=what, type_comment=None),
                    statement),
                _assign(flag, True, statement),
                _at(gast.Break(), statement),
            ]
        return [statement]

    return _rewrite(body, change, into_loops=False)


def _mark_breaks(body: list[Any], flag: str) -> list[Any]:
    def change(statement: Any) -> list[Any]:
        if isinstance(statement, gast.Break):
            return [_assign(flag, True, statement), statement]
        return [statement]

    return _rewrite(body, change, into_loops=False)


def _strip_continue(body: list[Any]) -> list[Any]:
    return _rewrite(body, lambda s: [] if isinstance(s, gast.Continue) else [s], into_loops=False)


def _rewrite(body: list[Any], change: Any, into_loops: bool) -> list[Any]:
    result: list[Any] = []
    for statement in body:
        for new in change(statement):
            if not isinstance(new, SCOPES) and (into_loops or not isinstance(new, LOOPS)):
                for field in ("body", "orelse"):
                    inner = getattr(new, field, None)
                    if isinstance(inner, list):
                        kept = _rewrite(inner, change, into_loops)
                        if not kept and field == "body":
                            kept = [_at(gast.Pass(), new)]
                        setattr(new, field, kept)
            result.append(new)
    return result


# -- tails ----------------------------------------------------------------------------------------


def _tail(body: list[Any], flags: _Flags, in_loop: bool = False) -> list[Any]:
    """Move what follows an `if` or `with` that may leave to where it is reached."""
    for position, statement in enumerate(body):
        if isinstance(statement, EXITS):
            return body[: position + 1]
        rest = body[position + 1 :]
        if isinstance(statement, gast.If) and _may_leave([statement]):
            return body[:position] + _tail_if(statement, rest, flags, in_loop)
        if isinstance(statement, gast.With) and _may_leave([statement]):
            return body[:position] + _tail_with(statement, rest, flags, in_loop)
    return body


def _tail_if(statement: Any, rest: list[Any], flags: _Flags, in_loop: bool) -> list[Any]:
    then_leaves, else_leaves = _always_leaves(statement.body), _always_leaves(statement.orelse)
    if then_leaves and else_leaves:
        rest = []
    elif then_leaves:
        statement.orelse, rest = statement.orelse + rest, []
    elif else_leaves:
        statement.body, rest = statement.body + rest, []
    if rest:
        return _guarded([statement], rest, flags, in_loop)
    statement.body = _tail(statement.body, flags, in_loop)
    statement.orelse = _tail(statement.orelse, flags, in_loop)
    return [statement]


def _tail_with(statement: Any, rest: list[Any], flags: _Flags, in_loop: bool) -> list[Any]:
    if rest and not _always_leaves(statement.body):
        return _guarded([statement], rest, flags, in_loop)
    statement.body = _tail(statement.body, flags, in_loop)
    return [statement]


def _guarded(body: list[Any], rest: list[Any], flags: _Flags, in_loop: bool) -> list[Any]:
    """`body; rest` where body leaves on some path: a flag says whether it did."""
    place = body[0]
    left, value = flags.new("left"), flags.new("result")
    stop = flags.new("stop") if _breaks(body) else None

    def change(statement: Any) -> list[Any]:
        if isinstance(statement, gast.Return):
            what = statement.value or _at(gast.Constant(value=None, kind=None), statement)
            target = _name(value, gast.Store(), statement)
            return [_at(gast.Assign(targets=[target], value=what, type_comment=None), statement),
                    _assign(left, True, statement)]
        if isinstance(statement, gast.Break):
            assert stop is not None
            return [_assign(stop, True, statement), _assign(left, True, statement)]
        if isinstance(statement, gast.Continue):
            return [_assign(left, True, statement)]
        return [statement]

    has_return = _contains(body, gast.Return)
    settled = _settle(body, change, flags, in_loop)
    before = [_assign(left, False, place)]
    if stop is not None:
        before.append(_assign(stop, False, place))
    if has_return:
        leave = _at(gast.Return(value=_name(value, gast.Load(), place)), place)
        return before + settled + _tail([_if(_name(left, gast.Load(), place), [leave], rest, place)], flags, in_loop)
    guarded = _if(_not(left, place), rest, [], place)
    tail: list[Any] = [guarded]
    if stop is not None:
        leave_loop = _if(_name(stop, gast.Load(), place), [_at(gast.Break(), place)], rest, place)
        # A path that left without `break` went on to the next iteration.
        leave_loop.orelse = [guarded]
        tail = [leave_loop]
    return before + settled + _tail(tail, flags, in_loop)


def _settle(body: list[Any], change: Any, flags: _Flags, in_loop: bool) -> list[Any]:
    """Normalise the inside of `body`, then turn its exits into flags."""
    tails = _tail(body, flags, in_loop)
    return _rewrite(tails, change, into_loops=False)


# -- what leaves ----------------------------------------------------------------------------------


def _always_leaves(body: list[Any]) -> bool:
    for statement in body:
        if isinstance(statement, EXITS):
            return True
        if isinstance(statement, gast.If) and _always_leaves(statement.body) and _always_leaves(statement.orelse):
            return True
        if isinstance(statement, gast.With) and _always_leaves(statement.body):
            return True
    return False


def _may_leave(body: list[Any]) -> bool:
    return any(
        isinstance(statement, EXITS[:3])
        or (isinstance(statement, (gast.If, gast.With, gast.Try))
            and any(_may_leave(getattr(statement, field, None) or []) for field in ("body", "orelse", "finalbody")))
        for statement in body
    )


def _contains(body: list[Any], what: type) -> bool:
    """Whether a statement of this type stands in a body, nested loops included, functions not."""
    return any(
        isinstance(statement, what)
        or (not isinstance(statement, SCOPES)
            and any(_contains(getattr(statement, field, None) or [], what)
                    for field in ("body", "orelse", "finalbody", "handlers")))
        for statement in body
    )


def _breaks(body: list[Any]) -> bool:
    """Whether a `break` of this loop, not of one inside, stands in a body."""
    return any(
        isinstance(statement, gast.Break)
        or (not isinstance(statement, LOOPS + SCOPES)
            and any(_breaks(getattr(statement, field, None) or [])
                    for field in ("body", "orelse", "finalbody", "handlers")))
        for statement in body
    )


# -- small trees ----------------------------------------------------------------------------------


def _at(node: Any, place: Any) -> Any:
    return gast.copy_location(node, place)


def _name(name: str, context: Any, place: Any) -> Any:
    return _at(gast.Name(id=name, ctx=context, annotation=None, type_comment=None), place)


def _assign(name: str, value: bool, place: Any) -> Any:
    constant = _at(gast.Constant(value=value, kind=None), place)
    return _at(gast.Assign(targets=[_name(name, gast.Store(), place)], value=constant, type_comment=None), place)


def _if(test: Any, body: list[Any], orelse: list[Any], place: Any) -> Any:
    return _at(gast.If(test=test, body=body, orelse=orelse), place)


def _not(name: str, place: Any) -> Any:
    return _at(gast.UnaryOp(op=gast.Not(), operand=_name(name, gast.Load(), place)), place)
