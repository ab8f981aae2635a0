"""The disk cache: what is stored comes back, and what cannot be trusted is never returned."""
from __future__ import annotations

import hashlib
import multiprocessing
import os
import stat
import sys
from pathlib import Path

import pytest

from s2sad import cache

TEXT = "import numpy as np\n\n\ndef loss_grad(w):\n    return 2.0 * w  # ∂\n"
KEY = hashlib.sha256(b"loss").hexdigest()
unix = pytest.mark.skipif(sys.platform == "win32", reason="modes and owners as on Unix")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("S2SAD_CACHE", raising=False)
    return tmp_path / "cache"


def stored(metadata=None, key=KEY, name="loss_grad", text=TEXT) -> Path:
    path = cache.store(key, name, text, metadata or {})
    assert path is not None
    return path


def test_round_trip(folder):
    path = stored({"functions": ["loss_grad"], "line": 3})
    assert path == folder / f"loss_grad-{KEY[:16]}.py"
    entry = cache.load(KEY, "loss_grad")
    assert entry == cache.Entry(KEY, "loss_grad", TEXT, {"functions": ["loss_grad"], "line": 3}, path)
    assert cache.entries() == [entry]
    assert os.listdir(folder) == [path.name]


@pytest.mark.parametrize(
    "text", ["", "x = 1", "x = 1\n", "# s2sad: {}\n", "\n# s2sad: {}\n\n# s2sad: ", "é\n"]
)
def test_text_comes_back_exactly(text):
    path = stored(text=text)
    entry = cache.load(KEY, "loss_grad")
    assert entry is not None and entry.text == text
    assert path.read_bytes().startswith(text.encode())


def test_file_reads_as_the_module():
    lines = stored({"a": 1}).read_text(encoding="utf-8").splitlines()
    assert lines[:5] == TEXT.splitlines()
    assert [line for line in lines if line.startswith("# s2sad: {")] == lines[-1:]


@pytest.mark.parametrize("name", ["<lambda>", "Net.loss_grad", "été", "a" * 500, "../../etc/passwd", "con"])
def test_names_that_are_no_file_names(name, folder):
    path = stored(name=name)
    assert path.parent == folder and path.name.isascii()
    entry = cache.load(KEY, name)
    assert entry is not None and entry.name == name
    assert cache.clear() == 1


def test_another_key_of_the_same_beginning():
    stored()
    assert cache.load(KEY[:16] + "0" * 48, "loss_grad") is None
    assert cache.load("0" * 64, "loss_grad") is None


def test_another_name_of_the_same_file():
    stored(name="a.b")
    assert cache.load(KEY, "a_b") is None


@pytest.mark.parametrize("value", ["off", "0", "no", "false", "OFF", " False "])
def test_switched_off(value, monkeypatch, folder):
    stored()
    monkeypatch.setenv("S2SAD_CACHE", value)
    assert cache.directory() is None
    assert cache.load(KEY, "loss_grad") is None
    assert cache.store(KEY, "loss_grad", TEXT, {}) is None
    assert cache.entries() == [] and cache.clear() == 0
    assert len(os.listdir(folder)) == 1


def test_usual_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("S2SAD_CACHE_DIR")
    assert cache.directory() is not None and cache.directory().is_absolute()
    monkeypatch.setattr(cache.platformdirs, "user_cache_dir", lambda name: "~/.cache/s2sad")
    assert cache.directory() is None


def test_relative_folder_stays_where_it_was(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("S2SAD_CACHE_DIR", "here")
    assert cache.directory() == tmp_path / "here"


# -- damage ---------------------------------------------------------------------------------------


def test_every_truncation_is_ignored():
    path = stored({"a": [1, 2]})
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        assert cache.load(KEY, "loss_grad") is None


def test_every_changed_byte_is_ignored():
    path = stored({"a": [1, 2]})
    data = path.read_bytes()
    for place in range(len(data) - 1):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        entry = cache.load(KEY, "loss_grad")
        assert entry is None, data[place - 10 : place + 10]


@pytest.mark.parametrize(
    "line", ["[]", "{}", "3", "null", '"text"', '{"sha256": 3}', "{", "[" * 100_000, "\0"]
)
def test_strange_comment_lines_are_ignored(line):
    stored().write_text(f"{TEXT}\n# s2sad: {line}\n", encoding="utf-8")
    assert cache.load(KEY, "loss_grad") is None
    assert cache.entries() == []


def test_other_contents_are_ignored():
    path = stored()
    path.write_bytes(b"\xff\xfe\x00")
    assert cache.load(KEY, "loss_grad") is None
    path.unlink()
    path.mkdir()
    assert cache.load(KEY, "loss_grad") is None
    assert cache.store(KEY, "loss_grad", TEXT, {}) is None


# -- trust ----------------------------------------------------------------------------------------


@unix
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_entry_that_others_can_write_is_ignored(mode):
    path = stored()
    path.chmod(mode)
    assert cache.load(KEY, "loss_grad") is None
    stored()
    assert cache.load(KEY, "loss_grad") is not None


@unix
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_folder_that_others_can_write_is_ignored(mode, folder):
    stored()
    folder.chmod(mode)
    assert cache.load(KEY, "loss_grad") is None
    assert cache.entries() == []
    assert cache.store(KEY, "loss_grad", TEXT, {}) is None


@unix
def test_entry_of_another_user_is_ignored(monkeypatch):
    stored()
    another = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: another)
    assert cache.load(KEY, "loss_grad") is None
    assert cache.store(KEY, "loss_grad", TEXT, {}) is None
    assert cache.distrust(os.stat(__file__)) == "it belongs to another user"


@unix
def test_entry_that_is_a_link_is_ignored(tmp_path):
    path = stored()
    path.rename(tmp_path / "elsewhere.py")
    path.symlink_to(tmp_path / "elsewhere.py")
    assert cache.load(KEY, "loss_grad") is None
    stored()
    assert not path.is_symlink() and cache.load(KEY, "loss_grad") is not None


@unix
def test_folder_may_be_a_link_to_a_trusted_one_only(tmp_path, monkeypatch, folder):
    stored()
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(tmp_path / "link"))
    assert cache.load(KEY, "loss_grad") is not None
    folder.chmod(0o777)
    assert cache.load(KEY, "loss_grad") is None


@unix
def test_entry_that_is_a_pipe_does_not_hang():
    path = stored()
    path.unlink()
    os.mkfifo(path, 0o600)
    assert cache.load(KEY, "loss_grad") is None


@unix
def test_what_is_written_is_private(folder):
    previous = os.umask(0)
    try:
        path = stored()
    finally:
        os.umask(previous)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


# -- failure --------------------------------------------------------------------------------------


def test_no_folder_can_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert cache.store(KEY, "loss_grad", TEXT, {}) is None
    assert cache.load(KEY, "loss_grad") is None
    assert cache.entries() == [] and cache.clear() == 0


@pytest.mark.parametrize("function", ["replace", "open", "fstat"])
def test_full_or_broken_disk(function, monkeypatch, folder):
    path = stored()
    real = getattr(os, function)

    def broken(*arguments, **keywords):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, function, broken)
    assert cache.store(KEY, "loss_grad", TEXT, {}) is None or function == "fstat"
    assert cache.load(KEY, "loss_grad") is None or function == "replace"
    monkeypatch.setattr(os, function, real)
    assert os.listdir(folder) == [path.name]


# -- several processes ----------------------------------------------------------------------------


def _store_often(number: int) -> None:
    for _ in range(50):
        cache.store(KEY, "loss_grad", TEXT * 100, {"same": True})


def test_many_writers_and_a_reader(folder):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_store_often, args=(n,)) for n in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        there = (folder / f"loss_grad-{KEY[:16]}.py").exists()
        assert cache.load(KEY, "loss_grad") is not None or not there
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert len(os.listdir(folder)) == 1


# -- the commands ---------------------------------------------------------------------------------


def test_find_and_clear(folder):
    other = hashlib.sha256(b"other").hexdigest()
    stored()
    stored(key=other, name="other_grad")
    assert [entry.name for entry in cache.find(KEY[:6])] == ["loss_grad"]
    assert [entry.key for entry in cache.find("other_grad")] == [other]
    assert [entry.key for entry in cache.find(f"other_grad-{other[:16]}.py")] == [other]
    assert cache.find("nothing") == []

    (folder / "notes.py").write_text("mine")
    (folder / f"loss_grad-{KEY[:16]}.py").write_text("damaged")
    (folder / f".loss_grad-{KEY[:16]}.x1y2.tmp").write_text("left over")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / f"loss_grad-{KEY[:16]}.loss_grad-3.py311.nbi").write_text("")
    assert cache.clear() == 2
    assert sorted(os.listdir(folder)) == ["__pycache__", "notes.py"]
    assert os.listdir(folder / "__pycache__") == []
    assert cache.clear() == 0
