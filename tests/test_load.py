"""Generated modules run, and tracebacks, pdb and inspect find their lines."""
from __future__ import annotations

import inspect
import io
import linecache
import os
import pdb
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from s2sad import cache
from s2sad.backend.load import load
from s2sad.errors import InternalError

TEXT = '''\
import math


def loss_grad(x):
    # y = sin(x)
    y_bar = 1.0
    return helper(y_bar) * math.cos(x)


def helper(y_bar):
    if y_bar is None:
        raise ValueError("no adjoint")
    return y_bar


last = lambda x: x + 1  # noqa: E731
'''
HELPER = TEXT[TEXT.index("def helper") : TEXT.index("\n\nlast")]


@pytest.fixture(params=["in memory", "on disk", "in the cache"])
def module(request, tmp_path, monkeypatch):
    if request.param == "in memory":
        return load(TEXT, None, "loss_grad")
    if request.param == "on disk":
        (tmp_path / "loss_grad.py").write_text(TEXT)
        return load(TEXT, tmp_path / "loss_grad.py", "loss_grad")
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("S2SAD_CACHE", raising=False)
    cache.store("ab" * 32, "loss_grad", TEXT, {})
    entry = cache.load("ab" * 32, "loss_grad")
    assert entry is not None
    return load(entry.text, entry.path, "loss_grad")


def test_runs(module):
    assert module.loss_grad(0.0) == 1.0
    assert module.loss_grad.__code__.co_filename == module.__file__
    assert module.helper.__module__ == module.__name__
    assert module.__name__ not in sys.modules


def sources(module):
    lines, first = inspect.getsourcelines(module.helper)
    assert "".join(lines) == inspect.getsource(module.helper)
    return inspect.getsource(module.helper), inspect.getsource(module.last), first


@pytest.mark.parametrize("disturb", ["nothing", "checkcache", "remove"])
def test_inspect_finds_the_source(module, disturb):
    expected = (HELPER, "last = lambda x: x + 1  # noqa: E731\n", 10)
    if disturb == "checkcache":
        linecache.checkcache()
        linecache.checkcache(module.__file__)
    if disturb == "remove":
        assert sources(module) == expected
        Path(module.__file__).unlink(missing_ok=True)
        linecache.checkcache()
    assert sources(module) == expected
    assert inspect.getsourcefile(module.helper) == module.__file__


def test_traceback_shows_the_lines(module):
    linecache.checkcache()
    with pytest.raises(ValueError) as caught:
        module.helper(None)
    shown = "".join(traceback.format_exception(caught.type, caught.value, caught.tb))
    assert f'File "{module.__file__}", line 12, in helper' in shown
    assert 'raise ValueError("no adjoint")' in shown


def test_debugger_steps_through(module):
    commands = io.StringIO("break helper\ncontinue\nlist\nstep\nstep\nlonglist\nwhere\np y_bar\ncontinue\n")
    shown = io.StringIO()
    # Hypothesis is called by the collector of cycles, whenever that runs: a debugger would step into it.
    debugger = pdb.Pdb(skip=["hypothesis.*"], stdin=commands, stdout=shown, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    debugger.runeval("loss_grad(0.0)", module.__dict__)
    text = shown.getvalue()
    assert "-> if y_bar is None:" in text
    assert "-> return y_bar" in text
    assert "return helper(y_bar) * math.cos(x)" in text
    assert "1.0" in text


def test_uncaught_traceback_of_a_process(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from s2sad.backend.load import load\n"
        "module = load('def f(x):\\n    return 1.0 / x\\n', None, 'f')\n"
        "module.f(0.0)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, env=environment)
    assert "ZeroDivisionError" in run.stderr
    if sys.version_info >= (3, 13):  # earlier, the interpreter's own printer reads files only
        assert "return 1.0 / x" in run.stderr


def test_pseudo_file_names():
    one, again, other = load(TEXT, None, "f"), load(TEXT, None, "f"), load(TEXT + "\n", None, "f")
    assert one.__file__ == again.__file__ != other.__file__
    assert one.__file__.startswith("<s2sad f ") and one.__file__.endswith(">")
    assert one.__dict__ is not again.__dict__


def test_injected_names():
    captured = object()
    assert load("def f():\n    return captured\n", None, "f", {"captured": captured}).f() is captured
    assert load("copy = captured\n", None, "f", {"captured": captured}).copy is captured


def test_unloadable_text():
    with pytest.raises(InternalError, match="does not compile"):
        load("def f(:\n", None, "f")
    with pytest.raises(ZeroDivisionError):
        load("1 / 0\n", None, "f")


def test_source_of_what_the_loader_loaded(module):
    assert module.__loader__.get_source(module.__name__) == TEXT
    assert module.__spec__.loader is module.__loader__
