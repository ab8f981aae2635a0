"""Numbers that NumPy gives as arrays of no dimensions.

    a = np.where(x > 0.0, x, -x)
    b = a
    a += 1.0                        # changes what `b` is, too

What chooses between numbers gives such an array. It is taken for a number, which is what it is used as, unless the
program may update it in place, by whatever name: then lowering begins again, and it is an array like others.
"""
from __future__ import annotations

from typing import Any

from s2sad.frontend.lower.state import Frame, Restart, State
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, For, If, Loop, Operand, Var, With
from s2sad.rules.build import constant

_CHOOSING = {"numpy.where", "numpy.select", "numpy.choose"}
# What gives an array of no dimensions for some numbers, and a number for others: a product on the fastest way; another
# look at a number of Python's is an array, at one of NumPy's that number.
_PERHAPS = {"numpy.einsum", "numpy.transpose", "numpy.squeeze", "numpy.reshape"}
# What gives one of its operands, or holds them all.
_PASSING = {
    "s2sad.tuple", "s2sad.list", "s2sad.dict", "s2sad.new", "s2sad.append", "s2sad.store", "s2sad.getitem",
    "s2sad.getattr", "s2sad.alias", "s2sad.some", "s2sad.drop_last", "builtins.tuple", "builtins.list",
}


def opened(
    f: Frame, name: str, args: list[Operand], keywords: dict[str, Operand], result: Operand
) -> Operand:
    """What a primitive gives, as a number where it is an array of no dimensions that is used as one."""
    state = f.state
    kind = result.kind
    of_number = isinstance(kind, Array) and kind.dims == ()
    if name in _PERHAPS and args and isinstance(args[0].kind, Scalar) and of_number or (
            name in _CHOOSING and of_number and not state.boxes.kept):
        result = f.builder.emit("s2sad.getitem", result, constant(()))
        state.boxes.opened[result] = name
    elif name == "numpy.einsum" and "optimize" in keywords and isinstance(kind, Scalar):
        state.boxes.opened[result] = name
    return result


def augmented(f: Frame, node: Any, current: Operand, result: Operand) -> None:
    """Note an augmented assignment to what is taken for a number."""
    if isinstance(current.kind, Scalar) and isinstance(current, Var):
        f.state.boxes.augmented.append((f, node, current, result))


def settle(state: State) -> None:
    """Begin again if what is updated may be an array: with all of them kept as such, for they may meet in one name."""
    if not state.boxes.opened or not state.boxes.augmented:
        return
    updated = {result: current for _, _, current, result in state.boxes.augmented}
    for f, node, current, _ in state.boxes.augmented:
        found = _origin(state, current, updated)
        if found in _PERHAPS:
            f.fail(node, "whether this is updated in place or rebound depends on how NumPy comes to it",
                   "write `x = x + …`")
        if found is not None:
            state.boxes.kept = True
            raise Restart


def _origin(state: State, number: Operand, updated: dict[Operand, Operand]) -> str | None:
    """What made the array that a number may be in; anything, of what a function on its own is given or gives."""
    seen: set[Operand] = {number}
    waiting = [number]
    while waiting:
        one = waiting.pop()
        if one in state.boxes.opened:
            return state.boxes.opened[one]
        made = state.context.definitions.get(one) if isinstance(one, Var) else None
        sources: list[Operand] = []
        if one in updated:
            sources = [updated[one]]
        elif made is None:
            if isinstance(one, Var) and one not in state.parameters.vars:
                return next(iter(state.boxes.opened.values()))
        elif isinstance(made, Assign):
            sources = made.args if made.primitive in _PASSING and not _is_of_array(made) else []
        elif isinstance(made, (If, With)):
            sources = [value for merge in made.merges if merge.out is one for value in merge.values]
        elif isinstance(made, Loop) and not (isinstance(made, For) and one is made.index):
            sources = [value for carry in made.carries if one in (carry.param, carry.result)
                       for value in (carry.init, carry.out)]
        new = [source for source in sources if source not in seen]
        seen.update(new)
        waiting += new
    return None


def _is_of_array(made: Assign) -> bool:
    """Whether an element of an array is read, or written: those are numbers."""
    return isinstance(made.args[0].kind, Array)
