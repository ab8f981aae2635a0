"""Dataclasses in the order that `dataclass` gives them."""
from dataclasses import dataclass


@dataclass(order=True)
class Level:
    height: float


def program(x):
    low, high = Level(x), Level(x * x)
    return low.height if low < high else high.height  # refused: objects are compared here


inputs = [(0.7,)]
wrt = (0,)
