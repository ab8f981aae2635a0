"""What a loop carries in memory that each round makes anew, while it gives up another's that is as long.

    for t in range(n):
        new = np.empty(u.shape[0])
        ...
        u_old, u = u, new                  # the memory of `u_old` is asked for by nobody after this

What the loop begins with is written to in its second round: it has to be the loop's own, and is copied if it is not.
"""
from __future__ import annotations

from dataclasses import dataclass

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Carry,
    Function,
    Loop,
    Operand,
    Statement,
    Var,
    inits,
    results,
    walk,
)
from s2sad.rules import table
from s2sad.rules.build import Builder, Context
from s2sad.transforms.elements.memory import Memory
from s2sad.transforms.fresh_arrays import FILLED, lengths_of
from s2sad.transforms.outside import Facts, Outside

_SAME = {"s2sad.alias", "s2sad.seen", "s2sad.touched"}
_COPIES = {"s2sad.copy", "array.copy"}
_SHAPES = {"array.shape", "builtins.len", "array.size", "s2sad.shape"}


@dataclass
class Turns:
    """What is carried in memories that are handed round; each array that is made is ``given`` one that is given up."""

    carries: list[Carry]
    given: dict[Assign, Var]


def find_turns(context: Context, facts: Facts, memory: Memory, loop: Loop, outside: Outside) -> list[Turns]:
    """The memories that a loop can hand round."""
    carried: dict[Var, list[Carry]] = {}
    for carry in loop.carries:
        of = memory.of(carry.param)
        if of is not None:
            carried.setdefault(of, []).append(carry)
    made = {s.target: s for s in loop.body.statements if isinstance(s, Assign) and lengths_of(context, s)}
    found = (_turns(facts, carries, made, outside) for carries in carried.values() if made)
    return [turns for turns in found if turns is not None]


def _turns(facts: Facts, carries: list[Carry], made: dict[Var, Assign], outside: Outside) -> Turns | None:
    """Each round ends with memories that it began with or made, each once; as many are made as are given up."""
    if not all(isinstance(carry.init, Var) and outside.is_bound(carry.init) for carry in carries):
        return None
    params = [carry.param for carry in carries]
    roots = [root_of(facts, carry.out, {*params, *made}) for carry in carries]
    if None in roots or len(set(roots)) < len(roots):
        return None
    left = [param for param in params if param not in roots]
    given: dict[Assign, Var] = {}
    for root in roots:
        if isinstance(root, Var) and root in made:
            same = next((param for param in left if _as_long(outside, root, param)), None)
            if same is None:
                return None
            left.remove(same)
            given[made[root]] = same
    return Turns(carries, given) if given and not left else None


def _as_long(outside: Outside, one: Var, two: Var) -> bool:
    if not (isinstance(one.kind, Array) and isinstance(two.kind, Array)) or one.kind.dtype != two.kind.dtype:
        return False
    rank = len(one.kind.dims or ())
    return rank == len(two.kind.dims or ()) and all(outside.are_equal(one, two, axis) for axis in range(rank))


def root_of(facts: Facts, operand: Operand, ends: set[Var]) -> Operand | None:
    """Which of these variables another is that is updated in place; None of a view, and where a branch decides."""
    while operand not in ends:
        made = facts.made.get(operand)
        if isinstance(made, Loop):
            carry = next(c for c in made.carries if operand in (c.param, c.result))
            if root_of(facts, carry.out, {c.param for c in made.carries}) is not carry.param:
                return None
            operand = carry.init
        elif isinstance(made, Assign) and (
                made.primitive in IN_PLACE or made.primitive in _SAME or made.extra == "owned"):
            operand = made.args[0]
        else:
            return None
    return operand


# -- what the loop begins with ---------------------------------------------------------------------


@dataclass
class Earlier:
    """A loop, the statements in front of it in its block, and the variables that are known there."""

    function: Function
    facts: Facts
    memory: Memory
    loop: Loop
    statements: list[Statement]
    known: dict[Var, None]


def start_turns(b: Builder, turns: Turns, earlier: Earlier) -> bool:
    """Let each memory that is handed round be one of its own; False where a copy of one would be noticed."""
    taken: set[Operand] = set()
    copied: list[Carry] = []
    for carry in turns.carries:
        root = _own_root(earlier, carry)
        if root is None or root in taken:
            copied.append(carry)
        else:
            taken.add(root)
    if not all(_may_copy(earlier, turns, carry) for carry in copied):
        return False
    for carry in copied:
        start = Var(carry.param.name, carry.param.kind, carry.param.varied, carry.param.location)
        b.append(Assign(start, "s2sad.copy", [carry.init], adjoint=earlier.loop.adjoint))
        carry.init = start
    return True


def _own_root(earlier: Earlier, carry: Carry) -> Operand | None:
    """The array, made in front of the loop, that a carried one begins as, if nothing else asks for it from there on."""
    fresh = {s.target for s in earlier.statements if isinstance(s, Assign) and _is_fresh(s)}
    root = root_of(earlier.facts, carry.init, fresh)
    memory, result = earlier.memory.of(carry.param), earlier.function.result
    if root is None or result in earlier.known and earlier.memory.of(result) is memory:
        return None
    before = set(walk(Block(earlier.statements)))
    for s in walk(earlier.function.body):
        if s in before or isinstance(s, Assign) and s.primitive in _SHAPES:
            continue
        read = [*s.args, *(inits(s) if s is not earlier.loop else ()), *results(s)]
        if any(o in earlier.known and earlier.memory.of(o) is memory for o in read):
            return None
    return root


def _is_fresh(s: Assign) -> bool:
    known = table.lookup(s.primitive)
    return s.extra is None and s.primitive not in IN_PLACE and known is not None and not known.view and (
        s.primitive.startswith(("numpy.", "operator.")) or s.primitive in FILLED or s.primitive in _COPIES)


def _may_copy(earlier: Earlier, turns: Turns, carry: Carry) -> bool:
    """Whether nothing is written to what a carried array begins as by any name, from the loop on."""
    memory, facts = earlier.memory.of(carry.param), earlier.facts
    before = set(walk(Block(earlier.statements)))
    made = {s.target for s in walk(earlier.function.body) if isinstance(s, Assign) and _is_fresh(s)}
    ends = made | {c.param for c in turns.carries}
    begins = {carry.param, root_of(facts, carry.init, made)}
    for s in walk(earlier.function.body):
        writes = isinstance(s, Assign) and (s.primitive in IN_PLACE or s.extra == "owned")
        if writes and isinstance(s, Assign) and s not in before and earlier.memory.of(s.target) is memory:
            root = root_of(facts, s.args[0], ends)
            if root is None or root in begins:
                return False
    return True
