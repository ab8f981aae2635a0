"""A test of the reverse sweep, and what of the block around it goes into which of its arms; see `optimise.arms`."""
from __future__ import annotations

from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import Assign, Block, Function, If, Loop, Operand, Statement, Var
from s2sad.transforms.optimise.asked import Asked, Torn, Unfit
from s2sad.transforms.optimise.division import Division, Surroundings
from s2sad.transforms.optimise.moving import Moving

COMPARISONS = {f"operator.{name}" for name in ("lt", "le", "gt", "ge", "eq", "ne")}
_FREE = {"s2sad.select", "s2sad.tuple", "s2sad.slice", *COMPARISONS}


class Choice:
    """A test in a block, and what of the block goes into which of its arms.

    What is ``unfit`` cannot go into an arm. Where that leaves behind what is zero in an arm, what is computed from what
    the arms leave goes along into the one arm that asks for it: the arms put back an array, of which two elements are
    compared.
    """

    goes_along = False

    def __init__(self, around: Surroundings, owner: Statement | Function, block: Block, place: int) -> None:
        self.around, self.owner, self.block, self.place = around, owner, block, place
        self.unfit: set[Statement] = set()

    def moved(self) -> int | None:
        """Move what may be moved; where the test stands then, None if there is nothing.

        What becomes of memory is asked only if there would be something to move but for that.
        """
        for checked in (False, True):
            self._divide(checked)
            if not self.goes_along and self._leaves_zeros_behind():
                self.goes_along = True
                self._divide(checked)
            if not self._is_worthwhile():
                return None
        return Moving(self.division, self.asked, self.owner).run()

    def _leaves_zeros_behind(self) -> bool:
        """Whether what stands behind asks for what is zero in an arm."""
        d = self.division
        zero = d.in_arms[0].zero | d.in_arms[1].zero if d.late else set()
        return any(var in zero and var in self.asked.needed for s in (d.chosen, *d.arm) for var in s.defined())

    def _divide(self, checked: bool) -> None:
        while True:
            try:
                self.division = Division(self.around, self.block, self.place, self.unfit, self.goes_along, checked)
                self.asked = Asked(self.division, self.owner)
                break
            except Unfit as unfit:
                self.unfit.add(unfit.statement)
            except Torn:
                pass

    def _is_worthwhile(self) -> bool:
        """Whether more is moved than has to be brought out of the arms again."""
        d = self.division
        if d.parted:
            return True
        moved = [s for s in (*d.arm, *self.asked.sunk) if s not in self.asked.dead and _is_work(s)]
        brought = [
            var for s in (d.chosen, *d.known, *d.arm) for var in s.defined()
            if var in self.asked.needed and not self._continues(var)
        ]
        if isinstance(d.chosen, If):
            brought = [var for var in brought if var not in d.chosen.defined()]
        in_both = {0, 1} <= {d.arm.get(s) for s in moved}
        return len(moved) > len(brought) - in_both

    def _continues(self, var: Var) -> bool:
        """Whether a variable takes the place of another one, which is there in one of the arms as it was."""
        if not isinstance(var.kind, Scalar):
            return True
        return any(self._are_one(var, self.division.in_arms[arm].value(var)) for arm in (0, 1))

    def _are_one(self, var: Var, other: Operand | None) -> bool:
        if not isinstance(other, Var):
            return False
        if var.name and var.name == other.name:
            return True
        carries = self.owner.carries if isinstance(self.owner, Loop) else []
        return any(carry.param is other and carry.out is var for carry in carries)


def _is_work(s: Statement) -> bool:
    """Whether it costs more than a test does to do something for nothing."""
    return not isinstance(s, Assign) or s.primitive not in _FREE
