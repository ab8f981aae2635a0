"""Every block of code in the documents does what they say.

A comment above a block says what it is: ``file: NAME`` is the content of a file, ``run`` is run in a folder with
these files, ``output: COMMAND`` is what a command prints there, ``refused`` is a program that raises the error in
the block of text that follows.
"""
from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["README.md", "limitations.md"]
BLOCK = re.compile(
    r"^(?:<!-- (?P<role>[^\n]+) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


def blocks(document: str) -> list[tuple[str, str, str]]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return [(found["role"] or "", found["language"], found["text"]) for found in BLOCK.finditer(text)]


CASES = [
    pytest.param(document, role, language, text, id=f"{document}-{number}")
    for document in DOCUMENTS
    for number, (role, language, text) in enumerate(blocks(document))
    if role in ("run", "run with numba") or role.startswith("output: ")
]
REFUSED = [
    pytest.param(one[0], one[2], two[2], id=f"{document}-{number}")
    for document in DOCUMENTS
    for number, (one, two) in enumerate(itertools.pairwise(blocks(document)))
    if one[0] in ("refused", "refused with numba")
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for document in DOCUMENTS:
        for role, _, text in blocks(document):
            if role.startswith("file: "):
                (tmp_path / role.removeprefix("file: ")).write_text(text)
    return tmp_path


def run(command: list[str], folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_block_has_a_role() -> None:
    for document in DOCUMENTS:
        for role, language, text in blocks(document):
            assert role or language == "text", f"{document}: {text}"


@pytest.mark.parametrize(("document", "role", "language", "text"), CASES)
def test_block(document: str, role: str, language: str, text: str, folder: Path) -> None:
    if role == "run with numba":
        pytest.importorskip("numba", reason="the extra `numba` is not installed")
    if role.startswith("output: "):
        command = role.removeprefix("output: ").split()
        assert run([sys.executable, "-m", *command], folder) == text
    elif language == "sh":
        run(["bash", "-eu", "-c", f's2sad() {{ "{sys.executable}" -m s2sad "$@"; }}\n{text}'], folder)
    else:
        (folder / "block.py").write_text(text)
        run([sys.executable, "block.py"], folder)


@pytest.mark.parametrize(("role", "program", "message"), REFUSED)
def test_refused(role: str, program: str, message: str, folder: Path) -> None:
    if role == "refused with numba":
        pytest.importorskip("numba", reason="the extra `numba` is not installed")
    (folder / "block.py").write_text(program)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "block.py"], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    for line in message.strip().splitlines():
        assert line.strip() in done.stderr, done.stderr
