"""An optional parameter: None, or a value that carries a derivative."""


def penalised(x, weight=None):
    if weight is None:
        return x**2
    return x**2 + weight * x


def program(x, y):
    return penalised(x) * penalised(x, y) + penalised(y, weight=None)


inputs = [(1.3, 0.4)]
wrt = (0, 1)
