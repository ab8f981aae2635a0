"""Updates in place: `x += t`, stores into elements, sums into parts of arrays."""
from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from s2sad.backend.express import Express
from s2sad.backend.overlap import Roots
from s2sad.backend.trees import (
    LOAD,
    OPERATORS,
    STORE,
    assign,
    augment,
    call,
    constant,
    do,
    if_taken,
    name,
    negated,
    run,
    with_context,
)
from s2sad.ir.kinds import INT, SLICE, UNKNOWN, Array, Kind, List, Scalar
from s2sad.ir.nodes import TAKEN, WAITED_FOR, Assign, Const, Effect, Operand, Var
from s2sad.rules.build import Context
from s2sad.rules.indexing import is_basic, is_mask, names_each_once


class Updates:
    """Writes statements that change what a name holds."""

    def __init__(self, express: Express, context: Context) -> None:
        self.express, self.context = express, context
        self.roots = Roots(context.definitions)

    def augmented(self, s: Assign, target: str) -> Any:
        in_place = s.style == "augmented" or s.extra == "owned"
        if not in_place and not s.adjoint:
            return None
        module, _, which = s.primitive.partition(".")
        if module != "operator" or which not in (OPERATORS if in_place else ("add", "sub", "mul", "truediv")):
            return None
        if isinstance(s.target.kind, Array) and s.extra != "owned" or not isinstance(s.target.kind, (Scalar, Array)):
            return None
        first, second = s.args
        swaps = which == "add" and isinstance(s.target.kind, Scalar)  # an array may be added to if it is owned
        if swaps and self.express.is_called(second, target) and not self.express.is_called(first, target):
            first, second = second, first
        if self.express.is_called(first, target):
            return self._update(name(target, store=True), which, second, s.target)
        return self._continued(s, target, which)

    def _update(self, target: Any, which: str, value: Operand, base: Operand) -> Any:
        """`target += value`, or in full where it would write into the value while it reads it."""
        tree = self.express.operand(value)
        if isinstance(tree, ast.IfExp) and _is_zero(tree.orelse):
            return if_taken(tree.test, augment(target, which, tree.body))
        if isinstance(tree, ast.IfExp) and _is_zero(tree.body):
            return if_taken(negated(tree.test), augment(target, which, tree.orelse))
        if not self._overlaps(value, base):
            return augment(target, which, tree)
        whole = ast.BinOp(with_context(target, LOAD), OPERATORS[which], tree)
        if isinstance(target, ast.Name):
            target = ast.Subscript(name(target.id), _everything(), STORE)
        return ast.Assign([target], whole)

    def _overlaps(self, value: Operand, base: Operand) -> bool:
        """Whether what is added is a view of memory that is updated, and the update does not wait for it."""
        if self.express.dialect.buffers or not isinstance(value.kind, Array):
            return False
        return self.roots.may_share(value, base)

    def _buffered(self, s: Assign, base: Operand) -> bool:
        """Whether an update that the user wrote in place must be computed in full first."""
        made = self.express.folded.get(s.args[3])
        return isinstance(made, Assign) and any(self._overlaps(arg, base) for arg in made.args[1:])

    def _continued(self, s: Assign, target: str, which: str) -> Any:
        """`x_bar = x_bar + a + b` as `x_bar += a + b`, unless b is what the sum waits for."""
        terms: list[tuple[str, Operand]] = []
        current: Operand = s.target
        made: Assign | Effect | None = s
        while isinstance(made, Assign) and made.primitive in ("operator.add", "operator.sub") and made.adjoint:
            if made.extra == WAITED_FOR:
                return None
            terms.append((made.primitive.partition(".")[2], made.args[1]))
            current = made.args[0]
            if self.express.is_called(current, target):
                break
            made = self.express.folded.get(current)
            if made is not None and isinstance(current, Var) and not current.name:
                return None
        if not self.express.is_called(current, target) or len(terms) < 2:
            return None
        terms.reverse()
        sign, first = terms[0]
        total = self.express.operand(first)
        flip = {"add": "sub", "sub": "add"}
        for which, operand in terms[1:]:
            which = which if sign == "add" else flip[which]
            total = ast.BinOp(total, OPERATORS[which], self.express.operand(operand))
        return augment(name(target, store=True), sign, total)

    def in_place(self, s: Assign, target: str) -> list[Any]:
        """What changes an array, a list or a tuple, after it has taken the name of what it is from then on."""
        held = self.express.operand(s.args[0])
        body = [] if isinstance(held, ast.Name) and held.id == target else [assign(target, held)]
        return [*body, *_WRITERS[s.primitive](self, s, target)]

    def _append(self, s: Assign, target: str) -> list[Any]:
        return [do(target, "append", self.express.operand(s.args[1]))]

    def _drop_last(self, s: Assign, target: str) -> list[Any]:
        return [do(target, "pop")]

    def _add_at(self, s: Assign, target: str) -> list[Any]:
        _, view, place, value = s.args
        whole = name(target) if view is s.args[0] else self.express.operand(view)
        return [self._scatter(whole, view.kind, place, value, s)]

    def _put(self, s: Assign, target: str) -> list[Any]:
        whole = name(target) if len(s.args) == 3 else self.express.operand(s.args[3])
        item = ast.Subscript(whole, self.express.index(s.args[1]), STORE)
        return [ast.Assign([item], self.express.operand(s.args[2]))]

    def _index_add(self, s: Assign, target: str) -> list[Any]:
        place, value = s.args[1:3]
        if len(s.args) == 4:
            return self._add_through(s, place, value)
        if isinstance(s.target.kind, Array) and not self._is_plain(place):
            return [self._scatter(name(target), s.target.kind, place, value, s)]
        item = ast.Subscript(name(target), self.express.index(place), STORE)
        if isinstance(s.target.kind, Array) or place.kind == INT and isinstance(value.kind, (Scalar, Array)):
            return [self._update(item, _sign(s), value, s.args[0])]
        load = ast.Subscript(name(target), self.express.index(place), LOAD)
        total = self.express.plus(_item_kind(s.target.kind, place), load, self.express.operand(value))
        return [ast.Assign([item], total)]

    def _is_plain(self, place: Operand) -> bool:
        """Whether `a[place] += t` adds to each element that it names once."""
        once = is_basic(self.context, place) or is_mask(self.context, place)
        return once or self.express.dialect.scatter is None and names_each_once(self.context, place)

    def _scatter(self, whole: Any, base: Kind, place: Operand, value: Operand, s: Assign) -> Any:
        """Add at places of which some may be the same."""
        self.express.require("numpy")
        if self.express.dialect.scatter is not None:
            return ast.Expr(self.express.dialect.scatter(self.express, whole, base, place, value, s.origin))
        added, sign = self.express.operand(value), _sign(s)
        if isinstance(added, ast.UnaryOp) and isinstance(added.op, ast.USub):
            added, sign = added.operand, "sub" if sign == "add" else "add"
        function = "np.add.at" if sign == "add" else "np.subtract.at"
        return run(function, whole, self.express.operand(place), added)

    def _store(self, s: Assign, target: str) -> list[Any]:
        current, view, place, value = s.args
        whole = name(target) if view is current else self.express.operand(view)
        tree = self.express.operand(value)
        if s.style == "augmented" and isinstance(tree, ast.BinOp):
            if self._buffered(s, view):
                return [ast.Assign([self._assigned(whole, view, place)], tree)]
            return [ast.AugAssign(self._place(whole, place), tree.op, tree.right)]
        return [ast.Assign([self._assigned(whole, view, place)], tree)]

    def _assigned(self, whole: Any, view: Operand, place: Operand) -> Any:
        """What is assigned to where a place of a view is written: `a[1:]` for all of that part of an array."""
        made = self.express.folded.get(view)
        if _is_all(place) and isinstance(made, Assign) and made.primitive == "s2sad.getitem":
            if isinstance(made.args[0].kind, Array):
                return with_context(whole, STORE)
        return ast.Subscript(whole, self.express.index(place), STORE)

    def _place(self, whole: Any, place: Operand) -> Any:
        """What an augmented assignment updates: an element, or all of an array."""
        if _is_all(place) and isinstance(whole, (ast.Name, ast.Subscript)):
            return with_context(whole, STORE)
        return ast.Subscript(whole, self.express.index(place), STORE)

    def _clear(self, s: Assign, target: str) -> list[Any]:
        view = s.args[2] if len(s.args) == 3 else s.args[0]
        whole = name(target) if view is s.args[0] else self.express.operand(view)
        item = self._assigned(whole, view, s.args[1])
        zero: Any = constant(0.0)
        if isinstance(s.target.kind, List) and not isinstance(s.target.kind.item, Scalar):
            load = ast.Subscript(whole, self.express.index(s.args[1]), LOAD)
            zero = self.express.zeros(s.target.kind.item, load)
        return [ast.Assign([item], zero)]

    def _add_through(self, s: Assign, place: Operand, value: Operand) -> list[Any]:
        """Add to an array through a view of it."""
        whole = self.express.operand(s.args[3])
        if self._is_plain(place):
            return [self._update(self._place(whole, place), _sign(s), value, s.args[3])]
        return [self._scatter(whole, s.args[3].kind, place, value, s)]

    def _tuple_add(self, s: Assign, target: str) -> list[Any]:
        held, place = self.express.operand(s.args[0]), self.express.index(s.args[1])
        if self.express.dialect.tuple_item is not None:
            load = ast.Subscript(held, place, LOAD)
            total = self.express.plus(s.args[2].kind, load, self.express.operand(s.args[2]))
            return [assign(target, self.express.dialect.tuple_item(self.express, held, place, total))]
        items = call("list", held)
        load = ast.Subscript(name(target), place, LOAD)
        item = ast.Subscript(name(target), place, STORE)
        self.express.helper("_add")
        total = call("_add", load, self.express.operand(s.args[2]))
        return [
            assign(target, items),
            ast.Assign([item], total),
            assign(target, ast.Call(name("tuple"), [name(target)], [])),
        ]

    def user_in_place(self, s: Effect) -> list[Any]:
        held, value = s.args
        if not s.targets:
            target = with_context(self.express.operand(held), STORE)
            return [self._update(target, s.extra, value, held)]
        target_name = self.express.names(s.targets[0])
        current = self.express.operand(held)
        first = [] if isinstance(current, ast.Name) and current.id == target_name else [assign(target_name, current)]
        return [*first, self._update(name(target_name, store=True), s.extra, value, held)]


def _is_all(place: Operand) -> bool:
    return isinstance(place, Const) and place.value is Ellipsis


_WRITERS: dict[str, Callable[[Updates, Assign, str], list[Any]]] = {
    "s2sad.append": Updates._append,
    "s2sad.drop_last": Updates._drop_last,
    "s2sad.tuple_add": Updates._tuple_add,
    "s2sad.store": Updates._store,
    "s2sad.add_at": Updates._add_at,
    "s2sad.clear": Updates._clear,
    "s2sad.put": Updates._put,
    "s2sad.index_add": Updates._index_add,
}


def _sign(s: Assign) -> str:
    return "sub" if s.extra == TAKEN else "add"


def _is_zero(tree: Any) -> bool:
    return isinstance(tree, ast.Constant) and type(tree.value) is float and tree.value == 0.0


def _everything() -> Any:
    return ast.Slice(lower=None, upper=None, step=None)


def _item_kind(kind: Kind, place: Operand) -> Kind:
    """What ``x[place]`` is of an ``x`` of this kind: an item of a list, or a stretch of it."""
    if not isinstance(kind, List):
        return UNKNOWN
    return kind.item if place.kind == INT else kind if place.kind == SLICE else UNKNOWN
