"""Calls that, for the arguments that they have, only look at the memory of one: they become what is known to do so.

    np.diag(A)                     np.diagonal(A)            of a matrix; of a vector it makes one
    np.einsum("ij->ji", A)         np.transpose(A, (1, 0))   where nothing is summed
    A.conj(), np.float64(A)        A                         where there is nothing to convert
"""
from __future__ import annotations

from typing import Any

from s2sad.frontend.lower.state import Frame
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant

# A call: a primitive, its arguments, its keywords. None stands for one that cannot be told.
Form = tuple[str, list[Operand], dict[str, Operand]] | None

_CONJUGATE = {"conj", "conjugate"}
_UNCHANGED = "s2sad.alias"


def form_of_call(f: Frame, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Form:
    """The call that says what memory the result is of."""
    rule = RULES.get(name)
    return (name, args, keywords) if rule is None or not args else rule(f, name, args, keywords)


def is_itself(method: str, receiver: Operand) -> bool:
    """Whether a method of an array gives the array."""
    return method in _CONJUGATE and isinstance(receiver.kind, Array) and _is_real(receiver.kind)


def _is_real(kind: Array) -> bool:
    return kind.dtype != "any" and not kind.dtype.startswith("complex")


def _diag(f: Frame, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Form:
    kind = args[0].kind
    if isinstance(kind, Array) and kind.ndim is None:
        return None
    if not isinstance(kind, Array) or kind.ndim == 1:
        return name, args, keywords
    offset = [*args[1:], *keywords.values()]
    return "numpy.diagonal", args[:1], {"offset": offset[0]} if offset else {}


def _einsum(f: Frame, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Form:
    if len(args) != 2 or not isinstance(args[1].kind, Array):
        return name, args, keywords
    text = args[0].value if isinstance(args[0], Const) else None
    if not isinstance(text, str) or "." in text:
        return None
    letters, arrow, result = text.replace(" ", "").partition("->")
    result = result if arrow else "".join(sorted(one for one in set(letters) if letters.count(one) == 1))
    if set(result) != set(letters):
        return name, args, keywords  # something is summed
    if len(set(letters)) < len(letters):
        return ("numpy.diagonal", args[1:], {}) if len(letters) == 2 else None
    return "numpy.transpose", [args[1], constant(tuple(letters.index(letter) for letter in result))], {}


def _converted(f: Frame, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Form:
    """A type that is called with an array of that type gives the array."""
    kind = args[0].kind
    same = isinstance(kind, Array) and f"numpy.{kind.dtype}" == name
    return (_UNCHANGED, args[:1], {}) if same else (name, args, keywords)


def _real_if_close(f: Frame, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Form:
    kind = args[0].kind
    if not isinstance(kind, Array):
        return name, args, keywords
    return (_UNCHANGED, args[:1], {}) if _is_real(kind) else None


def _difference(f: Frame, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Form:
    count = args[1] if len(args) > 1 else keywords.get("n", constant(1))
    if not isinstance(count, Const):
        return None
    return (_UNCHANGED, args[:1], {}) if count.value == 0 else (name, args, keywords)


def _array(f: Frame, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Form:
    """What is made of `a.flat` may be of the memory of `a`, or not."""
    return None if args[0] in f.state.flat else (name, args, keywords)


def _nan_to_num(f: Frame, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Form:
    """Without a copy it changes its argument."""
    copy = args[1] if len(args) > 1 else keywords.get("copy", constant(True))
    return (name, args, keywords) if isinstance(copy, Const) and copy.value else None


RULES: dict[str, Any] = {
    "numpy.diag": _diag, "numpy.einsum": _einsum, "numpy.real_if_close": _real_if_close, "numpy.diff": _difference,
    "numpy.nan_to_num": _nan_to_num,
    **dict.fromkeys(("numpy.float64", "numpy.float32", "numpy.complex128", "numpy.complex64"), _converted),
    **dict.fromkeys(("numpy.array", "numpy.asarray", "numpy.ascontiguousarray"), _array),
}
