"""Helpers called for their effect on inactive state; they return None."""


def note(log, text, value):
    log.append((text, float(value) > 0))


def check(x):
    if x > 100:
        return
    print("", end="")


def program(x):
    log = []
    y = x**2
    note(log, "y", y)
    check(y)
    assert check(x) is None
    return y * len(log)


inputs = [(0.9,)]
wrt = (0,)
