"""The verifier: run after every pass in the tests, and on every function before it is emitted."""
from __future__ import annotations

from s2sad.errors import InternalError
from s2sad.ir.nodes import UNDEFINED, Assign, Block, Function, If, Loop, Operand, Statement, Var, While, With, walk


def check(function: Function, recorded: bool = True) -> None:
    """Raise `InternalError` unless every variable is defined once, and before and where it is used.

    Until it is ``recorded``, a reverse sweep mentions variables of the primal wherever they are defined.
    """
    seen: set[Var] = set()
    visible = {param.var for param in function.params} | set(function.captures)
    seen |= visible
    if not recorded:
        visible |= _all_defined(function)
    _block(function.body, visible, seen)
    _used([function.result], visible, None)


def _all_defined(function: Function) -> set[Var]:
    found: set[Var] = set()
    for statement in walk(function.body):
        found.update(statement.defined())
        if isinstance(statement, Loop):
            found.update(statement.bound())
        if isinstance(statement, With) and statement.target is not None:
            found.add(statement.target)
    return found


def _define(variables: list[Var], visible: set[Var], seen: set[Var], statement: Statement) -> list[Var]:
    """Bind variables; those that were not visible before, as all are where a reverse sweep is not recorded yet."""
    new: list[Var] = []
    for var in variables:
        if var in seen:
            raise InternalError(f"`{var.name or 'a temporary'}` is defined twice", statement.origin)
        seen.add(var)
        if var not in visible:
            visible.add(var)
            new.append(var)
    return new


def _used(operands: list[Operand], visible: set[Var], statement: Statement | None) -> None:
    for operand in operands:
        if operand not in visible and isinstance(operand, Var):
            raise _undefined(operand, statement)


def _undefined(var: Var, statement: Statement | None) -> InternalError:
    where = statement.origin if statement is not None else None
    return InternalError(f"`{var.name or 'a temporary'}` is used where it is not defined ({statement})", where)


def _block(block: Block, visible: set[Var], seen: set[Var]) -> list[Var]:
    """Check a block, and add what it defines to what is visible; `_leave` takes that out again."""
    defined: list[Var] = []
    for statement in block.statements:
        for operand in statement.args:
            if operand not in visible and isinstance(operand, Var):
                raise _undefined(operand, statement)
        if isinstance(statement, Assign):
            target = statement.target
            if target not in visible and target not in seen:
                seen.add(target)
                visible.add(target)
                defined.append(target)
                continue
        elif not statement.simple:
            if isinstance(statement, Loop):
                _loop(statement, visible, seen)
            elif isinstance(statement, (If, With)):
                _branches(statement, visible, seen)
        defined += _define(statement.defined(), visible, seen, statement)
    return defined


def _leave(defined: list[Var], visible: set[Var]) -> None:
    visible.difference_update(defined)


def _branches(statement: If | With, visible: set[Var], seen: set[Var]) -> None:
    defined: list[Var] = []
    if isinstance(statement, With) and statement.target is not None:
        defined += _define([statement.target], visible, seen, statement)
    for number, block in enumerate(statement.blocks()):
        inside = _block(block, visible, seen)
        values = [merge.values[number] for merge in statement.merges]
        _used([value for value in values if value is not UNDEFINED], visible, statement)
        _leave(inside, visible)
    _leave(defined, visible)


def _loop(statement: Loop, visible: set[Var], seen: set[Var]) -> None:
    _used([carry.init for carry in statement.carries], visible, statement)
    defined = _define(statement.bound(), visible, seen, statement)
    if isinstance(statement, While):
        defined += _block(statement.test, visible, seen)
        _used([statement.condition], visible, statement)
    defined += _block(statement.body, visible, seen)
    _used([carry.out for carry in statement.carries], visible, statement)
    if statement.stop is not None:
        _used([statement.stop], visible, statement)
    _leave(defined, visible)
