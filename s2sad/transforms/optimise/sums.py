"""Sums in adjoint code: numbers and factors that do not vary go in front, and a sum of products is one pass.

    np.sum(-(c * x), axis=0)              ─▶   -(c * np.sum(x, axis=0))
    np.sum(x * row, axis=0)               ─▶   np.sum(x, axis=0) * row
    np.sum(np.full_like(x, 2.0))          ─▶   2.0 * x.size

that while adjoints are built, and when it is known what else reads the products

    np.sum(x * y)                         ─▶   np.vdot(x, y)
    np.sum(x * np.eye(n))                 ─▶   np.trace(x)
    np.sum(x * column[:, None], axis=0)   ─▶   column @ x
    np.sum(x * y, axis=1)                 ─▶   np.einsum("ab,ab->a", x, y)
    y = c * x; c * np.sum(x)              ─▶   y = c * x; np.sum(y)
    t = c * x; y = f(t); np.sum(z * t)    ─▶   y = f(c * x); c * np.vdot(z, x)

so that no array of them is made, none of the primal is kept for that which is another times a number, and NumPy's
own sum over short rows, which is slow, is not called. What decides anything is summed up as the program does it:
another order may give another last digit.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.deciding import deciding
from s2sad.analyses.record import repeatable
from s2sad.analyses.uses import count_of, count_uses
from s2sad.ir.kinds import Array, Extent, Kind, Scalar, is_narrow
from s2sad.ir.meeting import same_extent
from s2sad.ir.nodes import Assign, Block, Const, Function, Operand, Var, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.adjoint_shapes import size
from s2sad.rules.axes import literal_axes, squeeze, unsqueeze
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.optimise.products import number_of

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MAXIMUM_DEPTH = 6
# An array, and what it is multiplied with or divided by, one after the other.
_Split = tuple[Operand, list[tuple[str, Operand]]]


def simplify_sum(b: Builder, args: list[Operand], keywords: tuple[str, ...]) -> Operand | None:
    """`numpy.sum` of an adjoint value with what does not vary in front of it."""
    found = _sum_of(b, args, keywords)
    if found is None or found.keepdims and len(found.axes) == len(_dims(args[0])):
        return None
    if all(extent == 1 for axis, extent in enumerate(_dims(args[0])) if axis in found.axes):
        return None if len(found.axes) == len(_dims(args[0])) else (
            args[0] if found.keepdims else squeeze(b, args[0], found.axes))
    if found.keepdims:
        return unsqueeze(b, _Sum(b, found.axes, False).plain(args[0]), found.axes)
    spread = b.context.definition(args[0], "s2sad.expand")
    if spread is not None and len(found.axes) == len(_dims(args[0])) and _is_double(args[0], number_of(spread.args[0])):
        return b.emit("operator.mul", spread.args[0], size(b, spread.args[1]))
    total = found.with_factors_in_front(args[0])
    if isinstance(total, Var) and isinstance(args[0], Var):
        b.context.sums_of[total] = (args[0], *args[1:])
    return total


def _is_double(array: Operand, number: object) -> bool:
    """Whether an array is of floats that are all one literal. (Infinity times no elements would be NaN.)"""
    return isinstance(number, float) and isinstance(array.kind, Array) and array.kind.dtype == "float64"


def contract_sums(context: Context, function: Function, aliases: Aliases) -> set[Operand] | None:
    """Make each adjoint sum of products that nothing else reads one operation; what is the negative of one now, None
    where there are no sums."""
    if not any([isinstance(s, Assign) and (s.primitive == "numpy.sum" and s.adjoint or s.target in context.sums_of)
                for s in walk(function.body)]):
        return None
    uses = count_uses(function)
    mapping: dict[Var, Operand] = {}
    primal = _Primal(context, function, uses, aliases)
    _contract_block(context, function.body, uses, mapping, primal.split, deciding(function))
    substitute_block(function.body, mapping)
    if isinstance(function.result, Var):
        function.result = mapping.get(function.result, function.result)
    return {total for total in mapping.values() if context.definition(total, "operator.neg") is not None}


class _Primal:
    """What the primal computes as a number times an array that is at hand anyway."""

    def __init__(self, context: Context, function: Function, uses: Counter[Operand], aliases: Aliases) -> None:
        self.context, self.uses, self.aliases = context, uses, aliases
        self.own = {s for s in function.body.statements if isinstance(s, Assign) and not s.adjoint}
        self.params = {param.var for param in function.params}

    def split(self, x: Operand) -> _Split:
        """A value without a name, which only the user's expression and one sum read, as an array and numbers."""
        base, made = x, self._times_number(x) if self.uses[x] == 2 else None
        factors: list[tuple[str, Operand]] = []
        while made is not None:
            one, two = made.args if made.primitive != "operator.neg" else (made.args[0], constant(-1.0))
            base, number = (one, two) if isinstance(one.kind, Array) else (two, one)
            factors.insert(0, (made.primitive.removeprefix("operator."), number))
            made = self._times_number(base) if self.uses[base] == 1 else None
        held = isinstance(base, Var) and (bool(base.name) or base in self.params)
        return (base, factors) if held and base.kind == x.kind else (x, [])

    def _times_number(self, x: Operand) -> Assign | None:
        if not isinstance(x, Var) or x.name or repeatable(
                x, self.context.definitions.get, self.aliases.may_change) is None:
            return None
        made = self.context.definitions.get(x)
        if not isinstance(made, Assign) or made not in self.own:
            return None
        if made.primitive not in _FACTORED or made.extra is not None:
            return None
        if made.primitive == "operator.neg":
            return made if isinstance(made.args[0].kind, Array) else None
        one, two = (arg.kind for arg in made.args)
        times = isinstance(one, Array) and isinstance(two, Scalar)
        scaled = made.primitive == "operator.mul" and isinstance(one, Scalar) and isinstance(two, Array)
        return made if times or scaled else None


def _contract_block(
    context: Context, block: Block, uses: Counter[Operand], mapping: dict[Var, Operand],
    primal: Callable[[Operand], _Split], decisive: set[Operand],
) -> None:
    statements, block.statements = block.statements, []
    here: set[Operand] | None = None
    for s in statements:
        if isinstance(s, Assign) and s.target in context.sums_of:
            _factor_back(s, context.sums_of[s.target], uses)
        if not s.simple:
            for inner in s.blocks():
                _contract_block(context, inner, uses, mapping, primal, decisive)
        if isinstance(s, Assign) and s.adjoint and s.primitive == "numpy.sum" and (
                count_of(s.args[0], uses) == 1 and s.target not in decisive):
            builder = Builder(context, block, s.origin, adjoint=True)
            found = _sum_of(builder, s.args, s.keywords)
            here = here or {var for one in statements for var in one.defined()}
            total = None if found is None else found.of_products(s.args[0], primal, uses, here)
            if isinstance(total, Var):
                total.name, total.hint = s.target.name, s.target.hint
                mapping[s.target] = total
                continue
        block.statements.append(s)


def _factor_back(s: Assign, sum_of: tuple[Operand, ...], uses: Counter[Operand]) -> None:
    """Sum up the array that is made anyway for a factor times the sum of another: that need not be made, or kept."""
    whole = sum_of[0]
    if count_of(whole, uses):
        s.primitive, s.args, s.keywords = "numpy.sum", list(sum_of), ("axis",)[: len(sum_of) - 1]
        uses[whole] += 1


def _sum_of(b: Builder, args: list[Operand], keywords: tuple[str, ...]) -> _Sum | None:
    """A call of `numpy.sum` over all of an array or over literal axes."""
    x, *rest = args
    options = dict(zip(keywords, rest, strict=True)) if len(rest) == len(keywords) else None
    if options is None or not isinstance(x.kind, Array) or not x.kind.dims:
        return None
    keepdims = options.pop("keepdims", constant(False))
    axis = options.pop("axis", constant(None))
    if options or not isinstance(axis, Const) or not isinstance(keepdims, Const) or axis.path:
        return None
    count = len(x.kind.dims)
    axes = tuple(range(count)) if axis.value is None else literal_axes(axis, count)
    if keepdims.value and axis.value is None:
        return None
    return _Sum(b, axes, bool(keepdims.value))


class _Sum:
    """A sum over ``axes`` of a value that has them all."""

    def __init__(self, b: Builder, axes: tuple[int, ...], keepdims: bool) -> None:
        self.b, self.axes, self.keepdims = b, axes, keepdims

    def with_factors_in_front(self, x: Operand) -> Operand | None:
        made = _adjoint(self.b, x)
        if made is None or made.primitive not in _FACTORED:
            return None
        if made.primitive == "operator.neg":
            return self.b.emit("operator.neg", self.plain(made.args[0]))
        return self._scaled(made)

    def plain(self, x: Operand) -> Operand:
        """The sum of a value, simplified further where it can be."""
        assert isinstance(x.kind, Array) and x.kind.dims is not None
        if len(self.axes) == len(x.kind.dims) and not self.keepdims:
            return self.b.emit("numpy.sum", x)
        axis = constant(self.axes[0] if len(self.axes) == 1 else self.axes)
        if self.keepdims:
            return self.b.emit("numpy.sum", x, axis, constant(True), keywords=("axis", "keepdims"))
        return self.b.emit("numpy.sum", x, axis, keywords=("axis",))

    def _scaled(self, made: Assign) -> Operand | None:
        """With numbers, and factors that are the same along the axes summed over, in front."""
        whole = made.target
        varying, factors = self._peeled(whole, whole, _MAXIMUM_DEPTH)
        if not factors or varying is None or not _has_extents(varying.kind, whole.kind, self.axes):
            return None
        total = self.plain(varying)
        for operation, factor in factors:
            if operation == "mul" and isinstance(factor.kind, Scalar):
                total = self.b.emit("operator.mul", factor, total)
            else:
                total = self.b.emit(f"operator.{operation}", total, factor)
        return total

    def _peeled(
        self, x: Operand, whole: Var, depth: int
    ) -> tuple[Operand | None, list[tuple[str, Operand]]]:
        """What is left of a product without its steady factors, and those: what has none stays as it is."""
        steady = self._steady(x, whole)
        if steady is not None:
            return None, [("mul", steady)]
        made = _adjoint(self.b, x)
        if made is None or not depth or made.primitive not in ("operator.mul", "operator.truediv"):
            return x, []
        if x is not whole and _is_at_hand(made):
            return x, []
        one, first = self._peeled(made.args[0], whole, depth - 1)
        if made.primitive == "operator.truediv":
            divisor = self._steady(made.args[1], whole)
            if divisor is None or one is None:
                return x, []
            return one, [*first, ("truediv", divisor)]
        two, second = self._peeled(made.args[1], whole, depth - 1)
        if not first and not second:
            return x, []
        rest = two if one is None else one if two is None else self.b.emit("operator.mul", one, two)
        return rest, first + second

    def _steady(self, factor: Operand, whole: Var) -> Operand | None:
        """A factor as it multiplies the sum, if it does not vary along the axes."""
        if isinstance(factor.kind, Scalar):
            return factor
        if not isinstance(factor.kind, Array) or factor.kind.dims is None:
            return None
        assert isinstance(whole.kind, Array) and whole.kind.dims is not None
        missing = len(whole.kind.dims) - len(factor.kind.dims)
        own = [axis - missing for axis in self.axes]
        if missing < 0 or any(place >= 0 and factor.kind.dims[place] != 1 for place in own):
            return None
        if self.keepdims:
            return factor
        if any(place < 0 for place in own) and sorted(self.axes) != list(range(len(self.axes))):
            return None
        return squeeze(self.b, factor, tuple(place for place in own if place >= 0))

    def of_products(
        self, x: Operand, primal: Callable[[Operand], _Split], uses: Counter[Operand], here: set[Operand],
    ) -> Operand | None:
        """One operation for the sum of a product, with the numbers behind; ``primal`` splits what the primal
        computed, and what has other ``uses``, or is not made ``here``, is there as it is."""
        made = _adjoint(self.b, x)
        factors = None if made is None else _two_factors(made)
        if factors is None:
            return None
        one, two = factors
        if self.keepdims or not all(_is_real_array(part.kind, x.kind) for part in (one, two)):
            return None
        (first, front), (second, behind) = (self._split(part, primal, uses, here) for part in (one, two))
        total = self._contracted(first, second, x.kind)
        if total is None:
            return None
        numbers = front + behind
        for kind, factor in numbers:
            if kind != "neg":
                total = self.b.emit(f"operator.{kind}", *((factor, total) if kind == "mul" else (total, factor)))
        negative = sum(kind == "neg" for kind, _ in numbers) % 2
        return self.b.emit("operator.neg", total) if negative else total

    def _split(
        self, x: Operand, primal: Callable[[Operand], _Split], uses: Counter[Operand], here: set[Operand],
        depth: int = _MAXIMUM_DEPTH,
    ) -> _Split:
        """A factor without the numbers that it was multiplied with or divided by."""
        made = _adjoint(self.b, x)
        if made is None and depth:
            return primal(x)
        if not depth or made is None or x not in here:
            return x, []
        if made.primitive == "operator.mul":
            one, two = made.args
            if isinstance(one.kind, Scalar) or isinstance(two.kind, Scalar):
                number, rest = (one, two) if isinstance(one.kind, Scalar) else (two, one)
                inner, factors = self._split(rest, primal, uses, here, depth - 1)
                return inner, [*factors, ("mul", number)]
            if uses[x] > 1:
                return x, []
            inner, factors = self._split(one, primal, uses, here, depth - 1)
            other, more = self._split(two, primal, uses, here, depth - 1)
            if factors or more:
                return self.b.emit("operator.mul", inner, other), factors + more
        if made.primitive == "operator.truediv" and isinstance(made.args[1].kind, Scalar):
            inner, factors = self._split(made.args[0], primal, uses, here, depth - 1)
            return inner, [*factors, ("truediv", made.args[1])]
        return x, []

    def _contracted(self, one: Operand, two: Operand, whole: Kind) -> Operand | None:
        """The sum of the products of two arrays."""
        assert isinstance(whole, Array) and whole.dims is not None
        count = len(whole.dims)
        everywhere = tuple(range(count))
        same = all(len(_dims(part)) == count and _has_extents(part.kind, whole, everywhere) for part in (one, two))
        if len(self.axes) == count:
            if not same:
                return None
            for array, other in ((one, two), (two, one)):
                if count == 2 and self._is_identity(other):
                    return self.b.emit("numpy.trace", array)
            return self.b.emit("numpy.dot" if count == 1 else "numpy.vdot", one, two)
        return self._with_vector(one, two, count) or self._with_vector(two, one, count) or self._einsum(one, two, count)

    def _is_identity(self, operand: Operand) -> bool:
        made = self.b.context.definition(operand, "numpy.eye") or self.b.context.definition(operand, "numpy.identity")
        return made is not None and len(made.args) == 1

    def _with_vector(self, matrix: Operand, vector: Operand, count: int) -> Operand | None:
        """`matrix @ vector`, where one factor varies along the axis that is summed over, and only there."""
        dims, shape = _dims(vector), _dims(matrix)
        if count != 2 or len(shape) != 2 or 1 in shape:
            return None
        padded = (1,) * (2 - len(dims)) + tuple(dims)
        kept = 1 - self.axes[0]
        if padded[kept] != 1 or padded[self.axes[0]] == 1:
            return None
        flat = squeeze(self.b, vector, (kept,)) if len(dims) == 2 else vector
        pair = (matrix, flat) if kept == 0 else (flat, matrix)
        return self.b.emit("operator.matmul", *pair)

    def _einsum(self, one: Operand, two: Operand, count: int) -> Operand | None:
        letters = _LETTERS[:count]
        kept = "".join(letter for axis, letter in enumerate(letters) if axis not in self.axes)
        texts, arrays = [], []
        for operand in (one, two):
            dims = _dims(operand)
            own = letters[count - len(dims):]
            ones = tuple(axis for axis, extent in enumerate(dims) if extent == 1)
            texts.append("".join(letter for axis, letter in enumerate(own) if axis not in ones))
            arrays.append(squeeze(self.b, operand, ones))
        if not set(kept) <= set("".join(texts)) or not all(texts):
            return None
        return self.b.emit("numpy.einsum", constant(f"{texts[0]},{texts[1]}->{kept}"), *arrays)


_FACTORED = {"operator.neg", "operator.mul", "operator.truediv"}


def _is_at_hand(product: Assign) -> bool:
    """Whether a product of arrays is the adjoint of something, which others read as it is."""
    named = product.target.name or product.target.hint
    return bool(named) and all(isinstance(arg.kind, Array) for arg in product.args)


def _two_factors(made: Assign) -> tuple[Operand, Operand] | None:
    """What is multiplied, if it is; a square is a product as well."""
    one, *rest = made.args
    if made.primitive == "operator.mul":
        return one, rest[0]
    if made.primitive == "operator.pow" and isinstance(rest[0], Const) and rest[0].value == 2:
        return one, one
    return (one, one) if made.primitive == "numpy.square" else None


def _adjoint(b: Builder, x: Operand) -> Assign | None:
    """What made a value of the reverse sweep: what the primal computed is at hand as it is."""
    made = b.context.definitions.get(x) if isinstance(x, Var) else None
    if not isinstance(made, Assign) or is_narrow(made.target.kind):
        return None
    return made if made.adjoint and made.extra is None else None


def _dims(operand: Operand) -> tuple[Extent, ...]:
    """The dimensions of an array of known rank."""
    return operand.kind.dims or () if isinstance(operand.kind, Array) else ()


def _has_extents(kind: Kind, whole: Kind, axes: tuple[int, ...]) -> bool:
    """Whether a factor has the length of the product along these axes."""
    if not (isinstance(kind, Array) and isinstance(whole, Array)) or kind.dims is None or whole.dims is None:
        return False
    missing = len(whole.dims) - len(kind.dims)
    return all(axis >= missing and same_extent(kind.dims[axis - missing], whole.dims[axis]) for axis in axes)


def _is_real_array(kind: Kind, whole: Kind) -> bool:
    """Whether a factor is an array of the floats that the product has."""
    return (isinstance(kind, Array) and isinstance(whole, Array) and kind.dims is not None
            and kind.dtype == whole.dtype and kind.dtype in ("float64", "float32"))
