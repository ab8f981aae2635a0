"""Entries of a dict: assigned, defaulted, updated, popped."""
import numpy as np


def program(x):
    d = {"a": x[0]}
    d["b"] = d["a"] * x[1]
    d.setdefault("c", x[2])
    d.setdefault("a", 7.0)
    d.update(b=d["b"] + 1.0, e=x[3])
    e = d
    e["a"] *= d.pop("e")
    return d["a"] * d["b"] * d["c"]


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)
