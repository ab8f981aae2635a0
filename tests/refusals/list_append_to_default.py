"""A mutable default keeps active values from call to call."""


def remember(value, seen=[]):  # noqa: B006
    seen.append(value)  # refused: append
    return seen[0] if len(seen) % 2 == 0 else value


def program(x):
    return remember(x) * remember(x * x)


inputs = [(1.5,)]
wrt = (0,)
