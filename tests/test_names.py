"""Names used before they are bound are found in generated text, and nothing that works is complained of."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from s2sad.backend.load import check
from s2sad.errors import InternalError

BOUND = '''
# -- straight
def f(x):
    y = x
    return y

# -- later function
def f(x):
    return g(x)
def g(x):
    return len(x)

# -- recursion
def f(x):
    return f(x)

# -- some branch
def f(x):
    if x:
        y = 1
    return y

# -- earlier iteration
def f(x):
    for i in x:
        if i:
            print(y)
        y = i

# -- earlier iteration of an outer loop
def f(x):
    for i in x:
        for j in i:
            print(y)
        y = i

# -- earlier iteration, ternary
def f(x):
    for i in x:
        z = y if i else 0
        y = z

# -- earlier iteration, and
def f(x):
    while x:
        z = x and y
        y = z

# -- loop variable afterwards
def f(x):
    for i, (j, *k) in x:
        pass
    return i, j, k

# -- walrus
def f(x):
    if (y := x) > y:
        return [z := i for i in x], z, y

# -- while true
def f(x):
    while True:
        y = x
        break
    return y

# -- handler
def f(x):
    try:
        y = x()
        z = y
    except E as e:
        print(y, e)
    return z
E = OSError

# -- handler leaves
def f(x):
    try:
        y = x()
    except OSError:
        return
    else:
        z = y
    return z

# -- finally
def f(x):
    try:
        y = x()
        return
    finally:
        print(y)

# -- with
def f(x):
    with x as (a, b.c), x:
        y = a
    return y
b = 1

# -- with swallows
def f(x):
    with x:
        y = 1
        return y
    print(y)

# -- closure of a later name
def f(x):
    def g():
        return y
    y = x
    return g

# -- closure in a loop
def f(x):
    for i in x:
        g = lambda: (i, y)
    y = g
    return y

# -- nonlocal
def f(x):
    y = 1
    def g():
        nonlocal y
        y += x
    g()

# -- global
def f(x):
    global total
    total = x
def g():
    return total

# -- comprehensions
def f(x):
    return [i + j for i in x for j in i if j], {i: j for i, j in x}, {i for i in x}

# -- generator
def f(x):
    return sum(i * k for i in x)
k = 1

# -- lambda
f = lambda x, *a, y=1, **k: (x, a, y, k)

# -- class
class A:
    b = 1
    c = b
    def m(self):
        return __class__, A, super()

# -- builtins
print(__name__, __file__, Exception)

# -- imports
import os.path, json as j
from math import sin as s, cos
os, j, s, cos

# -- star
from math import *
print(sin)

# -- starred call
def f(*a, **k):
    return f(*a, **k)

# -- augmented
def f(x):
    x += 1
    x[0] -= x
    x.a *= x
    return x

# -- annotated
def f(x: Unknown) -> Unknown:
    y: Unknown = 1
    return y

# -- match
def f(x):
    match x:
        case [a, *b]:
            return a, b
        case {'k': c, **d} if c:
            return c, d
        case str() as e:
            y = e
        case _:
            return
    return y

# -- delete
def f(x):
    y = x
    del y
    y = 1
    return y

# -- f-string
def f(x):
    return f'{x:{x}} {x!r}'

# -- default
k = 1
def f(x=k):
    return x

# -- async
async def f(x):
    async with x as y:
        async for z in y:
            await z

# -- after a raise
def f(x):
    raise x
    return y
'''

# the comment on the wrong line says what is wrong with it
UNBOUND = '''
# -- never
def f(x):
    return y  # y is used and never bound

# -- never, global
x = y  # y is used and never bound

# -- too late
def f(x):
    z = y  # y is used before it is bound
    y = x

# -- too late, module
x = y  # y is used before it is bound
y = 1

# -- other branch
def f(x):
    if x:
        y = 1
    else:
        return y  # y is used before it is bound

# -- branch that left
def f(x):
    if x:
        y = 1
        return y
    return y  # y is used before it is bound

# -- branch that raised
def f(x):
    if x:
        y = 1
        raise x
    return y  # y is used before it is bound

# -- first iteration
def f(x):
    for i in x:
        z = y  # y is used before it is bound
        y = i

# -- first test
def f(x):
    while y:  # y is used before it is bound
        y = x

# -- first iteration after a branch
def f(x):
    for i in x:
        if i:
            continue
        z = y  # y is used before it is bound
        y = i

# -- augmented
def f(x):
    y += x  # y is used before it is bound

# -- augmented in a loop
def f(x):
    for i in x:
        y += i  # y is used before it is bound
    return y

# -- iterable
def f(x):
    for i in i:  # i is used before it is bound
        pass

# -- target index
def f(x):
    x[i] = 1  # i is used and never bound

# -- comprehension variable
def f(x):
    y = [i for i in x]
    return i  # i is used and never bound

# -- comprehension iterable
def f(x):
    return [i for j in x for i in k]  # k is used and never bound

# -- handler name
def f(x):
    try:
        x()
    except OSError as e:
        pass
    return e  # e is used before it is bound

# -- deleted
def f(x):
    del x
    return x  # x is used before it is bound

# -- inner function
def f(x):
    def g():
        return y  # y is used and never bound
    return g

# -- inner local
def f(x):
    y = 1
    def g():
        z = y  # y is used before it is bound
        y = 2
    return g

# -- lambda
f = lambda x: y  # y is used and never bound

# -- default
def f(x=k):  # k is used before it is bound
    return x
k = 1

# -- decorator
@d  # d is used and never bound
def f(x):
    return x

# -- method
class A:
    b = 1
    def m(self):
        return b  # b is used and never bound

# -- keyword
def f(x):
    return f(x=y)  # y is used and never bound

# -- first of two
def f(x):
    return b  # b is used and never bound
def g():
    return a
'''


def cases(text: str) -> dict[str, str]:
    """The programs of a text in which a comment `# -- name` stands above each."""
    parts = re.split(r"^# -- (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("text", cases(BOUND).values(), ids=cases(BOUND))
def test_bound(text):
    check(text, "f")


@pytest.mark.parametrize("text", cases(UNBOUND).values(), ids=cases(UNBOUND))
def test_unbound(text):
    with pytest.raises(InternalError) as caught:
        check(text, "f")
    [(number, line)] = [pair for pair in enumerate(text.splitlines(), 1) if "  # " in pair[1]]
    location = caught.value.location
    assert location is not None and (location.line, location.text) == (number, line)
    assert caught.value.message.replace("`", "").endswith(line.partition("  # ")[2])


def test_injected_names_are_bound():
    check("def f():\n    return captured\n", "f", {"captured": 1})
    with pytest.raises(InternalError):
        check("def f():\n    return captured\n", "f", {"other": 1})


@pytest.mark.parametrize(
    "text", ["def f(:\n", "return 1\n", "x = \0\n", "def f(x, x): pass\n", "break\n", "(\n"]
)
def test_what_does_not_compile(text):
    with pytest.raises(InternalError, match="does not compile"):
        check(text, "f")


def test_checks_its_own_source():
    for path in Path(__file__).parents[1].glob("s2sad/*/*.py"):
        check(path.read_text(encoding="utf-8"), path.stem)
