"""What a call does, found out by lowering it and taking that back."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from s2sad.errors import S2sadError
from s2sad.frontend.lower import functions, memory
from s2sad.frontend.lower.state import Frame
from s2sad.ir.kinds import UNKNOWN, Static
from s2sad.ir.nodes import Block, Operand, walk


@dataclass(frozen=True)
class Trial:
    """What a call does: the kind of its result, and whether it hands on or changes memory of its arguments."""

    kind: Any
    shares: bool = False

    @property
    def is_code(self) -> bool:
        return isinstance(self.kind, Static) and self.kind.value is not None


def try_call(f: Frame, node: Any, function: Any, args: list[Operand], keywords: dict[str, Operand]) -> Trial:
    """Lower the body of a function to see what it does, and take it back."""
    state = f.state
    given = [found for operand in (*args, *keywords.values()) for found in memory.contents(state, operand)]
    outside = state.outside
    saved = (state.store, state.builder, state.dead, list(state.stack), dict(outside.captures))
    dependencies = dict(outside.dependencies)
    known, written, block = len(state.memories), set(state.written), Block()
    versions = [memory.version(state, found) for found in given]
    state.store, state.builder = dict(state.store), state.builder.inside(block)
    try:
        result = functions.inline(f, node, function, args, keywords)
        shares = any(memory.linked(one, two) for one in memory.contents(state, result) for two in given)
        changes = any(memory.version(state, found) is not old for found, old in zip(given, versions, strict=True))
        trial = Trial(result.kind, shares or changes)
    except S2sadError:
        trial = Trial(UNKNOWN)
    memory.forget(state, known, {var for s in walk(block) for var in s.defined()})
    # The kind of what was read from outside tells that of the result.
    outside.data.update((key, capture.fetch) for key, capture in outside.captures.items())
    state.store, state.builder, state.dead, state.stack, outside.captures = saved
    state.written = written
    outside.dependencies = {**dependencies, **outside.dependencies}
    return trial
