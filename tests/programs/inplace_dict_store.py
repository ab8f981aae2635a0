"""A store of an active value into a dict."""


def program(x):
    values = {"a": 1.0}
    values["b"] = x**2
    return values["b"]


inputs = [(1.5,)]
wrt = (0,)
