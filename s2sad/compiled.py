"""From a request to a callable: through the cache on disk, or the compiler.

The compiler itself is imported where the cache does not have the answer: what was compiled before costs its key
and the reading of one file.
"""
from __future__ import annotations

import hashlib
import linecache
import marshal
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s2sad import cache
from s2sad.backend.load import load
from s2sad.dispatchers import is_dispatcher, unwrapped
from s2sad.ir.kinds import Array, Dict, Dim, Extent, Kind, List, Maybe, Object, Static, Tuple
from s2sad.request import Request
from s2sad.version import __version__

if TYPE_CHECKING:
    from s2sad.pipeline import Generated


@dataclass
class Compiled:
    """A generated module, loaded. ``captures`` are read at each call and passed by name;
    ``dependencies`` are what the text was made for: if one is no longer the same object, it is stale.
    ``function`` calls ``entry`` of the module, or is it."""

    text: str
    function: Callable[..., Any]
    captures: dict[str, Callable[[], Any]]
    dependencies: list[tuple[Callable[[], Any], Any]]
    module: types.ModuleType
    entry: str

    def is_current(self) -> bool:
        for fetch, value in self.dependencies:  # noqa: SIM110 - a generator would cost as much as a small derivative
            if fetch() is not value:
                return False
        return True


def compile_request(request: Request) -> Compiled:
    key = "" if cache.is_off() else _key(request)
    name = f"{request.function.__name__}_{request.mode}".replace("<lambda>", "lambda")
    entry = cache.load(key, name)
    if entry is not None:
        found = _from_entry(request, entry)
        if found is not None:
            return found
    from s2sad.pipeline import generate

    made = generate(request)
    path = _store(request, key, name, made)
    return _load(request, made.text, made.entry, path, made.captures, made.dependencies)


def _load(
    request: Request, text: str, entry: str, path: Any, captures: dict[str, Callable[[], Any]],
    dependencies: list[tuple[Callable[[], Any], Any]],
) -> Compiled:
    if request.backend == "numba":
        from s2sad import native

        native.require()
        # Numba keeps what it compiles beside a file, and finds the module that it belongs to by name.
        kept = path is not None and not any(is_dispatcher(fetch()) for fetch in captures.values())
        module = load(text, path, entry, importable=kept)
        function = native.caller(request, module, entry, kept)
    else:
        module = load(text, path, entry)
        function = getattr(module, entry)
    return Compiled(text, function, captures, dependencies, module, entry)


# -- keys -----------------------------------------------------------------------------------------


def _key(request: Request) -> str:
    parts = [
        __version__,
        _rules_fingerprint(),
        sys.version.split()[0],
        request.mode,
        repr((request.backend, request.options, request.array_tapes, request.equal_lengths)),
        repr((request.wrt, request.single, request.has_aux, request.outputs, request.one_output)),
        repr([(name, describe(kind)) for name, kind in request.kinds.items()]),
        fingerprint(request.function),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


_RULES: list[str] = []


def _rules_fingerprint() -> str:
    """The size and time of every file of the compiler: a change to any of them makes old entries strangers."""
    if not _RULES:
        from pathlib import Path

        files = sorted(Path(__file__).parent.rglob("*.py"))
        _RULES.append(repr([(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]))
    return _RULES[0]


def fingerprint(function: types.FunctionType) -> str:
    """What a function's text and meaning depend on: its code and the lines that it stands on."""
    code = function.__code__
    first = code.co_firstlineno
    last = max([line for *_, line in code.co_lines() if line] + [first])
    lines = "".join(linecache.getlines(code.co_filename, function.__globals__)[first - 1 : last + 1])
    digest = hashlib.sha256(marshal.dumps(code) + lines.encode())
    digest.update(repr((function.__module__, function.__qualname__, function.__defaults__)).encode())
    return digest.hexdigest()


def describe(kind: Kind) -> str:
    """A kind as text that is the same in every process."""
    match kind:
        case Static(value):
            if isinstance(value, types.FunctionType):
                return f"static {fingerprint(value)}"
            module = getattr(value, "__module__", "")
            return f"static {module}.{getattr(value, '__qualname__', type(value).__name__)}"
        case Object(cls, items):
            inside = ", ".join(f"{name}: {describe(item)}" for name, item in items)
            return f"{cls.__module__}.{cls.__qualname__}({inside})"
        case Tuple(items, cls):
            owner = f"{cls.__module__}.{cls.__qualname__}" if cls else ""
            return f"{owner}({', '.join(map(describe, items))},)"
        case List(item):
            return f"[{describe(item)}]"
        case Maybe(inner):
            return f"{describe(inner)} | None"
        case Dict(items):
            return "{" + ", ".join(f"{key!r}: {describe(item)}" for key, item in items) + "}"
        case Array(dtype, dims) if dims is not None:
            extents = (_described(d) for d in dims)
            return f"{dtype}[{', '.join(extents)}]"
    return repr(kind)


def _described(extent: Extent) -> str:
    if not isinstance(extent, Dim):
        return "1"
    return f"n{extent.least or ''}" if extent.not_one else "?"


# -- the cache on disk ----------------------------------------------------------------------------


def _store(request: Request, key: str, name: str, made: Generated) -> Any:
    """Keep the text on disk, if everything that it depends on can be found again by name."""
    names = _named_dependencies(request, made)
    if names is None:
        return None
    metadata = {
        "function": f"{request.function.__module__}.{request.function.__qualname__}",
        "mode": request.mode,
        "entry": made.entry,
        "captures": sorted(made.captures),
        "dependencies": names,
    }
    return cache.store(key, name, made.text, metadata)


def _named_dependencies(request: Request, made: Generated) -> list[list[str]] | None:
    """(namespace, name, fingerprint) of each object that shaped the text; None where one has no name."""
    names: list[list[str]] = []
    spaces = {id(request.function.__globals__): "."}
    for function in made.sources:
        module = sys.modules.get(function.__module__ or "")
        if module is not None and module.__dict__ is function.__globals__:
            spaces.setdefault(id(function.__globals__), function.__module__)
    for space_id, name, value in made.named_dependencies:
        space = spaces.get(space_id) or ("closure" if _in_closure(request.function, space_id) else None)
        mark = _mark(value)
        if space is None or mark is None:
            return None
        names.append([space, name, mark])
    for capture in made.captures:
        if not _is_own(request.function, capture, made.captures[capture]):
            return None
    return names


def _is_own(function: types.FunctionType, name: str, fetch: Callable[[], Any]) -> bool:
    """Whether a captured value is what the function itself calls so, and not a function that it calls."""
    space = "closure" if name in function.__code__.co_freevars else "."
    try:
        return _reader(function, space, name)() is fetch()
    except (KeyError, ValueError):
        return False


def _in_closure(function: types.FunctionType, cell_id: int) -> bool:
    return any(id(cell) == cell_id for cell in function.__closure__ or ())


def _mark(value: Any) -> str | None:
    """What must be the same of an object from outside for the text to hold."""
    if isinstance(value, types.ModuleType):
        return f"module {value.__name__}"
    primal = unwrapped(value)
    if isinstance(primal, types.FunctionType):
        return f"function {fingerprint(primal)}" if primal.__closure__ is None else None
    qualified = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if isinstance(qualified, str) and not isinstance(value, type):
        return f"object {getattr(value, '__module__', '')}.{qualified}"
    if value is None:
        return "None"
    return None


def _from_entry(request: Request, entry: cache.Entry) -> Compiled | None:
    function = request.function
    dependencies: list[tuple[Callable[[], Any], Any]] = []
    for space, name, mark in entry.metadata["dependencies"]:
        fetch = _reader(function, space, name)
        try:
            value = fetch()
        except (KeyError, ValueError, AttributeError):
            return None
        if _mark(value) != mark:
            return None
        dependencies.append((fetch, value))
    captures = {}
    for name in entry.metadata["captures"]:
        space = "closure" if name in function.__code__.co_freevars else "."
        captures[name] = _reader(function, space, name)
    return _load(request, entry.text, entry.metadata["entry"], entry.path, captures, dependencies)


def _reader(function: types.FunctionType, space: str, name: str) -> Callable[[], Any]:
    if space == "closure":
        cell = (function.__closure__ or ())[function.__code__.co_freevars.index(name)]
        return lambda: cell.cell_contents
    held = function.__globals__ if space == "." else sys.modules[space].__dict__
    return lambda: held[name]
