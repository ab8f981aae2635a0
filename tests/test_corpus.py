"""The corpus itself, without s2sad: every program is deterministic, smooth at its inputs, and run in full."""
from __future__ import annotations

import ast
import copy
import importlib.util
import inspect
import re
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import numpy as np
import pytest

from tests import support

SEED = 20240
LIBRARIES = {"copy", "math", "numpy", "functools", "dataclasses", "collections", "typing", "contextlib", "itertools"}
NAMES = support.names("programs")
NOT_RUN = {"for_zero_trips"}  # programs whose point is that some line is never reached
every_program = pytest.mark.parametrize("name", NAMES)


def results(module: Any) -> list[Any]:
    """The value of the program at each of its inputs."""
    return [module.program(*copy.deepcopy(arguments)) for arguments in module.inputs]


@every_program
def test_form(name: str) -> None:
    module = support.load("programs", name)
    tree = ast.parse(Path(module.__file__).read_text())
    assert module.__doc__ and "\n" not in module.__doc__.strip()
    assert callable(module.program)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imported = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            assert {(library or "").split(".")[0] for library in imported} <= LIBRARIES
    for arguments in module.inputs:
        for position in module.wrt:
            assert list(support.active_leaves(arguments[position])) or arguments[position] == []


@every_program
def test_deterministic(name: str) -> None:
    module = support.load("programs", name)
    assert support.fingerprint(results(module)) == support.fingerprint(results(module))


@every_program
def test_differences_do_not_depend_on_the_step(name: str) -> None:
    module = support.load("programs", name)
    for index, arguments in enumerate(module.inputs):
        rng = np.random.default_rng([SEED, index])
        arguments = support.in_double(arguments)
        value = module.program(*copy.deepcopy(arguments))
        cotangent = support.random_like(value, rng)
        scale = 1.0 + abs(support.inner(value, value))
        for _ in range(2):
            directions = {position: support.random_like(arguments[position], rng) for position in module.wrt}
            coarse, fine = (
                support.directional_derivative(module.program, arguments, directions, cotangent, step)
                for step in (1e-3, 4e-4))
            assert coarse == pytest.approx(fine, rel=3e-7, abs=1e-10 * scale), f"input {index}, seed {SEED}"


def lines_of(code: CodeType) -> set[int]:
    """The lines of a code object and of all functions within it."""
    inner = (lines_of(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return {line for _, _, line in code.co_lines() if line}.union(*inner)


def lines_run(file: str) -> set[int]:
    """The lines of a file that run when it is imported and its program is called on its inputs."""
    run: set[int] = set()

    def tracer(frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != file:
            return None
        run.add(frame.f_lineno)
        return tracer

    spec = importlib.util.spec_from_file_location(f"tests.programs.{Path(file).stem}", file)
    module = importlib.util.module_from_spec(spec)
    previous = sys.gettrace()
    sys.settrace(tracer)
    try:
        spec.loader.exec_module(module)
        results(module)
    finally:
        sys.settrace(previous)
    return run


def may_be_missed(line: str) -> bool:
    """Whether a line does nothing, leaves with an error, or says that it is not run."""
    return line.strip() in {"pass", "return"} or line.strip().startswith("raise ") or "# not run" in line


@every_program
def test_inputs_reach_every_line(name: str) -> None:
    file = support.load("programs", name).__file__
    source = Path(file).read_text()
    text = source.splitlines()
    missed = lines_of(compile(source, file, "exec")) - lines_run(file)
    unexpected = [line for line in sorted(missed) if not may_be_missed(text[line - 1])]
    assert not unexpected or name in NOT_RUN, "\n".join(f"{line}: {text[line - 1]}" for line in unexpected)


def refused_marks(module: Any) -> list[str]:
    """The patterns that a program of ``tests/refusals`` is to be refused with."""
    marks = re.findall(r"#\s*refused:\s*(.+?)\s*$", Path(module.__file__).read_text(), re.MULTILINE)
    return marks + ([module.refused_message] if hasattr(module, "refused_message") else [])


@pytest.mark.parametrize("name", support.names("refusals"))
def test_refusal_is_valid_python_with_one_pattern(name: str) -> None:
    module = support.load("refusals", name)
    (pattern,) = refused_marks(module)
    re.compile(pattern)
    result = module.program(*copy.deepcopy(module.inputs[0]))
    if inspect.iscoroutine(result):
        result.close()
