"""The public functions: `grad`, `value_and_grad`, `vjp`, `differentiate`, `source`.

Names, argument orders and return shapes follow JAX, `torch.func` and HIPS autograd.
"""
from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

from s2sad import started  # noqa: F401 - it notes the time
from s2sad.backends import check_backend
from s2sad.cotangents import conform
from s2sad.derivative import Derivative, derivative_of
from s2sad.errors import SignatureError
from s2sad.ir.kinds import is_differentiable
from s2sad.ir.of_values import kind_of
from s2sad.primal import Argnums, Primal


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
    return derivative_of(fun, "grad", argnums, has_aux, outputs, backend)


def value_and_grad(
    fun: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False, outputs: Argnums | None = None,
    backend: str = "numpy",
) -> Derivative:
    """As `grad`, returning ``(value, gradient)``; with ``has_aux`` ``((value, aux), gradient)``."""
    return derivative_of(fun, "value_and_grad", argnums, has_aux, outputs, backend)


def vjp(
    fun: Callable[..., Any], *primals: Any, has_aux: bool = False, outputs: Argnums | None = None,
    backend: str = "numpy",
) -> tuple[Any, ...]:
    """``(out, pullback)`` or, with ``has_aux``, ``(out, pullback, aux)``.

    ``pullback(cotangent)`` takes a cotangent shaped as ``out`` and returns a tuple, one entry a primal: its
    cotangent, None for a primal that carries no derivative (an integer, a string). It may be called again.
    With ``outputs="u"`` ``out`` is what ``fun`` leaves in its parameter ``u``, of several a tuple; the arrays
    that are passed in stay as they were.
    The pullback reads the arrays and lists that were passed in and those of ``out``: they must not be changed before
    it is called.
    """
    primal = Primal(fun)
    bound = primal.bind(primals, {})
    wrt = tuple(name for name, value in bound.arguments.items() if is_differentiable(kind_of(value, name)))
    own = [name for name in primal.names[len(primal.held) :] if name in bound.arguments]
    wrt = tuple(name for name in wrt if name in own)
    if not wrt:
        raise SignatureError(f"no argument of `{primal.function.__name__}` carries a derivative")
    derivative = derivative_of(fun, "vjp", wrt, has_aux, outputs, backend)
    out, pull = derivative(*primals)
    value = out[0] if has_aux else out

    def pullback(cotangent: Any) -> tuple[Any, ...]:
        found = dict(zip(wrt, pull(conform(cotangent, value)), strict=True))
        return _by_primal(primal, own, found, len(primals))

    return (value, pullback, out[1]) if has_aux else (out, pullback)


def _by_primal(primal: Primal, own: list[str], found: dict[str, Any], count: int) -> tuple[Any, ...]:
    entries: list[Any] = []
    for name in own:
        parameter = primal.signature.parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            entries += list(found.get(name, ()))
        else:
            entries.append(found.get(name))
    return tuple(entries[:count])


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
