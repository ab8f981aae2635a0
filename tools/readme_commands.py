"""Print the commands of README.md's first screen, one a line: CI runs what the README says.

A command is a block of code under a comment `<!-- command: … -->`.
"""
from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
FIRST_SCREEN = 40
BLOCK = re.compile(r"^<!-- command: [^\n]+ -->\n```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """The marked commands; a backslash at the end of a line continues it."""
    return [block.replace("\\\n", " ").strip() for block in BLOCK.findall(text)]


def main() -> int:
    screen = "".join(README.read_text(encoding="utf-8").splitlines(keepends=True)[:FIRST_SCREEN])
    found = commands(screen)
    if len(found) != 2 or any("\n" in command for command in found):
        print(f"the first screen of {README} should hold two commands of one line each", file=sys.stderr)
        return 1
    print("\n".join(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
