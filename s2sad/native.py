"""Running generated modules that Numba compiles; Numba is imported here, and only when it is asked for."""
from __future__ import annotations

import linecache
import re
import types
from collections.abc import Callable
from typing import Any

from s2sad.dispatchers import is_dispatcher
from s2sad.errors import Location, S2sadError, UnsupportedError
from s2sad.request import Request

Call = Callable[..., Any]


def require() -> None:
    """Raise an `S2sadError` that says what to install where Numba is missing."""
    try:
        import numba  # noqa: F401
    except ImportError as error:
        raise S2sadError(f'backend="numba" needs Numba: {error}', hint='pip install "s2sad[numba]"') from error


def caller(request: Request, module: types.ModuleType, entry: str, kept: bool) -> Call:
    """How the derivative is called; ``kept`` says that what Numba compiles is to be kept on disk."""
    if kept:
        for value in vars(module).values():
            if is_dispatcher(value) and value.__module__ == module.__name__:
                value.enable_caching()
    function = getattr(module, entry)
    if request.mode != "vjp":
        return _located(request, function)
    forward = _located(request, function)

    def with_pullback(*args: Any, **kwargs: Any) -> Any:
        value, pull = forward(*args, **kwargs)
        return value, _pullback(request, pull, args)

    return with_pullback


def _located(request: Request, function: Callable[..., Any]) -> Call:
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            if not _is_refusal(error):
                raise
            raise _refusal(request, error, args) from error

    return call


def _pullback(request: Request, pull: Callable[[Any], Any], args: tuple[Any, ...]) -> Callable[[Any], Any]:
    def pullback(cotangent: Any) -> Any:
        try:
            return pull(cotangent)
        except Exception as error:
            if not _is_refusal(error):
                raise
            raise _refusal(request, error, args) from error

    return pullback


# -- what Numba refuses ---------------------------------------------------------------------------


def _is_refusal(error: BaseException) -> bool:
    """Whether an error comes from compiling and not from running, or from handing over what came of that."""
    if _is_no_object(error):
        return True
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name == "_compile_for_args":
            return True
        trace = trace.tb_next
    return False


def _is_no_object(error: BaseException) -> bool:
    """Whether Numba has computed what it does not hand over to Python."""
    return isinstance(error, SystemError) and isinstance(error.__cause__, TypeError) and (
        "cannot convert native" in str(error.__cause__))


def _refusal(request: Request, error: Exception, args: tuple[Any, ...]) -> UnsupportedError:
    """Whose fault it is: that of the function itself, or of its derivative."""
    name = request.function.__name__
    if _is_no_object(error):
        return UnsupportedError(
            f"Numba does not hand over to Python what `{name}` returns, or its pullback reads",
            _definition(request.function), 'return arrays, numbers, lists or tuples, or use backend="numpy"')
    own = _error_of_primal(request, args)
    if own is not None:
        place = _place(own, request.function.__code__.co_filename) or _definition(request.function)
        return UnsupportedError(
            f"Numba does not compile `{name}`: {_reason(own)}", place,
            'write what Numba can compile, or use backend="numpy"',
        )
    return UnsupportedError(
        f"Numba compiles `{name}` but not its derivative: {_reason(error)}", _place(error, "s2sad"),
        'use backend="numpy"; this is a limitation of s2sad, please report it',
    )


def _error_of_primal(request: Request, args: tuple[Any, ...]) -> Exception | None:
    import numba

    primal = _with_callees(request.function, dict(request.options), set())
    try:
        primal.compile(tuple(numba.typeof(arg) for arg in args))  # type: ignore[no-untyped-call]
    except Exception as error:
        return error
    return None


def _with_callees(function: types.FunctionType, options: dict[str, Any], around: set[str]) -> Any:
    """A function for Numba to compile, and with it the Python functions that it calls by a global name."""
    import numba

    around = {*around, function.__qualname__}
    scope = dict(function.__globals__)
    for name in function.__code__.co_names:
        callee = scope.get(name)
        if not isinstance(callee, types.FunctionType) or callee.__module__ != function.__module__:
            continue
        if callee.__qualname__ not in around:
            scope[name] = _with_callees(callee, options, around)
    copied = types.FunctionType(
        function.__code__, scope, function.__name__, function.__defaults__, function.__closure__)
    copied.__kwdefaults__, copied.__module__ = function.__kwdefaults__, function.__module__
    copied.__qualname__ = function.__qualname__
    return numba.njit(**options)(copied)


_LINE = re.compile(r'File "([^"]+)", line (\d+)')
_AT = re.compile(r"^During: .* at (\S+) \((\d+)\)", re.MULTILINE)


def _place(error: Exception, wanted: str) -> Location | None:
    """The line that an error is about, in a file of this name rather than in Numba's own."""
    found = [(file, int(line)) for file, line in _LINE.findall(str(error)) + _AT.findall(str(error))]
    loc = getattr(error, "loc", None)
    if loc is not None and loc.filename:
        found.append((loc.filename, loc.line))
    mine = [place for place in found if wanted in place[0]] or [p for p in found if "numba" not in p[0]]
    if not mine:
        return None
    file, line = mine[0]
    return Location(file, line, *_columns(linecache.getline(file, line)), linecache.getline(file, line).rstrip("\n"))


def _columns(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text.rstrip())


def _definition(function: types.FunctionType) -> Location:
    code = function.__code__
    text = linecache.getline(code.co_filename, code.co_firstlineno)
    return Location(code.co_filename, code.co_firstlineno, *_columns(text), text.rstrip("\n"))


_NOISE = ("Failed in ", "During:", "File ", "There are ", "- Of which", "Overload", "raised from", "[1]", "[2]")


def _reason(error: Exception) -> str:
    """The line of Numba's message that says what it is about."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).strip() for line in str(error).splitlines()]
    call = next((line[4:] for line in lines if line.startswith(">>> ")), "")
    for line in lines:
        if line.startswith("No implementation of function") and call:
            return f"it has no {call}"
        if line and not line.startswith(_NOISE):
            return line.rstrip(".")
    return type(error).__name__
