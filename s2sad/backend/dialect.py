"""What the text of a module is written for: which forms the compiler or interpreter that runs it has."""
from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from s2sad.backend.helpers import HELPERS, IMPORTS, NEEDS
from s2sad.ir.nodes import Assign

# How a primitive is written: the tree of an expression, or None where the usual form will do. The first
# argument is the `Express` that writes the operands.
Form = Callable[[Any, Assign], Any]


@dataclass(frozen=True)
class Dialect:
    """Most of it says what the text can rely on.

    - ``decorator`` stands above every function, and ``helper_decorator`` above every helper.
    - ``parallel``: the iterations of a loop can be run at once.
    - ``reversed_ranges``: `reversed(range(n))` is understood.
    - ``keyword_only``: what a function captures can be a parameter that is passed by name alone.
    - ``fresh_globals``: what is read from a module is what it holds at that moment.
    - ``dynamic``: helpers may ask what type a value is of, and Python functions be called.
    - ``buffers``: an update in place reads all of its operand before it writes.
    - ``weak_floats``: a Python float leaves an array of single precision what it is.
    - ``fuses``: an expression over arrays is one loop.
    - ``bare_ellipsis``: an index may be an ellipsis alone.
    - ``divisions_raise``: a division of numbers by zero raises, whatever numbers they are.
    - ``numbered`` tells versions of a name apart.
    - ``forms`` are the primitives that are written in a way of their own, ``checks`` the effects, as calls;
      ``scatter`` writes an addition at places of which some may be the same, ``tuple_item`` a tuple with another
      item; ``helpers`` are the functions that a module may contain.
    """

    name: str
    imports: tuple[str, ...] = ()
    decorator: str = ""
    helper_decorator: str = ""
    parallel: bool = False
    reversed_ranges: bool = True
    keyword_only: bool = True
    fresh_globals: bool = True
    dynamic: bool = True
    buffers: bool = True
    weak_floats: bool = True
    fuses: bool = False
    bare_ellipsis: bool = True
    divisions_raise: bool = False
    numbered: Callable[[str, int], str] = "{}_{}".format
    forms: Mapping[str, Form] = dataclasses.field(default_factory=dict)
    checks: Mapping[str, Callable[[Any, Any], list[Any]]] = dataclasses.field(default_factory=dict)
    scatter: Callable[..., Any] | None = None
    tuple_item: Callable[..., Any] | None = None
    helpers: Mapping[str, str] = dataclasses.field(default_factory=lambda: HELPERS)
    needs: Mapping[str, list[str]] = dataclasses.field(default_factory=lambda: NEEDS)
    helper_imports: Mapping[str, str] = dataclasses.field(default_factory=lambda: IMPORTS)

    def with_options(self, options: tuple[tuple[str, Any], ...]) -> Dialect:
        """The dialect whose functions are compiled with these options.

        Helpers are called inside of parallel loops, so that they are not to start threads of their own. What divides
        by zero in such loops goes on with infinity.
        """
        if not options or not self.decorator:
            return self
        as_numpy = dict(options).get("error_model") == "numpy" or bool(dict(options).get("parallel"))
        return dataclasses.replace(
            self,
            divisions_raise=self.divisions_raise and not as_numpy,
            decorator=_with(self.decorator, dict(options)),
            helper_decorator=_with(self.decorator, {key: v for key, v in options if key != "parallel"}),
            parallel=bool(dict(options).get("parallel")),
        )

    def take(self, arguments: ast.arguments, captured: list[str]) -> None:
        """Add parameters for what a function captures; they are always passed, by name."""
        if self.keyword_only:
            arguments.kwonlyargs += [ast.arg(arg=name) for name in captured]
            arguments.kw_defaults += [None for _ in captured]
        elif captured:
            arguments.args += [ast.arg(arg=name) for name in captured]
            arguments.defaults.clear()

    def decorators(self) -> list[Any]:
        return [ast.parse(self.decorator, mode="eval").body] if self.decorator else []

    def with_needs(self, names: list[str]) -> list[str]:
        """Helpers and the helpers that they call, in the order of the table."""
        wanted: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in wanted:
                wanted.add(name)
                waiting += self.needs.get(name, [])
        return [name for name in self.helpers if name in wanted]

    def helper(self, text: str) -> str:
        """The text of a helper as it stands in a module."""
        above = self.helper_decorator or self.decorator
        text = text.replace("\ndef ", f"\n@{above}\ndef ") if above else text
        return text.strip("\n")


def _with(decorator: str, options: Mapping[str, Any]) -> str:
    inside = ", ".join(f"{key}={value!r}" for key, value in options.items())
    return f"{decorator}({inside})" if inside else decorator


NUMPY = Dialect("numpy")
