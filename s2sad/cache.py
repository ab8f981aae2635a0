"""The disk cache: generated modules as readable files, shared by all processes of one user.

An entry is the exact text of a module and, after it, one comment line that says which key it belongs to
and carries a digest. To load an entry is to run code. So an entry that is damaged, or that somebody else
could have written, is ignored, and so is every entry of a folder into which somebody else can write.
The cache only saves time: where it cannot be read or written, everything works without it.
"""
from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

_OFF = ("off", "0", "no", "false")
_MARK = b"\n# s2sad: "
_ENTRY = re.compile(r"\w+-[0-9a-f]{16}\.py", re.ASCII)
_LEFTOVER = re.compile(r"\.\w+-[0-9a-f]{16}\.\w+\.tmp", re.ASCII)
_COMPILED = re.compile(r"\w+-[0-9a-f]{16}\..+", re.ASCII)
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Entry:
    key: str
    name: str
    text: str
    metadata: dict[str, Any]
    path: Path


def is_off() -> bool:
    return os.environ.get("S2SAD_CACHE", "").strip().lower() in _OFF


def directory() -> Path | None:
    """Where the entries are, or would be; None where the disk cache is switched off."""
    if is_off():
        return None
    moved = os.environ.get("S2SAD_CACHE_DIR")
    if moved:
        return Path(os.path.abspath(os.path.expanduser(moved)))
    usual = platformdirs.user_cache_dir("s2sad")
    return Path(usual) if os.path.isabs(usual) else None  # relative where a user has no home


def load(key: str, name: str) -> Entry | None:
    """The entry of this key, if there is one that can be trusted."""
    folder = _trusted_folder()
    entry = None if folder is None else _read(folder / _file_name(key, name))
    return entry if entry is not None and (entry.key, entry.name) == (key, name) else None


def store(key: str, name: str, text: str, metadata: dict[str, Any]) -> Path | None:
    """Keep a module; its path, or None where it cannot be kept."""
    header = {"key": key, "name": name, "metadata": metadata}
    folder = directory()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if distrust(folder.stat()):
            return None
        path = folder / _file_name(key, name)
        _replace(path, _encode(header, text))
        return path
    except (OSError, UnicodeError):
        return None


def entries() -> list[Entry]:
    """Every entry that can be trusted, by file name."""
    folder = _trusted_folder()
    if folder is None:
        return []
    found = (_read(folder / file) for file in _names(folder, _ENTRY))
    return [entry for entry in found if entry is not None]


def find(prefix: str) -> list[Entry]:
    """The entries whose key starts so, or whose name or file is called so."""
    return [
        entry
        for entry in entries()
        if entry.key.startswith(prefix) or prefix in (entry.name, entry.path.name, entry.path.stem)
    ]


def clear() -> int:
    """Remove every entry, also those that are ignored; how many there were."""
    folder = directory()
    if folder is None:
        return 0
    removed = sum(_remove(folder / file) for file in _names(folder, _ENTRY))
    for file in _names(folder, _LEFTOVER):
        _remove(folder / file)
    compiled = folder / "__pycache__"  # Numba's own cache of the entries
    for file in _names(compiled, _COMPILED):
        _remove(compiled / file)
    return removed


def distrust(status: os.stat_result) -> str:
    """Why a file or folder of this status may hold what somebody else wrote; empty if it may not."""
    if sys.platform == "win32":  # there the profile folder's access list protects it, and modes say nothing
        return ""
    if status.st_uid != os.geteuid():
        return "it belongs to another user"
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "other users can write to it"
    return ""


# -- files ----------------------------------------------------------------------------------------


def _trusted_folder() -> Path | None:
    folder = directory()
    if folder is None:
        return None
    try:
        return None if distrust(folder.stat()) else folder
    except OSError:
        return None


def _file_name(key: str, name: str) -> str:
    """A name that every file system can hold; the entry itself says the exact one."""
    plain = re.sub(r"\W", "_", name, flags=re.ASCII)[:80] or "_"
    return f"{plain}-{key[:16]}.py"


def _names(folder: Path, pattern: re.Pattern[str]) -> list[str]:
    try:
        return sorted(file for file in os.listdir(folder) if pattern.fullmatch(file))
    except OSError:
        return []


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _replace(path: Path, data: bytes) -> None:
    """Write a whole file or none; mkstemp makes it readable and writable by its owner alone."""
    descriptor, temporary = tempfile.mkstemp(".tmp", f".{path.stem}.", path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        _remove(Path(temporary))
        raise


def _read(path: Path) -> Entry | None:
    """The entry of a file; the status is that of the open file, so that it cannot be swapped meanwhile."""
    try:
        with open(os.open(path, _READ), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or distrust(status):
                return None
            return _decode(file.read(), path)
    except (OSError, ValueError, KeyError, RecursionError):
        return None


# -- the text of an entry -------------------------------------------------------------------------


def _encode(header: dict[str, Any], text: str) -> bytes:
    body = text.encode()
    return body + _MARK + json.dumps({"sha256": _digest(header, body), **header}).encode() + b"\n"


def _decode(data: bytes, path: Path) -> Entry | None:
    body, _, line = data.rpartition(_MARK)
    if not line.endswith(b"}\n"):
        return None
    header = json.loads(line)
    if header.pop("sha256") != _digest(header, body):
        return None
    return Entry(header["key"], header["name"], body.decode(), header["metadata"], path)


def _digest(header: dict[str, Any], body: bytes) -> str:
    """Covers what the comment line says as well as the text: both decide what is run."""
    return hashlib.sha256(json.dumps(header).encode() + b"\n" + body).hexdigest()
