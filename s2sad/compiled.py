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
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s2sad import cache
from s2sad.backend.load import load
from s2sad.defaults import keywords_of, same_keywords
from s2sad.dispatchers import is_dispatcher, unwrapped
from s2sad.ir.kinds import Array, Dict, Dim, Extent, Kind, List, Maybe, Object, Static, Tuple, length_of
from s2sad.ir.of_values import kind_of
from s2sad.request import Request
from s2sad.signature import key_of
from s2sad.version import __version__

if TYPE_CHECKING:
    from s2sad.pipeline import Generated


@dataclass
class Compiled:
    """A generated module, loaded. ``captures`` are read at each call and passed by name;
    ``dependencies`` are what the text was made for: if one is no longer the same object, it is stale. So it is if
    a function whose text was read has other code, or data from outside another kind (``functions``, ``data``).
    ``function`` calls ``entry`` of the module, or is it."""

    text: str
    function: Callable[..., Any]
    captures: dict[str, Callable[[], Any]]
    dependencies: list[tuple[Callable[[], Any], Any]]
    module: types.ModuleType
    entry: str
    functions: list[tuple[types.FunctionType, types.CodeType, Any, dict[str, Any]]]
    data: list[tuple[Callable[[], Any], Hashable]]

    def __post_init__(self) -> None:
        self.is_steady = not (self.dependencies or self.functions or self.data)

    def is_current(self) -> bool:
        """Loops, for generators would cost as much as a small derivative."""
        try:
            for fetch, value in self.dependencies:
                if fetch() is not value:
                    return False
            for function, code, defaults, keywords in self.functions:
                if function.__code__ is not code or function.__defaults__ is not defaults:
                    return False
                if not same_keywords(function, keywords):
                    return False
            for fetch, key in self.data:
                if key_of(fetch()) != key:
                    return False
        except (KeyError, ValueError, AttributeError):
            return False  # it is gone
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
    others = [function for function in made.sources if function is not request.function]
    return _load(request, made.text, made.entry, path, made.captures, made.dependencies, others,
                 list(made.data.values()))


def _load(
    request: Request, text: str, entry: str, path: Any, captures: dict[str, Callable[[], Any]],
    dependencies: list[tuple[Callable[[], Any], Any]], functions: list[types.FunctionType],
    data: list[Callable[[], Any]],
) -> Compiled:
    if request.backend == "numba":
        from s2sad import native

        native.require()
        # Numba keeps what it compiles beside a file, and finds the module that it belongs to by name.
        kept = path is not None and not any(is_dispatcher(fetch()) for fetch in captures.values())
        bound = {name: fetch() for name, fetch in captures.items() if isinstance(fetch(), type)}
        captures = {name: fetch for name, fetch in captures.items() if name not in bound}
        module = load(text, path, entry, bound, importable=kept and not bound)
        function = native.caller(request, module, entry, kept and not bound)
    else:
        module = load(text, path, entry)
        function = getattr(module, entry)
    return Compiled(text, function, captures, dependencies, module, entry,
                    [(one, one.__code__, one.__defaults__, keywords_of(one)) for one in functions],
                    [(fetch, key_of(fetch())) for fetch in data])


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
    digest = hashlib.sha256(marshal.dumps(code) + _lines(*_extent(code)).encode())
    defaults = function.__defaults__, function.__kwdefaults__
    digest.update(repr((function.__module__, function.__qualname__, defaults)).encode())
    return digest.hexdigest()


def _extent(code: types.CodeType) -> tuple[str, int, int]:
    """The file of a function, its first line and the one after the last that holds a statement."""
    first = code.co_firstlineno
    return code.co_filename, first, max([line for *_, line in code.co_lines() if line] + [first]) + 1


def _lines(file: str, first: int, last: int) -> str:
    return "".join(linecache.getlines(file)[first - 1 : last])


def _class_fingerprint(cls: type) -> str:
    """What the methods of a class and the values in it are, and those of its bases."""
    parts: list[str] = []
    for base in cls.__mro__[:-1]:
        parts.append(base.__qualname__)
        for name, value in vars(base).items():
            code = getattr(getattr(value, "fget", None) or getattr(value, "__func__", value), "__code__", None)
            if code is not None:
                parts.append(f"{name} {hashlib.sha256(marshal.dumps(code)).hexdigest()}")
            elif isinstance(value, (int, float, str, bool, type(None))):
                parts.append(f"{name} {value!r}")
            else:
                parts.append(name)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def describe(kind: Kind) -> str:
    """A kind as text that is the same in every process."""
    match kind:
        case Static(value):
            if isinstance(value, types.FunctionType):
                return f"static {fingerprint(value)}"
            if isinstance(value, type):
                return f"class {value.__module__}.{value.__qualname__} {_class_fingerprint(value)}"
            module = getattr(value, "__module__", "")
            return f"static {module}.{getattr(value, '__qualname__', type(value).__name__)}"
        case Object(cls, items):
            inside = ", ".join(f"{name}: {describe(item)}" for name, item in items)
            return f"{cls.__module__}.{cls.__qualname__} {_class_fingerprint(cls)}({inside})"
        case Tuple(items, cls):
            owner = f"{cls.__module__}.{cls.__qualname__} {_class_fingerprint(cls)}" if cls else ""
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
    length = length_of(extent)
    if length is not None:
        return str(length)
    return f"n{extent.least or ''}" if extent.not_one else "?"


# -- the cache on disk ----------------------------------------------------------------------------


def _store(request: Request, key: str, name: str, made: Generated) -> Any:
    """Keep the text on disk, if everything that it depends on can be found again by name."""
    names, data = _named_dependencies(request, made), _named_data(request, made)
    if names is None or data is None:
        return None
    metadata = {
        "function": f"{request.function.__module__}.{request.function.__qualname__}",
        "mode": request.mode,
        "entry": made.entry,
        "captures": sorted(made.captures),
        "dependencies": names,
        "data": data,
        "sources": [_named_source(function) for function in made.sources if function is not request.function],
    }
    return cache.store(key, name, made.text, metadata)


def _named_dependencies(request: Request, made: Generated) -> list[list[str]] | None:
    """(namespace, name, fingerprint) of each object that shaped the text; None where one has no name."""
    names: list[list[str]] = []
    for space_id, name, value in made.named_dependencies:
        space, mark = _space(request, space_id), _mark(value)
        if space is None or mark is None:
            return None
        names.append([space, name, mark])
    for capture in made.captures:
        if not _is_own(request.function, capture, made.captures[capture]):
            return None
    return names


def _named_data(request: Request, made: Generated) -> list[list[str]] | None:
    """(namespace, name, kind) of each value from outside; None where one has no name."""
    found: list[list[str]] = []
    for (space_id, name), fetch in made.data.items():
        if space_id is None:
            continue  # a class has it, whose fingerprint is that of a kind
        space = _space(request, space_id)
        if space is None:
            return None
        found.append([space, name.rpartition(".")[2], describe(kind_of(fetch(), name))])
    return found


def _space(request: Request, space_id: int) -> str | None:
    """How a namespace is found again: the function's own, a variable around it, or that of a module."""
    if space_id == id(request.function.__globals__):
        return "."
    if _in_closure(request.function, space_id):
        return "closure"
    return next((name for name, module in list(sys.modules.items())
                 if name != "__main__" and id(getattr(module, "__dict__", None)) == space_id), None)


def _named_source(function: types.FunctionType) -> list[Any]:
    """(module, name, fingerprint) of a function whose text was read; (file, lines, digest) where it has no name."""
    if _function_of(function.__module__, function.__qualname__) is function:
        return [function.__module__, function.__qualname__, fingerprint(function)]
    where = _extent(function.__code__)
    return [*where, _digest(_lines(*where))]


def _function_of(module: str, qualname: str) -> types.FunctionType | None:
    found: Any = sys.modules.get(module)
    for name in qualname.split("."):
        found = vars(found).get(name) if hasattr(found, "__dict__") else None
    found = unwrapped(getattr(found, "fget", None) or getattr(found, "__func__", found))
    return found if isinstance(found, types.FunctionType) else None


def _read_again(source: list[Any]) -> types.FunctionType | bool:
    """What `_named_source` describes, or whether the text is what it was; False where it is not."""
    *where, digest = source
    if len(where) == 3:
        return bool(_digest(_lines(*where)) == digest)
    function = _function_of(*where)
    return False if function is None or fingerprint(function) != digest else function


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
    metadata = entry.metadata
    sources = list(map(_read_again, metadata["sources"]))
    if not all(sources):
        return None
    try:
        named = [(_reader(function, space, name), mark) for space, name, mark in metadata["dependencies"]]
        data = [(_reader(function, space, name), kind) for space, name, kind in metadata["data"]]
        dependencies = [(fetch, fetch()) for fetch, _ in named]
        if any(_mark(value) != mark for (_, value), (_, mark) in zip(dependencies, named, strict=True)):
            return None
        if any(describe(kind_of(fetch(), "")) != kind for fetch, kind in data):
            return None
    except (KeyError, ValueError, AttributeError):
        return None
    captures = {}
    for name in entry.metadata["captures"]:
        space = "closure" if name in function.__code__.co_freevars else "."
        captures[name] = _reader(function, space, name)
    functions = [source for source in sources if isinstance(source, types.FunctionType)]
    return _load(request, entry.text, metadata["entry"], entry.path, captures, dependencies, functions,
                 [fetch for fetch, _ in data])


def _reader(function: types.FunctionType, space: str, name: str) -> Callable[[], Any]:
    if space == "closure":
        cell = (function.__closure__ or ())[function.__code__.co_freevars.index(name)]
        return lambda: cell.cell_contents
    held = function.__globals__ if space == "." else sys.modules[space].__dict__
    return lambda: held[name]
