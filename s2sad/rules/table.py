"""What a rule line means, and the table of all of them.

A primitive is declared by its call and, for each parameter that a derivative flows through, one
expression in ordinary Python:

    elementwise("np.sin(x)", x="g * np.cos(x)")
    function("np.trace(x)", kind=trace_kind, x="g * np.eye(*x.shape)")

In the expression the parameters stand for the primal operands, ``ans`` for the primal result and
``g`` for the cotangent of the result; names that are not parameters are `numpy` (``np``), `math` and
the functions that `build.macro` marks. The expression is linear in ``g``: with a tangent of the
parameter in the place of ``g``, the expression of an *elementwise* primitive is its contribution to the
tangent of the result, so one line serves both modes. Summing a broadcast back to the shape and dtype of
the parameter is done in one place (`adjoint_shapes.match`) and in no rule. ``None`` says that nothing
flows; a parameter that is not named has no rule, and an active argument for it is refused.
"""
from __future__ import annotations

import ast
import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from s2sad.ir.kinds import UNKNOWN, Kind
from s2sad.ir.nodes import Const, Operand

MODULES = {"np": "numpy", "math": "math", "builtins": "builtins", "operator": "operator"}

KindRule = Callable[["Call"], Kind]
Partial = str | None | Callable[..., Operand]


@dataclass(frozen=True, eq=False)
class Primitive:
    """A function of a library, what its result is, and how derivatives flow through it.

    ``params`` are (name, has a default); a name that starts with ``*`` takes the rest. ``partials``
    map a parameter to its expression, or to a Python function ``(builder, call, g, ans, name)`` that
    emits the contribution where one line cannot say it. ``bounded`` says that the partial derivatives
    are finite wherever the arguments are numbers, infinite ones included; ``view`` that the result may
    share memory with an argument.
    """

    name: str
    params: tuple[tuple[str, bool], ...]
    kind: KindRule
    partials: dict[str, Partial] = field(default_factory=dict)
    elementwise: bool = False
    bounded: bool = False
    view: bool = False
    flat: bool = False

    # Whether ``kind`` is one of the rules `KEEPING`.
    keeping: bool = field(init=False)
    # What binding a call asks of ``params``: the names, how many of them take an operand by position, whether others
    # do after these, whether any keyword fits, and what must be given.
    names: tuple[str, ...] = field(init=False)
    plain: int = field(init=False)
    takes_rest: bool = field(init=False)
    takes_keywords: bool = field(init=False)
    required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(name for name, _ in self.params)
        known = {
            "keeping": self.kind in KEEPING,
            "names": names,
            "plain": next((place for place, name in enumerate(names) if name.startswith("*")), len(names)),
            "takes_rest": any(name.startswith("*") and name[1] != "*" for name in names),
            "takes_keywords": any(name.startswith("**") for name in names),
            "required": tuple(name for name, optional in self.params if not optional),
        }
        for key, value in known.items():
            object.__setattr__(self, key, value)


class Call:
    """A primitive's operands bound to its parameters, as kind rules and macros see them."""

    __slots__ = ("primitive", "bound", "context")

    def __init__(self, primitive: Primitive, bound: dict[str, Operand], context: Any) -> None:
        self.primitive, self.bound, self.context = primitive, bound, context

    @property
    def fresh(self) -> Callable[[], Any]:
        return self.context.fresh  # type: ignore[no-any-return]

    def get(self, name: str) -> Operand | None:
        return self.bound.get(name)

    def kind(self, name: str) -> Kind:
        operand = self.bound.get(name)
        return UNKNOWN if operand is None else operand.kind

    def rest(self) -> list[Operand]:
        """The operands of the ``*`` parameter."""
        return [operand for name, operand in self.bound.items() if name.startswith("*")]

    def constant(self, name: str, default: Any = None) -> Any:
        """The literal value of an argument, ``default`` where it is not given; a list is given as a tuple."""
        operand = self.bound.get(name)
        return default if operand is None else self._literal(operand, name)

    def _literal(self, operand: Operand, name: str) -> Any:
        if isinstance(operand, Const):
            return operand.value
        made = self.context.definition(operand, "s2sad.tuple") or self.context.definition(operand, "s2sad.list")
        if made is None:
            raise NotConstant(name)
        return tuple(self._literal(item, name) for item in made.args)


# The kind rules by which arrays of one inexact type and shape, and numbers of it, give such an array, and numbers of
# NumPy such a number.
KEEPING: set[Callable[..., Kind]] = set()
_Rule = TypeVar("_Rule", bound=Callable[..., Kind])


def keeping(rule: _Rule) -> _Rule:
    """Mark a kind rule as one of these."""
    KEEPING.add(rule)
    return rule


class NotConstant(Exception):
    """A kind rule or macro needs the value of an argument that is known only at run time."""


TABLE: dict[str, Primitive] = {}


def parse_signature(signature: str) -> tuple[str, tuple[tuple[str, bool], ...]]:
    call = ast.parse(signature, mode="eval").body
    assert isinstance(call, ast.Call)
    path = ast.unparse(call.func)
    module, _, rest = path.partition(".")
    params: list[tuple[str, bool]] = []
    for argument in call.args:
        if isinstance(argument, ast.Starred):
            params.append(("*" + ast.unparse(argument.value), True))
        else:
            params.append((ast.unparse(argument), False))
    for keyword in call.keywords:
        params.append((keyword.arg or "**" + ast.unparse(keyword.value), True))
    return f"{MODULES.get(module, module)}.{rest}", tuple(params)


def function(
    signature: str,
    kind: KindRule,
    *,
    bounded: bool = False,
    view: bool = False,
    elementwise: bool = False,
    **partials: Partial,
) -> None:
    """Declare a primitive by its call, the kind of its result, and an expression a parameter."""
    name, params = parse_signature(signature)
    TABLE[name] = Primitive(name, params, kind, partials, elementwise, bounded, view)


def flat(kind: KindRule, *signatures: str) -> None:
    """Declare primitives through which no derivative flows."""
    for signature in signatures:
        name, params = parse_signature(signature if "(" in signature else signature + "(*xs, **kw)")
        TABLE[name] = Primitive(name, params, kind, flat=True)


def alias(name: str, *others: str) -> None:
    """Other names for a primitive that takes the same parameters: operators for ufuncs, say."""
    primitive = TABLE[parse_signature(name + "()")[0]]
    for other in others:
        TABLE[parse_signature(other + "()")[0]] = primitive


def bind(primitive: Primitive, args: list[Operand], keywords: tuple[str, ...]) -> dict[str, Operand] | None:
    """Operands by parameter, or None where the call does not fit the declared signature."""
    if not keywords and len(primitive.required) <= len(args) <= primitive.plain:
        return dict(zip(primitive.names, args))  # noqa: B905 - fewer operands; what must be given comes first
    names, plain = primitive.names, primitive.plain
    count = len(args) - len(keywords)
    if count > plain and not primitive.takes_rest:
        return None
    bound = dict(zip(names[:plain], args[:count]))  # noqa: B905 - either may be longer
    if keywords or count > plain:
        bound.update((f"*{number}", args[number]) for number in range(plain, count))
        for name, operand in zip(keywords, args[count:], strict=True):
            if name in bound or not primitive.takes_keywords and name not in names:
                return None
            bound[name] = operand
    for name in primitive.required:
        if name not in bound:
            return None
    return bound


@functools.cache
def load_rules() -> None:
    for module in ("internal", "operators", "scalar", "numpy_elementwise", "numpy_reductions",
                   "numpy_shapes", "numpy_rearranging", "numpy_selecting", "numpy_linalg", "numpy_flat"):
        importlib.import_module(f"s2sad.rules.{module}")


def lookup(name: str) -> Primitive | None:
    found = TABLE.get(name)
    if found is None:
        load_rules()
        found = TABLE.get(name)
    return found


@functools.cache
def by_object() -> dict[Any, str]:
    """From a library's function to the name of its primitive."""
    load_rules()
    found: dict[Any, str] = {}
    for name in TABLE:
        module, _, path = name.partition(".")
        if module in ("s2sad", "array"):
            continue
        value: Any = importlib.import_module(module)
        for part in path.split("."):
            value = getattr(value, part, None)
        if value is not None:
            found.setdefault(value, name)
    return found
