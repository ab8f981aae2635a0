"""Numbers that an adjoint array is multiplied by one after the other are one number.

    x_bar = y_bar * dt * kappa        ─▶        x_bar = y_bar * (kappa * dt)

if nothing else reads what is in between: one operation on an array instead of two. What decides anything is computed as
the program computed it: another last digit may change that.
"""
from __future__ import annotations

from s2sad.analyses.deciding import deciding
from s2sad.analyses.uses import count_uses
from s2sad.ir.kinds import Array, Scalar, is_narrow
from s2sad.ir.nodes import IN_PLACE, Assign, Block, Function, Operand, Statement, Var, walk
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.optimise.algebra import simplify

_SCALING = {"operator.mul", "operator.neg"}


def collect_factors(context: Context, function: Function) -> bool:
    """Make one number of such factors; whether there were any."""
    scaled = {s: found for s in walk(function.body)
              if isinstance(s, Assign) and s.primitive in _SCALING and (found := _scaled(s)) is not None}
    made = {s.target for s in scaled}
    arrays = [array for array, _ in scaled.values()]
    if made.isdisjoint(arrays):
        return False
    uses = count_uses(function)
    again: set[Statement] = {s for s, array in zip(scaled, arrays, strict=True) if array in made and uses[array] == 1}
    decisive = deciding(function) if again else set()
    again -= {s for s in scaled if s.target in decisive}
    if again:
        _block(context, function.body, again)
    return bool(again)


def _block(context: Context, block: Block, again: set[Statement]) -> None:
    """Collect the factors of the products that are ``again`` ones, and the only readers of what they scale."""
    for s in block.statements:
        if not s.simple:
            for inner in s.blocks():
                _block(context, inner, again)
    if not again.isdisjoint(block.statements):
        _collect(context, block, again)


def _collect(context: Context, block: Block, again: set[Statement]) -> None:
    changed = _changed_at(block)
    made: dict[Operand, tuple[int, Assign]] = {}
    statements: list[Statement] = []
    for place, s in enumerate(block.statements):
        scaled = _scaled(s) if isinstance(s, Assign) else None
        if scaled is not None:
            assert isinstance(s, Assign)
            array, number = scaled
            before = made.get(array) if s in again else None
            if before is not None:
                found = _scaled(before[1])
                assert found is not None
                if not before[0] <= changed.get(found[0], -1) < place:
                    b = Builder(context, Block(), s.origin, simplify, adjoint=True)
                    factor = b.emit("operator.mul", number, found[1])
                    s.primitive = "operator.mul"
                    s.args = [found[0], factor] if isinstance(factor, Var) else [factor, found[0]]
                    statements += b.block.statements
            made[s.target] = place, s
        statements.append(s)
    block.statements = statements


def _changed_at(block: Block) -> dict[Operand, int]:
    """Where in a block, or in what, each variable is changed in place first."""
    found: dict[Operand, int] = {}
    for place, s in enumerate(block.statements):
        for inner in [s] if s.simple else walk(Block([s])):
            if isinstance(inner, Assign) and inner.primitive in IN_PLACE:
                found.setdefault(inner.args[0], place)
    return found


def _scaled(s: Assign) -> tuple[Operand, Operand] | None:
    """The array and the number of an adjoint product of the two; a negative is one too. Of integers that wrap around
    the product is not that of the same floats."""
    if s.primitive not in _SCALING or not s.adjoint or not isinstance(s.target.kind, Array) or is_narrow(s.target.kind):
        return None
    if s.primitive == "operator.neg":
        return s.args[0], constant(-1.0)
    one, two = s.args
    if isinstance(one.kind, Array) and isinstance(two.kind, Scalar):
        return one, two
    return (two, one) if isinstance(one.kind, Scalar) and isinstance(two.kind, Array) else None
