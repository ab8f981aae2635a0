"""What a function reads from outside of itself: globals, closures, modules, classes. Its text depends on all of it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from s2sad.ir.nodes import Const, Var

# How something is read, and what it was when it was read.
Read = tuple[Callable[[], Any], Any]


@dataclass(eq=False)
class Capture:
    """A value from outside the function: a global of an importable module, or a parameter of its own.

    ``fetch`` reads the value as it is now; ``module`` is the name of the importable module, if any.
    """

    var: Var
    name: str
    fetch: Callable[[], Any]
    module: str | None


@dataclass
class Outside:
    """The objects from outside that were met, by namespace or class and name.

    ``captures`` are values, ``met`` is the code, as it is known while compiling. The text holds as long as
    ``dependencies`` are what they were, and ``attributes``, the same of what classes give, which has no name in a
    module; and as long as ``data`` are of the kinds that they were of. ``code`` is that which no module holds, by what
    it is called here.
    """

    captures: dict[tuple[Any, str], Capture] = field(default_factory=dict)
    met: dict[tuple[int, str], Const] = field(default_factory=dict)
    dependencies: dict[tuple[int, str], Read] = field(default_factory=dict)
    attributes: dict[tuple[int, str], Read] = field(default_factory=dict)
    data: dict[tuple[int | None, str], Callable[[], Any]] = field(default_factory=dict)
    code: dict[str, Read] = field(default_factory=dict)
