"""Common subexpressions: the adjoint code does not compute what is at hand already.

Only adjoint statements are replaced, by an earlier value of theirs or of the primal: what the user wrote
stays as it was written. Where that computes an array twice, the adjoint reads the first, so that one is kept.
"""
from __future__ import annotations

from collections.abc import Hashable, Mapping

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.record import is_pure
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Const, Function, Operand, Var
from s2sad.ir.rewrite import final, substitute, substitute_block
from s2sad.rules import table
from s2sad.rules.build import constant

_NUMBERS = {int, float, bool}
# Cheaper to write again than to name.
_TRIVIAL = {"array.T", "array.shape", "array.size", "s2sad.slice", "s2sad.tuple", "s2sad.zeros_like", "s2sad.zeros_of"}
_INDICES = {"s2sad.slice", "s2sad.tuple"}


def share(function: Function, aliases: Aliases, twins: Mapping[Block, Block]) -> bool:
    """Replace each adjoint assignment whose value an earlier one has, where that one is seen; whether there was one.

    A block of the reverse sweep sees the primal block that it reverses, which ``twins`` knows: before the
    recording it mentions values from there, afterwards there are none left to mention.
    """
    sharing = _Sharing(aliases, twins)
    sharing.block(function.body, _Known())
    substitute_block(function.body, sharing.mapping)
    function.result = final(function.result, sharing.mapping)
    return bool(sharing.mapping or sharing.equal or sharing.negated)


class _Known:
    """The values that a block has, and the blocks whose values it sees."""

    def __init__(self, *around: _Known) -> None:
        self.own: dict[Hashable, Var] = {}
        # The nearest first.
        outside = {id(seen): seen for outer in around for seen in outer.seen}
        self.seen: list[dict[Hashable, Var]] = [self.own, *outside.values()]

    def find(self, key: Hashable) -> Var | None:
        for seen in self.seen:
            if key in seen:
                return seen[key]
        return None


class _Sharing:
    def __init__(self, aliases: Aliases, twins: Mapping[Block, Block]) -> None:
        self.aliases, self.twins = aliases, twins
        self.mapping: dict[Var, Operand] = {}
        self.negated = False
        self.equal: dict[Var, Operand] = {}  # arrays that the primal computes again: the first of each
        self.known: dict[Block, _Known] = {}
        self.indices: dict[Var, Hashable] = {}  # what indices are made of: two that are equal make equal items

    def block(self, block: Block, outer: _Known) -> None:
        twin = self.known.get(self.twins.get(block, block))
        known = self.known[block] = _Known(outer) if twin is None else _Known(outer, twin)
        for statement in block.statements:
            if isinstance(statement, Assign):
                self._assign(statement, known)
            elif not statement.simple:
                for inner in statement.blocks():
                    self.block(inner, known)

    def _assign(self, statement: Assign, known: _Known) -> None:
        if statement.adjoint:
            substitute(statement, self.equal)
        if statement.primitive in _INDICES:
            self.indices[statement.target] = self._key(statement)
        if not _shareable(statement, self.aliases):
            return
        key = self._key(statement)
        found = known.find(key)
        if found is None:
            known.own[key] = statement.target
            if statement.adjoint:
                self._negate(statement, known)
        elif statement.adjoint:
            self.mapping[statement.target] = found
        elif isinstance(statement.target.kind, Array):
            self.equal[statement.target] = found

    def _negate(self, s: Assign, known: _Known) -> None:
        """`-2.0 * x` where `2.0 * x` is at hand is the negative of that."""
        factor = s.args[0]
        if s.primitive != "operator.mul" or not isinstance(factor, Const) or not isinstance(factor.value, float):
            return
        opposite = Assign(s.target, s.primitive, [constant(-factor.value), s.args[1]])
        found = known.find(self._key(opposite)) if not factor.path else None
        if found is not None:
            s.primitive, s.args = "operator.neg", [found]
            self.negated = True

    def _key(self, statement: Assign) -> Hashable:
        return (statement.primitive, statement.keywords, *map(self._operand_key, statement.args))

    def _operand_key(self, operand: Operand) -> Hashable:
        if isinstance(operand, Var):
            operand = self.mapping.get(operand, operand)
        if isinstance(operand, Var):
            operand = self.equal.get(operand, operand)
        if not isinstance(operand, Const):
            return self.indices.get(operand) or id(operand)
        value = operand.value
        if value.__class__ not in _NUMBERS:
            try:
                hash(value)
            except TypeError:
                return id(operand)
        return (value.__class__, repr(value), operand.path)


def _shareable(statement: Assign, aliases: Aliases) -> bool:
    if statement.primitive in _TRIVIAL or not is_pure(statement.primitive):
        return False
    if table.lookup(statement.primitive) is None or statement.extra is not None:
        return False
    return not aliases.any_changed or not any(map(aliases.may_change, [statement.target, *statement.args]))
