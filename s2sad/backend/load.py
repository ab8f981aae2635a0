"""From the text of a generated module to a module whose functions have a real file and source lines."""
from __future__ import annotations

import ast
import functools
import hashlib
import importlib.abc
import importlib.machinery
import linecache
import sys
import types
from collections.abc import Container
from pathlib import Path

from s2sad.backend import names
from s2sad.errors import InternalError, Location, UnsupportedError


def load(
    text: str, filename: str | Path | None, name: str, injected: dict[str, object] | None = None,
    importable: bool = False,
) -> types.ModuleType:
    """Run the text as a new module, in which the ``injected`` names are bound beforehand.

    ``filename`` is the file that holds the text, or None where no file does. The module lives as long as its
    functions; ``importable`` puts it into ``sys.modules``, under a name of its own, where it stays.
    """
    file = _pseudo_file(text, name) if filename is None else str(filename)
    code = _with_file(_compile(text, name, file), file)
    _remember(text, file)
    module = types.ModuleType(f"s2sad.generated.{Path(file).stem if importable else name}")
    if importable:
        sys.modules[module.__name__] = module
    loader = _Loader(text, file)
    module.__file__, module.__loader__ = file, loader
    module.__spec__ = importlib.machinery.ModuleSpec(module.__name__, loader, origin=file)
    module.__dict__.update(injected or {})
    exec(code, module.__dict__)
    return module


def check(text: str, name: str, injected: Container[str] = (), tree: ast.Module | None = None) -> None:
    """Raise `InternalError` where the text does not compile or uses a name before it is bound.

    What only nests too deeply for Python is an `UnsupportedError`.

    ``tree`` is what the text was written from: names that are right in it need no parsing.
    """
    _compile(text, name)
    if tree is not None and not names.unbound(tree, injected):
        return
    wrong = names.unbound(ast.parse(text), injected)
    if not wrong:
        return
    first = wrong[0]
    line, column = getattr(first.node, "lineno", 1), getattr(first.node, "col_offset", 0)
    when = "used before it is bound" if first.ever else "used and never bound"
    end = column + len(first.name) if isinstance(first.node, ast.Name) else None
    place = Location(_pseudo_file(text, name), line, column, end, text.splitlines()[line - 1])
    raise InternalError(f"in the generated code `{first.name}` is {when}", place, _HINT)


_HINT = "this is a defect of s2sad, not of your code: please report it"


def _compile(text: str, name: str, file: str = "") -> types.CodeType:
    try:
        return _code(text)
    except (SyntaxError, ValueError) as error:
        line, column = getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 1
        lines = text.splitlines()
        file = file or _pseudo_file(text, name)
        place = Location(file, line, column - 1, None, lines[line - 1] if line <= len(lines) else "")
        if isinstance(error, IndentationError) and "too many levels" in error.msg:
            raise UnsupportedError(
                "the derivative nests more deeply than Python can read", place,
                "an `elif` whose test is needed again stands inside the `else` before it: split a long chain up",
            ) from error
        message = f"the generated code does not compile: {getattr(error, 'msg', error)}"
        raise InternalError(message, place, _HINT) from error


@functools.lru_cache(maxsize=16)
def _code(text: str) -> types.CodeType:
    """The compiled text, kept from its check until it is loaded under a file name that was not known then."""
    return compile(text, "<s2sad>", "exec", dont_inherit=True)


def _with_file(code: types.CodeType, file: str) -> types.CodeType:
    inner = (_with_file(one, file) if isinstance(one, types.CodeType) else one for one in code.co_consts)
    return code.replace(co_filename=file, co_consts=tuple(inner))


def _pseudo_file(text: str, name: str) -> str:
    """A file name for what is in no file: the same for the same text, in every process."""
    return f"<s2sad {name} {hashlib.sha256(text.encode()).hexdigest()[:12]}>"


def _remember(text: str, file: str) -> None:
    """Make linecache, and so tracebacks, pdb and inspect, know the lines of the text.

    An entry with no modification time is one that `linecache.checkcache` never drops. A file's text is
    remembered too: it may be removed, with the rest of the cache, while its code still runs.
    """
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)


class _Loader(importlib.abc.InspectLoader):
    """Says the source of one generated module to whoever asks its ``__loader__``."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file

    def get_source(self, fullname: str) -> str:
        return self.text

    def get_filename(self, fullname: str) -> str:
        return self.file
