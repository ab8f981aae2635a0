"""Writing arrays of a few elements as numbers: what `choice` chose, by its `recipes`."""
from __future__ import annotations

import math
import operator

import numpy as np

from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import (
    UNDEFINED,
    Assign,
    Block,
    Carry,
    Const,
    Effect,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    While,
    inits,
    results,
    walk,
)
from s2sad.ir.rewrite import final, substitute_block
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.indexing import index_parts
from s2sad.transforms.few.eligible import Choice
from s2sad.transforms.few.recipes import (
    Apply,
    At,
    Item,
    Term,
    is_asked_for_its_shape,
    row_indices,
    shape_answer,
    shape_of,
)
from s2sad.transforms.lengths import SAME_LENGTH

_NUMBER = Scalar("float64", weak=False)
_ARITHMETIC = {"operator.add": operator.add, "operator.sub": operator.sub, "operator.mul": operator.mul}


class Writing:
    """``items`` are the numbers that an array is now; ``mapping`` what stands in the place of other values."""

    def __init__(self, context: Context, function: Function, choice: Choice) -> None:
        self.context, self.function, self.choice = context, function, choice
        self.items: dict[Operand, list[Operand]] = {}
        self.mapping: dict[Var, Operand] = {}

    def run(self) -> None:
        self._block(self.function.body)
        substitute_block(self.function.body, self.mapping)
        self.function.result = final(self.function.result, self.mapping)

    def _block(self, block: Block) -> None:
        statements, block.statements = block.statements, []
        for s in statements:
            self._statement(block, s)

    def _statement(self, block: Block, s: Statement) -> None:
        b = Builder(self.context, block, s.origin)
        if isinstance(s, Assign):
            self._assign(b, s)
        elif isinstance(s, Loop):
            self._loop(b, s)
        elif isinstance(s, If):
            self._branches(b, s)
        elif not self._is_settled(s):
            for inner in s.blocks():
                self._block(inner)
            block.statements.append(s)

    def _is_settled(self, s: Statement) -> bool:
        """Whether this checks that two lengths are equal which are now known to be."""
        if not isinstance(s, Effect) or s.primitive != SAME_LENGTH:
            return False
        one, two = (final(arg, self.mapping) for arg in s.args)
        return isinstance(one, Const) and isinstance(two, Const) and one.value == two.value

    # -- statements ---------------------------------------------------------------------------------

    def _assign(self, b: Builder, s: Assign) -> None:
        found = self.choice.recipes.get(s)
        if found is not None:
            names = _names(s.target)
            made = [self._term(b, term, name) for term, name in zip(found, names, strict=True)]
            if s.target in self.choice.numbers:
                self._settle(b, s.target, made)
            else:
                self.mapping[s.target] = made[0]
                _call(made[0], s.target.name)
        elif is_asked_for_its_shape(s) and s.args[0] in self.items:
            answer = shape_answer(s)
            assert answer is not None
            self.mapping[s.target] = answer
        elif self._is_known_length(s):
            self.mapping[s.target] = constant(final(s.args[0], self.mapping).value[s.args[1].value])  # type: ignore[union-attr]
        elif self.choice.is_row_store(s):
            self._store_row(b, s)
        else:
            b.block.statements.append(s)

    def _is_known_length(self, s: Assign) -> bool:
        if s.primitive != "s2sad.getitem" or not isinstance(s.args[1], Const):
            return False
        shape = final(s.args[0], self.mapping)
        return shape is not s.args[0] and isinstance(shape, Const) and isinstance(shape.value, tuple)

    def _settle(self, b: Builder, var: Var, items: list[Operand]) -> None:
        """Know the numbers of an array, which is made one too where somebody wants it."""
        self.items[var] = items
        self.context.definitions.pop(var, None)
        for name, item in zip(_names(var), items, strict=True):
            _call(item, name)
        if var in self.choice.wanted:
            self._make(b, var, items)

    def _make(self, b: Builder, var: Var, items: list[Operand]) -> None:
        """Make an array of numbers."""
        shape = shape_of(var) or ()
        for length in shape[:0:-1]:
            items = [b.emit("s2sad.list", *items[n : n + length]) for n in range(0, len(items), length)]
        b.append(Assign(var, "numpy.array", [b.emit("s2sad.list", *items)]))

    def _store_row(self, b: Builder, s: Assign) -> None:
        """Put the numbers into the places of a large array, one by one."""
        base, _, index, value = s.args
        indices = row_indices(self.context, base, index) or []
        for number, (place, item) in enumerate(zip(indices, self.items[value], strict=True)):
            last = number == len(indices) - 1
            made = s.target if last else Var(s.target.name, s.target.kind, s.target.varied, s.target.location)
            b.append(Assign(made, s.primitive, [base, base, self._index(b, place), item], style=s.style))
            base = made

    # -- terms --------------------------------------------------------------------------------------

    def _term(self, b: Builder, term: Term, name: str = "") -> Operand:
        if isinstance(term, Apply):
            operands = [self._term(b, part) for part in term.terms]
            return _known(term.primitive, operands) or b.emit(term.primitive, *operands, name=name)
        if isinstance(term, Item):
            return self._element(b, term.array, term.place)
        if isinstance(term, At):
            return self._read(b, term.array, list(term.index), name)
        return final(term, self.mapping)

    def _element(self, b: Builder, array: Operand, place: int) -> Operand:
        known = self.items.get(array)
        if known is not None:
            return known[place]
        shape = shape_of(array)
        if shape is None:
            return final(array, self.mapping)
        return self._read(b, array, [constant(int(number)) for number in np.unravel_index(place, shape)])

    def _read(self, b: Builder, array: Operand, index: list[Operand], name: str = "") -> Operand:
        """An element; of a row of another array, an element of that."""
        found = self._row_of(array)
        while found is not None:
            array, before = found
            index = [*before, *index]
            found = self._row_of(array)
        return b.emit("s2sad.getitem", array, self._index(b, index), name=name)

    def _row_of(self, array: Operand) -> tuple[Operand, list[Operand]] | None:
        """What an array is a row of, and the numbers that name it."""
        made = self.context.definitions.get(array) if isinstance(array, Var) else None
        if not isinstance(made, Assign) or made.primitive not in ("s2sad.getitem", "s2sad.seen"):
            return None
        if made.primitive == "s2sad.seen":
            view, base = made.args
            if self.context.definition(view, "s2sad.seen") is not None:
                return base, []
            row = self._row_of(view)
            return None if row is None else (base, row[1])
        parts = index_parts(self.context, made.args[1])
        plain = parts is not None and all(isinstance(p.kind, Scalar) and p.kind.dtype == "int64" for p in parts)
        return (made.args[0], parts) if plain and parts is not None else None

    def _index(self, b: Builder, parts: list[Operand] | tuple[Operand, ...]) -> Operand:
        if len(parts) == 1:
            return parts[0]
        if all(isinstance(part, Const) for part in parts):
            return constant(tuple(part.value for part in parts if isinstance(part, Const)))
        return b.emit("s2sad.tuple", *parts)

    # -- control flow -------------------------------------------------------------------------------

    def _values(self, b: Builder, operand: Operand, count: int) -> list[Operand]:
        if operand is UNDEFINED:
            return [UNDEFINED] * count
        return [self._element(b, operand, place) for place in range(count)]

    def _variables(self, var: Var, definition: Statement) -> list[Operand]:
        """A variable for each element of one that control flow joins."""
        made = [Var(name, _NUMBER, var.varied, var.location) for name in _names(var)]
        self.context.definitions.update(dict.fromkeys(made, definition))
        return list(made)

    def _loop(self, b: Builder, s: Loop) -> None:
        split = [carry for carry in s.carries if carry.param in self.choice.numbers]
        carries: list[Carry] = []
        parts: dict[Carry, list[Carry]] = {}
        for carry in s.carries:
            if carry not in split:
                carries.append(carry)
                continue
            params, results = self._variables(carry.param, s), self._variables(carry.result, s)
            inits = self._values(b, carry.init, len(params))
            parts[carry] = [Carry(init, param, UNDEFINED, result)  # type: ignore[arg-type]
                            for init, param, result in zip(inits, params, results, strict=True)]
            carries += parts[carry]
        s.carries = carries
        head = Block()
        for carry in split:
            self._settle(Builder(self.context, head, s.origin), carry.param, [part.param for part in parts[carry]])
        for inner in s.blocks():
            self._block(inner)
        s.body.statements[:0] = head.statements
        if isinstance(s, While):
            self._make_for_test(s, [carry.param for carry in split])
        end = Builder(self.context, s.body, s.origin)
        for carry in split:
            values = self._values(end, carry.out, len(parts[carry]))
            for part, value in zip(parts[carry], values, strict=True):
                part.out = value
        b.block.statements.append(s)
        for carry in split:
            self._settle(b, carry.result, [part.result for part in parts[carry]])

    def _make_for_test(self, s: While, params: list[Var]) -> None:
        """Arrays that the test of a loop wants are its own: what it computes has no adjoint."""
        asked = {operand for inner in walk(s.test) for operand in [*inner.args, *inits(inner), *results(inner)]}
        head, own = Block(), {}
        for param in params:
            if param in asked or param is s.condition:
                own[param] = Var(param.name, param.kind, param.varied, param.location)
                self._make(Builder(self.context, head, s.origin), own[param], self.items[param])
        substitute_block(s.test, own)
        s.condition = final(s.condition, own)
        s.test.statements[:0] = head.statements

    def _branches(self, b: Builder, s: If) -> None:
        for inner in s.blocks():
            self._block(inner)
        ends = [Builder(self.context, inner, s.origin) for inner in s.blocks()]
        merges: list[Merge] = []
        split: list[tuple[Var, list[Operand]]] = []
        for merge in s.merges:
            if merge.out not in self.choice.numbers:
                merges.append(merge)
                continue
            outs = self._variables(merge.out, s)
            columns = [self._values(end, value, len(outs)) for end, value in zip(ends, merge.values, strict=True)]
            merges += [Merge(out, list(values)) for out, *values in zip(outs, *columns, strict=True)]
            split.append((merge.out, outs))
        s.merges = merges
        b.block.statements.append(s)
        for var, outs in split:
            self._settle(b, var, outs)


def _names(var: Var) -> list[str]:
    """What the elements of an array are called: as it is, and by their places."""
    shape = shape_of(var) or ()
    if not var.name or not shape:
        return [var.name] * math.prod(shape)
    return [f"{var.name}_{''.join(map(str, place))}" for place in np.ndindex(*shape)]


def _known(primitive: str, operands: list[Operand]) -> Operand | None:
    """What an operation on literals gives; a product with one is the other factor."""
    values = [one.value for one in operands if isinstance(one, Const) and type(one.value) is float]
    if primitive in _ARITHMETIC and len(values) == len(operands) == 2:
        return constant(_ARITHMETIC[primitive](*values))
    if primitive == "operator.mul" and 1.0 in values:
        other = next(one for one in operands if not (isinstance(one, Const) and one.value == 1.0))
        return other if isinstance(other.kind, Scalar) and other.kind.dtype == "float64" else None
    return None


def _call(operand: Operand, name: str) -> None:
    """Say what a value without a name is called, should it need one."""
    if isinstance(operand, Var) and not operand.name and not operand.hint:
        operand.hint = name
