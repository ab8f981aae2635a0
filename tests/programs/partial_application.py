"""``functools.partial`` with positional and keyword arguments, active and not."""
import functools


def blend(a, b, c=1.0, d=0.0):
    return a * b + c**2 * d


fixed = functools.partial(blend, 2.0, d=1.5)


def program(x, y):
    first = functools.partial(blend, x)
    second = functools.partial(first, c=y)
    return first(y) + second(b=x, d=y) + fixed(x, c=y) + functools.partial(blend, d=x)(y, x)


inputs = [(0.9, 0.4)]
wrt = (0, 1)
