"""The IR as text: what `s2sad ir` prints and what tests compare."""
from __future__ import annotations

from s2sad.ir.kinds import Static
from s2sad.ir.nodes import (
    UNDEFINED,
    Assign,
    Block,
    Const,
    Drain,
    Each,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Store,
    Var,
    While,
    With,
)


class _Names:
    """Numbers the versions of each variable in the order in which they are met."""

    def __init__(self) -> None:
        self._names: dict[Var, str] = {}
        self._counts: dict[str, int] = {}

    def __call__(self, operand: Operand) -> str:
        if isinstance(operand, Const):
            return _constant(operand)
        if operand not in self._names:
            base = operand.name or "t"
            count = self._counts.get(base, 0)
            self._counts[base] = count + 1
            self._names[operand] = f"{base}.{count}"
        return self._names[operand]


def _constant(operand: Const) -> str:
    if operand is UNDEFINED:
        return "undefined"
    if operand.path:
        return operand.path.rpartition(":")[2]
    if isinstance(operand.kind, Static) and operand.value is not None:
        return f"<{operand.kind}>"
    return repr(operand.value)


def show(function: Function) -> str:
    """A function of the IR, one statement a line, each definition with its kind."""
    names = _Names()
    params = ", ".join(f"{param.prefix}{names(param.var)}: {param.var.kind}" for param in function.params)
    lines = [f"function {function.name}({params}):", *_block(function.body, names, "    ")]
    return "\n".join([*lines, f"    return {names(function.result)}", ""])


def _block(block: Block, names: _Names, indent: str) -> list[str]:
    lines: list[str] = []
    for statement in block.statements:
        lines += _statement(statement, names, indent)
    return lines or [f"{indent}pass"]


def _target(var: Var, names: _Names) -> str:
    return f"{names(var)}: {var.kind}{'~' if var.varied else ''}"


def _statement(s: Statement, names: _Names, indent: str) -> list[str]:
    deeper = indent + "    "
    match s:
        case Assign():
            args = [names(arg) for arg in s.args]
            for number, keyword in enumerate(s.keywords, len(args) - len(s.keywords)):
                args[number] = f"{keyword}={args[number]}"
            extra = f" {{{s.extra}}}" if isinstance(s.extra, (str, tuple)) and s.primitive != "s2sad.new" else ""
            return [f"{indent}{_target(s.target, names)} = {s.primitive}({', '.join(args)}){extra}"]
        case Effect():
            targets = ", ".join(_target(target, names) for target in s.targets)
            return [f"{indent}{targets + ' = ' if targets else ''}do {s.primitive}({', '.join(map(names, s.args))})"]
        case Store():
            return [f"{indent}store {names(s.base)}[{names(s.index)}] = {names(s.value)}"]
        case If():
            lines = [f"{indent}if {names(s.condition)}:", *_block(s.then, names, deeper)]
            lines += [f"{indent}else:", *_block(s.orelse, names, deeper)]
            return lines + [
                f"{indent}{_target(m.out, names)} = merge({', '.join(map(names, m.values))})" for m in s.merges
            ]
        case With():
            lines = [f"{indent}with {names(s.manager)}:", *_block(s.body, names, deeper)]
            return lines + [f"{indent}{_target(m.out, names)} = merge({names(m.values[0])})" for m in s.merges]
        case Loop():
            return _loop(s, names, indent, deeper)
    raise AssertionError(s)


def _loop(s: Loop, names: _Names, indent: str, deeper: str) -> list[str]:
    carried = [f"{indent}  carry {_target(c.param, names)} = {names(c.init)}" for c in s.carries]
    match s:
        case For():
            order = "parallel " if s.parallel else "reversed " if s.reverse else ""
            head = f"for {names(s.index)} in {order}range({', '.join(map(names, s.args))})"
        case Each():
            head = f"for {names(s.item)} in {names(s.iterable)}"
        case Drain():
            head = f"while {names(s.tape)}"
        case While():
            head = "while"
        case _:
            head = "again"
    lines = [f"{indent}{head}:", *carried]
    if isinstance(s, While):
        lines += [*_block(s.test, names, deeper), f"{indent}  test {names(s.condition)}"]
    lines += _block(s.body, names, deeper)
    if s.stop is not None:
        lines.append(f"{indent}  stop {names(s.stop)}")
    return lines + [f"{indent}  next {_target(c.result, names)} = {names(c.out)}" for c in s.carries]
