"""A derivative as a callable: it is compiled at the first call for each signature, and kept.

Importing this module imports nothing that compiles. `Derivative._compile` is the door to that: it opens `compiled`,
which opens the compiler for what is not in the cache.
"""
from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2sad.backends import check_backend
from s2sad.defaults import keywords_of, same_keywords
from s2sad.dispatchers import CompiledLater
from s2sad.errors import LENGTHS_DIFFER
from s2sad.ir.of_values import kind_of
from s2sad.primal import Argnums, Primal
from s2sad.request import Request
from s2sad.signature import key_of, look_of

if TYPE_CHECKING:
    from s2sad.compiled import Compiled

MAXIMUM_SEEN = 256  # of the shapes that a derivative remembers


class Derivative(CompiledLater):
    """A derivative of a function: call it, or ask for its source for given arguments.

    The code is generated at the first call for each signature (the kinds of the arguments: float, int,
    array with dtype and number of dimensions, …) and kept in memory and in the cache on disk.
    """

    def __init__(
        self, fun: Any, mode: str, argnums: Argnums, has_aux: bool, outputs: Argnums | None = None,
        backend: str = "numpy",
    ) -> None:
        check_backend(backend)
        self._made_of = fun, mode, argnums, has_aux, outputs, backend
        self._primal, self._backend = Primal(fun), backend
        self._function = self._primal.function
        self._code, self._defaults = self._function.__code__, self._function.__defaults__
        self._keywords = keywords_of(self._function)
        self._outputs, self._one_output = self._primal.outputs(outputs)
        self._mode, self._has_aux = mode, has_aux
        picks, self._one = self._primal.select(argnums)
        self._wrt = tuple(dict.fromkeys(name for name, _ in picks))
        self._single = self._one and picks[0][1] is None
        # Where an item of ``*args``, or one parameter twice, was asked for, results are picked apart.
        plain = len(picks) == len(self._wrt) and all(place is None for _, place in picks)
        self._picks = () if plain else picks
        self._compiled: dict[Any, Compiled] = {}
        self._seen: dict[Any, Compiled] = {}  # the same, for arguments that look as those of a call before
        self.__name__ = f"{self._primal.function.__name__}_{mode}"
        name = self._primal.function.__name__
        self.__doc__ = f"The derivative ({mode}) of `{name}` with respect to {', '.join(self._wrt)}"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        function = self._function
        if function.__code__ is not self._code or function.__defaults__ is not self._defaults or (
                (self._keywords or function.__kwdefaults__) and not self.is_current()):
            self._renew()
        values = args
        if kwargs or len(args) != self._primal.count:
            found = self._primal.positional(args, kwargs)
            if found is None:
                bound = self._primal.bind(args, kwargs)
                return self._run(self._for(bound), bound.args, bound.kwargs)
            values = found
        compiled = self._of(values)
        if compiled.captures or self._picks:
            return self._run(compiled, values, {})
        try:
            return compiled.function(*values)
        except ValueError as error:
            return self._run(self._broadcasting(error, values), values, {})

    def is_current(self) -> bool:
        """Whether the function still is what it was when this derivative was made."""
        is_same = self._function.__code__ is self._code and self._function.__defaults__ is self._defaults
        return is_same and same_keywords(self._function, self._keywords)

    def _renew(self) -> None:
        """Begin again with what the function is now: notebooks put new code into functions that are there."""
        self.__init__(*self._made_of)  # type: ignore[misc]

    def _run(self, compiled: Compiled, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        captured = {name: fetch() for name, fetch in compiled.captures.items()}
        try:
            result = compiled.function(*args, **kwargs, **captured)
        except ValueError as error:
            bound = self._primal.bind(args, kwargs)
            result = self._broadcasting(error, (*bound.arguments.values(),)).function(*args, **kwargs, **captured)
        return self._picked(result) if self._picks else result

    def _broadcasting(self, error: ValueError, values: tuple[Any, ...]) -> Compiled:
        """What finds out at run time what was broadcast, for arguments whose lengths were taken to be equal and are
        not; any other error is raised again."""
        if error.args != (LENGTHS_DIFFER,):
            raise error
        return self._compile(values, equal_lengths=False)

    def _for(self, bound: inspect.BoundArguments) -> Compiled:
        return self._of(tuple(bound.arguments.values()))

    def _of(self, values: tuple[Any, ...]) -> Compiled:
        """What is compiled for arguments of these kinds, one a parameter."""
        look = look_of(values)
        found = self._seen.get(look)
        if found is None:
            found = self._compiled.get((*map(key_of, values),))
            if found is not None and len(self._seen) < MAXIMUM_SEEN:
                self._seen[look] = found
        if found is None or not (found.is_steady or found.is_current()):
            return self._compile(values)
        return found

    def _compile(self, values: tuple[Any, ...], equal_lengths: bool = True) -> Compiled:
        from s2sad.compiled import compile_request

        compiled_code = self._backend == "numba"
        kinds = {name: kind_of(value, name, short=compiled_code)
                 for name, value in zip(self._primal.names, values, strict=True)}
        request = Request(self._primal.function, self._mode, kinds, self._wrt, self._single, self._has_aux,
                          self._outputs, self._one_output, compiled_code, self._backend,
                          self._primal.options, equal_lengths)
        compiled = compile_request(request)
        self._compiled[(*map(key_of, values),)] = compiled
        self._seen.clear()
        return compiled

    def _picked(self, result: Any) -> Any:
        """Take the gradients of single items out of the gradient of a ``*args`` parameter."""
        if self._mode == "vjp":
            return result
        value, gradients = result if self._mode == "value_and_grad" or self._has_aux else (None, result)
        if self._has_aux and self._mode == "grad":
            gradients, value = result
        by_name = dict(zip(self._wrt, (gradients,) if self._single else gradients, strict=True))
        chosen = tuple(by_name[name] if place is None else by_name[name][place] for name, place in self._picks)
        gradient = chosen[0] if self._one else chosen
        if self._has_aux and self._mode == "grad":
            return gradient, value
        return (value, gradient) if self._mode == "value_and_grad" else gradient

    def source(self, *args: Any, **kwargs: Any) -> str:
        """The generated module for arguments of these kinds, as text."""
        if not self.is_current():
            self._renew()
        return self._for(self._primal.bind(args, kwargs)).text

    def generated(self, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """The generated function for arguments of these kinds, with a file and lines: what the module holds."""
        compiled = self._for(self._primal.bind(args, kwargs))
        found: Callable[..., Any] = getattr(compiled.module, compiled.entry)
        return found


def derivative_of(
    fun: Any, mode: str, argnums: Argnums, has_aux: bool, outputs: Argnums | None, backend: str
) -> Derivative:
    """A derivative of a function: the one that was made before, so that `grad(f)(x)` in a loop costs what `g(x)` does.

    A closure holds data that must not live longer than it; each has a derivative of its own.
    """
    if type(fun) is not types.FunctionType or fun.__closure__ is not None:
        return Derivative(fun, mode, argnums, has_aux, outputs, backend)
    argnums = argnums if isinstance(argnums, (int, str)) else tuple(argnums)
    outputs = outputs if isinstance(outputs, (int, str, type(None))) else tuple(outputs)
    kept = _kept(fun, mode, argnums, has_aux, outputs, backend)
    return kept if kept.is_current() else Derivative(fun, mode, argnums, has_aux, outputs, backend)


@functools.lru_cache(maxsize=256)
def _kept(
    fun: Any, mode: str, argnums: Argnums, has_aux: bool, outputs: Argnums | None, backend: str
) -> Derivative:
    return Derivative(fun, mode, argnums, has_aux, outputs, backend)
