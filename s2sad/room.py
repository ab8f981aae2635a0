"""Room for programs that nest deeply: the compiler walks syntax and IR by recursion.

What does not fit into the stack of the caller is done again on a stack that is as large as this needs. Programs
that nest so deeply are rare, so nobody else pays for it.
"""
from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from s2sad.errors import UnsupportedError

Result = TypeVar("Result")

STACK = 512 * 2**20  # bytes of address space; what is not reached is never taken
DEPTH = 200_000
_ONE_AT_A_TIME = threading.Lock()


def with_room(work: Callable[[], Result]) -> Result:
    """What ``work()`` gives; `UnsupportedError` where even a large stack is too small for it.

    ``work`` may be begun twice, so the first time must leave nothing behind.
    """
    try:
        return work()
    except RecursionError:
        pass
    try:
        return _on_large_stack(work)
    except RecursionError:
        raise UnsupportedError("the code nests too deeply", hint="split it up into functions or statements") from None


def _on_large_stack(work: Callable[[], Result]) -> Result:
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    with _ONE_AT_A_TIME:
        thread = _started(run)
        thread.join()
    if errors:
        raise errors[0]
    return results[0]


def _started(run: Callable[[], Any]) -> threading.Thread:
    """A running thread with a large stack. The limit of recursion is one for the whole process."""
    stack, depth = threading.stack_size(STACK), sys.getrecursionlimit()

    def with_depth() -> None:
        sys.setrecursionlimit(max(depth, DEPTH))
        try:
            run()
        finally:
            sys.setrecursionlimit(depth)

    try:
        thread = threading.Thread(target=with_depth, name="s2sad")
        thread.start()
    finally:
        threading.stack_size(stack)
    return thread
