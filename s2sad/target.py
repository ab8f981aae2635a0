"""Finding the function that a command line names: ``FILE.py:FUNCTION`` or ``package.module:function``."""
from __future__ import annotations

import difflib
import importlib
import importlib.machinery
import importlib.util
import inspect
import linecache
import os
import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

from s2sad.errors import Location, S2sadError

_MOST_NAMES = 12
_LOADED: set[str] = set()


def resolve(target: str) -> Callable[..., Any]:
    """The function of that name; `S2sadError` with one clear message where there is none."""
    place, name = _split(target)
    module = _import_file(place) if _is_file(place) else _import_module(place)
    if not name:
        raise S2sadError(f"`{target}` names no function: write {place}:FUNCTION", hint=_offer(module))
    return _function(module, name, place)


def _split(target: str) -> tuple[str, str]:
    place, _, name = target.rpartition(":")
    if target.endswith(".py"):
        return target, ""
    if not place:
        raise S2sadError(f"`{target}` should be FILE.py:FUNCTION or package.module:function")
    return place, name


def _is_file(place: str) -> bool:
    return place.endswith(".py") or os.path.basename(place) != place or os.path.isfile(place)


# -- importing ------------------------------------------------------------------------------------


def _import_file(place: str) -> types.ModuleType:
    """Import a file under its stem, from its present text: a bytecode cache could be a moment too old."""
    path = os.path.abspath(place)
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError as error:
        raise S2sadError(f"cannot read {place}: {error.strerror}") from error
    _search_first(os.path.dirname(path))
    name = _free_name(os.path.splitext(os.path.basename(path))[0])
    spec = importlib.util.spec_from_loader(name, importlib.machinery.SourceFileLoader(name, path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    linecache.checkcache(path)
    sys.modules[name] = module
    try:
        exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _failure(error, path) from error
    _LOADED.add(name)
    return module


def _free_name(stem: str) -> str:
    """The stem, unless a module that is in use is called so: a file `types.py` must not replace it."""
    return stem if stem not in sys.modules or stem in _LOADED else f"{stem}_"


def _import_module(place: str) -> types.ModuleType:
    _search_first(os.getcwd())
    try:
        return importlib.import_module(place)
    except ModuleNotFoundError as error:
        if error.name and f"{place}.".startswith(f"{error.name}."):
            raise S2sadError(f"there is no module `{error.name}`") from error
        raise _failure(error, "") from error
    except (Exception, SystemExit) as error:
        raise _failure(error, "") from error


def _search_first(folder: str) -> None:
    if folder not in sys.path:
        sys.path.insert(0, folder)


def _failure(error: BaseException, path: str) -> S2sadError:
    """What went wrong while user code was imported, and in which line of it."""
    if isinstance(error, SyntaxError):
        message = f"{type(error).__name__}: {error.msg}"
        return S2sadError(message, _syntax_location(error, path))
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    hint = ""
    if isinstance(error, SystemExit):
        message = "the program ends while it is imported"
        hint = 'put what only a script should do under `if __name__ == "__main__":`'
    elif isinstance(error, ImportError) and "relative import" in str(error):
        hint = "a file of a package is named as package.module:function"
    return S2sadError(message, _raised_location(error, path), hint)


def _syntax_location(error: SyntaxError, path: str) -> Location:
    file, line, column = error.filename or path, error.lineno or 1, (error.offset or 1) - 1
    text = (error.text or linecache.getline(file, line)).rstrip("\n")
    end = error.end_offset if error.end_lineno == line else None
    return Location(file, line, max(column, 0), end - 1 if end and end > 0 else None, text)


def _raised_location(error: BaseException, path: str) -> Location | None:
    """The last line of the file itself that was running; else the last one of anything imported."""
    frames = traceback.extract_tb(error.__traceback__)
    outside = [frame for frame in frames if frame.filename != __file__ and frame.filename[:1] != "<"]
    inside = [frame for frame in outside if frame.filename == path] or [
        frame for frame in outside if os.path.dirname(frame.filename) != os.path.dirname(importlib.__file__)
    ]
    if not inside:
        return Location(path, 1) if path else None
    frame = inside[-1]
    line = frame.lineno or 1
    start, end = getattr(frame, "colno", None), getattr(frame, "end_colno", None)
    if getattr(frame, "end_lineno", line) != line:
        end = None
    text = linecache.getline(frame.filename, line).rstrip("\n")
    return Location(frame.filename, line, start or 0, end, text)


# -- looking up -----------------------------------------------------------------------------------


def _function(module: types.ModuleType, name: str, place: str) -> Callable[..., Any]:
    found: Any = module
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise S2sadError(f"there is no `{name}` in {place}", hint=_offer(module, name)) from None
    if inspect.isclass(found):
        raise S2sadError(f"`{name}` is a class: name one of its methods", hint=_offer(module, f"{name}."))
    if not callable(found):
        raise S2sadError(f"`{name}` is no function but of type {type(found).__name__}", hint=_offer(module))
    return found  # type: ignore[no-any-return]


def _offer(module: types.ModuleType, name: str = "") -> str:
    """What there is to choose from, the likeliest first."""
    there = _functions(module)
    close = difflib.get_close_matches(name, there, 3)
    likely = "did you mean " + " or ".join(f"`{one}`" for one in close) + "? " if close else ""
    shown = [one for one in there if name.endswith(".") and one.startswith(name)] or there
    if not shown:
        return "it defines no functions"
    more = ", …" if len(shown) > _MOST_NAMES else ""
    return f"{likely}it has {', '.join(shown[:_MOST_NAMES])}{more}"


def _functions(module: types.ModuleType) -> list[str]:
    """The functions and methods that a module defines, in its order."""
    found = []
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value):
            found += [f"{name}.{m}" for m, one in vars(value).items() if callable(one) and m[:2] != "__"]
        elif callable(value):
            found.append(name)
    return found
