"""The public functions: `grad`, `value_and_grad`, `vjp`, `differentiate`, `source`.

Names, argument orders and return shapes follow JAX, `torch.func` and HIPS autograd.

Importing this module imports nothing that compiles. `Derivative._compile` and `generate` are the doors to that:
the first opens `compiled`, which opens the compiler for what is not in the cache.
"""
from __future__ import annotations

import functools
import inspect
import linecache
import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from s2sad import started  # noqa: F401 - it notes the time
from s2sad.backends import check_backend
from s2sad.defaults import keywords_of, same_keywords
from s2sad.dispatchers import options_of, unwrapped
from s2sad.errors import LENGTHS_DIFFER, SignatureError, SourceNotFoundError
from s2sad.ir.kinds import UNKNOWN, Kind, carries_derivative, kind_of
from s2sad.request import Request
from s2sad.signature import key_of, look_of

if TYPE_CHECKING:
    from s2sad.compiled import Compiled

Argnums = int | str | Sequence[int | str]

MAXIMUM_SEEN = 256  # of the shapes that a derivative remembers


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
        if isinstance(fun, Derivative):
            raise SourceNotFoundError(
                "a derivative cannot be differentiated before its own signature is compiled",
                hint="differentiate a function that calls it, or use `generated(*args)`",
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


class Derivative:
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


def _derivative(
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


def grad(
    fun: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, outputs: Argnums | None = None,
    backend: str = "numpy",
) -> Derivative:
    """A function with the signature of ``fun`` that returns the gradient of its scalar result.

    ``argnums`` are parameters by position or name, one or several; the gradient of one has its shape, dtype
    and structure, the gradients of several are a tuple of these. With ``has_aux`` ``fun`` returns a pair
    ``(value, aux)`` and the result is ``(gradient, aux)``. With ``outputs``, parameters by position or name as
    well, the value is what ``fun`` leaves in them, not what it returns. With ``backend="numba"`` the generated
    module is one that Numba compiles, at the first call for each signature. Raises `SignatureError` (a
    ``TypeError``) for an integer parameter or a result that is no real scalar, `UnsupportedError` for code
    that cannot be differentiated, or not be compiled by Numba.
    """
    return _derivative(fun, "grad", argnums, has_aux, outputs, backend)


def value_and_grad(
    fun: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, outputs: Argnums | None = None,
    backend: str = "numpy",
) -> Derivative:
    """As `grad`, returning ``(value, gradient)``; with ``has_aux`` ``((value, aux), gradient)``."""
    return _derivative(fun, "value_and_grad", argnums, has_aux, outputs, backend)


def vjp(
    fun: Callable[..., Any], *primals: Any, has_aux: bool = False, outputs: Argnums | None = None,
    backend: str = "numpy",
) -> tuple[Any, ...]:
    """``(out, pullback)`` or, with ``has_aux``, ``(out, pullback, aux)``.

    ``pullback(cotangent)`` takes a cotangent shaped as ``out`` and returns a tuple, one entry a primal: its
    cotangent, None for a primal that carries no derivative (an integer, a string). It may be called again.
    With ``outputs="u"`` ``out`` is what ``fun`` leaves in its parameter ``u``, of several a tuple; the arrays
    that are passed in stay as they were.
    The pullback reads the arrays that were passed in and ``out``: they must not be changed before it is called.
    """
    primal = Primal(fun)
    bound = primal.bind(primals, {})
    wrt = tuple(name for name, value in bound.arguments.items() if _differentiable(kind_of(value, name)))
    own = [name for name in primal.names[len(primal.held) :] if name in bound.arguments]
    wrt = tuple(name for name in wrt if name in own)
    if not wrt:
        raise SignatureError(f"no argument of `{primal.function.__name__}` carries a derivative")
    derivative = _derivative(fun, "vjp", wrt, has_aux, outputs, backend)
    out, pull = derivative(*primals)
    value = out[0] if has_aux else out

    def pullback(cotangent: Any) -> tuple[Any, ...]:
        found = dict(zip(wrt, pull(conform(cotangent, value)), strict=True))
        return _by_primal(primal, own, found, len(primals))

    return (value, pullback, out[1]) if has_aux else (out, pullback)


def _differentiable(kind: Kind) -> bool:
    return carries_derivative(kind) and kind != UNKNOWN


def _by_primal(primal: Primal, own: list[str], found: dict[str, Any], count: int) -> tuple[Any, ...]:
    entries: list[Any] = []
    for name in own:
        parameter = primal.signature.parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            entries += list(found.get(name, ()))
        else:
            entries.append(found.get(name))
    return tuple(entries[:count])


def conform(cotangent: Any, out: Any) -> Any:
    """A cotangent as a value of the structure, shape and dtype of ``out``; `SignatureError` where it has another."""
    if isinstance(out, (tuple, list)):
        if not isinstance(cotangent, (tuple, list)) or len(cotangent) != len(out):
            raise SignatureError(f"the cotangent must be a {type(out).__name__} of {len(out)}, as the value is")
        items = [conform(c, o) for c, o in zip(cotangent, out, strict=True)]
        return type(out)(*items) if hasattr(out, "_fields") else type(out)(items)
    if isinstance(out, dict):
        if not isinstance(cotangent, dict) or cotangent.keys() != out.keys():
            raise SignatureError(f"the cotangent must be a dict with the keys {list(out)}, as the value is")
        return {key: conform(cotangent[key], value) for key, value in out.items()}
    if isinstance(out, np.ndarray):
        try:
            array = np.asarray(cotangent, dtype=out.dtype)
        except (TypeError, ValueError) as error:
            raise SignatureError(f"the cotangent is not an array of numbers: {error}") from None
        if array.shape != out.shape:
            raise SignatureError(f"the cotangent has shape {array.shape}, the value has shape {out.shape}")
        return array
    if isinstance(out, (float, complex, np.generic)):
        if np.ndim(cotangent) != 0:
            raise SignatureError(f"the cotangent has shape {np.shape(cotangent)}, the value is a number")
        return type(out)(cotangent)
    return cotangent


class Differentiated:
    """A function with its derivatives as attributes; see `differentiate`."""

    def __init__(
        self, fun: Callable[..., Any], argnums: Argnums = 0, outputs: Argnums | None = None, backend: str = "numpy"
    ) -> None:
        check_backend(backend)
        functools.update_wrapper(self, fun)
        self.__s2sad_primal__ = fun
        self.argnums, self.outputs, self.backend = argnums, outputs, backend

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__s2sad_primal__(*args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        bound = types.MethodType(self.__s2sad_primal__, instance)
        return Differentiated(bound, self.argnums, self.outputs, self.backend)

    @functools.cached_property
    def grad(self) -> Derivative:
        """The gradient; see `grad`."""
        return grad(self.__s2sad_primal__, self.argnums, outputs=self.outputs, backend=self.backend)

    @functools.cached_property
    def value_and_grad(self) -> Derivative:
        """The value and the gradient; see `value_and_grad`."""
        return value_and_grad(self.__s2sad_primal__, self.argnums, outputs=self.outputs, backend=self.backend)

    def vjp(self, *primals: Any) -> tuple[Any, ...]:
        """The value and its pullback; see `vjp`."""
        return vjp(self.__s2sad_primal__, *primals, outputs=self.outputs, backend=self.backend)


def differentiate(
    fun: Callable[..., Any] | None = None, *, argnums: Argnums = 0, outputs: Argnums | None = None,
    backend: str = "numpy",
) -> Any:
    """A decorator: the function itself, with ``.grad``, ``.value_and_grad`` and ``.vjp``.

    ``@differentiate`` or ``@differentiate(argnums=("w", "b"))``; ``argnums``, ``outputs`` and ``backend`` as
    in `grad`.
    """
    if fun is None:
        return lambda decorated: Differentiated(decorated, argnums, outputs, backend)
    return Differentiated(fun, argnums, outputs, backend)


def source(fun: Any, *args: Any, backend: str = "numpy", **kwargs: Any) -> str:
    """The generated source for arguments of these kinds: of a derivative, or of the gradient of a function."""
    derivative = fun if isinstance(fun, Derivative) else grad(fun, backend=backend)
    return derivative.source(*args, **kwargs)


def _owner(function: types.FunctionType) -> type | None:
    """The class that a method is defined in, if its module knows it by name."""
    found: Any = function.__globals__
    for part in function.__qualname__.split(".")[:-1]:
        found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
    return found if isinstance(found, type) else None


def generate(
    fun: Callable[..., Any],
    mode: str,
    argnums: Argnums | None = None,
    types: dict[str, Kind] | None = None,
    outputs: Argnums | None = None,
    backend: str = "numpy",
    equal_lengths: bool = True,
) -> str:
    """The generated module for kinds that are given or annotated, with no arguments to look at.

    ``mode`` is "grad", "value_and_grad", "vjp" or "ir". With ``equal_lengths`` slices whose lengths are known only at
    run time are taken to be of equal length where they meet: the module raises a ``ValueError`` where they are not.
    Raises `SignatureError` where the kind of a parameter is
    neither in ``types`` nor annotated.
    """
    from s2sad.pipeline import generate as generate_module

    primal = Primal(fun)
    if primal.keywords or isinstance(fun, functools.partial):
        raise SignatureError("this is a functools.partial, and a module that is printed does not hold its arguments",
                             hint=f"name `{primal.function.__name__}` itself, or a function that passes them to it")
    kinds = _kinds(primal, types or {})
    if argnums is None:
        argnums = [n for n, k in kinds.items() if _differentiable(k)] if mode in ("vjp", "ir") else 0
    picks, single = primal.select(argnums)
    wrt = tuple(dict.fromkeys(name for name, _ in picks))
    left, one = primal.outputs(outputs)
    check_backend(backend)
    return generate_module(
        Request(primal.function, mode, kinds, wrt, single, False, left, one, backend == "numba", backend,
                primal.options, equal_lengths)
    ).text


def _kinds(primal: Primal, given: dict[str, Kind]) -> dict[str, Kind]:
    """The kind of each parameter: as given, as of what the callable holds, as annotated, or as of its default."""
    from s2sad.frontend.annotations import kind_of_annotation

    kinds: dict[str, Kind] = {name: kind_of(held, name) for name, held in zip(primal.names, primal.held, strict=False)}
    namespace, owner = primal.function.__globals__, _owner(primal.function)
    missing = []
    for name, parameter in primal.signature.parameters.items():
        kind = given.get(name, kinds.get(name))
        if kind is None and parameter.annotation is not parameter.empty:
            kind = kind_of_annotation(parameter.annotation, name, namespace)
        if kind is None and parameter.default is not parameter.empty:
            kind = kind_of(parameter.default, name)
        if kind is None and owner is not None and name == primal.names[0]:
            kind = kind_of_annotation(owner, name, namespace)
        if kind is None:
            missing.append(name)
        else:
            kinds[name] = kind
    if missing:
        raise _untyped(primal, missing, owner)
    return kinds


def _untyped(primal: Primal, missing: list[str], owner: type | None) -> SignatureError:
    """The error of parameters without a type, with what they seem to be."""
    from s2sad.frontend.suggested import suggested_types

    suggested = suggested_types(primal.function)
    if owner is not None:
        suggested[primal.names[0]] = f"{owner.__name__}(attribute=float)"
    written = ", ".join(f"{name}: {suggested.get(name, 'float')}" for name in missing)
    return SignatureError(f"the type of {', '.join(f'`{name}`' for name in missing)} is not known",
                          hint=f'annotate, or give it, where this is what it is: --types "{written}"')
