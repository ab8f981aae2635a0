"""What the lengths of arrays are called that a loop carries.

    y = x[:1]
    for k in range(1, n):
        z = x[:k]
        total += np.sum(y * z)        # y is what `z` was in the round before: it is not as long
        y = z

A `Dim` that is made of what a loop binds stands for another length in each round, so that what is carried into a round
cannot be called by it: it would be taken to be as long as what has this name in the round at hand. It has a name of its
own there, and so has a length that differs for another reason from what it was before the loop; without one no two
rounds would agree.
"""
from __future__ import annotations

from collections.abc import Callable, Hashable

from s2sad.frontend.lower.rounds import Found
from s2sad.ir.kinds import Array, Dict, Dim, Kind, List, Maybe, Object, Tuple
from s2sad.ir.nodes import Var
from s2sad.rules.build import Fresh

# The name of what a loop carries: of which loop, of which variable and part of it, and of which axis.
_CARRIED = "carried"


def carried(kind: Kind, named_inside: Callable[[Hashable], bool], key: tuple[Hashable, ...]) -> Kind:
    """The kind of what a round begins with that was ``kind`` before the loop, or where a round ended.

    ``named_inside`` says of the key of a length whether it is made of what the loop binds.
    """
    match kind:
        case Array(dtype, dims) if dims is not None:
            inside = [isinstance(dim, Dim) and named_inside(dim.key) for dim in dims]
            return Array(dtype, tuple(
                Dim((_CARRIED, *key, axis), dim.not_one, dim.least) if isinstance(dim, Dim) and inside[axis] else dim
                for axis, dim in enumerate(dims)
            )) if any(inside) else kind
        case Tuple(items, cls):
            return Tuple(tuple(carried(item, named_inside, (*key, number)) for number, item in enumerate(items)), cls)
        case List(item, cls):
            return List(carried(item, named_inside, (*key, "[]")), cls)
        case Maybe(inner):
            return Maybe(carried(inner, named_inside, key))
        case Dict(items):
            return Dict(tuple((name, carried(item, named_inside, (*key, name))) for name, item in items))
        case Object(cls, items):
            return Object(cls, tuple((name, carried(item, named_inside, (*key, name))) for name, item in items))
    return kind


def is_named_inside(inside: set[Var], first: int, found: Found, key: Hashable) -> bool:
    """Whether the key of a length is made of a variable of a loop, of a number that is as new as ``first`` at least, or
    of what the loop or one in it carries."""
    if isinstance(key, Var):
        return key in inside
    if isinstance(key, Fresh):
        return key >= first
    if isinstance(key, Dim):
        return is_named_inside(inside, first, found, key.key)
    if isinstance(key, Found):
        return found.holds(key)
    return isinstance(key, (tuple, frozenset)) and any(is_named_inside(inside, first, found, part) for part in key)
