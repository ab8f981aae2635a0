"""The Python function behind a callable that is differentiated, and which of its parameters are meant."""
from __future__ import annotations

import functools
import inspect
import linecache
import types
from collections.abc import Sequence
from typing import Any

from s2sad.dispatchers import CompiledLater, options_of, unwrapped
from s2sad.errors import SignatureError, SourceNotFoundError

Argnums = int | str | Sequence[int | str]


class Primal:
    """The Python function behind a callable, and the arguments that the callable already holds."""

    def __init__(self, fun: Any) -> None:
        self.held: list[Any] = []
        self.keywords: dict[str, Any] = {}
        self.options: tuple[tuple[str, Any], ...] = ()
        self.function = self._resolve(fun)
        self.signature = inspect.signature(self.function, follow_wrapped=False)
        parameters = self.signature.parameters.values()
        self.names = [parameter.name for parameter in parameters]
        self._defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        # What a call needs for its arguments to be put into order by `positional`, without a look at the signature.
        kinds = {p.kind for p in parameters}
        plain = kinds <= {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
        self.count = len(self.names) if plain and not self.held and not self.keywords else -1
        self._named = inspect.Parameter.POSITIONAL_ONLY not in kinds

    def _resolve(self, fun: Any) -> types.FunctionType:
        self.options = self.options or options_of(fun)
        fun = unwrapped(fun)
        if isinstance(fun, types.FunctionType):
            return fun
        if isinstance(fun, types.MethodType):
            self.held.insert(0, fun.__self__)
            return self._resolve(fun.__func__)
        if isinstance(fun, functools.partial):
            self.held[:0] = fun.args
            self.keywords = {**fun.keywords, **self.keywords}
            return self._resolve(fun.func)
        if isinstance(fun, CompiledLater):
            raise SourceNotFoundError(
                "a derivative cannot be differentiated before its own signature is compiled",
                hint="use `generated(*args)`, a function with a source of its own",
            )
        method = getattr(type(fun), "__call__", None)  # noqa: B004
        if isinstance(method, types.FunctionType):
            self.held.insert(0, fun)
            return method
        if callable(fun):
            return _around(fun)
        raise SignatureError(f"{fun!r} is not a function")

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.BoundArguments:
        try:
            bound = self.signature.bind(*self.held, *args, **{**self.keywords, **kwargs})
        except TypeError as error:
            raise SignatureError(f"`{self.function.__name__}`: {error}") from None
        bound.apply_defaults()
        return bound

    def positional(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
        """All arguments by position, where their names and defaults are enough for that; None where `bind` decides."""
        if len(args) == self.count and not kwargs:
            return args
        if len(args) > self.count or kwargs and not self._named:
            return None
        values, left = [*args], len(kwargs)
        for name in self.names[len(args) :]:
            if name in kwargs:
                values.append(kwargs[name])
                left -= 1
            elif name in self._defaults:
                values.append(self._defaults[name])
            else:
                return None
        return None if left else tuple(values)

    def select(self, argnums: Argnums) -> tuple[tuple[tuple[str, int | None], ...], bool]:
        """(parameter, item of a ``*args`` parameter) for each, and whether one was asked for as such."""
        if isinstance(argnums, str) and "," in argnums:
            argnums = tuple(part.strip() for part in argnums.split(","))
        single = isinstance(argnums, (int, str))
        wanted = (argnums,) if isinstance(argnums, (int, str)) else tuple(argnums)
        if not wanted:
            raise SignatureError("argnums names no parameter")
        return tuple(self._name(item) for item in wanted), single

    def outputs(self, outputs: Argnums | None) -> tuple[tuple[str, ...], bool]:
        """The parameters whose contents are the value, and whether there is one."""
        if outputs is None:
            return (), True
        picks, single = self.select(outputs)
        if any(place is not None for _, place in picks):
            raise SignatureError("outputs names an item of a parameter with a star")
        return tuple(name for name, _ in picks), single

    def _name(self, item: int | str) -> tuple[str, int | None]:
        available = self.names[len(self.held) :]
        if isinstance(item, str):
            if item not in self.names:
                raise SignatureError(
                    f"`{self.function.__name__}` has no parameter `{item}`",
                    hint=f"its parameters are {', '.join(available) or 'none'}",
                )
            return item, None
        kinds = [self.signature.parameters[name].kind for name in available]
        rest = kinds.index(inspect.Parameter.VAR_POSITIONAL) if inspect.Parameter.VAR_POSITIONAL in kinds else None
        if rest is not None and item >= rest:
            return available[rest], item - rest
        if not -len(available) <= item < len(available):
            raise SignatureError(
                f"`{self.function.__name__}` has no parameter number {item}",
                hint=f"its parameters are {', '.join(available) or 'none'}; argnums counts them from 0",
            )
        return available[item], None


def _around(fun: Any) -> types.FunctionType:
    """A Python function that calls one that has no source: a function of NumPy or of the math module."""
    name = getattr(fun, "__name__", "function")
    name = name if name.isidentifier() else "function"
    text = f"def {name}(x):\n    return primitive(x)\n"
    file = f"<s2sad around {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space: dict[str, Any] = {"primitive": fun, "__name__": "s2sad.around"}
    exec(compile(text, file, "exec"), space)
    found: types.FunctionType = space[name]
    return found
