"""Whether the iterations of a loop may run at once, in any order, and what they share if they do.

They may if none of them reads what another writes. Numbers that they all only add to are sums, which can be taken in
parts. Memory that is written must be written, and read, at places that tell the iterations apart: along one axis, all
indices are the index of the loop up to the same constant (`y[i]`, `y[i, j]`, `y[2 * i + 1]`, `y[i * n + j]` for a `j`
below `n`). Memory that they all only add to, at whatever places, is a sum as well.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from s2sad.analyses.accesses import CONTAINER, SUMS, Access, Accesses, Refusal
from s2sad.analyses.indices import Indices, Polynomial, is_number, literal, plus, replaced, split
from s2sad.analyses.places import Origin, Places
from s2sad.errors import Location
from s2sad.ir.kinds import Array, List, Scalar, is_mutable
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Carry,
    Const,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    While,
    walk,
)
from s2sad.rules.build import Context

# What Numba reduces, besides sums: numbers that every iteration multiplies, or takes the maximum of.
_OTHER_REDUCTIONS = ({"operator.mul", "operator.truediv"}, {"builtins.max"}, {"builtins.min"})


@dataclass
class Verdict:
    """``reason`` says why the iterations may not run at once, about the statement at ``origin``; "" where they may.

    ``sums`` are the numbers that all of them add to, ``shared`` the arrays, and ``others`` the numbers that all of them
    multiply, or take the maximum of. Iterations that are no more than ``near`` apart may add to the same element of an
    array, called ``neighbours``; others do not. ``tapes`` are what is taped, or read of tapes, one iteration after the
    other: lists, arrays that grow, and their cursors.
    """

    reason: str = ""
    origin: Location | None = None
    sums: list[Carry] = field(default_factory=list)
    shared: list[Carry] = field(default_factory=list)
    others: list[Carry] = field(default_factory=list)
    near: int = 0
    neighbours: str = ""
    tapes: dict[Var, None] = field(default_factory=dict)


class Independence:
    """Verdicts on the loops of one function.

    ``as_written`` is for the program of the user, in which arrays are summed as Numba does: all of an array at once.
    Otherwise whatever is only added to may be, and an index that might count from the end of an array is not trusted.
    """

    def __init__(self, context: Context, function: Function, as_written: bool = False) -> None:
        self.context, self.function, self.as_written = context, function, as_written
        self.places = Places(context, function)
        self.indices = Indices(self.places)
        self.accesses = Accesses(context, function, self.places)
        self.needed = _needed(function, self.places)

    def of(self, loop: For) -> Verdict:
        try:
            return self._examine(loop)
        except Refusal as refusal:
            return Verdict(refusal.reason, refusal.origin)

    def any_order(self, loop: For, forward: For | None = None) -> bool:
        """Whether the iterations may run in any order, one after the other: then they may also add to the same.

        ``forward`` is the loop that this one reverses, if each of its rounds is to come with that which it reverses:
        what that made is its own. Then all that is carried are sums.
        """
        verdict = Verdict()
        try:
            groups = self._written(loop, verdict, forward)
        except Refusal:
            return False
        if verdict.tapes or forward is not None and verdict.others:
            return False
        return all(self._tells_apart(loop, found, adding=True) for found in groups.values())

    def _examine(self, loop: For) -> Verdict:
        if loop.stop is not None:
            raise Refusal("the loop may be left early", loop.origin)
        if not _has_steps_of_one(loop):
            raise Refusal("its steps are not steps of one", loop.origin)
        verdict = Verdict()
        for origin, found in self._written(loop, verdict).items():
            if isinstance(origin.var.kind, List):
                raise Refusal(CONTAINER, found[0].statement.origin)
            if self._tells_apart(loop, found):
                continue
            near = None if self.as_written else self._reach(loop, found)
            if near is None:
                self._share(loop, origin, found, verdict)
            elif near > verdict.near:
                verdict.near, verdict.neighbours = near, self._called(loop, origin)
        return verdict

    def _written(self, loop: For, verdict: Verdict, forward: For | None = None) -> dict[Origin, list[Access]]:
        """What is done to each memory that iterations write; what they carry is looked at first."""
        accesses = list(self.accesses.of(loop, verdict.tapes, forward))
        for carry in loop.carries:
            self._carry(loop, carry, verdict)
        for access in accesses:
            if any(o.var in self.places.exchanged and loop in self.places.loops[o.var] for o in access.place.origins):
                raise Refusal(_UNKNOWN, access.statement.origin)
        written = {origin for access in accesses if access.how != "read" for origin in access.place.origins}
        unknown = [access for access in accesses if not access.place.origins]
        if unknown and (written or any(access.how != "read" for access in unknown)):
            raise Refusal(_UNKNOWN, unknown[0].statement.origin)
        groups: dict[Origin, list[Access]] = {}
        for access in accesses:
            for origin in access.place.origins & written:
                if origin.of_items:
                    raise Refusal(_UNKNOWN, access.statement.origin)
                groups.setdefault(origin, []).append(access)
        return groups

    # -- what a loop carries -----------------------------------------------------------------------

    def _carry(self, loop: For, carry: Carry, verdict: Verdict) -> None:
        if carry.param not in self.needed and carry.result not in self.needed:
            return
        if is_mutable(carry.param.kind) and self.places.stays(carry.out, carry.param):
            return
        if self._is_reduced(carry, SUMS):
            (verdict.sums if isinstance(carry.param.kind, Scalar) else verdict.shared).append(carry)
            return
        if any(self._is_reduced(carry, operations) for operations in _OTHER_REDUCTIONS):
            verdict.others.append(carry)
            return
        name = carry.param.name or carry.result.name or "a value"
        shown = f"`{name}`" if name != "a value" else name
        if carry.param in self.needed:
            raise Refusal(f"{shown} is carried from one iteration to the next", loop.origin)
        raise Refusal(f"{shown} is read after the loop, as some iteration leaves it", loop.origin)

    def _is_reduced(self, carry: Carry, operations: set[str]) -> bool:
        """Whether an iteration does nothing to what is carried, and with it, but these operations."""
        if not isinstance(carry.param.kind, (Scalar, Array)):
            return False
        chain: set[Var] = {carry.param}
        allowed: set[Statement] = set()
        found: dict[tuple[Operand, Var], bool] = {}
        if not self._leads(carry.out, carry.param, operations, chain, allowed, found):
            return False
        led = {operand for (operand, _), leads in found.items() if leads}
        if any(isinstance(s, Assign) and sum(arg in led for arg in s.args) > 1 for s in allowed):
            return False
        holder = self.places.made.get(carry.param)
        if isinstance(holder, Loop) and sum(one.out in chain for one in holder.carries) > 1:
            return False  # the next iteration has it by another name, too
        readers = (reader for var in chain for reader in self.accesses.readers.get(var, []))
        return all(reader is holder or reader in allowed for reader in readers)

    def _leads(
        self, out: Operand, param: Var, operations: set[str], chain: set[Var], allowed: set[Statement],
        found: dict[tuple[Operand, Var], bool],
    ) -> bool:
        """Whether a value comes from the parameter by these operations; all that is passed on the way is noted.

        ``found`` is what was found out of others: branches in a row choose between one value and what is made of it.
        """
        if (out, param) not in found:
            found[out, param] = out is param or self._comes_from(out, param, operations, chain, allowed, found)
        return found[out, param]

    def _comes_from(
        self, out: Operand, param: Var, operations: set[str], chain: set[Var], allowed: set[Statement],
        found: dict[tuple[Operand, Var], bool],
    ) -> bool:
        made = self.places.made.get(out) if isinstance(out, Var) else None
        if made is None or not isinstance(out, Var):
            return False
        chain.add(out)
        allowed.add(made)
        if isinstance(made, Assign) and made.primitive in operations and made.extra != "owned":
            first, *others = made.args
            if self._leads(first, param, operations, chain, allowed, found):
                return not any(other in chain for other in others)
            commutes = made.primitive != "operator.sub" and made.primitive != "operator.truediv"
            return commutes and len(others) == 1 and self._leads(others[0], param, operations, chain, allowed, found)
        if isinstance(made, If):
            values = next((merge.values for merge in made.merges if merge.out is out), [])
            return bool(values) and all(self._leads(v, param, operations, chain, allowed, found) for v in values)
        if isinstance(made, Loop):
            carry = next((carry for carry in made.carries if carry.result is out), None)
            if carry is None:
                return False
            chain.add(carry.param)
            inside = self._leads(carry.out, carry.param, operations, chain, allowed, found)
            return inside and self._leads(carry.init, param, operations, chain, allowed, found)
        return False

    # -- places that tell iterations apart ---------------------------------------------------------

    def _tells_apart(self, loop: For, accesses: list[Access], adding: bool = False) -> bool:
        """Whether no two iterations touch the same place of a memory, one of them writing it.

        ``adding`` says that they may both add to it.
        """
        pairs = self._pairs(accesses)
        return pairs is not None and all(
            adding and one.how == two.how == "add" or self._never_meet(loop, one, two) for one, two in pairs)

    def _pairs(self, accesses: list[Access]) -> list[tuple[Access, Access]] | None:
        """The accesses in pairs of which not both read, each kind once; None where these are too many."""
        kinds: dict[tuple[str, object], Access] = {}
        for access in accesses:
            index = frozenset((axis, frozenset(self.indices.form(one).items())) for axis, one in access.place.fixed)
            kinds.setdefault((access.how, index), access)
        several = list(kinds.values())
        if len(several) > _MOST_KINDS:
            return None
        pairs = [(one, two) for number, one in enumerate(several) for two in several[number:]]
        return [(one, two) for one, two in pairs if not one.how == two.how == "read"]

    def _never_meet(self, loop: For, one: Access, two: Access) -> bool:
        """Whether two accesses of different iterations are surely to different places."""
        return any(self._differ(loop, first, second) for first, second in self._indices(one, two))

    def _indices(self, one: Access, two: Access) -> Iterator[tuple[Polynomial, Polynomial]]:
        """The indices of both accesses, for each axis where both have one."""
        second = dict(two.place.fixed)
        for axis, index in one.place.fixed:
            if axis in second:
                yield self.indices.form(index), self.indices.form(second[axis])

    def _reach(self, loop: For, accesses: list[Access]) -> int | None:
        """How far apart iterations may be that add to the same place; None where that is not known, or not all."""
        reach = 0
        for one, two in self._pairs(accesses) or [(accesses[0], accesses[0])]:
            if self._never_meet(loop, one, two):
                continue
            gaps = [self._gap(loop, first, second) for first, second in self._indices(one, two)]
            known = [abs(gap) for gap in gaps if gap is not None]
            if not known or not one.how == two.how == "add":
                return None
            reach = max(reach, min(known))
        return reach

    def _gap(self, loop: For, one: Polynomial, two: Polynomial) -> int | None:
        """The distance of two indices that are both the index of the loop and something steady, if it is known."""
        index: Polynomial = {(loop.index,): 1}
        rest, gap = plus(one, index, -1), plus(one, two, -1)
        steady = not any(loop in self.indices.loops_of(symbol) for product in rest for symbol in product)
        if not is_number(gap) or not steady or not self.indices.are_whole(one):
            return None
        if not all(self._from_the_front(loop, form, literal(1)) for form in (one, two)):
            return None
        return gap.get((), 0)

    def _differ(self, loop: For, one: Polynomial, two: Polynomial) -> bool:
        """Whether an index of one iteration is surely not the other index of another iteration."""
        if not self.indices.are_whole(one) or not self.indices.are_whole(two):
            return False
        parts, others = split(one, loop.index), split(two, loop.index)
        if parts is None or others is None or parts[0] != others[0]:
            return False
        factor, rest, rest2 = parts[0], parts[1], others[1]
        if not is_number(factor):
            return self._is_below(loop, rest, factor) and self._is_below(loop, rest2, factor)
        gap = plus(rest, rest2, -1)
        steady = not any(loop in self.indices.loops_of(symbol) for product in rest for symbol in product)
        if not is_number(gap) or not steady:
            return False
        step, distance = factor.get((), 0), gap.get((), 0)
        apart = distance != 0 if step == 0 else distance == 0 or distance % step != 0
        return apart and self._from_the_front(loop, one, factor) and self._from_the_front(loop, two, factor)

    def _from_the_front(self, loop: For, form: Polynomial, factor: Polynomial) -> bool:
        """Whether an index is surely not negative: -1 and the last are the same place."""
        if self.as_written:
            return True
        if not _has_steps_of_one(loop):
            return False
        start, end = self.indices.form(loop.start), self.indices.form(loop.end)
        least = start if factor.get((), 0) >= 0 else plus(end, literal(1), -1)
        return self.indices.is_not_negative(replaced(form, loop.index, least))

    def _is_below(self, loop: For, rest: Polynomial, factor: Polynomial) -> bool:
        """Whether 0 <= rest < factor, for all that the loops inside of this one count."""
        ends: set[object] = set()
        most = rest
        for symbol in dict.fromkeys(symbol for product in rest for symbol in product):
            inner = self.indices.loop_of(symbol)
            if inner is None or loop not in self.indices.loops_of(symbol):
                continue
            if not (isinstance(inner.start, Const) and inner.start.value >= 0):
                return False
            if not (isinstance(inner.step, Const) and inner.step.value == 1):
                return False
            end = self.indices.form(inner.end)
            ends.update(one for product in end for one in product)
            most = replaced(most, symbol, plus(end, literal(1), -1))
        gap = plus(factor, most, -1)
        symbols = {one for form in (rest, factor) for product in form for one in product}
        inner_ones = {one for one in symbols if loop in self.indices.loops_of(one)}
        if any(self.indices.loop_of(one) is None for one in inner_ones) or not symbols - inner_ones <= ends:
            return False
        positive = all(number > 0 for number in rest.values())
        start = self.indices.form(loop.start)
        return positive and is_number(gap) and gap.get((), 0) >= 1 and self.indices.is_not_negative(start)

    # -- memory that all iterations add to ---------------------------------------------------------

    def _share(self, loop: For, origin: Origin, accesses: list[Access], verdict: Verdict) -> None:
        """Sum an array in parts, if that is all that is done to it and it is worth it."""
        root, shown = origin.var, self._called(loop, origin)
        where = next(access.statement.origin for access in accesses if access.how != "read")
        carry = self._carried(loop, origin)
        if carry is None or origin.older or any(access.how != "add" for access in accesses):
            raise Refusal(f"iterations may write elements of {shown} that others read or write", where)
        if self.as_written:
            if any(access.place.fixed or not _is_whole(access.statement) for access in accesses):
                raise Refusal(f"iterations may add to the same element of {shown} at once", where)
            return
        if root.kind.dims is None if isinstance(root.kind, Array) else True:
            raise Refusal(f"iterations may add to the same element of {shown}", where)
        if not any(self._sweeps(loop, access) for access in accesses):
            raise Refusal(f"iterations may add to the same element of {shown}", where)
        verdict.shared.append(carry)

    def _carried(self, loop: For, origin: Origin) -> Carry | None:
        return next((carry for carry in loop.carries if self.places.source(carry.param) is origin.var), None)

    def _called(self, loop: For, origin: Origin) -> str:
        carry = self._carried(loop, origin)
        name = origin.var.name or (carry.param.name if carry is not None else "")
        return f"`{name}`" if name else "an array"

    def _sweeps(self, loop: For, access: Access) -> bool:
        """Whether places do not depend on the iteration, and are not a small part of an array that outlives the loop.

        A sum in parts costs as many arrays as there are threads. That is little where an iteration goes through the
        array, and a lot where it adds to one element of a long one.
        """
        outer = bool(self.places.loops.get(loop.index, ())[:-1])
        for _, operand in access.place.fixed:
            for product in self.indices.form(operand):
                for symbol in product:
                    if symbol is loop.index:
                        return False
                    inside = loop in self.indices.loops_of(symbol)
                    if inside and self.indices.loop_of(symbol) is None or outer and not inside:
                        return False
        return True


_UNKNOWN = "which of several arrays an iteration works on is not known"


# Of more kinds of accesses than this to one memory it is not asked whether they meet.
_MOST_KINDS = 64


def _has_steps_of_one(loop: For) -> bool:
    return isinstance(loop.step, Const) and loop.step.value == 1


def _is_whole(s: Statement) -> bool:
    """Whether this is `array += value`, which Numba takes for a sum; it does not `array[:] += value`."""
    index = s.args[2] if isinstance(s, Assign) and s.primitive == "s2sad.store" and s.args[0] is s.args[1] else None
    return isinstance(index, Const) and index.value is Ellipsis


def _needed(function: Function, places: Places) -> set[Var]:
    """The variables that the result or an effect depends on."""
    waiting: list[Operand] = [function.result]
    for s in walk(function.body):
        if not isinstance(s, Assign) or s.primitive in IN_PLACE or s.primitive == "s2sad.pop":
            waiting += s.args
            waiting += _steering(s)
    found: set[Var] = set()
    while waiting:
        var = waiting.pop()
        if not isinstance(var, Var) or var in found:
            continue
        found.add(var)
        made = places.made.get(var)
        if isinstance(made, (Assign, Effect)):
            waiting += made.args
        elif isinstance(made, Loop):
            waiting += [one for c in made.carries if var in (c.param, c.result) for one in (c.init, c.out)]
        elif made is not None:
            waiting += [value for merge in getattr(made, "merges", []) if merge.out is var for value in merge.values]
    return found


def _steering(s: Statement) -> list[Operand]:
    """What decides how often a loop runs, beside its operands."""
    if not isinstance(s, Loop):
        return []
    return [*([] if s.stop is None else [s.stop]), *([s.condition] if isinstance(s, While) else [])]


def parallel_loops(block: Block) -> Iterator[For]:
    """The loops that are to run in parallel, the outermost alone where one stands in another."""
    for s in block.statements:
        if isinstance(s, For) and s.parallel:
            yield s
        else:
            for inner in s.blocks():
                yield from parallel_loops(inner)
