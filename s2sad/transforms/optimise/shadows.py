"""Updates of one adjoint array in a row: one a place, and an assignment where what was there is cleared first.

    a_bar[i] = 0.0                         a_bar[i] = t
    a_bar[i - 1] += t            ─▶        a_bar[i - 1] += t
    a_bar[i] += t

Additions commute, so those to one place are one; what is added where the array was cleared is assigned.
"""
from __future__ import annotations

from collections.abc import Hashable

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Function, Operand, Statement, Var
from s2sad.rules import table
from s2sad.rules.build import Builder, Context
from s2sad.rules.indexing import index_key
from s2sad.transforms.optimise.algebra import simplify
from s2sad.transforms.optimise.uses import count_uses

_OPERATIONS = {"s2sad.clear", "s2sad.index_add"}


def gather_updates(context: Context, function: Function) -> None:
    uses = count_uses(function)
    _block(context, function.body, uses)
    _read_in_place(function.body, count_uses(function))


def _block(context: Context, block: Block, uses: dict[Var, int]) -> None:
    for s in block.statements:
        for inner in s.blocks():
            _block(context, inner, uses)
    result: list[Statement] = []
    statements = list(block.statements)
    while statements:
        run, others, rest = _run(statements, uses)
        if len(run) > 1:
            result += [*others, *_gathered(context, run)]
            statements = rest
        else:
            result.append(statements.pop(0))
    block.statements = result


def _read_in_place(block: Block, uses: dict[Var, int]) -> None:
    """A stretch of a shadow need not be copied out of it if it is used before the shadow changes."""
    for number, s in enumerate(block.statements):
        for inner in s.blocks():
            _read_in_place(inner, uses)
        if not (isinstance(s, Assign) and s.primitive == "s2sad.read" and s.adjoint):
            continue
        if not isinstance(s.target.kind, Array):
            continue
        left = uses.get(s.target, 0)
        for later in block.statements[number + 1 :]:
            if not isinstance(later, Assign) or _is_update(later) or later.primitive in ("s2sad.put", "s2sad.store"):
                break
            left -= sum(operand is s.target for operand in later.args) if _computes(later) else 0
        if left == 0:
            s.primitive = "s2sad.getitem"


def _computes(s: Assign) -> bool:
    """Whether a result is memory of its own."""
    known = table.lookup(s.primitive)
    return known is not None and not known.view and s.primitive.startswith(("operator.", "numpy."))


def _run(statements: list[Statement], uses: dict[Var, int]) -> tuple[list[Assign], list[Statement], list[Statement]]:
    """The updates that follow on the first statement, what stands between them, and what comes after."""
    first = statements[0]
    if not _is_update(first):
        return [], [], statements
    assert isinstance(first, Assign)
    run, others, between = [first], [], []  # type: ignore[var-annotated]
    end = 1
    current = first.target
    for number, s in enumerate(statements[1:], start=2):
        if not isinstance(s, Assign) or s.primitive == "s2sad.pop":
            break
        if _is_update(s) and s.args[0] is current:
            if uses.get(current, 0) != 1:
                break
            run.append(s)
            others += between
            between, end, current = [], number, s.target
        elif any(operand is current for operand in s.args):
            break
        else:
            between.append(s)
    return run, others, statements[end:]


def _is_update(s: Statement) -> bool:
    return isinstance(s, Assign) and s.adjoint and s.primitive in _OPERATIONS and isinstance(s.target.kind, Array)


def _gathered(context: Context, run: list[Assign]) -> list[Statement]:
    """The same updates, each place once."""
    block = Block()
    builder = Builder(context, block, simplify=simplify, adjoint=True)
    cleared: dict[Hashable, Assign] = {}
    added: dict[Hashable, tuple[Assign, Operand]] = {}
    for s in run:
        builder.origin = s.origin
        key = _key(context, s)
        if s.primitive == "s2sad.clear":
            if added:
                return list(run)
            cleared[key] = s
        elif key in added and _is_plain(s):
            before, value = added[key]
            added[key] = (before, builder.emit("operator.add", value, s.args[2]))
        else:
            added[key if _is_plain(s) else s] = (s, s.args[2])
    current = run[0].args[0]
    last: Assign | None = None
    for s in [*cleared.values(), *(s for key, (s, _) in added.items() if key not in cleared)]:
        key = _key(context, s)
        if key in cleared and key in added:
            args = [current, s.args[1], added[key][1], *s.args[2:]]
            last = Assign(Var(s.target.name, s.target.kind), "s2sad.put", args, origin=s.origin, adjoint=True)
        else:
            values = [] if s.primitive == "s2sad.clear" else [added[key if _is_plain(s) else s][1]]
            args = [current, s.args[1], *values, *s.args[2 + len(values):]]
            last = Assign(Var(s.target.name, s.target.kind), s.primitive, args, origin=s.origin, adjoint=True)
        block.statements.append(last)
        context.definitions[last.target] = last
        current = last.target
    assert last is not None
    last.target = run[-1].target
    context.definitions[last.target] = last
    return block.statements


def _is_plain(s: Assign) -> bool:
    """Whether an update names each of its places once."""
    return not any(isinstance(arg.kind, Array) for arg in _index_operands(s))


def _index_operands(s: Assign) -> list[Operand]:
    return [s.args[1]]


def _key(context: Context, s: Assign) -> Hashable:
    """What tells a place: the index, and the view that it is of."""
    view = s.args[2] if s.primitive == "s2sad.clear" and len(s.args) == 3 else None
    view = s.args[3] if s.primitive == "s2sad.index_add" and len(s.args) == 4 else view
    return index_key(context, s.args[1]), None if view is None else id(view)
