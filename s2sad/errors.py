"""The errors that s2sad raises: each says where, what, and what to write instead."""
from __future__ import annotations

from typing import NamedTuple


class Location(NamedTuple):
    """A stretch of the user's source: what an error points at and what a comment quotes.

    ``line`` counts from 1, ``column`` from 0; ``text`` is the whole source line.
    """

    file: str
    line: int
    column: int = 0
    end_column: int | None = None
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column + 1}"

    def excerpt(self) -> str:
        """The source line with a caret under the offending part."""
        if not self.text:
            return ""
        stripped = self.text.lstrip()
        indent = len(self.text) - len(stripped)
        start = max(self.column - indent, 0)
        end = len(stripped) if self.end_column is None else self.end_column - indent
        width = max(min(end, len(stripped)) - start, 1)
        return f"    {stripped}\n    {' ' * start}{'^' * width}"


class S2sadError(Exception):
    """Base of every error that s2sad raises about the code it is given."""

    def __init__(self, message: str, location: Location | None = None, hint: str = "") -> None:
        self.message, self.location, self.hint = message, location, hint
        super().__init__(message)

    def __str__(self) -> str:
        if self.location is None:
            return f"{self.message}\n  {self.hint}" if self.hint else self.message
        lines = [f"{self.location}: {self.message}", self.location.excerpt()]
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(line for line in lines if line)


class UnsupportedError(S2sadError):
    """The code uses, on an active path, something that s2sad does not differentiate."""


class SourceNotFoundError(S2sadError):
    """The source of a function cannot be had: it is built in, compiled, or typed at a bare prompt."""


class SignatureError(S2sadError, TypeError):
    """The arguments do not fit what was asked: an unknown name, an integer input, a vector output."""


# What generated code says where `Request.equal_lengths` does not hold.
LENGTHS_DIFFER = "lengths differ that are taken to be equal; s2sad grad --any-lengths writes what takes them"


class InternalError(S2sadError):
    """A generated module failed its own check: a defect of s2sad, never of the user's code."""
