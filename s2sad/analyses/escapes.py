"""Values that carry a derivative and leave through code that may keep them.

`window.append(x * x)` on an object of which nothing is known binds nothing, and yet what is read of `window`
afterwards depends on `x`. Where the result is computed from anything that may share memory with such an
object, the derivative that would be lost makes the program a refused one.
"""
from __future__ import annotations

from s2sad.analyses.aliases import Aliases, changed_by
from s2sad.analyses.provenance import described
from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import NEVER, is_mutable, may_vary
from s2sad.ir.nodes import Assign, Effect, Function, If, Loop, Operand, Statement, Var, With, walk


def refuse_escapes(function: Function, aliases: Aliases) -> None:
    """Raise for the first effect that hands a derivative to what the result is computed from."""
    escapes = [s for s in walk(function.body) if isinstance(s, Effect) and _hands_over(s)]
    if not escapes:
        return
    read = [*(var for var in _reaching(function) if is_mutable(var.kind)), *_read_while_empty(function)]
    classes = {found for var in read for found in aliases.reach(var)}
    for effect in escapes:
        if any(aliases.class_of(var) in classes for var in changed_by(effect)):
            raise UnsupportedError(
                f"a value that carries a derivative is handed to {described(effect, effect.args[0])}, which may keep "
                "it in something that the result is computed from", effect.origin,
                "keep it in a variable, a tuple or a list made by a comprehension",
            )


def _hands_over(effect: Effect) -> bool:
    changed = changed_by(effect)
    return any(arg.varied and arg not in changed for arg in effect.args) and bool(changed)


def _read_while_empty(function: Function) -> list[Var]:
    """The lists that were taken to hold nothing where an item of them is read."""
    return [s.args[0] for s in walk(function.body) if isinstance(s, Assign) and s.primitive == "s2sad.getitem"
            and s.target.kind == NEVER and isinstance(s.args[0], Var)]


def _reaching(function: Function) -> set[Var]:
    """The variables that may tell of an input and from which the result is computed."""
    found: set[Var] = set()
    _add([function.result], found)
    size = -1
    while size != len(found):
        size = len(found)
        for statement in reversed(list(walk(function.body))):
            for target, sources in _flows(statement):
                if target in found:
                    _add(sources, found)
    return found


def _add(operands: list[Operand], found: set[Var]) -> None:
    found.update(o for o in operands if isinstance(o, Var) and may_vary(o.kind))


def _flows(statement: Statement) -> list[tuple[Var, list[Operand]]]:
    if isinstance(statement, (If, With)):
        return [(merge.out, merge.values) for merge in statement.merges]
    if isinstance(statement, Loop):
        flows = [(carry.result, [carry.out, carry.init]) for carry in statement.carries]
        flows += [(carry.param, [carry.out, carry.init]) for carry in statement.carries]
        return flows + [(var, statement.args) for var in statement.bound()]
    return [(var, statement.args) for var in statement.defined()]
