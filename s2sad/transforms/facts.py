"""What the reverse sweep asks of values of the primal is a value of the primal: it may be kept where they are not.

    the shape of an array, the length of a list     how a comparison of numbers comes out

A fact is established in the forward sweep as soon as what it is about is there. Whether it is kept, or established
again from values that are kept or computed again, is decided with all others (`analyses.record`).
"""
from __future__ import annotations

from collections.abc import Callable, Hashable

from s2sad.analyses.costs import SHAPE
from s2sad.ir.kinds import List, Scalar
from s2sad.ir.nodes import Assign, Block, Const, Operand, Statement, Var, walk
from s2sad.ir.spoken import spoken
from s2sad.rules.build import Context

COMPARISONS = {f"operator.{name}" for name in ("lt", "le", "gt", "ge", "eq", "ne")}
_SHAPES = ("s2sad.shape", "array.shape")
_FACTS = {*COMPARISONS, *_SHAPES, "builtins.len"}
# Of two numbers Python returns the first unless it compares like this with the other one, or the other one with it.
_BEATEN = {"operator.lt": "builtins.max", "operator.gt": "builtins.min"}
_BEATS = {"operator.gt": "builtins.max", "operator.lt": "builtins.min"}


class Facts:
    """The facts that a reverse sweep asks for: taken out of it, and given a place in the primal."""

    def __init__(self, context: Context, home: dict[Var, Block], order: dict[Var, float]) -> None:
        """``home`` and ``order`` say where variables are made, and are told where the facts are."""
        self.context, self.home, self.order = context, home, order
        # The variable behind which each is established.
        self.behind: dict[Assign, Var] = {}
        self.tests: dict[Var, Assign] = {}
        self._known: dict[Hashable, Var] = {}
        self._same: dict[Var, Operand] = {}

    def take(
        self, block: Block, is_local: Callable[[Var], bool], is_primal: Callable[[Operand], bool],
    ) -> dict[Var, Operand]:
        """Take the facts out of a block of the reverse sweep; what stands for another one now. ``is_local`` says
        whether a value is not at hand there, ``is_primal`` whether it is of the forward sweep."""
        taken: set[Statement] = set()
        for s in block.statements:
            if not s.simple:
                for inner in s.blocks():
                    self.take(inner, is_local, is_primal)
            elif isinstance(s, Assign) and s.primitive in _FACTS and (
                    self._is_taken(s, self._asked_of(s, is_local, is_primal))):
                taken.add(s)
        if taken:
            block.statements = [s for s in block.statements if s not in taken]
        return self._same

    def _is_taken(self, s: Assign, of: Var | None) -> bool:
        """Whether an assignment is a fact, about ``of``, and so has been taken."""
        if of is None:
            return False
        key = _key(s)
        if key in self._known:
            self._same[s.target] = self._known[key]
            return True
        self._known[key] = s.target
        s.adjoint = False
        if s.primitive in COMPARISONS:
            self.tests[s.target] = s
        elif s.primitive == "builtins.len":
            s.target.hint = "count"
        else:
            s.target.hint, s.target.kind = "shape", SHAPE
        self.home[s.target], self.order[s.target] = self.home[of], self.order[of] + 0.5
        self.behind[s] = of
        return True

    def _asked_of(
        self, s: Assign, is_local: Callable[[Var], bool], is_primal: Callable[[Operand], bool],
    ) -> Var | None:
        """What a fact is about, of several the one that is there last; None for what is no fact."""
        if s.primitive in _SHAPES or s.primitive == "builtins.len" and isinstance(s.args[0].kind, List):
            of = s.args[0]
            return of if isinstance(of, Var) and is_local(of) else None
        if s.primitive not in COMPARISONS or not s.adjoint or self.context.array_tapes:
            return None
        asked = [arg for arg in s.args if isinstance(arg, Var)]
        if not asked or not all(isinstance(arg.kind, Scalar) and is_primal(arg) for arg in asked):
            return None
        last = max(asked, key=lambda arg: self.order.get(arg, -1.0))
        return last if is_local(last) else None

    def chosen_by(self, test: Var, forward: Block) -> None:
        """Let the maximum or minimum that a test decides ask for it, now that it is there."""
        made = self.tests.get(test)
        if made is None or made.primitive not in _BEATEN:
            return
        decided = {_BEATEN[made.primitive]: made.args, _BEATS[made.primitive]: made.args[::-1]}
        for s in walk(forward):
            if isinstance(s, Assign) and s.args == decided.get(s.primitive):
                s.target.hint = s.target.hint or spoken(s.primitive)
                s.primitive, s.args = "s2sad.select", [test, *s.args[::-1]]


def _key(s: Assign) -> Hashable:
    return "shape" if s.primitive in _SHAPES else s.primitive, tuple(
        (type(arg.value), repr(arg.value), arg.path) if isinstance(arg, Const) else arg for arg in s.args)
