"""The tapes of a function: where each is made, pushed to and popped from, and in which loops."""
from __future__ import annotations

from dataclasses import dataclass, field

from s2sad.ir.nodes import Assign, Block, Effect, Loop, Operand, Statement


@dataclass
class Use:
    statement: Statement
    block: Block
    loops: tuple[Loop, ...]


@dataclass
class Tape:
    """``of_round``: a round of a loop around both sweeps fills it and empties it."""

    made: Assign
    pushes: list[Use] = field(default_factory=list)
    pops: list[Use] = field(default_factory=list)
    of_round: bool = False


def tapes_of(body: Block) -> dict[Operand, Tape]:
    """The tapes of a function, by what they are called, with all that is pushed to and popped from them."""
    tapes: dict[Operand, Tape] = {}
    _collect(body, (), tapes)
    return tapes


def _collect(block: Block, loops: tuple[Loop, ...], tapes: dict[Operand, Tape]) -> None:
    for s in block.statements:
        if isinstance(s, Assign):
            if s.primitive == "s2sad.tape":
                tapes[s.target] = Tape(s)
            elif s.primitive == "s2sad.pop":
                tapes[s.args[0]].pops.append(Use(s, block, loops))
        elif isinstance(s, Effect) and s.primitive == "s2sad.push":
            tapes[s.args[0]].pushes.append(Use(s, block, loops))
        elif not s.simple:
            for inner in s.blocks():
                _collect(inner, (*loops, s) if isinstance(s, Loop) else loops, tapes)


def inside(push: Use, pop: Use) -> tuple[Use, Use]:
    """Both as they stand in a round of the loops that are around both: a tape is empty again at its end."""
    shared = sum(one is two for one, two in zip(push.loops, pop.loops, strict=False))
    return (Use(push.statement, push.block, push.loops[shared:]), Use(pop.statement, pop.block, pop.loops[shared:]))
