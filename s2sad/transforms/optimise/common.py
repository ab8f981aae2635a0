"""Common subexpressions: the adjoint code does not compute what is at hand already.

Only adjoint statements are replaced, by an earlier value of theirs or of the primal: what the user wrote
stays as it was written. Where that computes an array twice, the adjoint reads the first, so that one is kept; and
if it has a name for that, the primal reads it as well.
"""
from __future__ import annotations

import functools
from collections.abc import Hashable, Mapping

from s2sad.analyses.record import is_pure
from s2sad.analyses.versions import Versions
from s2sad.ir.kinds import Array, Scalar, is_narrow, numpy_number
from s2sad.ir.nodes import Assign, Block, Const, Effect, Function, Loop, Operand, Var, reads, walk
from s2sad.ir.rewrite import final, substitute_block, substitute_operands
from s2sad.rules import table
from s2sad.rules.build import constant

_NUMBERS = {int, float, bool}
# Cheaper to write again than to name.
_TRIVIAL = {"array.T", "array.shape", "array.size", "s2sad.slice", "s2sad.tuple", "s2sad.zeros_like", "s2sad.zeros_of"}
# Of these two that are made of the same are the same, as parts of what is computed of them.
_MADE_AGAIN = {"array.T", "array.shape", "array.size", "s2sad.slice", "s2sad.tuple"}

# The result changes its sign with either operand.
_SIGNED = {"operator.mul", "operator.truediv"}


def share(
    function: Function, versions: Versions, twins: Mapping[Block, Block], compiled: bool,
) -> tuple[set[Operand], set[Operand]]:
    """Replace each adjoint assignment whose value an earlier one has, where that one is seen; what is read instead,
    and what is the negative of an array with a name and read by sums alone: these can have the sign in front.

    A block of the reverse sweep sees the primal block that it reverses, which ``twins`` knows: before the
    recording it mentions values from there, afterwards there are none left to mention. In ``compiled`` code, where
    keeping each costs a store of its own, the numbers that the primal computes again are shared as its arrays are, so
    that one of them is kept; and after the recording what the primal reads is read from it, not from memory again.
    """
    sharing = _Sharing(versions, twins, function, compiled)
    sharing.block(function.body, _Known())
    substitute_block(function.body, sharing.mapping)
    function.result = final(function.result, sharing.mapping)
    settled = sharing.settled and sharing.settled - _read_in_full(function, sharing.settled)
    return {*sharing.mapping.values(), *sharing.equal.values(), *sharing.negated}, settled


def _read_in_full(function: Function, variables: set[Operand]) -> set[Operand]:
    """What others than sums read of statements that read some of these variables."""
    found: set[Operand] = set()
    for s in walk(function.body):
        read = s.args if s.simple else reads(s)
        if not variables.isdisjoint(read) and not (isinstance(s, Assign) and s.primitive == "numpy.sum"):
            found.update(read)
    return found


def equal_values(function: Function, versions: Versions) -> dict[Var, Operand]:
    """For each value that the primal computes again, the one that has it already and is seen there."""
    finding = _Sharing(versions, {}, function, False)
    _find_equal(function.body, _Known(), finding)
    return finding.equal


def _find_equal(block: Block, known: _Known, finding: _Sharing) -> None:
    for s in block.statements:
        if isinstance(s, Assign):
            if s.primitive in _MADE_AGAIN:
                finding.keys[s.target] = finding.key(s.primitive, s.keywords, s.args)
            if _shareable(s, finding.versions):
                key = finding.key(s.primitive, s.keywords, s.args)
                first = known.find(key)
                if first is None:
                    known.own[key] = s.target
                elif first.kind == s.target.kind:
                    finding.equal[s.target] = first
                    finding.keys[s.target] = finding.keys.get(first, first)
        elif not s.simple:
            for inner in s.blocks():
                _find_equal(inner, _Known(known), finding)


class _Known:
    """The values that a block has, and the blocks whose values it sees."""

    def __init__(self, *around: _Known) -> None:
        self.own: dict[Hashable, Var] = {}
        # The nearest first.
        outside = {id(seen): seen for outer in around for seen in outer.seen}
        self.seen: list[dict[Hashable, Var]] = [self.own, *outside.values()]

    def find(self, key: Hashable) -> Var | None:
        for seen in self.seen:
            found = seen.get(key)
            if found is not None:
                return found
        return None


def _kept(function: Function) -> set[Operand]:
    """What the adjoints read, or a tape is given: these have names whatever becomes of the rest."""
    found: set[Operand] = set()
    for s in walk(function.body):
        if s.adjoint or isinstance(s, Effect) and s.primitive == "s2sad.push":
            found.update(reads(s))
    return found


class _Sharing:
    def __init__(
        self, versions: Versions, twins: Mapping[Block, Block], function: Function, compiled: bool
    ) -> None:
        self.versions, self.twins, self.function, self.compiled = versions, twins, function, compiled
        self.recorded = not twins  # the loops of the forward sweep have all that adjoints may see of them
        self.mapping: dict[Var, Operand] = {}
        self.negated: set[Operand] = set()  # what is computed as the negative of another value now
        self.settled: set[Operand] = set()  # those that may stay such
        self.negative_of: dict[Var, Operand] = {}
        self.equal: dict[Var, Operand] = {}  # what the primal computes again: the first of each
        self.known: dict[Block, _Known] = {}
        # What variables are to be recognised by that are read as others, or are cheap parts of other values.
        self.keys: dict[Operand, Hashable] = {}
        self.met: set[Hashable] = set()  # the keys of all blocks so far: most are met once
        self.literals: set[Hashable] = set()  # the same of literals

    @functools.cached_property
    def kept(self) -> set[Operand]:
        return set() if self.twins else _kept(self.function)

    def block(self, block: Block, outer: _Known, seen: bool = True) -> None:
        """``seen`` says whether adjoints may see what a block computes: numbers are shared with nothing else."""
        twin = self.known.get(self.twins.get(block, block))
        known = self.known[block] = _Known(outer) if twin is None else _Known(outer, twin)
        for statement in block.statements:
            if isinstance(statement, Assign):
                if seen or not isinstance(statement.target.kind, Scalar) or statement.primitive in _MADE_AGAIN:
                    self._assign(statement, known)
            elif not statement.simple:
                inside = seen and not (self.recorded and isinstance(statement, Loop) and statement.of is None)
                for inner in statement.blocks():
                    self.block(inner, known, inside)

    def _assign(self, statement: Assign, known: _Known) -> None:
        if statement.adjoint and self.equal:
            substitute_operands(statement, self.equal)
        if statement.primitive in _MADE_AGAIN:
            self.keys[statement.target] = self.key(statement.primitive, statement.keywords, statement.args)
            return
        if statement.primitive == "s2sad.store" and (restored := _restored_element(statement)) is not None:
            key = self.key("s2sad.getitem", (), [statement.target, statement.args[2]])
            known.own[key] = restored
            self.met.add(key)
        if not _shareable(statement, self.versions, self.compiled and not self.twins):
            return
        key = self.key(statement.primitive, statement.keywords, statement.args)
        found = known.find(key) if key in self.met else None
        if found is None:
            known.own[key] = statement.target
            self.met.add(key)
            if statement.adjoint:
                self._negate(statement, known)
        elif statement.adjoint:
            self._replace(statement.target, found)
        elif isinstance(statement.target.kind, Array):
            self._equate(statement.target, found)
            if found in self.kept and not statement.target.name:
                self._replace(statement.target, found)
        elif self.compiled and self.twins and isinstance(found.kind, Scalar) and found.kind == statement.target.kind:
            self._equate(statement.target, found)
            if not statement.target.name:
                self._replace(statement.target, found)

    def _negate(self, s: Assign, known: _Known) -> None:
        """`-2.0 * x` where `2.0 * x` is at hand is the negative of that, and so is `-c * x` where `c * x` is."""
        if s.primitive == "operator.mul" or s.primitive in _SIGNED and isinstance(s.target.kind, Array):
            for place, arg in enumerate(s.args):
                opposite = self._opposite(arg)
                if opposite is None:
                    continue
                args = [*s.args[:place], opposite, *s.args[place + 1 :]]
                found = known.find(self.key(s.primitive, (), args))
                if found is not None and found.kind == s.target.kind:
                    s.primitive, s.args = "operator.neg", [found]
                    self.negated.add(s.target)
                    if found.name and isinstance(found.kind, Array):
                        self.settled.add(s.target)
                    break
        if s.primitive == "operator.neg" and not is_narrow(s.target.kind):
            self.negative_of[s.target] = s.args[0]

    def _opposite(self, operand: Operand) -> Operand | None:
        if isinstance(operand, Var):
            return self.negative_of.get(final(operand, self.mapping)) if self.negative_of else None  # type: ignore[arg-type]
        if operand.path or not isinstance(operand.value, float):
            return None
        opposite = constant(-operand.value)
        return opposite if _literal(opposite) in self.literals else None

    def key(self, primitive: str, keywords: tuple[str, ...], args: list[Operand]) -> Hashable:
        """What is the same of two assignments that compute the same."""
        keys = self.keys
        parts: list[Hashable] = [primitive, keywords]
        for arg in args:
            parts.append(keys.get(arg, arg) if isinstance(arg, Var) else self._literal(arg))
        return tuple(parts)

    def _literal(self, operand: Const) -> Hashable:
        literal = _literal(operand)
        self.literals.add(literal)
        return literal

    def _replace(self, var: Var, found: Var) -> None:
        """Read what was found in the place of a variable."""
        self.mapping[var] = found
        self.keys[var] = self.keys.get(found, found)

    def _equate(self, var: Var, found: Var) -> None:
        """Let the adjoints read what was found in the place of a variable."""
        self.equal[var] = found
        self.keys[var] = self.keys.get(found, found)


def _restored_element(s: Assign) -> Var | None:
    """An element of an array that the reverse sweep puts back: where it is read then, it is at hand."""
    if not s.adjoint or s.args[0] is not s.args[1]:
        return None
    array, value = s.args[0].kind, s.args[3]
    is_element = isinstance(array, Array) and value.kind == numpy_number(array.dtype)
    return value if isinstance(value, Var) and is_element else None


def _literal(operand: Const) -> Hashable:
    value = operand.value
    if type(value) not in _NUMBERS:
        try:
            hash(value)
        except TypeError:
            return operand
    return (type(value), repr(value), operand.path)


@functools.cache
def _is_worth_a_name(primitive: str) -> bool:
    return primitive not in _TRIVIAL and is_pure(primitive) and table.lookup(primitive) is not None


def _shareable(statement: Assign, versions: Versions, recorded: bool = False) -> bool:
    """Whether a value is the same wherever it is computed. What the primal reads of memory that it has updated for the
    last time the reverse sweep reads there again, and does not keep; where that is ``recorded`` it has the value."""
    if statement.extra is not None or not _is_worth_a_name(statement.primitive):
        return False
    aliases = versions.aliases
    if not aliases.any_changed:
        return True
    if not isinstance(statement.target.kind, Scalar) and aliases.may_change(statement.target):
        return False
    last = statement.adjoint or recorded
    for arg in statement.args:
        if not isinstance(arg.kind, Scalar) and aliases.may_change(arg):
            if not (last and isinstance(arg, Var) and versions.is_last(arg)):
                return False
    return True
