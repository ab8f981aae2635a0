"""``update`` of a dict with active values."""


def program(x):
    values = {"a": 1.0}
    values.update(b=x**2)
    return values["b"]


inputs = [(1.5,)]
wrt = (0,)
