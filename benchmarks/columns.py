"""What is measured: each column makes, of a row and its arguments, a call that returns the value and the gradient."""
from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from benchmarks import native
from benchmarks.row import AS_WRITTEN, Row
from s2sad import value_and_grad

Call = Callable[[], Any]


class Skip(Exception):
    """A column that has nothing to say about a row, and why."""


@dataclass(frozen=True)
class Column:
    """``group`` is what `--columns` names; ``gradient``: the call returns a value and a gradient, to be checked;
    ``compiles``: the first call does more than the others.
    """

    name: str
    group: str
    title: str
    says: str
    make: Callable[[Row, tuple[Any, ...]], Call]
    gradient: bool = True
    compiles: bool = False


def places(row: Row) -> list[int]:
    """The positions of the parameters differentiated."""
    names = row.primal.__code__.co_varnames
    return [names.index(name) for name in row.wrt]


def rebound(function: FunctionType, names: dict[str, Any], wrap: Callable[..., Any] = lambda f: f) -> Any:
    """A copy of a function in a copy of its module: other globals, and the module's functions wrapped."""
    space = {**function.__globals__, **names}
    for name, value in list(space.items()):
        if isinstance(value, FunctionType) and value.__module__ == function.__module__:
            space[name] = wrap(FunctionType(value.__code__, space, value.__name__, value.__defaults__))
    return space[function.__name__]


def need(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except Exception as error:  # a package may be there and not fit the others
        raise Skip(f"{module}: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """The beginning of an error's message, in one line."""
    text = re.sub(r"\x1b\[\d*m", "", str(error))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return f"{type(error).__name__}: {' '.join(lines[:2])}"[:160]


# -- NumPy ----------------------------------------------------------------------------------------


def by_hand(row: Row, arguments: tuple[Any, ...]) -> Call:
    return lambda: row.by_hand(*arguments)


def best_hand(row: Row, arguments: tuple[Any, ...]) -> Call:
    function = row.best_hand or row.by_hand
    return lambda: function(*arguments)


def argnums(row: Row) -> Any:
    return row.wrt if len(row.wrt) > 1 else row.wrt[0]


def generated(row: Row, arguments: tuple[Any, ...]) -> Call:
    derivative = value_and_grad(row.primal, argnums(row))
    return lambda: derivative(*arguments)


# -- Numba and C ----------------------------------------------------------------------------------


def generated_numba(row: Row, arguments: tuple[Any, ...]) -> Call:
    need("numba")
    if "backend" not in inspect.signature(value_and_grad).parameters:
        raise Skip("this version of s2sad has one backend only")
    derivative: Any = value_and_grad(row.primal, argnums(row), backend="numba")
    return lambda: derivative(*arguments)


def numba_hand(row: Row, arguments: tuple[Any, ...]) -> Call:
    if isinstance(row.numba_hand, str):
        raise Skip(row.numba_hand)
    compiled = rebound(row.numba_hand, {}, need("numba").njit)
    return lambda: compiled(*arguments)


def numba_primal(row: Row, arguments: tuple[Any, ...]) -> Call:
    compiled = rebound(row.primal, {}, need("numba").njit)
    return lambda: compiled(*arguments)


def c_hand(row: Row, arguments: tuple[Any, ...]) -> Call:
    if not row.c_hand:
        raise Skip("not written in C: its time is in matrix products or in arrays")
    if native.compiler() is None:
        raise Skip("no C compiler")
    function = native.adjoint(row.c_hand, places(row))
    return lambda: function(*arguments)


# -- peers ----------------------------------------------------------------------------------------


def form(row: Row, entry: Any, module: Any) -> Any:
    """The program in the form that a peer needs."""
    if entry == AS_WRITTEN:
        return rebound(row.primal, {"np": module, "math": module})
    if isinstance(entry, str):
        raise Skip(entry)
    return entry(module)


def autograd(row: Row, arguments: tuple[Any, ...]) -> Call:
    peer = need("autograd")
    program = form(row, row.autograd, need("autograd.numpy"))
    found = places(row)
    derivative = peer.value_and_grad(program, tuple(found) if len(found) > 1 else found[0])
    return lambda: derivative(*arguments)


def jax(row: Row, arguments: tuple[Any, ...]) -> Call:
    peer = need("jax")
    peer.config.update("jax_enable_x64", True)
    program = form(row, row.jax, peer)
    names = row.primal.__code__.co_varnames
    static = tuple(names.index(name) for name in row.static)
    found = places(row)
    derivative = peer.jit(
        peer.value_and_grad(program, tuple(found) if len(found) > 1 else found[0]), static_argnums=static)
    given = [argument if at in static else peer.numpy.asarray(argument) for at, argument in enumerate(arguments)]
    return lambda: peer.block_until_ready(derivative(*given))


def torch(row: Row, arguments: tuple[Any, ...]) -> Call:
    peer = need("torch")
    peer.set_num_threads(1)
    program = form(row, row.torch, peer)
    given = [peer.from_numpy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    for at in places(row):
        given[at] = peer.as_tensor(given[at], dtype=peer.float64).clone().requires_grad_()
    inputs = [given[at] for at in places(row)]

    def call() -> Any:
        value = program(*given)
        return value.detach(), peer.autograd.grad(value, inputs)

    return call


def tangent(row: Row, arguments: tuple[Any, ...]) -> Call:
    derivative = need("tangent").grad(row.primal, wrt=tuple(places(row)), preserve_result=True)

    def call() -> Any:
        *gradient, value = derivative(*arguments)
        return value, tuple(gradient)

    return call


COLUMNS = (
    Column("hand", "numpy", "hand", "adjoint written by hand in NumPy, statement by statement", by_hand),
    Column("best", "numpy", "best hand", "the same with its algebra done across statements", best_hand),
    Column("s2sad", "numpy", "s2sad", "generated from the program as it stands, NumPy backend", generated,
           compiles=True),
    Column("s2sad_numba", "numba", "s2sad Numba", "generated from the program as it stands, backend=\"numba\"",
           generated_numba, compiles=True),
    Column("hand_numba", "numba", "hand Numba", "adjoint written by hand for Numba, in natural loops", numba_hand,
           compiles=True),
    Column("primal_numba", "numba", "primal Numba", "the program itself under Numba, without gradient", numba_primal,
           gradient=False, compiles=True),
    Column("hand_c", "c", "hand C", "adjoint written by hand in C, cc -O3 -march=native", c_hand),
    Column("autograd", "autograd", "autograd", "HIPS autograd; rewritten where it does not take the program", autograd),
    Column("jax", "jax", "JAX jit", "program rewritten by hand in JAX's best form, x64", jax, compiles=True),
    Column("torch", "torch", "PyTorch", "eager, float64, in-place updates rewritten", torch),
    Column("tangent", "tangent", "Tangent", "the program as it stands", tangent, compiles=True),
)
GROUPS = tuple(dict.fromkeys(column.group for column in COLUMNS))
