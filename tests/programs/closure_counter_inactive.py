"""A closure counts its calls; the count decides the result."""


def program(x):
    calls = 0

    def step(y):
        nonlocal calls
        calls += 1
        return y * x + calls

    y = step(x)
    y = step(y)
    return y * calls


inputs = [(0.9,)]
wrt = (0,)
