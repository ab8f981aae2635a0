"""The parameter is a dataclass with a method and a nested dataclass."""
from dataclasses import dataclass

import numpy as np


@dataclass
class Point:
    x: float
    y: float

    def norm(self):
        return (self.x**2 + self.y**2) ** 0.5


@dataclass
class Shape:
    centre: Point
    radii: list
    name: str = "shape"


def program(shape):
    return shape.centre.norm() * np.sum(shape.radii[0]) + shape.radii[1] * shape.centre.x


inputs = [(Shape(Point(0.5, -1.2), [np.array([0.3, 0.8]), 2.0]),)]
wrt = (0,)
