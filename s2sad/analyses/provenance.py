"""Where a value stopped being understood: what an error should point at.

A value of unknown kind that carries a derivative was made by some statement out of values that were
understood. That statement is at fault, not the line where the value is used at last.
"""
from __future__ import annotations

from s2sad.errors import Location, UnsupportedError
from s2sad.ir.kinds import is_differentiable
from s2sad.ir.nodes import Assign, Const, Effect, If, Loop, Operand, Statement, Var, With
from s2sad.rules.build import Context

_REWRITE = "rewrite it with operations that have derivative rules"
# What a piece of syntax that is kept as it stands is called.
_SYNTAX = {
    "Set": "a set display",
    "SetComp": "a set comprehension",
    "Dict": "a dict whose keys are known only at run time",
    "DictComp": "a dict comprehension whose keys are known only at run time",
    "JoinedStr": "an f-string",
    "Try": "`try`",
    "With": "`with`",
    "ClassDef": "`class`",
}


def not_understood(context: Context, operand: Operand, used: Location | None = None) -> UnsupportedError:
    """The error for a value through which a derivative would have to pass, at the place where it was made."""
    made, location = culprit(context, operand)
    return UnsupportedError(f"a derivative would have to pass through {described(made, operand)}",
                            location or used, _REWRITE)


def culprit(context: Context, operand: Operand) -> tuple[Statement | None, Location | None]:
    """The statement that first made something unknown of what was known, and its place."""
    seen: set[Operand] = set()
    made: Statement | None = None
    location = getattr(operand, "location", None)
    while isinstance(operand, Var) and operand not in seen:
        seen.add(operand)
        found = context.definitions.get(operand)
        if found is None:
            break
        made, location = found, found.origin or location
        source = next((o for o in _sources(found, operand) if _is_obscure(o) and o not in seen), None)
        if source is None:
            break
        operand = source
    return made, location


def _is_obscure(operand: Operand) -> bool:
    if not isinstance(operand, Var) or not operand.varied:
        return False
    return not is_differentiable(operand.kind)


def _sources(made: Statement, target: Var) -> list[Operand]:
    if isinstance(made, (If, With)):
        return [value for merge in made.merges if merge.out is target for value in merge.values]
    if isinstance(made, Loop):
        return [o for c in made.carries if target in (c.param, c.result) for o in (c.out, c.init)]
    return made.args


def described(made: Statement | None, operand: Operand) -> str:
    """What a statement is, as a user would say it."""
    match made:
        case Effect("s2sad.opaque" | "s2sad.statement", extra=extra):
            return _SYNTAX.get(type(extra[0]).__name__, "this expression, which is not understood")
        case Effect("s2sad.invoke", [callee, *_]):
            return f"`{callee_name(callee)}`, which has neither a derivative rule nor source"
        case Effect("s2sad.invoke_method", extra=extra):
            return f"the method `.{extra[0]}`, which is not known"
        case Assign(primitive="s2sad.getattr", extra=name):
            return f"the attribute `{name}`, of whose value nothing is known"
        case Assign(primitive="s2sad.getitem"):
            return "this subscript, of whose value nothing is known"
        case Assign(primitive=primitive):
            return f"`{shown(primitive)}`, which has no derivative rule for this call"
        case If() | Loop() | With():
            name = getattr(operand, "name", "")
            return f"{f'`{name}`' if name else 'a value'}, which is of different kinds on different paths"
    return f"`{getattr(operand, 'name', '') or 'a value'}`, of whose kind nothing is known"


def callee_name(callee: Operand) -> str:
    """The name by which the source calls a function."""
    if isinstance(callee, Const):
        return callee.path.rpartition(":")[2] or getattr(callee.value, "__name__", "this function")
    return callee.name or "this function"


def shown(primitive: str) -> str:
    """The name of a primitive as a user writes it."""
    return primitive.replace("numpy.", "np.", 1).removeprefix("builtins.").removeprefix("s2sad.")
