"""Lists of adjoints of which a loop makes each entry: the entry is what was made, and no zeros are added to.

    ws_bar = [np.zeros_like(item) for item in ws]     ws_bar = [None] * len(ws)
    for k in reversed(range(len(ws))):          ─▶    for k in reversed(range(len(ws))):
        ws_bar[k] += x.T @ y_bar                          ws_bar[k] = x.T @ y_bar

That is so where nothing else is done to the list from the zeros on, an entry has the kind of what is added to it, and
its memory is its own. Where the loop may pass over entries, the zeros stay.
"""
from __future__ import annotations

from collections import Counter

from s2sad.analyses.sharing import gives_own_memory
from s2sad.ir.kinds import Array, Kind, List, Scalar, Tuple, is_inexact
from s2sad.ir.nodes import FIRST, IN_PLACE, UNFILLED, Assign, Carry, Const, For, Function, Loop, Operand, Var
from s2sad.rules.build import Context
from s2sad.transforms.optimise.items import ZEROS, definitions, made_of_zeros


def fill_lists(context: Context, function: Function, loops: list[Loop], uses: Counter[Operand]) -> None:
    """Assign the entries of lists of adjoints that a reverse loop, one of ``loops``, adds to once; ``uses`` says how
    often everything is read."""
    found = [(loop, carry, made) for loop in loops if isinstance(loop, For) and loop.stop is None
             for carry in loop.carries if (made := _addition(context, carry)) is not None]
    made_by = definitions(function) if any(isinstance(made.args[2].kind, List) for _, _, made in found) else {}
    for loop, carry, addition in found:
        zeros = context.definitions.get(carry.init) if isinstance(carry.init, Var) else None
        once = all(uses[var] == 1 for var in (carry.init, carry.param, addition.target))
        if not once or not isinstance(zeros, Assign) or zeros.primitive not in ZEROS or not zeros.adjoint:
            continue
        value = addition.args[2]
        is_own = (made_of_zeros(value, made_by, uses) is not None if isinstance(value.kind, List)
                  else _is_of_its_own(context, value, uses))
        if addition.args[1] is loop.index and is_own:
            addition.primitive, addition.extra = "s2sad.put", FIRST
            numbers = isinstance(value.kind, Scalar)  # of which zeros cost no more than nothings
            if not numbers and zeros.primitive == "s2sad.zeros_like" and _comes_to_all(context, loop, zeros.args[0]):
                zeros.extra = UNFILLED


def _addition(context: Context, carry: Carry) -> Assign | None:
    """What adds to one entry of a list that a loop carries, and gives what the next round gets of it."""
    kind = carry.param.kind
    if not isinstance(kind, List) or kind.cls is not list or not isinstance(carry.out, Var):
        return None
    made = context.definition(carry.out, "s2sad.index_add")
    if made is None or made.extra is not None or len(made.args) != 3 or made.args[0] is not carry.param:
        return None
    return made if _are_alike(made.args[2].kind, kind.item) else None


def _are_alike(one: Kind, two: Kind) -> bool:
    """Whether two kinds are of one type, and as many axes; what is added to an array is as long as the array is."""
    if isinstance(one, Tuple) and isinstance(two, Tuple):
        same = one.cls is two.cls is None and len(one.items) == len(two.items)
        return same and all(map(_are_alike, one.items, two.items))
    if isinstance(one, Array) and isinstance(two, Array) and one.dims is not None and two.dims is not None:
        return one.dtype == two.dtype and [dim == 1 for dim in one.dims] == [dim == 1 for dim in two.dims]
    return one == two


def _is_of_its_own(context: Context, value: Operand, uses: Counter[Operand]) -> bool:
    """Whether nobody else holds a value: a number, an array that is made for this, a tuple of such."""
    if isinstance(value.kind, Scalar):
        return is_inexact(value.kind.dtype)
    made = context.definitions.get(value) if isinstance(value, Var) else None
    if not isinstance(made, Assign) or isinstance(value, Const) or uses[value] != 1:
        return False
    if isinstance(value.kind, Tuple):
        return made.primitive == "s2sad.tuple" and all(_is_of_its_own(context, arg, uses) for arg in made.args)
    return isinstance(value.kind, Array) and (made.primitive in IN_PLACE or gives_own_memory(made))


def _comes_to_all(context: Context, loop: For, whole: Operand) -> bool:
    """Whether a loop has a round for each entry of a list."""
    count = context.definition(loop.end, "builtins.len")
    literal = [arg.value if isinstance(arg, Const) else None for arg in (loop.start, loop.step)]
    return count is not None and count.args[0] is whole and literal == [0, 1]
