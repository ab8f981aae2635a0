"""Random programs over numbers and arrays, as text: loops, branches, in-place writes, views, aliases, calls.

`programs` is a Hypothesis strategy. A program is the text of a module with a function ``program(x, m, s)`` of a
vector, a matrix and a number. The generator knows the shape of every name, so a program runs without errors, and
keeps numbers small. It reads and writes through whatever shares memory: that is what the programs are for.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Shape = tuple[int, ...]
ROWS, COLUMNS = 3, 4
SHAPES: dict[str, Shape] = {"x": (COLUMNS,), "m": (ROWS, COLUMNS), "s": ()}
INDENT = "    "
MAXIMUM_DEPTH = 3

HEADER = '''\
"""{title}"""
import numpy as np


class Box:
    def __init__(self, held, number):
        self.held = held
        self.number = number


'''
FOOTER = '''

inputs = [(
    np.array([0.7, -0.4, 1.1, 0.3]),
    np.array([[0.2, 0.9, -0.6, 0.5], [1.2, -0.3, 0.8, -0.7], [0.4, 0.1, -1.1, 0.6]]),
    0.8,
)]
wrt = (0, 1, 2)
'''


@dataclass
class Scope:
    """The names in sight: arrays and numbers by shape, whole numbers by range, containers by what they hold."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    ranges: dict[str, tuple[int, int]] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    holders: dict[str, Shape] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)

    def copy(self) -> Scope:
        return Scope(dict(self.shapes), dict(self.ranges), dict(self.lists), dict(self.holders), set(self.fixed))


@dataclass
class Helper:
    """A function of the program's module, or nested in it."""

    name: str
    params: list[Shape]
    result: Shape | None


class Writer:
    """Writes one program, a choice at a time; ``choose(n)`` is a number below ``n``, and 0 is the plainest."""

    def __init__(self, choose: Callable[[int], int]) -> None:
        self.choose = choose
        self.lines: list[str] = []
        self.scope = Scope()
        self.helpers: list[Helper] = []
        self.depth = 0
        self.loops = 0
        self.count = 0
        self.nested = False

    # -- choices ----------------------------------------------------------------------------------

    def pick(self, options: list[Any]) -> Any:
        return options[self.choose(len(options))]

    def chance(self, one_in: int) -> bool:
        return self.choose(one_in) == one_in - 1

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def line(self, text: str) -> None:
        self.lines.append(INDENT * self.depth + text)

    @contextmanager
    def block(self) -> Iterator[None]:
        """An indented block: what it binds is out of sight after it."""
        outer, self.scope = self.scope, self.scope.copy()
        self.depth += 1
        yield
        self.depth -= 1
        self.scope = outer

    # -- expressions ------------------------------------------------------------------------------

    def arrays(self, least: int = 1) -> list[tuple[str, Shape]]:
        return [(name, shape) for name, shape in self.scope.shapes.items() if len(shape) >= least]

    def array(self, least: int = 1) -> tuple[str, Shape]:
        """An array by some name: its own, or through a container."""
        options = self.arrays(least)
        options += [(place, shape) for place, shape in self.scope.holders.items() if len(shape) >= least]
        return self.pick(options)

    def index(self, length: int) -> str:
        """An index of an axis, in bounds."""
        options = [str(self.choose(length))]
        for name, (low, high) in self.scope.ranges.items():
            if low >= 0 and high <= length:
                options.append(name)
            if low >= 1 and high <= length + 1:
                options.append(f"{name} - 1")
            if low >= 0 and high < length:
                options.append(f"{name} + 1")
            if low >= 0 and high <= length:
                options.append(f"-1 - {name}" if self.chance(4) else name)
        options.append(str(-1 - self.choose(length)))
        return self.pick(options)

    def slice(self, length: int) -> tuple[str, int]:
        """A slice of an axis and its length."""
        options = [(":", length), ("::-1", length)]
        if length > 1:
            options += [("1:", length - 1), (":-1", length - 1), ("::2", (length + 1) // 2),
                        ("1::2", length // 2), ("-2::-1", length - 1)]
        if length > 2:
            options += [("1:-1", length - 2), ("1:3", 2)]
        return self.pick(options)

    def part(self, shape: Shape) -> tuple[str, Shape]:
        """A basic index of an array and the shape that it leaves."""
        if len(shape) == 2:
            kind = self.choose(6)
            if kind == 0:
                return self.index(shape[0]), shape[1:]
            if kind == 1:
                return f":, {self.index(shape[1])}", shape[:1]
            if kind == 2:
                return f"{self.index(shape[0])}, {self.index(shape[1])}", ()
            if kind == 3:
                text, length = self.slice(shape[1])
                return f"..., {text}", (shape[0], length)
            if kind == 4:
                text, length = self.slice(shape[1])
                return f"{self.index(shape[0])}, {text}", (length,)
            first, rows = self.slice(shape[0])
            second, columns = self.slice(shape[1])
            return f"{first}, {second}", (rows, columns)
        if self.chance(2):
            text, length = self.slice(shape[0])
            return text, (length,)
        return self.index(shape[0]), ()

    def view(self, shape: Shape) -> str | None:
        """Something in memory that has this shape: a name, or a part of one."""
        found = [name for name, known in [*self.scope.shapes.items(), *self.scope.holders.items()] if known == shape]
        if found and not self.chance(3):
            return self.pick(found)
        for _ in range(4):
            base, known = self.array()
            text, left = self.part(known)
            if left == shape:
                return f"{base}[{text}]"
            if known[::-1] == shape and len(shape) == 2:
                return f"{base}.T"
        return self.pick(found) if found else None

    def array_of(self, shape: Shape) -> str:
        """An array of just this shape; a number where there are no axes."""
        return self.view(shape) or (f"np.linspace(0.1, 1.0, {shape[-1]}) * np.ones({shape})" if shape else "0.4")

    def atom(self, shape: Shape) -> str:
        if shape and self.chance(4):
            shape = self.pick([(), shape[1:]])  # it is broadcast
        found = self.view(shape)
        if found is not None and not self.chance(6):
            return found
        if shape == () and self.scope.lists and self.chance(3):
            return f"sum({self.pick(list(self.scope.lists))})"
        if shape == () and self.scope.ranges and self.chance(3):
            return self.pick(list(self.scope.ranges))
        if shape == ():
            return self.pick(["0.5", "1.5", "-0.7"])
        return f"np.full({shape}, 0.5)" if self.chance(2) else f"np.linspace(0.1, 1.0, {shape[-1]})"

    def expression(self, shape: Shape, depth: int = 0) -> str:
        kind = self.choose(13) if depth < 2 else 0
        if kind <= 1:
            return self.atom(shape)
        first = self.expression(shape, depth + 1)
        if kind == 2:
            return f"np.sin({first})"
        if kind == 3:
            return f"0.5 * {bracketed(first)}"
        if kind == 4:
            return f"np.tanh({first})"
        if kind == 5:
            return f"np.exp(-{bracketed(first)} ** 2)"
        if kind == 6 and shape == ():
            base, _ = self.array()
            return f"{self.pick(['np.sum', 'np.mean', 'np.max'])}({base})"
        second = self.expression(shape, depth + 1)
        if kind == 7:
            return f"{bracketed(first)} / (2.0 + {bracketed(second)} ** 2)"
        if kind == 8:
            return f"np.where({bracketed(first)} > {self.threshold()}, {first}, {second})"
        if kind == 9 and shape == (ROWS,):
            return f"{self.array_of((ROWS, COLUMNS))} @ {self.array_of((COLUMNS,))}"
        sign = self.pick(["+", "*", "-"])
        return f"{bracketed(first)} {sign} {bracketed(second)}"

    def bounded(self, shape: Shape) -> str:
        """An expression that stays small however often it is assigned to what it reads."""
        text = self.expression(shape)
        return f"np.sin({text})" if self.loops else text

    def threshold(self) -> str:
        return self.pick(["0.13", "-0.27", "0.51"])

    def condition(self) -> str:
        return f"{bracketed(self.expression((), 1))} > {self.threshold()}"

    # -- statements -------------------------------------------------------------------------------

    def statements(self, most: int) -> None:
        for _ in range(1 + self.choose(most)):
            self.statement()

    def statement(self) -> None:
        simple = [
            self.write_element, self.update_part, self.bind_expression, self.bind_view, self.bind_number,
            self.update_whole, self.write_mask, self.write_fancy, self.bind_copy, self.swap, self.allocate,
            self.list_statement, self.container, self.call, self.overlap, self.write_by_function, self.entry,
        ]
        nested = [self.count_loop, self.if_statement, self.item_loop, self.while_loop, self.with_statement]
        if self.depth < MAXIMUM_DEPTH and self.chance(4):
            self.pick(nested)()
        else:
            self.pick(simple)()

    def operator(self) -> str:
        return self.pick(["=", "+=", "-=", "*=", "="])

    def assign(self, target: str, sign: str, shape: Shape) -> None:
        text = self.bounded(shape)
        if sign == "=" and shape and not any(mark in text for mark in "*/(+"):
            text = f"{text} * 1.0"  # NumPy may copy a view onto one that it overlaps in the wrong order
        self.line(f"{target} {sign} {text}")

    def write_element(self) -> None:
        base, shape = self.array()
        place = ", ".join(self.index(length) for length in shape)
        self.assign(f"{base}[{place}]", self.operator(), ())

    def update_part(self) -> None:
        base, shape = self.array()
        text, left = self.part(shape)
        self.assign(f"{base}[{text}]", self.operator(), left)

    def overlap(self) -> None:
        """Read and write overlapping parts of an array in one statement."""
        base, shape = self.array()
        if shape[0] < 3:
            self.update_part()
            return
        target, source = self.pick([("1:", ":-1"), (":-1", "1:"), ("::2", f":{(shape[0] + 1) // 2}"), ("::-1", ":")])
        self.line(f"{base}[{target}] {self.operator()} np.sin({base}[{source}] * {base}[{target}])")

    def write_by_function(self) -> None:
        """Functions and methods that write into an argument."""
        base, shape = self.array()
        text = self.bounded(shape)
        places = [self.choose(shape[0]) for _ in range(1 + self.choose(3))]
        self.line(self.pick([
            f"np.sin({text}, out={base})",
            f"np.add({base}, {text}, {base})",
            f"np.copyto({base}, {text})",
            f"np.add.at({base}, np.array({places}), {self.bounded((len(places), *shape[1:]))})",
            f"np.subtract.at({base}, {places}, {self.bounded(())})",
            f"{base}.fill({self.bounded(())})",
            f"{base}.sort()",
            f"np.putmask({base}, {base} > {self.threshold()}, {self.bounded(())})",
            f"{base}.flat[{self.choose(3)}] {self.operator()} {self.bounded(())}",
        ]))

    def update_whole(self) -> None:
        base, shape = self.array()
        if self.chance(2):
            self.assign(f"{base}[{self.pick([':', '...'])}]", self.operator(), shape)
        else:
            self.assign(base, self.pick(["+=", "-=", "*="]), shape)

    def write_mask(self) -> None:
        base, shape = self.array()
        tested = self.view(shape) or base
        mask = f"{tested} > {self.threshold()}"
        if self.chance(3):
            name = self.name("mask")
            self.line(f"{name} = {mask}")
            mask = name
        if self.chance(3):
            self.line(f"{base}[{mask}] = np.sin({self.view(shape) or base}[{mask}])")
        else:
            self.assign(f"{base}[{mask}]", self.operator(), ())

    def write_fancy(self) -> None:
        base, shape = self.array()
        places = [self.choose(shape[0]) for _ in range(1 + self.choose(3))]
        index = f"np.array({places})"
        self.assign(f"{base}[{index}]", self.operator(), (len(places), *shape[1:]))

    def bind(self, shape: Shape, text: str, prefix: str) -> None:
        """Bind a name: a new one, or one of this shape that there is."""
        old = [name for name, known in self.scope.shapes.items() if known == shape and name not in self.scope.fixed]
        name = self.pick(old) if old and self.chance(3) else self.name(prefix)
        self.line(f"{name} = {text}")
        self.scope.shapes[name] = shape

    def some_shape(self) -> Shape:
        return self.pick([shape for _, shape in self.arrays()])

    def bind_expression(self) -> None:
        shape = self.some_shape()
        if self.chance(2):
            base = self.array_of(shape)  # the derivative of these is computed from their value
            text = self.pick(["np.tanh({})", "np.exp(-{} ** 2)", "np.sqrt(1.0 + {} ** 2)", "1.0 / (1.5 + np.sin({}))"])
            self.bind(shape, text.format(base), "a")
            return
        # A number that is broadcast is no array.
        self.bind(shape, f"{self.bounded(shape)} + np.zeros({shape})", "a")

    def bind_number(self) -> None:
        names = [name for name, shape in self.scope.shapes.items() if shape == () and name not in self.scope.fixed]
        if names and self.chance(2):
            self.assign(self.pick(names), self.pick(["+=", "*=", "-="]), ())
        else:
            self.bind((), self.bounded(()), "t")

    def bind_view(self) -> None:
        base, shape = self.array()
        options = [(base, shape)]
        text, left = self.part(shape)
        if left:
            options.append((f"{base}[{text}]", left))
        if len(shape) == 2:
            options += [(f"{base}.T", shape[::-1]), (f"{base}.reshape(-1)", (shape[0] * shape[1],)),
                        (f"np.diagonal({base}).copy()", (min(shape),)), (f"np.swapaxes({base}, 0, 1)", shape[::-1]),
                        (f"{base}.ravel()", (shape[0] * shape[1],)), (f"np.flip({base}, 1)", shape),
                        (f"{base}.flatten()", (shape[0] * shape[1],)), (f"np.atleast_2d({base})", shape)]
        else:
            options += [(f"{base}[None]", (1, *shape)), (f"{base}[:, None]", (*shape, 1)),
                        (f"np.expand_dims({base}, 0)", (1, *shape)), (f"np.squeeze({base}[None], 0)", shape)]
        if self.chance(4):
            same = [name for name, known in self.arrays() if known == shape and name != base]
            if same:
                options = [(f"{base} if {self.condition()} else {self.pick(same)}", shape)]
        text, left = self.pick(options)
        self.bind(left, text, "v")

    def bind_copy(self) -> None:
        base, shape = self.array()
        text = self.pick([f"{base}.copy()", f"np.array({base})", f"{base} * 1.0", f"{base} + 0.0"])
        self.bind(shape, text, "c")

    def allocate(self) -> None:
        shape = self.some_shape()
        written = shape if len(shape) > 1 else shape[0]
        kind = self.choose(3)
        if kind == 2:
            name = self.name("z")
            self.line(f"{name} = np.empty({written})")
            self.line(f"for k{name} in range({shape[0]}):")
            self.scope.ranges[f"k{name}"] = (0, shape[0])
            self.depth += 1
            self.assign(f"{name}[k{name}]", "=", shape[1:])
            self.depth -= 1
            del self.scope.ranges[f"k{name}"]
            self.scope.shapes[name] = shape
            return
        like = self.view(shape)
        text = f"np.zeros({written})" if kind == 0 or like is None else f"np.zeros_like({like})"
        self.bind(shape, text, "z")

    def swap(self) -> None:
        base, shape = self.pick(self.arrays())
        others = [name for name, known in self.arrays() if known == shape and name != base]
        free = [name for name in others if name not in self.scope.fixed]
        if base in self.scope.fixed or not free:
            self.bind_view()
            return
        other = self.pick(free)
        self.line(f"{base}, {other} = {other}, {base}")

    def list_statement(self) -> None:
        if not self.scope.lists or self.chance(3):
            if self.depth > 1:
                self.write_element()
                return
            name = self.name("l")
            items = [self.bounded(()) for _ in range(1 + self.choose(3))]
            self.line(f"{name} = [{', '.join(items)}]")
            self.scope.lists[name] = len(items)
            return
        name = self.pick(list(self.scope.lists))
        kind = self.choose(4)
        place = self.choose(self.scope.lists[name])
        if kind == 0:
            self.line(f"{name}.append({self.bounded(())})")
        elif kind == 1:
            self.assign(f"{name}[{place}]", "=", ())
        elif kind == 2:
            self.assign(f"{name}[{place}]", "+=", ())
        else:
            self.line(f"{name}.append({self.bounded(())})")
            self.bind((), f"{name}.pop()", "t")

    def container(self) -> None:
        """Put arrays into a list, a dict or an object, and go on using them there."""
        if self.depth > 1:
            self.update_part()
            return
        first, shape = self.pick(self.arrays())
        second, other = self.pick(self.arrays())
        name, kind = self.name("h"), self.choose(4)
        places = {
            0: (f"[{first}, {second}]", {f"{name}[0]": shape, f"{name}[1]": other}),
            1: (f'{{"a": {first}, "b": {second}}}', {f'{name}["a"]': shape, f'{name}["b"]': other}),
            2: (f"Box({first}, {self.bounded(())})", {f"{name}.held": shape}),
            3: (f'[{{"a": {first}}}]', {f'{name}[0]["a"]': shape}),
        }
        text, held = places[kind]
        self.line(f"{name} = {text}")
        self.scope.holders.update(held)

    def entry(self) -> None:
        """Assign an entry of a dict, or an attribute of an object."""
        numbers = [place for place, shape in self.scope.holders.items() if shape == ()]
        if not numbers:
            if self.depth > 1:
                self.write_element()
                return
            name = self.name("h")
            if self.chance(2):
                self.line(f'{name} = {{"n": {self.bounded(())}}}')
                self.scope.holders[f'{name}["n"]'] = ()
            else:
                self.line(f"{name} = Box({self.pick(self.arrays())[0]}, {self.bounded(())})")
                self.scope.holders[f"{name}.number"] = ()
            return
        self.assign(self.pick(numbers), self.operator(), ())

    # -- control flow -----------------------------------------------------------------------------

    @contextmanager
    def loop(self) -> Iterator[None]:
        self.loops += 1
        with self.block():
            yield
        self.loops -= 1

    def leave(self) -> None:
        """Perhaps a way out of the loop."""
        if self.chance(4):
            self.line(f"if {self.condition()}:")
            self.depth += 1
            self.line(self.pick(["break", "continue"]))
            self.depth -= 1

    def count_loop(self) -> None:
        name = self.name("i")
        base, shape = self.array()
        header, low, high = self.pick([
            ("range(3)", 0, 3), ("range(1, 4)", 1, 4), ("range(2)", 0, 2), ("range(3, 0, -1)", 1, 4),
            (f"range({base}.shape[0])", 0, shape[0]), (f"range(len({base}))", 0, shape[0]), ("range(0, 4, 2)", 0, 3),
        ])
        self.line(f"for {name} in {header}:")
        with self.loop():
            self.scope.ranges[name] = (low, high)
            self.statements(2)
            self.leave()
            self.statements(2)

    def item_loop(self) -> None:
        base, shape = self.pick(self.arrays())
        item, name = self.name("e"), self.name("i")
        counted = self.chance(2)
        self.line(f"for {name}, {item} in enumerate({base}):" if counted else f"for {item} in {base}:")
        with self.loop():
            self.scope.fixed.add(base)
            if counted:
                self.scope.ranges[name] = (0, shape[0])
            self.scope.shapes[item] = shape[1:]
            self.statements(2)
            self.leave()
            self.statements(1)

    def while_loop(self) -> None:
        name = self.name("n")
        self.line(f"{name} = 0")
        self.line(f"while {name} < 3 and {self.condition()}:" if self.chance(2) else f"while {name} < 3:")
        with self.loop():
            self.scope.ranges[name] = (0, 3)
            self.statements(2)
            self.line(f"{name} += 1")
            self.scope.ranges[name] = (1, 4)
            self.leave()
            self.statements(1)

    def with_statement(self) -> None:
        """A block that is always run: what it binds stays in sight."""
        self.line('with np.errstate(divide="ignore"):')
        self.depth += 1
        self.statements(3)
        self.depth -= 1

    def if_statement(self) -> None:
        self.line(f"if {self.condition()}:")
        with self.block():
            self.statements(2)
        if self.chance(2):
            self.line("else:")
            with self.block():
                self.statements(2)

    # -- functions --------------------------------------------------------------------------------

    def function(self) -> None:
        """A helper that updates its parameters and may return one, or a view of one."""
        params = [self.pick([(COLUMNS,), (ROWS, COLUMNS), (), (ROWS,)]) for _ in range(1 + self.choose(2))]
        params = [(COLUMNS,), *params]
        name = self.name("helper")
        names = [self.name("p") for _ in params]
        outer, self.scope = self.scope, Scope(shapes=dict(zip(names, params, strict=True)))
        self.line(f"def {name}({', '.join(names)}):")
        self.depth += 1
        self.nested = True
        self.statements(3)
        result: Shape | None = None
        if not self.chance(3):
            result = self.pick(list(self.scope.shapes.values()))
            self.line(f"return {self.array_of(result)}")
        self.nested = False
        self.depth -= 1
        self.scope = outer
        self.helpers.append(Helper(name, params, result))
        self.lines += ["", ""]

    def closure(self) -> None:
        """A nested function that updates what it captures."""
        name, param = self.name("inner"), self.name("q")
        self.line(f"def {name}({param}):")
        outer, self.scope = self.scope, self.scope.copy()
        self.scope.fixed |= set(self.scope.shapes) | set(self.scope.lists)
        self.scope.shapes[param] = (COLUMNS,)
        self.depth += 1
        base, shape = self.array()
        text, left = self.part(shape)
        self.assign(f"{base}[{text}]", self.operator(), left)
        base, shape = self.array()
        self.line(f"return {self.pick([base, f'np.sin({base})'])}")
        self.depth -= 1
        self.scope = outer
        self.helpers.append(Helper(name, [(COLUMNS,)], shape))

    def call(self) -> None:
        if not self.helpers or self.nested:
            self.update_part()
            return
        helper = self.pick(self.helpers)
        args = [self.array_of(shape) for shape in helper.params]
        text = f"{helper.name}({', '.join(args)})"
        if helper.result is None or self.chance(3):
            self.line(text)
        else:
            self.bind(helper.result, text, "r")

    def result(self) -> str:
        """The sum of everything in sight, so that each write counts; or all of it."""
        if self.chance(4):
            return f"{', '.join(self.scope.shapes)},"
        terms = [f"{1.0 + 0.3 * number:.1f} * np.sum(np.sin({name}))" if shape else name
                 for number, (name, shape) in enumerate(self.scope.shapes.items())]
        terms += [f"sum({name})" for name in self.scope.lists]
        terms += [f"np.sum({place} ** 2)" for place in self.scope.holders]
        return " + ".join(terms)

    def program(self) -> str:
        for _ in range(self.choose(3)):
            self.function()
        self.line("def program(x, m, s):")
        self.depth = 1
        self.scope = Scope(shapes=dict(SHAPES))
        if self.chance(4):
            self.closure()
        self.statements(8)
        self.line(f"return {self.result()}")
        return HEADER.format(title="A program that the generator wrote.") + "\n".join(self.lines) + FOOTER


def bracketed(text: str) -> str:
    """A text as an operand."""
    plain = text.replace("_", "").replace(".", "").isalnum()
    return text if plain and not text.startswith("-") else f"({text})"


@st.composite
def programs(draw: Any) -> str:
    """The text of a module that defines ``program``, ``inputs`` and ``wrt``."""
    return Writer(lambda count: draw(st.integers(0, count - 1)) if count > 1 else 0).program()
