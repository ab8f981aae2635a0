"""The verifier: run after every pass in the tests, and on every function before it is emitted."""
from __future__ import annotations

from s2sad.errors import InternalError
from s2sad.ir.nodes import UNDEFINED, Block, Function, If, Loop, Operand, Statement, Var, While, With, walk


def check(function: Function, recorded: bool = True) -> None:
    """Raise `InternalError` unless every variable is defined once, and before and where it is used.

    Until it is ``recorded``, a reverse sweep mentions variables of the primal wherever they are defined.
    """
    seen: set[Var] = set()
    visible = {param.var for param in function.params} | set(function.captures)
    seen |= visible
    if not recorded:
        visible |= _all_defined(function)
    inside = _block(function.body, visible, seen)
    _used([function.result], inside, None)


def _all_defined(function: Function) -> set[Var]:
    found: set[Var] = set()
    for statement in walk(function.body):
        found.update(statement.defined())
        if isinstance(statement, Loop):
            found.update(statement.bound())
        if isinstance(statement, With) and statement.target is not None:
            found.add(statement.target)
    return found


def _define(variables: list[Var], visible: set[Var], seen: set[Var], statement: Statement) -> None:
    for var in variables:
        if var in seen:
            raise InternalError(f"`{var.name or 'a temporary'}` is defined twice", statement.origin)
        seen.add(var)
        visible.add(var)


def _used(operands: list[Operand], visible: set[Var], statement: Statement | None) -> None:
    for operand in operands:
        if isinstance(operand, Var) and operand not in visible:
            where = statement.origin if statement is not None else None
            name = operand.name or "a temporary"
            raise InternalError(f"`{name}` is used where it is not defined ({statement})", where)


def _block(block: Block, visible: set[Var], seen: set[Var]) -> set[Var]:
    visible = set(visible)
    for statement in block.statements:
        _used(statement.operands(), visible, statement)
        if isinstance(statement, (If, With)):
            _branches(statement, visible, seen)
        elif isinstance(statement, Loop):
            _loop(statement, visible, seen)
        _define(statement.defined(), visible, seen, statement)
    return visible


def _branches(statement: If | With, visible: set[Var], seen: set[Var]) -> None:
    start = set(visible)
    if isinstance(statement, With) and statement.target is not None:
        _define([statement.target], start, seen, statement)
    for number, block in enumerate(statement.blocks()):
        inside = _block(block, start, seen)
        values = [merge.values[number] for merge in statement.merges]
        _used([value for value in values if value is not UNDEFINED], inside, statement)


def _loop(statement: Loop, visible: set[Var], seen: set[Var]) -> None:
    _used([carry.init for carry in statement.carries], visible, statement)
    start = set(visible)
    _define(statement.bound(), start, seen, statement)
    if isinstance(statement, While):
        start = _block(statement.test, start, seen)
        _used([statement.condition], start, statement)
    inside = _block(statement.body, start, seen)
    _used([carry.out for carry in statement.carries], inside, statement)
    if statement.stop is not None:
        _used([statement.stop], inside, statement)
