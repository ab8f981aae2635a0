"""Lengths that are taken to be equal, and checked to be: so that no adjoint asks at run time what was broadcast.

    gate = z[:n] * z[n : 2 * n]

Slices whose lengths are known only at run time may broadcast where they meet: one may be of length 1. Nobody means
that; but the adjoints of all such operations would have to look for it. Where two lengths meet that may differ the
program is given a check that they do not, and their dimensions are one from there on. Of slices that are cut in the
same way the arrays are compared, which is often possible before a loop. A program that fails the check is compiled
once more without (`Request.equal_lengths`).

Where neither of two lengths is 1 NumPy compares them. Compiled loops over elements do not: for them that is checked
here as well, as early as it is known. Lengths that only a branch compares, or a loop that may have no round, keep
their names: what is computed of them elsewhere may differ in length.
"""
from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from s2sad.ir.kinds import INT, Array, Dim, Extent, Kind, Scalar, length_of, literal, renamed
from s2sad.ir.nodes import (
    UNDEFINED,
    Assign,
    Block,
    Carry,
    Effect,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    walk,
)
from s2sad.rules import table
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.indexing import getitem_kind, is_basic

SAME_LENGTH = "s2sad.same_length"
_COMPARISONS = {f"operator.{name}" for name in ("lt", "le", "gt", "ge", "eq", "ne", "and_", "or_", "xor")}
_PRODUCTS = {"operator.matmul", "numpy.matmul", "numpy.dot", "array.dot"}


def settle_lengths(context: Context, function: Function) -> None:
    """Check lengths that may differ where they meet, and give dimensions that are equal then one name."""
    if context.array_tapes or _has_unclear(function):
        _Settling(context, function).run()


def _has_unclear(function: Function) -> bool:
    """Whether an array has a length that may be one or another."""
    kinds = [var.kind for s in walk(function.body) for var in s.defined()]
    dims = [dim for kind in kinds if isinstance(kind, Array) for dim in kind.dims or ()]
    return any([isinstance(dim, Dim) and not dim.not_one for dim in dims])


@dataclass
class _Facts:
    """Which dimensions are equal at one place of the program, by their keys; what holds around it holds here."""

    around: _Facts | None = None
    links: dict[Hashable, Hashable] = field(default_factory=dict)

    def find(self, key: Hashable) -> Hashable:
        """One name for all that are equal to a key; equal slices of equal dimensions are equal."""
        seen = set()
        key = self._root(key)
        while _is_cut(key) and key not in seen:
            seen.add(key)
            parts: tuple[Hashable, ...] = key  # type: ignore[assignment]
            key = self._root((parts[0], self._root(parts[1]), *parts[2:]))
        return key

    def unite(self, one: Hashable, two: Hashable) -> None:
        one, two = self.find(one), self.find(two)
        if one != two:
            self.links[two] = one

    def _root(self, key: Hashable) -> Hashable:
        while (other := self._link(key)) is not None:
            key = other
        return key

    def _link(self, key: Hashable) -> Hashable | None:
        facts: _Facts | None = self
        while facts is not None:
            if key in facts.links:
                return facts.links[key]
            facts = facts.around
        return None


def _is_cut(key: Hashable) -> bool:
    """Whether a dimension is that of a slice of another."""
    return isinstance(key, tuple) and len(key) > 2 and key[0] in ("trim", "slice")


@dataclass(frozen=True)
class _Witness:
    """An array that has a dimension, the block where it is defined, and what defines it; None for what a block begins
    with. ``less`` is by how much the dimension is shorter."""

    array: Var
    axis: int
    block: Block
    made: Statement | None
    less: int = 0


@dataclass(frozen=True)
class _Place:
    """In a block before or ``behind`` a statement; on top of it where there is none."""

    block: Block
    statement: Statement | None
    behind: bool


class _Settling:
    def __init__(self, context: Context, function: Function) -> None:
        self.context, self.function = context, function
        self.witnesses: dict[Hashable, _Witness] = {}
        self.given: set[Hashable] = set()  # the lengths of arguments
        # The blocks around the statement that is looked at, each with the statement of it that holds the next.
        self.path: list[tuple[Block, Statement | None]] = []
        self.checks: list[tuple[_Place, list[Statement]]] = []
        self.order: dict[Statement, int] = {}
        self.home: dict[Statement, Block] = {}
        self.same = _Facts()
        self.absent: set[Var] = set()  # what may be unbound
        self.certain: dict[Hashable, bool] = {}

    def run(self) -> None:
        body = self.function.body
        for var in [*(param.var for param in self.function.params), *self.function.captures]:
            self._define(var, body, None)
        self.given = {*self.witnesses}
        self._block(body, _Facts())
        self._insert()
        self._rename()

    # -- looking ------------------------------------------------------------------------------------

    def _block(self, block: Block, facts: _Facts) -> None:
        self.path.append((block, None))
        for s in block.statements:
            self.path[-1] = block, s
            self.order.setdefault(s, len(self.order))
            self.home[s] = block
            if isinstance(s, Assign):
                self._assign(s, facts)
            elif isinstance(s, Loop):
                self._loop(s, facts)
            else:
                for inner in s.blocks():
                    self._block(inner, _Facts(facts))
            for var in s.defined():
                self._define(var, block, s)
        self.path.pop()

    def _loop(self, loop: Loop, facts: _Facts) -> None:
        """Carried arrays are taken to keep their lengths; where they do not, they are looked at without that."""
        absent = {var for carry in loop.carries if carry.init is UNDEFINED or carry.init in self.absent
                  for var in (carry.param, carry.result)}
        self.absent |= absent
        for var in loop.bound():
            self._define(var, loop.body, None)
        kept = [carry for carry in loop.carries if _changes_dims(carry)]
        number, same = len(self.checks), dict(self.same.links)
        inside = _Facts(facts)
        self._carry(kept, inside, lambda carry: (carry.init, carry.param))
        self._blocks_of(loop, inside)
        if all(self._are_equal(carry.param, carry.out, inside) for carry in kept):
            self._carry(kept, facts, lambda carry: (carry.init, carry.result))
        elif kept:
            del self.checks[number:]
            self.same.links = same
            self._blocks_of(loop, _Facts(facts))

    def _blocks_of(self, loop: Loop, facts: _Facts) -> None:
        for inner in loop.blocks():
            self._block(inner, facts)

    def _carry(self, carries: list[Carry], facts: _Facts, pair) -> None:  # type: ignore[no-untyped-def]
        for carry in carries:
            for one, two in _aligned(*(operand.kind for operand in pair(carry))):
                self._unite(one, two, facts)

    def _are_equal(self, one: Operand, two: Operand, facts: _Facts) -> bool:
        return all(_key(a) == _key(b) or facts.find(_key(a)) == facts.find(_key(b))
                   for a, b in _aligned(one.kind, two.kind))

    def _assign(self, s: Assign, facts: _Facts) -> None:
        if s.primitive == "s2sad.store":
            self._store(s, facts)
        elif s.primitive in _PRODUCTS:
            self._product(s, facts)
        elif s.primitive in _COMPARISONS or (known := table.lookup(s.primitive)) is not None and known.elementwise:
            self._elementwise(s, facts)

    def _elementwise(self, s: Assign, facts: _Facts) -> None:
        if any([isinstance(arg.kind, Array) and arg.kind.dims is None for arg in s.args]):
            return
        arrays = [(arg, dims) for arg in s.args if isinstance(arg, Var) and (dims := _dims(arg))]
        result, in_branch = _dims(s.target), self._is_in_branch()
        for place in range(1, 1 + max([len(dims) for _, dims in arrays], default=0)):
            long = [(arg, dims) for arg, dims in arrays if place <= len(dims) and isinstance(dims[-place], Dim)]
            for other, dims in long[1:]:
                first, first_dims = long[0]
                self._meet(s, (first, len(first_dims) - place), (other, len(dims) - place), facts)
            if not long or place > len(result):
                continue
            lengths = [dims[-place] for _, dims in long]
            # What meets in a branch is equal there alone, and the result may have the name of any of it.
            if not in_branch or _key(result[-place]) not in map(_key, lengths):
                self._unite(lengths[0], result[-place], facts)

    def _product(self, s: Assign, facts: _Facts) -> None:
        """What a product sums over is of one length, or it fails."""
        one, two = s.args[:2]
        if isinstance(one, Var) and isinstance(two, Var) and _dims(one) and _dims(two):
            place = max(len(_dims(two)) - 2, 0)
            if self.context.array_tapes and isinstance(_dims(one)[-1], Dim) and isinstance(_dims(two)[place], Dim):
                self._meet(s, (one, len(_dims(one)) - 1), (two, place), facts)
            elif self._is_in_branch():
                facts.unite(_key(_dims(one)[-1]), _key(_dims(two)[place]))
            else:
                self._unite(_dims(one)[-1], _dims(two)[place], facts)

    def _store(self, s: Assign, facts: _Facts) -> None:
        current, view, index, value = s.args
        if not isinstance(current.kind, Array) or not isinstance(value, Var) or not is_basic(self.context, index):
            return
        if not _dims(value) or not isinstance(view, Var):
            return
        kind = getitem_kind(self.context, view, index)
        for back in range(1, 1 + min(len(_dims(Var("", kind))), len(_dims(value)))):
            place = Var("", kind)
            read = Assign(place, "s2sad.getitem", [view, index], origin=s.origin)
            one, two = (place, len(_dims(place)) - back), (value, len(_dims(value)) - back)
            if 1 not in (_dims(place)[one[1]], _dims(value)[two[1]]):
                self._meet(s, one, two, facts, read)

    def _meet(
        self, s: Assign, one: tuple[Var, int], two: tuple[Var, int], facts: _Facts, made: Assign | None = None
    ) -> None:
        """Two axes run together: they are equal for sure, or a check says so. ``made`` makes ``one``."""
        a, b = (_dims(array)[axis] for array, axis in (one, two))
        assert isinstance(a, Dim) and isinstance(b, Dim)
        clear = a.not_one and b.not_one
        if clear and self._may_be_skipped():
            facts.unite(a.key, b.key)
            return
        everywhere = True
        if not (clear and not self.context.array_tapes) and facts.find(a.key) != facts.find(b.key):
            block = self.path[-1][0]
            definitions = self.context.definitions
            makers = made or definitions.get(one[0]), definitions.get(two[0])
            everywhere = self._check(_Witness(*one, block, makers[0]), _Witness(*two, block, makers[1]), facts, made)
        if everywhere:
            self._unite(a, b, facts)
        else:
            facts.unite(a.key, b.key)

    def _may_be_skipped(self) -> bool:
        """Whether the statement that is looked at may not be run, and no check in front of a loop is made for it."""
        return self._is_in_branch() or not self.context.array_tapes and any(isinstance(h, Loop) for _, h in self.path)

    def _is_in_branch(self) -> bool:
        return any(isinstance(holder, If) for _, holder in self.path)

    def _unite(self, one: Extent, two: Extent, facts: _Facts) -> None:
        if isinstance(one, Dim) and isinstance(two, Dim):
            if one.key != two.key:
                facts.unite(one.key, two.key)
                self.same.unite(one.key, two.key)
            for dim in (one, two):
                self.certain[dim.key] = self.certain.get(dim.key, False) or dim.not_one

    def _define(self, var: Var, block: Block, made: Statement | None) -> None:
        for axis, dim in enumerate(() if var in self.absent else _dims(var)):
            if isinstance(dim, Dim) and dim.key not in self.witnesses:
                self.witnesses[dim.key] = _Witness(var, axis, block, made)

    # -- checking -----------------------------------------------------------------------------------

    def _check(self, one: _Witness, two: _Witness, facts: _Facts, made: Assign | None) -> bool:
        """Compare the lengths of two axes, or what decides them, as early as it is known; whether that always is."""
        wholes = self._wholes(one, two, facts)
        if wholes is not None and not self._is_in_branch():
            first, second = (_dims(w.array)[w.axis] for w in wholes)
            self._unite(first, second, facts)
        found = wholes or self._earlier(one, two, facts)
        level = self._level_of(found)
        while level < len(self.path) - 1 and not isinstance(self.path[level][1], Loop):
            level += 1  # what is not always run is not checked outside
        steps = Block([made] if made is not None and made.target in (found[0].array, found[1].array) else [])
        builder = Builder(self.context, steps, self.path[-1][1].origin)  # type: ignore[union-attr]
        builder.append(Effect(SAME_LENGTH, [_length(builder, witness) for witness in found]))
        self.checks.append((self._place(level, found, made), steps.statements))
        return not any(isinstance(holder, If) for _, holder in self.path[:level])

    def _place(self, level: int, witnesses: tuple[_Witness, _Witness], made: Assign | None) -> _Place:
        """Behind the later of two arrays, if this block makes it; else on top of the block."""
        block, holder = self.path[level]
        if made is not None and made.target in (witnesses[0].array, witnesses[1].array):
            assert holder is not None
            return _Place(block, holder, False)
        makers = [w.made for w in witnesses
                  if w.made is not None and self.home.get(w.made) is block and _number(w) is None]
        return _Place(block, max(makers, key=self.order.__getitem__, default=None), True)

    def _early(self, late: _Witness, facts: _Facts) -> _Witness:
        """The first array of this length, if it is there for sure."""
        key = _key(_dims(late.array)[late.axis])
        known = [self.witnesses[k] for k in (facts.find(key), key) if k in self.witnesses]
        return next((w for w in known if self._level(w) is not None), late)

    def _earlier(self, one: _Witness, two: _Witness, facts: _Facts) -> tuple[_Witness, _Witness]:
        """The first arrays of two lengths; what they are parts of, if that is compared further outside."""
        found = self._early(one, facts), self._early(two, facts)
        keys = [facts.find(_key(_dims(w.array)[w.axis])) for w in (one, two)]
        first, second = (self._whole_of(key) or w for key, w in zip(keys, found, strict=True))
        return (first, second) if self._level_of((first, second)) < self._level_of(found) else found

    def _whole_of(self, key: Hashable) -> _Witness | None:
        """The array that an axis of this name is an axis of without its ends."""
        match key:
            case ("trim", whole, int(count)) if count > 0 and length_of(Dim(whole)) is None:
                found = self.witnesses.get(whole)
                return None if found is None or self._level(found) is None else replace(found, less=count)
        return None

    def _level_of(self, witnesses: tuple[_Witness, _Witness]) -> int:
        """How deep the block is in which both lengths are there."""
        return max(0 if _number(w) is not None else self._level(w) or 0 for w in witnesses)

    def _wholes(self, one: _Witness, two: _Witness, facts: _Facts) -> tuple[_Witness, _Witness] | None:
        """Of two slices that are cut in the same way, what they are cut of: they are equal where those are."""
        found: tuple[_Witness, _Witness] | None = None
        keys = [_key(_dims(w.array)[w.axis]) for w in (one, two)]
        seen: set[tuple[Hashable, ...]] = set()  # a part may be as long as what it is a part of
        while (*keys,) not in seen:
            seen.add((*keys,))
            names = [facts.find(key) for key in keys]
            if not all(map(_is_cut, names)):
                return found
            one_cut, two_cut = ((name[0], name[2:]) for name in names)  # type: ignore[index]
            if one_cut != two_cut:
                return found
            keys = [key[1] if _is_cut(key) else name[1] for key, name in zip(keys, names, strict=True)]  # type: ignore[index]
            known = [w for key in keys if (w := self.witnesses.get(key)) is not None and self._level(w) is not None]
            if len(known) == 2:
                found = known[0], known[1]
        return found

    def _level(self, witness: _Witness) -> int | None:
        """How deep the block of a witness is; None where it is not around the statement that is looked at."""
        return next((n for n, (block, _) in enumerate(self.path) if block is witness.block), None)

    def _insert(self) -> None:
        for place, steps in self.checks:
            number = 0 if place.statement is None else place.block.statements.index(place.statement)
            number += place.behind and place.statement is not None
            place.block.statements[number:number] = steps

    # -- naming -------------------------------------------------------------------------------------

    def _rename(self) -> None:
        """Give equal dimensions one name; where one of them is known not to be 1, none is."""
        groups: dict[Hashable, list[Hashable]] = {}
        for key in self.certain:
            groups.setdefault(self.same.find(key), []).append(key)
        mapping = self.context.equal_dims
        chosen = [(self._chosen(keys), keys) for keys in groups.values()]
        for key, keys in sorted(chosen, key=lambda one: _depth(one[0])):
            number = length_of(Dim(key))
            certain = any([self.certain[one] for one in keys])
            name = Dim(_cut_of_named(key, mapping), certain) if number is None else literal(number)
            assert isinstance(name, Dim)
            mapping.update(dict.fromkeys(keys, name))
        variables = _variables(self.function)
        for var in variables:
            for dim in _dims(var):
                if isinstance(dim, Dim) and _is_cut(dim.key) and dim.key not in mapping:
                    mapping[dim.key] = Dim(_cut_of_named(dim.key, mapping), dim.not_one, dim.least)
        for var in variables:
            var.kind = renamed(var.kind, mapping)

    def _chosen(self, keys: list[Hashable]) -> Hashable:
        """Which of several equal dimensions gives them its name: one that says how long it is before all others, then
        one that says how it lies in an argument, where that is known before anything is computed."""
        number = next((key for key in keys if length_of(Dim(key)) is not None), None)
        parts = [key for key in keys if self._is_part_of_argument(key)]
        part = parts[0] if parts and all([key in self.given or key in parts for key in keys]) else None
        sure = [key for key in keys if self.certain[key]]
        return number or part or min(sure or keys, key=lambda key: isinstance(key, int))

    def _is_part_of_argument(self, key: Hashable) -> bool:
        return isinstance(key, tuple) and key[0] == "trim" and key[1] in self.given and key[2] > 0


def _depth(key: Hashable) -> int:
    """How often a dimension is cut."""
    depth = 0
    while _is_cut(key):
        depth, key = depth + 1, key[1]  # type: ignore[index]
    return depth


def _cut_of_named(key: Hashable, mapping: Mapping[Hashable, Dim]) -> Hashable:
    """The key of a slice by the name of what it is a slice of."""
    if not _is_cut(key):
        return key
    parts: tuple[Hashable, ...] = key  # type: ignore[assignment]
    named = mapping.get(parts[1])
    whole = _cut_of_named(parts[1], mapping) if named is None else named.key
    match parts[0], whole:
        case "trim", ("trim", first, int(count)):
            return ("trim", first, count + parts[2])  # type: ignore[operator]
    return (parts[0], whole, *parts[2:])


def _number(witness: _Witness) -> int | None:
    """A length that is known before anything runs."""
    return length_of(_dims(witness.array)[witness.axis])


def _length(b: Builder, witness: _Witness) -> Operand:
    number = _number(witness)
    if number is not None:
        return constant(number)
    if witness.less:
        left = b.emit("operator.sub", _length(b, replace(witness, less=0)), constant(witness.less), kind=INT)
        return b.emit("builtins.max", left, constant(0), kind=INT)
    key = _key(_dims(witness.array)[witness.axis])
    if isinstance(key, tuple) and len(key) == 2 and key[0] == "length":
        length: Operand = key[1]
        return length
    if witness.axis == 0:
        return b.emit("builtins.len", witness.array, kind=INT)
    return b.emit("s2sad.getitem", b.emit("array.shape", witness.array), constant(witness.axis), kind=INT)


def _dims(operand: Operand) -> tuple[Extent, ...]:
    return operand.kind.dims or () if isinstance(operand.kind, Array) else ()


def _key(extent: Extent) -> Hashable:
    return extent.key if isinstance(extent, Dim) else extent


def _aligned(one: Kind, two: Kind) -> Iterator[tuple[Extent, Extent]]:
    """The dimensions of two arrays of one rank, axis by axis."""
    if isinstance(one, Array) and isinstance(two, Array) and one.dims and two.dims:
        yield from zip(one.dims, two.dims, strict=True)


def _changes_dims(carry: Carry) -> bool:
    """Whether a loop carries an array whose dimensions are not known to stay."""
    init, param = carry.init.kind, carry.param.kind
    return (isinstance(init, Array) and isinstance(param, Array) and bool(init.dims) and init.dims != param.dims
            and param.dims is not None and len(init.dims or ()) == len(param.dims))


def _variables(function: Function) -> list[Var]:
    """Those that are not numbers: parameters, and what the body binds."""
    found = [*(param.var for param in function.params), *function.captures]
    for s in walk(function.body):
        found += s.defined()
        if isinstance(s, Loop):
            found += s.bound()
    return [var for var in found if not isinstance(var.kind, Scalar)]
