"""Programs of any size, written by rule: what the compiler's own cost depends on."""
from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

Program = Callable[..., Any]


def straight(statements: int) -> Program:
    """Scalar statements, one after the other, each of which reads two that came before."""
    forms = ("math.sin({0}) * {1}", "{0} * {1} + 0.5", "0.5 * ({0} - {1})", "math.exp(-{0} * {0}) + {1}")
    lines = []
    for i in range(statements):
        lines.append(f"v{i} = " + forms[i % 4].format(variable(i - 1), variable(i - 1 - (7 * i) % 11)))
    return define("straight", "x, y", [*lines, f"return {variable(statements - 1)}"])


def variable(i: int) -> str:
    return f"v{i}" if i >= 0 else "xy"[i % 2]


def array_statements(statements: int) -> Program:
    """Statements on arrays: elementwise functions, products of matrices, slices updated in place."""
    forms = ("a = np.tanh(a @ w)", "b = a * b + 0.5", "c = np.zeros_like(a)", "c[1:] = a[:-1] * b[1:]",
             "b = 0.5 * (b - c)")
    return define("arrays", "a, b, w", [*(forms[i % 5] for i in range(statements)), "return np.sum(a * b)"])


def element_loops(statements: int) -> Program:
    """Loops of two statements each, which update elements of an array with their neighbours."""
    lines = ["u = a * b"]
    for i in range(statements // 3):
        lines += [f"for i in range({1 + i % 3}, 8):", "    u[i] = 0.5 * (u[i - 1] + a[i])", "    u[i - 1] *= b[i]"]
    return define("elements", "a, b", [*lines, "return np.sum(u)"])


def nested_loops(depth: int) -> Program:
    lines = ["y = x"]
    for level in range(depth):
        lines.append("    " * level + f"for i{level} in range(n):")
        lines.append("    " * (level + 1) + "y = y * x + 0.1 * math.sin(y)")
    return define("loops", "x, n", [*lines, "return y"])


def nested_branches(depth: int) -> Program:
    lines = ["y = x"]
    for level in range(depth):
        lines.append("    " * level + f"if y > {level}.5:")
        lines.append("    " * (level + 1) + "y = y * x + 0.1")
    for level in reversed(range(depth)):
        lines.append("    " * level + "else:")
        lines.append("    " * (level + 1) + "y = math.sin(y) * x")
    return define("branches", "x, n", [*lines, "return y"])


def called_once(depth: int) -> Program:
    """Each function calls the next one once."""
    return chain_of_calls(depth, "math.sin({f}(x * y, y)) + y")


def called_twice(depth: int) -> Program:
    """Each function calls the next one twice: a compiler that copies callees writes 2 ** depth copies."""
    return chain_of_calls(depth, "{f}(x * y, y) - 0.5 * {f}(y, x)")


def chain_of_calls(depth: int, form: str) -> Program:
    bodies = {"f0": "math.sin(x) * y"}
    for level in range(1, depth + 1):
        bodies[f"f{level}"] = form.format(f=f"f{level - 1}")
    text = "\n\n".join(f"def {name}(x, y):\n    z = {body}\n    return z" for name, body in bodies.items())
    return load(f"calls{depth}", text, f"f{depth}")


def define(name: str, parameters: str, lines: list[str]) -> Program:
    body = "\n".join("    " + line for line in lines)
    return load(f"{name}{len(lines)}", f"def {name}({parameters}):\n{body}", name)


def load(module: str, text: str, name: str) -> Program:
    """Run a text as a module whose lines can be found again."""
    text = f"import math\n\nimport numpy as np\n\n\n{text}\n"
    file = f"<benchmark {module}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space: dict[str, Any] = {"__name__": f"benchmarks.generated.{module}"}
    exec(compile(text, file, "exec"), space)
    program: Program = space[name]
    return program
