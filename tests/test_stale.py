"""What a derivative was made of may change: code, data and classes, in this process or before the next one."""
from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
import types

import numpy as np
import pytest

from s2sad import SourceNotFoundError, value_and_grad
from tests.support import HERE

PARTS = """
import numpy as np

WEIGHTS = 2.0


def scale(x):
    return x * 2.0


class Model:
    power = 2

    def __init__(self):
        self.width = 1.5

    def act(self, x):
        return x**self.power * self.width

    @property
    def twice(self):
        return 2.0 * self.width


model = Model()
"""
PROGRAM = """
import numpy as np
import parts


def of_function(x):
    return parts.scale(x) * x


def of_object(x):
    return parts.model.act(x) * x * parts.model.twice


def of_argument(x, model):
    return model.act(x) * model.twice


def of_data(x):
    return np.sum(np.sin(x * parts.WEIGHTS) * parts.WEIGHTS)
"""
CALLS = {
    "of_function": (0.7,), "of_object": (0.7,), "of_argument": (0.7, "model"), "of_data": (0.7,),
}
EDITS = {
    "of_function": ("return x * 2.0", "return x * 3.0"),
    "of_object": ("* self.width\n\n    @", "* self.width * x\n\n    @"),
    "of_argument": ("return 2.0 * self", "return 5.0 * self"),
    "of_data": ("WEIGHTS = 2.0", "WEIGHTS = np.array([1.0, 2.0, 3.0])"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "parts.py").write_text(PARTS)
    (tmp_path / "program.py").write_text(PROGRAM)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    for name in ("parts", "program"):
        sys.modules.pop(name, None)


def edit(folder, name):
    path, (old, new) = folder / "parts.py", EDITS[name]
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    later = os.stat(path).st_mtime + 10
    os.utime(path, (later, later))


def assert_current(derivative, function, arguments):
    """The value is that of the function as it is, and the derivative that of its differences."""
    value, gradient = derivative(*arguments)
    step, rest = 1e-6, arguments[1:]
    difference = (function(arguments[0] + step, *rest) - function(arguments[0] - step, *rest)) / (2.0 * step)
    assert value == pytest.approx(function(*arguments))
    assert gradient == pytest.approx(difference, rel=1e-6)


def arguments_of(name, parts):
    return tuple(parts.model if one == "model" else one for one in CALLS[name])


@pytest.mark.parametrize("name", CALLS)
def test_module_that_is_loaded_again(name, folder):
    program = importlib.import_module("program")
    function = getattr(program, name)
    derivative = value_and_grad(function)
    assert_current(derivative, function, arguments_of(name, program.parts))
    edit(folder, name)
    importlib.reload(program.parts)
    assert_current(derivative, function, arguments_of(name, program.parts))


RUN = """
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, {folder!r})
import program
from s2sad import value_and_grad
from tests.test_stale import arguments_of, assert_current
function = getattr(program, {name!r})
assert_current(value_and_grad(function), function, arguments_of({name!r}, program.parts))
"""


@pytest.mark.parametrize("name", CALLS)
def test_module_that_is_edited_between_processes(name, folder):
    environment = {**os.environ, "S2SAD_CACHE": "on", "S2SAD_CACHE_DIR": str(folder / "cache")}
    command = [sys.executable, "-c", RUN.format(folder=str(folder), name=name)]
    subprocess.run(command, env=environment, cwd=HERE.parent, check=True)
    entries = sorted((folder / "cache").glob("*.py"))
    assert entries
    if name == "of_object":
        subprocess.run(command, env=environment, cwd=HERE.parent, check=True)
        assert sorted((folder / "cache").glob("*.py")) == entries
    edit(folder, name)
    subprocess.run(command, env=environment, cwd=HERE.parent, check=True)


@pytest.mark.parametrize("name", ["of_function", "of_object"])
def test_file_that_is_edited_and_not_loaded_again(name, folder):
    program = importlib.import_module("program")
    edit(folder, name)
    with pytest.raises(SourceNotFoundError, match="has changed since"):
        value_and_grad(getattr(program, name))(0.7)


def test_edited_elsewhere_in_the_file(folder):
    program = importlib.import_module("program")
    edit(folder, "of_object")
    assert_current(value_and_grad(program.of_function), program.of_function, (0.7,))


def space(text):
    """A module of this text that `import` does not find, as a notebook is one."""
    made = types.ModuleType("notebook")
    file = f"<notebook {abs(hash(text))}>"
    import linecache

    text = textwrap.dedent(text)
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    exec(compile(text, file, "exec"), made.__dict__)
    return made


def test_code_that_is_put_into_a_function():
    one = space("def inner(x):\n    return x * x\n\ndef outer(x):\n    return inner(x) * x\n")
    two = space("def inner(x):\n    return x * x * x\n\ndef outer(x):\n    return inner(x) + 2.0 * x\n")
    derivative = value_and_grad(one.outer)
    assert_current(derivative, one.outer, (0.7,))
    one.inner.__code__ = two.inner.__code__
    assert_current(derivative, one.outer, (0.7,))
    one.outer.__code__ = two.outer.__code__
    assert_current(derivative, one.outer, (0.7,))


def test_method_that_is_replaced():
    one = space("""
        class Model:
            def act(self, x):
                return x * x

        model = Model()

        def outer(x):
            return model.act(x) * x
    """)
    derivative = value_and_grad(one.outer)
    assert_current(derivative, one.outer, (0.7,))
    one.Model.act = space("def act(self, x):\n    return x * x * x\n").act
    assert_current(derivative, one.outer, (0.7,))


@pytest.mark.parametrize("values", [
    (2.0, np.ones(3), 3), (np.ones(3), np.ones((2, 3)), 0.5), ([1.0, 2.0], [1, 2, 3], (1.0,)), ({"a": 1.0}, {"b": 2}),
])
def test_data_of_another_kind(values):
    one = space("""
        import numpy as np

        def outer(x):
            held = list(weights.values()) if isinstance(weights, dict) else weights
            return np.sum(np.sin(x * np.asarray(held)))
    """)
    one.weights = values[0]
    derivative = value_and_grad(one.outer)
    for value in values:
        one.weights = value
        assert_current(derivative, one.outer, (0.7,))


def test_data_of_another_kind_in_a_function_without_derivative():
    one = space("""
        import numpy as np

        def scaled(n):
            return weights * n

        def outer(x):
            return np.sum(np.sin(x) * scaled(2))
    """)
    one.weights = 2.0
    derivative = value_and_grad(one.outer)
    for value in (2.0, np.ones(3), np.ones((2, 2)), 3):
        one.weights = value
        assert_current(derivative, one.outer, (0.7,))


def test_defaults_of_keyword_only_parameters():
    one = space("""
        def scaled(x, *, k=2.0):
            return x * x * k

        def outer(x):
            return scaled(x) + 1.0
    """)
    own, through = value_and_grad(one.scaled), value_and_grad(one.outer)
    for value in (2.0, 5.0, 7.0):
        one.scaled.__kwdefaults__ = {"k": value}
        assert_current(own, one.scaled, (0.7,))
        assert_current(through, one.outer, (0.7,))
    one.scaled.__kwdefaults__["k"] = 9.0
    assert_current(own, one.scaled, (0.7,))
    assert_current(through, one.outer, (0.7,))
