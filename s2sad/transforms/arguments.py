"""What a function changes of its arguments, its derivative changes in copies: the caller's stay as they were.

In a copy an update is not seen through another argument. So the derivative refuses, when it is called, arguments
that share memory where one is updated, and arrays whose layout is not the one that their views were proved for.
"""
from __future__ import annotations

from s2sad.analyses.aliases import Aliases
from s2sad.frontend.lower import Lowered
from s2sad.ir.kinds import Array, Dict, List, Object, Tuple
from s2sad.ir.nodes import Assign, Block, Effect, Operand, Var
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Builder

_MAY_SHARE = (Array, List, Dict, Tuple, Object)


def protect_arguments(lowered: Lowered, aliases: Aliases) -> bool:
    """Copy the arguments that the function changes; whether there are any."""
    function = lowered.function
    labels = {param.var: param.var.name for param in function.params}
    parts = lowered.parameters.parts
    whole = [var for var in labels if var.name not in lowered.parameters.apart]
    changed = [var for var in whole if isinstance(var.kind, (Array, List, Dict)) and aliases.may_change(var)]
    changed_parts = [var for var in parts if aliases.may_change(var)]
    if not (changed or changed_parts):
        return False
    head = Block()
    mapping = _copies(Builder(lowered.context, head, function.location), changed)
    substitute_block(function.body, mapping)
    if isinstance(function.result, Var):
        function.result = mapping.get(function.result, function.result)
    _copy_parts(lowered, changed_parts)
    names = {**labels, **parts, **{capture.var: capture.name for capture in lowered.captures}}
    updated = [var for var in (*changed, *changed_parts) if isinstance(var.kind, Array)]
    checks = _checks(lowered, names, updated)
    place = 1 + max((n for n, s in enumerate(function.body.statements) if isinstance(s, Assign) and s.target in parts),
                    default=-1)
    function.body.statements[place:place] = checks
    function.body.statements[:0] = head.statements
    if place == 0:
        # The arguments are looked at before they are copied.
        function.body.statements[: len(head.statements) + len(checks)] = [*checks, *head.statements]
    return True


def _copies(builder: Builder, variables: list[Var]) -> dict[Var, Operand]:
    return {var: builder.emit("s2sad.copy", var, name=_name(builder, var), varied=var.varied) for var in variables}


def _name(builder: Builder, var: Var) -> str:
    """An array of an argument is called as its attribute or key."""
    made = builder.context.definitions.get(var)
    if not isinstance(made, Assign):
        return var.name
    key = made.extra if made.primitive == "s2sad.getattr" else getattr(made.args[1], "value", "")
    return key if isinstance(key, str) and key.isidentifier() else ""


def _copy_parts(lowered: Lowered, variables: list[Var]) -> None:
    """Copy arrays that were read out of an argument, where they are read."""
    statements = lowered.function.body.statements
    for var in variables:
        place = next(n for n, s in enumerate(statements) if isinstance(s, Assign) and s.target is var)
        block = Block()
        mapping = _copies(Builder(lowered.context, block, lowered.function.location), [var])
        rest = Block(statements[place + 1 :])
        substitute_block(rest, mapping)
        if isinstance(lowered.function.result, Var):
            lowered.function.result = mapping.get(lowered.function.result, lowered.function.result)
        statements[place + 1 :] = [*block.statements, *rest.statements]


def _checks(lowered: Lowered, names: dict[Var, str], updated: list[Var]) -> list[Effect]:
    origin = lowered.function.location
    others = [var for var in names if isinstance(var.kind, _MAY_SHARE) and var not in updated
              and var.name not in lowered.parameters.apart]
    found: list[Effect] = []
    if updated and len(updated) + len(others) > 1:
        extra = tuple(names[var] for var in updated), tuple(names[var] for var in others)
        found.append(Effect("s2sad.check_apart", [*updated, *others], extra=extra, origin=origin))
    for var in updated:
        if var in lowered.context.contiguous:
            found.append(Effect("s2sad.check_contiguous", [var], extra=names[var], origin=origin))
    return found
