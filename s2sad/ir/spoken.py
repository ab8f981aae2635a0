"""What a value without a name of its own is called, after what made it."""
from __future__ import annotations

import builtins
import functools
import keyword

_NAMES = {
    "operator.truediv": "ratio",
    "operator.mul": "product",
    "operator.add": "total",
    "operator.sub": "difference",
    "operator.matmul": "product",
    "operator.pow": "power",
    "operator.neg": "negative",
    "operator.mod": "remainder",
    "operator.and_": "both",
    "operator.or_": "either",
    "numpy.sum": "total",
    "numpy.concatenate": "joined",
    "numpy.max": "largest",
    "numpy.min": "smallest",
    "builtins.max": "largest",
    "builtins.min": "smallest",
    "builtins.sum": "total",
    "builtins.len": "count",
    "builtins.abs": "magnitude",
    "s2sad.getitem": "item",
    "s2sad.read": "item_bar",
    "s2sad.expand": "spread",
    "s2sad.list": "items",
    "s2sad.append": "items",
    "s2sad.tuple": "items",
    "s2sad.call_rev": "bars",
    "s2sad.chosen": "chosen",
    "s2sad.inverse_of_lower": "inverse",
    "s2sad.both": "test",
    "s2sad.one_of": "test",
}
_TESTS = {"gt", "lt", "ge", "le", "eq", "ne", "is_", "is_not", "not_", "contains", "not_in"}


@functools.cache
def spoken(primitive: str) -> str:
    """A short name for the result of a primitive; "t" where nothing better is known."""
    if primitive in _NAMES:
        return _NAMES[primitive]
    module, _, last = primitive.rpartition(".")
    if module == "operator" and last in _TESTS:
        return "test"
    if module == "s2sad" or not last.isidentifier() or keyword.iskeyword(last):
        return "t"
    return f"{last}_value" if hasattr(builtins, last) else last
