"""What is asked of the compiler: plain data, with nothing of the compiler in it."""
from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any

from s2sad.ir.kinds import Kind


@dataclass(frozen=True)
class Request:
    """What to generate: a function, a mode, the kinds of its arguments, and the parameters differentiated.

    ``single`` says that ``wrt`` was asked for as one, so that its gradient stands alone and not in a tuple.
    ``outputs`` are parameters whose contents after the call are the value, in the place of what is returned;
    ``one_output`` that there is one, asked for as such. ``array_tapes``: whether numbers are taped in arrays, as
    compiled code does best. ``backend`` is what the text is written for, and ``options`` how it shall compile it.
    ``equal_lengths``: lengths that meet are taken to be equal where the kinds do not tell, and checked; without it
    the adjoints find out what was broadcast.
    """

    function: types.FunctionType
    mode: str
    kinds: dict[str, Kind]
    wrt: tuple[str, ...]
    single: bool = True
    has_aux: bool = False
    outputs: tuple[str, ...] = ()
    one_output: bool = True
    array_tapes: bool = False
    backend: str = "numpy"
    options: tuple[tuple[str, Any], ...] = ()
    equal_lengths: bool = True
