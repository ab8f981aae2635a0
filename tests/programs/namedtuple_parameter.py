"""Named tuples in and out, by attribute, by index and unpacked."""
from collections import namedtuple
from typing import NamedTuple

Pair = namedtuple("Pair", "left right")


class Model(NamedTuple):
    weight: float
    pair: Pair
    scale: float = 2.0


def program(model):
    left, right = model.pair
    total = model.weight * left + model[2] * model.pair.right
    return Pair(left=total * right, right=model.scale * left)


inputs = [(Model(0.5, Pair(-1.2, 0.8)),)]
wrt = (0,)
