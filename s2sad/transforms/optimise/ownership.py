"""Who owns an adjoint array: updates in place where nobody else holds it, a copy where someone does.

`s2sad.index_add` gives a new adjoint with a contribution added at an index. It is carried out in place, so its operand
must be an array that nothing else refers to and that is not read afterwards. Where that cannot be shown, the
array is copied first. A sum of array adjoints is carried out in place (``extra="owned"``) where it can.
"""
from __future__ import annotations

from s2sad.ir.kinds import Array, List, Scalar
from s2sad.ir.nodes import (
    Assign,
    Block,
    Carry,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    With,
    inits,
    results,
)
from s2sad.rules import table
from s2sad.rules.build import Context

CONSUMING = {"s2sad.index_add", "s2sad.drop_last", "s2sad.tuple_add", "s2sad.store", "s2sad.put", "s2sad.clear"}
# What returns memory of its own.
_FRESH_INTERNAL = {"s2sad.zeros_like", "s2sad.copy", "s2sad.cast", "s2sad.list", "s2sad.unstack", "s2sad.read"}


class Ownership:
    def __init__(self, context: Context, function: Function) -> None:
        self.context = context
        self.function = function
        self.uses: dict[Var, list[object]] = {}
        self.made: dict[Var, Statement | Merge | Carry] = {}
        self.loop_of_param: dict[Var, tuple[Loop, Carry]] = {}
        self._index(function.body)
        self._use(function.result, "result")

    def _use(self, operand: Operand, user: object) -> None:
        if isinstance(operand, Var):
            self.uses.setdefault(operand, []).append(user)

    def _index(self, block: Block) -> None:
        for s in block.statements:
            for operand in s.operands():
                self._use(operand, s)
            for inner in s.blocks():
                self._index(inner)
            if isinstance(s, Assign):
                self.made[s.target] = s
            if isinstance(s, If | With):
                for merge in s.merges:
                    self.made[merge.out] = merge
                    for value in merge.values:
                        self._use(value, merge)
            if isinstance(s, Loop):
                for carry in s.carries:
                    self.made[carry.result] = carry
                    self.loop_of_param[carry.param] = (s, carry)
                    self._use(carry.init, carry)
                    self._use(carry.out, carry)

    def run(self) -> None:
        self._block(self.function.body)

    def _block(self, block: Block) -> None:
        result: list[Statement] = []
        for s in block.statements:
            if isinstance(s, Loop):
                result += self._own_starts(s)
            for inner in s.blocks():
                self._block(inner)
            if isinstance(s, Assign):
                result += self._own(s)
            else:
                result.append(s)
        block.statements = result

    def _own_starts(self, loop: Loop) -> list[Statement]:
        """What a loop updates in each round, and somebody else holds before it, is copied once."""
        copies: list[Statement] = []
        for carry in loop.carries:
            if not isinstance(carry.init, Var) or not isinstance(carry.param.kind, Array) or not loop.of:
                continue
            if not self._leads_back(carry.out, carry.param) or self._source(carry.init, set()):
                continue
            if not self._source(carry.out, {carry.param}):
                continue
            copied = Var(carry.param.name, carry.param.kind)
            copy = Assign(copied, "s2sad.copy", [carry.init], origin=loop.origin, adjoint=True)
            self.context.definitions[copied] = self.made[copied] = copy
            self.uses[copied] = [carry]
            self.uses[carry.init].remove(carry)
            self._use(carry.init, copy)
            carry.init = copied
            copies.append(copy)
        return copies

    def _leads_back(self, out: Operand, param: Var) -> bool:
        """Whether a value is an array updated in place, from this one on."""
        changed = False
        while isinstance(out, Var) and out is not param:
            made = self.made.get(out)
            if isinstance(made, Assign) and made.primitive in CONSUMING:
                out, changed = made.args[0], True
            elif isinstance(made, Carry):
                changed = changed or self._leads_back(made.out, made.param)
                out = made.init
            elif isinstance(made, Merge):
                return any(self._leads_back(value, param) for value in made.values)
            else:
                return False
        return changed and out is param

    def _own(self, s: Assign) -> list[Statement]:
        if s.primitive in CONSUMING and (s.adjoint or s.primitive != "s2sad.store"):
            held = s.args[0]
            if isinstance(held, Var) and not self.owned(held, set()):
                copied = Var(s.target.name, held.kind)
                copy = Assign(copied, "s2sad.copy", [held], origin=s.origin, adjoint=True)
                self.context.definitions[copied] = copy
                s.args = [copied, *s.args[1:]]
                return [copy, s]
        elif s.adjoint and s.primitive == "operator.add" and isinstance(s.target.kind, Array):
            first = s.args[0]
            if isinstance(first, Var) and first.kind == s.target.kind and self.owned(first, set()):
                s.extra = "owned"
        return [s]

    def owned(self, var: Var, assumed: set[Var]) -> bool:
        """Whether this variable is the one holder of its memory and its one use consumes it."""
        if var in assumed:
            return True
        if not self._used_once(var):
            return False
        assumed = assumed | {var}
        if var in self.loop_of_param:
            _, carry = self.loop_of_param[var]
            return self._source(carry.init, assumed) and self._source(carry.out, assumed)
        made = self.made.get(var)
        if isinstance(made, Merge):
            return all(self._source(value, assumed) for value in made.values)
        if isinstance(made, Carry):
            return self._source(made.init, assumed) and self._source(made.out, assumed)
        return isinstance(made, Assign) and self._fresh(made, assumed)

    def _source(self, operand: Operand, assumed: set[Var]) -> bool:
        return isinstance(operand, Var) and self.owned(operand, assumed)

    def _fresh(self, made: Assign, assumed: set[Var]) -> bool:
        if made.primitive in CONSUMING:
            return True  # its operand is owned or copied
        if made.primitive in _FRESH_INTERNAL:
            return True
        if made.primitive == "s2sad.expand":
            return not isinstance(made.args[0].kind, Array)
        if made.extra == "owned":
            return True
        known = table.lookup(made.primitive)
        if known is None or known.view or not made.primitive.startswith(("operator.", "numpy.")):
            return False
        return made.adjoint and isinstance(made.target.kind, Array) and made.target.kind.dims is not None

    def _used_once(self, var: Var) -> bool:
        """One use, or one on each of the two paths of an `if`."""
        users = dict.fromkeys(self.uses.get(var, []))
        if len(users) <= 1:
            return True
        return self._exclusive(var, users)

    def _exclusive(self, var: Var, users: dict[object, None]) -> bool:
        return self._count(self.function.body, var) <= 1

    def _count(self, block: Block, var: Var) -> int:
        """The most uses of a variable on one path through a block."""
        total = 0
        for s in block.statements:
            if not _reads_item(s):
                total += min(sum(operand is var for operand in s.operands()), 1)
            total += sum(init is var for init in inits(s))
            if isinstance(s, If):
                total += max(
                    self._count(inner, var) + sum(m.values[k] is var for m in s.merges)
                    for k, inner in enumerate(s.blocks())
                )
            elif isinstance(s, With):
                total += self._count(s.body, var) + sum(m.values[0] is var for m in s.merges)
            elif s.blocks():
                inside = sum(self._count(inner, var) for inner in s.blocks())
                inside += sum(operand is var for operand in results(s))
                own = var in s.bound() if isinstance(s, Loop) else False
                total += inside if own or self._defined_in(s, var) else 2 * inside
        return total

    def _defined_in(self, loop: Statement, var: Var) -> bool:
        from s2sad.ir.nodes import walk

        return any(
            var in s.defined() or isinstance(s, Loop) and var in s.bound() for block in loop.blocks() for s in walk(block)
        )


def _reads_item(s: Statement) -> bool:
    """Reading a number, or a copy, out of an adjoint comes before it is changed, and leaves it alone."""
    if not isinstance(s, Assign):
        return False
    if s.primitive == "s2sad.getitem":
        return isinstance(s.args[0].kind, List) or isinstance(s.target.kind, Scalar)
    return s.primitive in ("s2sad.read", "s2sad.last_writes")


def settle_ownership(context: Context, function: Function) -> None:
    Ownership(context, function).run()
