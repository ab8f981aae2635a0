"""The command line: prints the generated source of a function's derivative, and looks after the cache.

Exit status 0, or 2 with one message on stderr. What is heavy is imported only by the command that needs it.
"""
from __future__ import annotations

import argparse
import contextlib
import inspect
import os
import stat
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from s2sad.backends import BACKENDS
from s2sad.errors import S2sadError
from s2sad.version import __version__

_EXAMPLES = """\
examples:
  s2sad grad model.py:loss --argnums w,b
  s2sad grad model.py:loss --types "w: f64[:, :], n: int" -o loss_grad.py
  s2sad vjp package.module:function
  s2sad cache list
"""


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if arguments.traceback:
            traceback.print_exc()
        if isinstance(error, OSError):
            _forget_stdout()
        print(f"s2sad: {_message(error)}", file=sys.stderr)
        return 2
    return 0


def _message(error: Exception) -> str:
    if isinstance(error, S2sadError):
        return str(error)
    if isinstance(error, OSError):
        return f"cannot write the output: {error.strerror}"
    return (
        f"{type(error).__name__}: {error}\n"
        "  this is a defect of s2sad: please report it, with what --traceback adds"
    )


# -- the language of the command line -------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="s2sad",
        description="Read the source of a Python function, write the source of its derivative.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"s2sad {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_generate(commands, "grad", "print the source of a function's gradient")
    _add_generate(commands, "vjp", "print the source of a function's vector-Jacobian product")
    _add_generate(commands, "ir", "print the compiler's intermediate form of a function")
    _add_cache(commands)
    return parser


def _add_generate(commands: Any, name: str, what: str) -> None:
    parser = commands.add_parser(name, help=what, description=f"{what.capitalize()}.")
    parser.add_argument("target", metavar="TARGET", help="FILE.py:FUNCTION or package.module:function")
    parser.add_argument("--argnums", metavar="w,b", help="names or positions of parameters")
    parser.add_argument("--outputs", metavar="u", help="parameters whose contents after the call are the value")
    parser.add_argument("--types", metavar='"w: f64[:, :], n: int"', help="what the parameters are")
    if name != "ir":
        parser.add_argument("--backend", choices=BACKENDS, default="numpy", help="what the source is written for")
        parser.add_argument("--any-lengths", action="store_true",
                            help="sum back, at run time, what slices of unknown lengths were broadcast to")
    if name == "grad":
        parser.add_argument("--value", action="store_true", help="return the function's value as well")
    parser.add_argument("-o", dest="output", metavar="FILE", help="write to a file")
    _add_shared(parser)
    parser.set_defaults(run=_generate, mode=name, value=False, backend="numpy", any_lengths=False)


def _add_cache(commands: Any) -> None:
    what = "look after the disk cache of generated modules"
    parser = commands.add_parser("cache", help=what, description=f"{what.capitalize()}.")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for name, run, help_text in (
        ("list", _cache_list, "list the entries"),
        ("show", _cache_show, "print the module of an entry"),
        ("clear", _cache_clear, "remove all entries"),
        ("dir", _cache_dir, "print where the entries are"),
    ):
        action = actions.add_parser(name, help=help_text, description=f"{help_text.capitalize()}.")
        if name == "show":
            action.add_argument("key", metavar="KEY", help="the beginning of a key, or a name, as listed")
        _add_shared(action)
        action.set_defaults(run=run)


def _add_shared(parser: argparse.ArgumentParser) -> None:
    choices = ("auto", "always", "never")
    parser.add_argument("--color", choices=choices, default="auto", help="auto: highlighted on a terminal")
    parser.add_argument("--traceback", action="store_true", help="show Python's traceback of an error")


# -- grad, vjp, ir --------------------------------------------------------------------------------


def _generate(arguments: argparse.Namespace) -> None:
    if arguments.output is not None:
        _check_folder(arguments.output)
    with contextlib.redirect_stdout(sys.stderr):  # what the user's module prints is no part of the output
        text = _generated(arguments)
    if arguments.output is None:
        _show(text, arguments.color)
    else:
        _write(arguments.output, text)


def _generated(arguments: argparse.Namespace) -> str:
    from s2sad import target

    function = target.resolve(arguments.target)
    parameters = _parameters(function)
    argnums = None if arguments.argnums is None else _argnums(arguments.argnums, parameters)
    outputs = None if arguments.outputs is None else _argnums(arguments.outputs, parameters, "--outputs")
    types = None if arguments.types is None else _types(arguments.types, function, parameters)
    mode = "value_and_grad" if arguments.value else arguments.mode
    from s2sad.without_arguments import generate

    return generate(function, mode, argnums=argnums, types=types, outputs=outputs, backend=arguments.backend,
                    equal_lengths=not arguments.any_lengths)


def _parameters(function: Callable[..., Any]) -> list[str] | None:
    """The names of the parameters; None where Python cannot tell, as for many builtins."""
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return None


def _argnums(
    text: str, parameters: list[str] | None, option: str = "--argnums"
) -> int | str | tuple[int | str, ...]:
    """One parameter, whose gradient stands alone, or several."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise S2sadError(f"{option} names no parameter")
    found = tuple(_argnum(part, parameters, option) for part in parts)
    return found[0] if len(found) == 1 else found


def _argnum(part: str, parameters: list[str] | None, option: str) -> int | str:
    if part.lstrip("-").isdecimal():
        number = int(part)
        if parameters is not None and not -len(parameters) <= number < len(parameters):
            raise S2sadError(f"{option}: there is no parameter {part}", hint=_there_are(parameters))
        return number
    _check_name(part, parameters, option)
    return part


def _types(text: str, function: Callable[..., Any], parameters: list[str] | None) -> dict[str, Any]:
    from s2sad.frontend.annotations import parse_types

    found = parse_types(text, getattr(inspect.unwrap(function), "__globals__", None))
    for name in found:
        _check_name(name, parameters, "--types")
    return dict(found)


def _check_name(name: str, parameters: list[str] | None, option: str) -> None:
    if parameters is not None and name not in parameters:
        raise S2sadError(f"{option}: there is no parameter `{name}`", hint=_there_are(parameters))


def _there_are(parameters: list[str]) -> str:
    return f"the parameters are {', '.join(parameters)}" if parameters else "the function has no parameters"


# -- output ---------------------------------------------------------------------------------------


def _show(text: str, color: str) -> None:
    if _colored(color):
        from pygments import highlight
        from pygments.formatters import TerminalFormatter
        from pygments.lexers import PythonLexer

        text = highlight(text, PythonLexer(stripnl=False, ensurenl=False), TerminalFormatter())
    if not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # Python source, whatever the console's encoding
    sys.stdout.write(text)


def _colored(color: str) -> bool:
    if color != "auto":
        return color == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain


def _forget_stdout() -> None:
    """The reader has gone: keep the interpreter from complaining when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _check_folder(output: str) -> None:
    folder = os.path.dirname(output) or "."
    if not os.path.isdir(folder):
        raise S2sadError(f"-o {output}: there is no folder {folder}")
    if os.path.isdir(output):
        raise S2sadError(f"-o {output}: this is a folder, not a file")


def _write(output: str, text: str) -> None:
    try:
        _write_whole(os.path.realpath(output), text.encode())
    except OSError as error:
        raise S2sadError(f"-o {output}: cannot write: {error.strerror}") from error


def _write_whole(path: str, data: bytes) -> None:
    """All or nothing; but a device or a pipe is written to, not replaced by a file."""
    mode = _mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        with open(path, "wb") as file:
            file.write(data)
        return
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None


# -- cache ----------------------------------------------------------------------------------------


def _cache_list(arguments: argparse.Namespace) -> None:
    from s2sad import cache

    _note_cache()
    entries = cache.entries()
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        print(f"{entry.key[:16]}  {entry.name:<{width}}  {entry.path}")


def _cache_show(arguments: argparse.Namespace) -> None:
    from s2sad import cache

    _note_cache()
    found = cache.find(arguments.key) if arguments.key else []
    if not found:
        raise S2sadError(f"the cache has no entry `{arguments.key}`", hint="`s2sad cache list` shows all")
    if len(found) > 1:
        keys = ", ".join(entry.key[:16] for entry in found)
        raise S2sadError(f"`{arguments.key}` can mean {len(found)} entries of the cache: {keys}")
    _show(found[0].text, arguments.color)


def _cache_clear(arguments: argparse.Namespace) -> None:
    from s2sad import cache

    _note_cache()
    count = cache.clear()
    print(f"removed {count} {'entry' if count == 1 else 'entries'}")


def _cache_dir(arguments: argparse.Namespace) -> None:
    from s2sad import cache

    _note_cache()
    folder = cache.directory()
    if folder is not None:
        print(folder)


def _note_cache() -> None:
    """Say where the cache does nothing, and why."""
    from s2sad import cache

    folder = cache.directory()
    if folder is None:
        print("s2sad: the disk cache is off", file=sys.stderr)
    elif folder.exists() and (why := cache.distrust(folder.stat())):
        print(f"s2sad: the entries of {folder} are ignored: {why}", file=sys.stderr)
