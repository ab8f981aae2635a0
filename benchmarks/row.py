"""What a row of the table is: one program, its adjoints written by hand, and the forms that its peers need."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]
AS_WRITTEN = "as written"


@dataclass(frozen=True)
class Row:
    """A program and everything that it is compared with.

    ``primal`` is the program as its author wrote it. ``by_hand`` takes the same arguments and returns the value and
    the gradient with respect to ``wrt`` (a tuple where these are several): each statement of the primal reversed by
    itself. ``best_hand`` does the algebra across statements, where that gives something else; ``numba_hand`` is the
    adjoint in the loops that one writes for Numba, ``c_hand`` in C: see `native`.

    A peer's entry is a function from the peer's module (``jax``, ``torch``, ``autograd.numpy``) to the program in
    the form that this peer needs, AS_WRITTEN, or the reason why there is none. ``static`` are the parameters that a
    compiled peer has to know before it compiles. ``loops``: a loop program, in Numba and C as well; ``scalars``: its
    loops are over single numbers. ``full`` and ``small`` are sizes, given to ``arguments`` by name: for the
    measurement and for the tests.
    """

    name: str
    title: str
    primal: Function
    wrt: tuple[str, ...]
    arguments: Callable[..., tuple[Any, ...]]
    full: dict[str, int]
    small: dict[str, int]
    by_hand: Function
    best_hand: Function | None = None
    numba_hand: Function | str = "nothing to gain over the NumPy adjoint: its time is in matrix products"
    c_hand: str = ""
    autograd: Any = AS_WRITTEN
    jax: Any = "not written"
    torch: Any = "not written"
    static: tuple[str, ...] = ()
    loops: bool = False
    scalars: bool = False
