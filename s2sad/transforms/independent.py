"""Gradients that share memory with nothing: not with one another, an argument, a capture, the result or a tape."""
from __future__ import annotations

from collections.abc import Sequence

from s2sad.analyses.aliases import Aliases
from s2sad.ir.kinds import Array, Scalar, Tuple, is_mutable
from s2sad.ir.nodes import IN_PLACE, Assign, Block, Function, If, Loop, Operand, Statement, Var, With, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.rules import table
from s2sad.rules.build import Context
from s2sad.rules.indexing import rearranged
from s2sad.transforms.reverse import Reversed
from s2sad.transforms.reverse.adjoints import may_be_int

_CONTAINERS = {"s2sad.tuple", "s2sad.list", "s2sad.dict", "s2sad.new"}
# Views of all of an array: nothing but the view is kept alive by it.
_WHOLE_VIEWS = {
    "array.T", "array.mT", "array.transpose", "numpy.transpose", "array.swapaxes", "numpy.swapaxes", "numpy.moveaxis",
    "array.reshape", "numpy.reshape", "array.ravel", "numpy.ravel", "numpy.expand_dims", "numpy.squeeze",
}


def independent(made: Reversed, wrt: Sequence[Var], handed_over: bool) -> list[Operand]:
    """The gradients with respect to ``wrt``, copied where they are not alone.

    ``handed_over`` says that what the forward sweep makes is kept, since the reverse one may be called again.
    """
    leaves = _Leaves(made, handed_over)
    return [leaves.settled(gradient, var.name) for gradient, var in zip(made.gradients, wrt, strict=True)]


def remove_needless_copies(made: Reversed, handed_over: bool) -> None:
    """Remove the copies of what is alone once it is settled what is updated in place: a loop that updates what it
    begins with begins with a copy then."""
    function, context = made.function, made.sweep.context
    copies = [s for s in function.body.statements if isinstance(s, Assign) and s.target in made.doubtful]
    if not copies:
        return
    packing, leaves = _unpacked(context, [function.result])
    body = Block([s for s in function.body.statements if s not in packing])
    aliases = Aliases(Function(function.name, function.params, body, function.result))
    held = _held(made, handed_over)
    for s in copies:
        source = s.args[0]
        others = [leaf for leaf in leaves if leaf is not s.target]
        if isinstance(source, Var) and aliases.class_of(source) not in _reached(aliases, [*held, *others]):
            leaves = [*others, source]
            function.body.statements.remove(s)
            substitute_block(function.body, {s.target: source})


def copy_what_is_shared(made: Reversed, handed_over: bool) -> None:
    """Copy gradients that have come to be the memory of something else that is handed out: equal values were computed
    once."""
    function, context, place = made.function, made.sweep.context, made.place
    packed = _packing(context, function.result)
    sharing = _Sharing(made, handed_over)
    if place is None or packed is None:
        function.result = sharing.alone(function.result)
    else:
        sharing.taken = _memory(context, [*packed.args[:place], *packed.args[place + 1 :]])
        packed.args[place] = sharing.alone(packed.args[place])
    if sharing.copies:
        packing, _ = _unpacked(context, [function.result])
        statements = function.body.statements
        first = next((number for number, s in enumerate(statements) if s in packing), len(statements))
        statements[first:first] = sharing.copies


class _Sharing:
    """What is handed out so far, and the copies of gradients that were that too."""

    def __init__(self, made: Reversed, handed_over: bool) -> None:
        self.context, self.forward = made.sweep.context, made.forward if handed_over else set()
        self.taken: set[Var] = set()
        self.copies: list[Statement] = []

    def alone(self, gradient: Operand) -> Operand:
        """A gradient that nothing else is."""
        packing = _packing(self.context, gradient)
        if packing is not None:
            packing.args = [self.alone(item) for item in packing.args]
            return gradient
        memory = _memory(self.context, [gradient])
        if self.taken.isdisjoint(memory) and not any(self.context.definitions.get(s) in self.forward for s in memory):
            self.taken.update(memory)
            return gradient
        assert isinstance(gradient, Var)
        copied = Var(gradient.name, gradient.kind)
        copied.hint = gradient.hint
        made = self.context.definitions[copied] = Assign(copied, "s2sad.copy", [gradient], adjoint=True)
        self.copies.append(made)
        return copied


def _memory(context: Context, operands: Sequence[Operand]) -> set[Var]:
    """The arrays and containers that operands are, are views of, or hold, before control flow and updates."""
    found: set[Var] = set()
    waiting = [operand for operand in operands if isinstance(operand, Var)]
    seen = set(waiting)
    while waiting:
        var = waiting.pop()
        if not is_mutable(var.kind) and not isinstance(var.kind, Tuple):
            continue
        sources = _sources(context, var)
        if sources is None:
            found.add(var)
            continue
        further = [source for source in sources if isinstance(source, Var) and source not in seen]
        waiting += further
        seen.update(further)
    return found


def _sources(context: Context, var: Var) -> Sequence[Operand] | None:
    """What a variable may be, or share memory with; None of one that is made."""
    s = context.definitions.get(var)
    if isinstance(s, Loop):
        return [end for carry in s.carries if var in (carry.param, carry.result) for end in (carry.init, carry.out)]
    if isinstance(s, (If, With)):
        return [value for merge in s.merges if merge.out is var for value in merge.values]
    if not isinstance(s, Assign):
        return None
    if s.primitive in IN_PLACE:
        return s.args[:1] if isinstance(var.kind, Array) else s.args
    if s.primitive in _CONTAINERS:
        return s.args
    if s.primitive == "s2sad.expand":
        return None if isinstance(s.args[0].kind, Scalar) else s.args[:1]
    known = table.lookup(s.primitive)
    return s.args[:1] if known is not None and known.view else None


class _Leaves:
    def __init__(self, made: Reversed, handed_over: bool) -> None:
        self.made, self.handed_over = made, handed_over
        self.builder, self.context = made.builder, made.sweep.context
        self.before: list[Var] = []  # gradients that are settled
        self._aliases: Aliases | None = None

    def settled(self, gradient: Operand, name: str) -> Operand:
        if not isinstance(gradient, Var):
            return gradient
        if isinstance(gradient.kind, Scalar):
            return self.builder.emit("builtins.float", gradient) if may_be_int(self.context, gradient) else gradient
        if isinstance(gradient.kind, Array):
            return gradient if gradient.kind.dims is None else self._array(gradient, name)
        return self._container(gradient)

    def _array(self, gradient: Var, name: str) -> Operand:
        if not self._is_alone(gradient):
            copied = self.builder.emit("s2sad.copy", gradient, name=gradient.name)
            assert isinstance(copied, Var)
            copied.hint = f"{name}_bar"
            if not isinstance(self.context.definitions.get(gradient), Assign):
                self.made.doubtful.add(copied)
            gradient = copied
        self.before.append(gradient)
        return gradient

    def _container(self, gradient: Var) -> Operand:
        """A container that the reverse sweep puts together, with leaves that are settled."""
        s = _packing(self.context, gradient)
        if s is None:
            return gradient
        items = [self.settled(item, name) for item, name in zip(s.args, _names(s), strict=True)]
        if all(one is two for one, two in zip(items, s.args, strict=True)):
            return gradient
        return self.builder.emit(s.primitive, *items, keywords=s.keywords, name=gradient.name, style=s.style,
                                 extra=s.extra, kind=s.target.kind)

    def _is_alone(self, gradient: Var) -> bool:
        base = self._base(gradient)
        if base is None:
            return False
        s = self.context.definitions.get(base)
        if isinstance(s, Assign) and s.adjoint and base is gradient and gradient not in self.before:
            return True  # the reverse sweep makes it, for this
        aliases = self._all_aliases()
        return aliases.class_of(base) not in self._taken(aliases)

    def _base(self, var: Var) -> Var | None:
        """The array that all of a variable is, perhaps in another shape; None of a part, and of what is read only."""
        s = self.context.definitions.get(var)
        if not isinstance(s, Assign):
            return var
        if s.primitive == "s2sad.expand":
            return var if isinstance(s.args[0].kind, Scalar) else None
        known = table.lookup(s.primitive)
        if known is not None and not known.view:
            return var
        first = s.args[0] if s.args else None
        whole = s.primitive in _WHOLE_VIEWS or s.primitive == "s2sad.getitem" and isinstance(first, Var) and (
            rearranged(self.context, first.kind, s.args[1]) is not None)
        return self._base(first) if whole and isinstance(first, Var) else None

    def _all_aliases(self) -> Aliases:
        """Of all but the containers that are handed out: to be in one is no way to another's memory."""
        if self._aliases is None:
            function = self.made.function
            packing, _ = _unpacked(self.context, self.made.gradients)
            body = Block([s for s in function.body.statements if s not in packing])
            self._aliases = Aliases(Function(function.name, function.params, body, function.result))
        return self._aliases

    def _taken(self, aliases: Aliases) -> set[Var]:
        """The memory that somebody else holds."""
        held = _held(self.made, self.handed_over)
        return _reached(aliases, [*held, self.made.function.result, *self.before])


def _packing(context: Context, operand: Operand) -> Assign | None:
    """What puts a container together that the reverse sweep hands out."""
    s = context.definitions.get(operand) if isinstance(operand, Var) else None
    return s if isinstance(s, Assign) and s.primitive in _CONTAINERS and s.adjoint else None


def _unpacked(context: Context, operands: Sequence[Operand]) -> tuple[set[Statement], list[Operand]]:
    """What puts the containers together that are handed out, and what is in them that is no container."""
    packing: set[Statement] = set()
    leaves: list[Operand] = []
    waiting = list(operands)
    while waiting:
        operand = waiting.pop()
        s = _packing(context, operand)
        if s is None:
            leaves.append(operand)
        else:
            packing.add(s)
            waiting += s.args
    return packing, leaves


def _held(made: Reversed, handed_over: bool) -> list[Operand]:
    """What is not the derivative's own: arguments, captures, and what a forward sweep keeps that is handed over."""
    function = made.function
    held: list[Operand] = [*(param.var for param in function.params), *function.captures]
    if handed_over:
        forward = [s for s in function.body.statements if s in made.forward]
        held += [var for s in walk(Block(forward)) for var in _bound(s)]
    return held


def _reached(aliases: Aliases, operands: Sequence[Operand]) -> set[Var]:
    return {found for operand in operands if isinstance(operand, Var) for found in aliases.reach(operand)}


def _names(container: Assign) -> list[str]:
    """What the items of a container are called."""
    known = container.extra if container.primitive == "s2sad.dict" else ()
    names = [key if isinstance(key, str) and key.isidentifier() else "item" for key in known]
    return names or ["item"] * len(container.args)


def _bound(s: Statement) -> list[Var]:
    return [*s.defined(), *getattr(s, "bound", list)()]
