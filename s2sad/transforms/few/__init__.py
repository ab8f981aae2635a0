"""Arrays of a few elements as numbers, for compiled code.

    for _ in range(steps):                        for _ in range(steps):
        k = np.array([y[1], -y[0]])      ─▶           k_1 = -y_0
        y = y + h * k                                 y_0, y_1 = y_0 + h * y_1, y_1 + h * k_1

A compiled loop keeps numbers in registers; an array it makes, fills, reads and counts references of, which takes longer
than what is done with its few elements. Whoever writes an adjoint by hand for Numba writes such states out. So it is
done to the program before it is reversed: all passes after it, and what decides what is recorded, see numbers.
"""
from __future__ import annotations

from s2sad.analyses.aliases import Aliases
from s2sad.ir.nodes import Assign, Function, walk
from s2sad.rules.build import Context
from s2sad.transforms.few.eligible import Choice
from s2sad.transforms.few.recipes import is_small
from s2sad.transforms.few.unroll import write_out
from s2sad.transforms.few.write import Writing


def write_as_numbers(context: Context, function: Function, aliases: Aliases, outdated: bool) -> bool:
    """Write the small arrays of a function's loops as numbers; whether there are any.

    ``outdated`` says that the function has changed since its aliases were found.
    """
    if not any(isinstance(s, Assign) and is_small(s.target) for s in walk(function.body)):
        return False
    if outdated:
        aliases = Aliases(function)
    if write_out(context, function, aliases):
        aliases = Aliases(function)
    choice = Choice(context, function)
    if not choice.numbers or not choice.settle(aliases):
        return False
    Writing(context, function, choice).run()
    return True
