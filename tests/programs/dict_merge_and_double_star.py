"""Dicts of active values merged by ``**`` and handed to a function as keywords."""


def blend(a, b, c=1.0, **others):
    return a * b + c**2 + sum(others.values())


def program(x, y):
    base = {"a": x, "b": y}
    changed = {**base, "b": x * y, "c": y**2}
    return blend(**base) + blend(**changed, d=x) + blend(*(x, y), c=base["b"])


inputs = [(0.9, 0.4)]
wrt = (0, 1)
