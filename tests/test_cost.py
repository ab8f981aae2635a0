"""What importing and compiling cost, by what can be counted: modules imported, work done for n and 2n statements."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from s2sad import grad, value_and_grad
from tests.support import HERE

PROGRAM = """
import numpy as np
def loss(x, n):
    for i in range(n):
        x = np.sin(x) * x
    return np.sum(x)
"""


def modules(code: str, folder: Path) -> set[str]:
    """The modules that a fresh process has imported after this code."""
    path = folder / "model.py"
    path.write_text(PROGRAM)
    environment = {**os.environ, "S2SAD_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": str(HERE.parent)}
    text = f"import sys; sys.path.insert(0, {str(folder)!r}); {code}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def compiler(found: set[str]) -> set[str]:
    parts = ("frontend", "transforms", "rules", "analyses", "pipeline", "backend.emit")
    return {name for name in found if name.startswith(tuple(f"s2sad.{part}" for part in parts))}


def test_import_is_light(tmp_path: Path) -> None:
    found = modules("import s2sad", tmp_path)
    assert not compiler(found)
    assert not found & {"astor", "gast", "pygments", "platformdirs", "tempfile", "s2sad.compiled", "s2sad.cache"}


def test_what_is_in_the_cache_needs_no_compiler(tmp_path: Path) -> None:
    code = "import numpy as np; from s2sad import grad; from model import loss; grad(loss)(np.ones(3), 2)"
    assert compiler(modules(code, tmp_path))
    found = modules(code, tmp_path)
    assert "s2sad.cache" in found
    assert not compiler(found)
    assert not found & {"astor", "gast", "pygments"}


# -- calls of what is compiled -------------------------------------------------------------------------

def test_one_derivative_for_each_request() -> None:
    def program(x, y):
        return x * y

    assert grad(program) is grad(program)
    assert grad(program, [0, 1]) is grad(program, (0, 1))
    others = [grad(program), grad(program, 1), grad(program, (0,)), grad(program, 0, True), value_and_grad(program)]
    assert len(set(map(id, others))) == len(others)
    assert grad(program)(2.0, 3.0) == 3.0


def test_closures_have_derivatives_of_their_own() -> None:
    def make(factor):
        return lambda x: x * factor

    one, two = make(2.0), make(3.0)
    assert grad(one) is not grad(one)
    assert (grad(one)(1.0), grad(two)(1.0)) == (2.0, 3.0)


def test_a_function_that_was_changed_is_another() -> None:
    def program(x, y=2.0):
        return x * y

    first = grad(program)
    assert first(1.0) == 2.0
    program.__defaults__ = (5.0,)
    assert grad(program) is not first
    assert grad(program)(1.0) == 5.0


@pytest.mark.parametrize("call", [
    lambda d: d(2.0, 3.0, 4.0), lambda d: d(2.0, 3.0, c=4.0), lambda d: d(c=4.0, b=3.0, a=2.0), lambda d: d(2.0, c=4.0),
])
def test_arguments_by_name_and_by_default(call) -> None:
    def program(a, b=3.0, c=5.0):
        return a * b * c

    assert call(grad(program)) == 12.0


@pytest.mark.parametrize("call", [
    lambda d: d(), lambda d: d(1.0, 2.0, 3.0), lambda d: d(1.0, a=1.0), lambda d: d(1.0, z=2),
])
def test_arguments_that_do_not_fit(call) -> None:
    def program(a, b=3.0):
        return a * b

    with pytest.raises(TypeError, match="program"):
        call(grad(program))


def test_keys_of_dicts_tell_names_and_kinds() -> None:
    def program(p):
        return p["a"] * np.sum(p["b"])

    derivative = grad(program)
    assert derivative({"a": 2.0, "b": np.ones(3)})["a"] == 3.0
    assert derivative({"b": np.ones(2), "a": 2.0})["a"] == 2.0
    assert derivative({"a": np.float32(2.0), "b": np.ones(1)})["a"] == 1.0
