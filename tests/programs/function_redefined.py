"""The same name is defined as a function twice, and earlier calls keep the earlier one."""


def program(x, y):
    def step(z):
        return z * x

    a = step(y)
    first = step

    def step(z):
        return first(z) ** 2 + y

    return a + step(a) * first(3.0)


inputs = [(0.9, 0.4)]
wrt = (0, 1)
