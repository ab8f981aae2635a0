"""Files that were edited after code had been made of them: their text is not that of the code which runs."""
from __future__ import annotations

import functools
import linecache
import types
from collections.abc import Iterator

from s2sad.errors import SourceNotFoundError
from s2sad.started import STARTED


def refuse_edited(code: types.CodeType) -> None:
    """Raise `SourceNotFoundError` if a file that `linecache` has read says something else than the code from it."""
    entry = linecache.cache.get(code.co_filename, ())
    if len(entry) < 4 or entry[1] is None or entry[1] <= STARTED:
        return
    if not any(_is_same(code, one) for one in _codes(code.co_filename, "".join(entry[2]))):
        raise SourceNotFoundError(f"the file {code.co_filename} has changed since `{code.co_name}` was defined",
                                  hint="import it again")


@functools.lru_cache(maxsize=16)
def _codes(file: str, text: str) -> tuple[types.CodeType, ...]:
    """All code that the text of a module makes; none where it is not even Python."""
    try:
        return tuple(_inside(compile(text, file, "exec", dont_inherit=True)))
    except (SyntaxError, ValueError):
        return ()


def _inside(code: types.CodeType) -> Iterator[types.CodeType]:
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield one
            yield from _inside(one)


def _is_same(one: types.CodeType, two: types.CodeType) -> bool:
    """Whether two pieces of code do the same at the same place; those that pytest has rewritten pass for it."""
    if (one.co_name, one.co_firstlineno) != (two.co_name, two.co_firstlineno):
        return False
    if any(name.startswith("@py") for name in (*one.co_names, *one.co_varnames)):
        return True
    return (one.co_code, one.co_names, one.co_varnames) == (two.co_code, two.co_names, two.co_varnames) and (
        len(one.co_consts) == len(two.co_consts) and all(map(_are_same, one.co_consts, two.co_consts)))


def _are_same(one: object, two: object) -> bool:
    if isinstance(one, types.CodeType) and isinstance(two, types.CodeType):
        return _is_same(one, two)
    return repr(one) == repr(two) or one == two
