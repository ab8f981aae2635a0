"""Values of a loop of which the reverse sweep wants only the shape: it is had from what is there.

A mention of a local value that asks for its shape alone becomes one of a value of the same shape that is at hand or
needed anyway; or the shape is put together from the lengths of the parameters. What is left is recorded: the
shape, and not the value (`transforms.tape`).

Equal symbolic lengths are equal at run time within one round of a loop. Only what elementwise operations
and copies lead to from a value in its own round, and the parameters, whose lengths never change, are taken for it.
"""
from __future__ import annotations

import functools
from collections.abc import Callable

from s2sad.ir.kinds import INT, Array, Dim, Extent, Kind, Scalar, Tuple, length_of
from s2sad.ir.nodes import COPIES, Assign, Block, Const, Function, Operand, Statement, Var, reads, walk
from s2sad.rules import table
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.pieces import plus

# Which operand is asked for its shape alone, by primitive; where the result has its dtype too it is a pattern.
_SHAPE_OF = {"s2sad.shape": 0, "array.shape": 0, "array.size": 0}
_LIKE = {"s2sad.zeros_like": 0, "s2sad.expand": 1}
_ASKING = {**_SHAPE_OF, **_LIKE}


def find_shapes(
    context: Context, function: Function, forward: set[Statement], is_local: Callable[[Var], bool],
    home: dict[Var, Block],
) -> None:
    """Let the reverse sweep of a function find shapes where they are."""
    primal = Block([s for s in function.body.statements if s in forward])
    reverse = Block([s for s in function.body.statements if s not in forward])
    statements = walk(reverse)
    asking = {s for s in statements if isinstance(s, Assign) and s.primitive in _ASKING and _asks(s, is_local)}
    wanted = _wanted(statements, asking) if asking else set()
    open_ = {s for s in asking if s.args[_ASKING[s.primitive]] not in wanted}
    if not open_:
        return
    finder = _Finder(context, function, primal, home, wanted, is_local)
    for block in [function.body, *(inner for s in statements if not s.simple for inner in s.blocks())]:
        finder.rewrite(block, open_)


def _asks(s: Assign, is_local: Callable[[Var], bool]) -> bool:
    """Whether a shape is asked for: of what is at hand too if that is kept alive for no more than that."""
    of = s.args[_ASKING[s.primitive]]
    if not isinstance(of, Var) or not isinstance(of.kind, Array) or of.kind.dims is None:
        return False
    return is_local(of) or s.primitive in _SHAPE_OF


def _wanted(statements: list[Statement], asking: set[Assign]) -> set[Operand]:
    """What the reverse sweep reads for more than its shape."""
    found: set[Operand] = set()
    for s in statements:
        if isinstance(s, Assign) and s in asking:
            place = _ASKING[s.primitive]
            found.update(arg for number, arg in enumerate(s.args) if number != place)
        else:
            found.update(s.args if s.simple else reads(s))
    return found


class _Finder:
    def __init__(
        self, context: Context, function: Function, primal: Block, home: dict[Var, Block], wanted: set[Operand],
        is_local: Callable[[Var], bool],
    ) -> None:
        self.context, self.primal, self.home, self.wanted, self.is_local = context, primal, home, wanted, is_local
        self.params = [param.var for param in function.params if not param.prefix] + function.captures
        self.lengths: dict[Extent, tuple[Var, int]] = {}
        for var in self.params:
            for axis, dim in enumerate(_dims(var.kind)):
                self.lengths.setdefault(dim, (var, axis))
        self.parent: dict[Operand, Operand] = {}
        # The shapes that have been put together.
        self.made: dict[Operand, tuple[Extent, ...]] = {}

    # -- values of one shape -----------------------------------------------------------------------

    def _alike(self, of: Var) -> list[Var]:
        """All that are known to have the shape of a value; none where it is all."""
        return self._classes.get(self._find(of), [])

    @functools.cached_property
    def _classes(self) -> dict[Operand, list[Var]]:
        """Values of one shape, by the one that `_find` gives."""
        members: list[Var] = []
        for s in walk(self.primal):
            dims = _dims(s.target.kind) if isinstance(s, Assign) else ()
            if not dims or not isinstance(s, Assign) or not _keeps_shape(s.primitive):
                continue
            for arg in s.args:
                if isinstance(arg, Var) and _dims(arg.kind) == dims:
                    one, two = self._find(arg), self._find(s.target)
                    if one is not two:
                        self.parent[one] = two
                    members += [arg, s.target]
        found: dict[Operand, list[Var]] = {}
        for var in dict.fromkeys(members):
            found.setdefault(self._find(var), []).append(var)
        return found

    def _find(self, var: Operand) -> Operand:
        root = var
        while root in self.parent:
            root = self.parent[root]
        while var is not root:
            self.parent[var], var = root, self.parent[var]
        return root

    def _stand_in(self, of: Var, alike: bool, name: str = "") -> Var | None:
        """A value of the same shape, and kind if ``alike``, that is there anyway; of this name, if one is given."""
        assert isinstance(of.kind, Array)
        for var in self.params if not name else []:
            if isinstance(var.kind, Array) and var.kind.dims == of.kind.dims and (not alike or var.kind == of.kind):
                return var
        for var in self._alike(of):
            if var in self.wanted and self.home.get(var) is self.home.get(of) and (not alike or var.kind == of.kind):
                if not name or var.name == name:
                    return var
        return None

    def _cut_from_parameter(self, b: Builder, of: Var, alike: bool) -> Operand | None:
        """A slice between literal bounds of a parameter, where a value has the shape of such a slice of an array that
        is as long: `u0[1:-1]` for `u[1:-1]`, whatever `u` holds by now."""
        if not any(map(_is_trimmed, _dims(of.kind))):
            return None
        for var in self._alike(of) or [of]:
            made = self.context.definition(var, "s2sad.getitem")
            if made is None or not isinstance(made.args[0], Var) or var.kind != of.kind:
                continue
            base = made.args[0].kind
            param = next((param for param in self.params if isinstance(param.kind, Array)
                          and param.kind.dims == _dims(base) and (not alike or param.kind == base)), None)
            index = None if param is None else _literal_slices(b, self.context, made.args[1])
            if param is not None and index is not None:
                return b.emit("s2sad.getitem", param, index)
        return None

    # -- rewriting ---------------------------------------------------------------------------------

    def rewrite(self, block: Block, asking: set[Assign]) -> None:
        statements = block.statements
        if not self.made and asking.isdisjoint(statements):
            return
        block.statements = []
        for s in statements:
            if isinstance(s, Assign) and s in asking:
                self._rewrite(Builder(self.context, block, s.origin, adjoint=True), s)
            elif isinstance(s, Assign) and s.primitive == "s2sad.getitem" and s.args[0] in self.made:
                self._take_axis(Builder(self.context, block, s.origin, adjoint=True), s)
            block.statements.append(s)

    def _rewrite(self, b: Builder, s: Assign) -> None:
        place = _ASKING[s.primitive]
        of = s.args[place]
        assert isinstance(of, Var)
        # An axis of what is at hand is what its name says.
        stays = of.name if s.primitive == "array.shape" and not self.is_local(of) else ""
        found = self._stand_in(of, s.primitive in _LIKE, stays)
        if found is not None:
            s.args[place] = found
            return
        dims = _dims(of.kind)
        if s.primitive == "array.size" or stays:
            return
        cut = self._cut_from_parameter(b, of, s.primitive in _LIKE)
        if cut is not None:
            s.args[place] = cut
            return
        if not dims or not all(map(self._is_at_hand, dims)):
            return
        plain = of.kind == Array("float64", dims)
        if s.primitive in ("s2sad.shape", "array.shape"):
            s.primitive, s.style, s.args = "s2sad.tuple", "", [self._length(b, dim) for dim in dims]
            s.target.kind = Tuple((INT,) * len(dims))
            self.made[s.target] = dims
        elif s.primitive == "s2sad.zeros_like" and plain:
            s.primitive, s.args = "s2sad.zeros_of", [self._shape(b, dims)]
        elif s.primitive == "s2sad.expand" and plain and _is_float(s.args[0]) and s.target.kind == of.kind:
            s.primitive, s.args = "numpy.full", [self._shape(b, dims), s.args[0]]

    def _take_axis(self, b: Builder, s: Assign) -> None:
        """An axis of a shape that has been put together is read where its length is from."""
        axis = s.args[1]
        if not isinstance(axis, Const) or type(axis.value) is not int:
            return
        dim = self.made[s.args[0]][axis.value]
        if dim in self.lengths and length_of(dim) is None:
            s.args = list(self._place(b, dim))
        else:
            s.primitive, s.args = "s2sad.alias", [self._length(b, dim)]

    def _shape(self, b: Builder, dims: tuple[Extent, ...]) -> Operand:
        lengths = [self._length(b, dim) for dim in dims]
        return lengths[0] if len(lengths) == 1 else b.emit("s2sad.tuple", *lengths)

    def _is_at_hand(self, dim: Extent) -> bool:
        """Whether a length is that of a parameter, with some places more or fewer, or a number that is at hand."""
        if dim in self.lengths or length_of(dim) is not None:
            return True
        match dim:
            case Dim(("length", Var() as count)):
                return count.kind == INT and not self.is_local(count)
            case Dim(("trim", key, int(count)), least=least):
                return (count < 0 or least > 0) and self._whole(key) is not None
            case Dim(("sum", tuple(parts))):
                return all(map(self._is_at_hand, parts))
        return False

    def _whole(self, key: object) -> Extent | None:
        """The length of a parameter with this name."""
        return next((dim for dim in self.lengths if isinstance(dim, Dim) and dim.key == key), None)

    def _length(self, b: Builder, dim: Extent) -> Operand:
        number = length_of(dim)
        if number is not None:
            return constant(number)
        if dim not in self.lengths and isinstance(dim, Dim):
            match dim.key:
                case ("length", Var() as named):
                    return named
                case ("trim", key, int(count)):
                    whole = self._whole(key)
                    assert whole is not None
                    sign = "operator.sub" if count > 0 else "operator.add"
                    return b.emit(sign, self._length(b, whole), constant(abs(count)), kind=INT)
                case ("sum", tuple(parts)):
                    return functools.reduce(functools.partial(plus, b), [self._length(b, part) for part in parts])
        return b.emit("s2sad.getitem", *self._place(b, dim), kind=INT)

    def _place(self, b: Builder, dim: Extent) -> tuple[Operand, Operand]:
        """The shape of a parameter, and which of its axes is so long."""
        var, axis = self.lengths[dim]
        shape = b.emit("array.shape", var, style="attribute", kind=Tuple((INT,) * len(_dims(var.kind))))
        return shape, constant(axis)


def _keeps_shape(primitive: str) -> bool:
    known = table.lookup(primitive)
    return primitive in COPIES or known is not None and known.elementwise


def _is_float(operand: Operand) -> bool:
    return isinstance(operand.kind, Scalar) and operand.kind.dtype == "float64"


def _is_trimmed(dim: Extent) -> bool:
    return isinstance(dim, Dim) and isinstance(dim.key, tuple) and dim.key[0] == "trim"


def _literal_slices(b: Builder, context: Context, index: Operand) -> Operand | None:
    """An index of slices between literals, written once more; None for any other."""
    made = context.definition(index, "s2sad.slice")
    if made is not None:
        return b.emit("s2sad.slice", *made.args) if all(isinstance(arg, Const) for arg in made.args) else None
    made = context.definition(index, "s2sad.tuple")
    parts = [_literal_slices(b, context, part) for part in made.args] if made is not None else [None]
    if any(part is None for part in parts):
        return None
    return b.emit("s2sad.tuple", *[part for part in parts if part is not None])


def _dims(kind: Kind) -> tuple[Extent, ...]:
    return kind.dims or () if isinstance(kind, Array) else ()
