"""Attributes are assigned and updated, from inside and from outside."""
import numpy as np


class Stepper:
    def __init__(self, place, speed):
        self.place = place
        self.speed = speed

    def step(self):
        self.place += self.speed * self.place**2 * 0.1


def program(x):
    s = Stepper(x * 2.0, x[0])
    for _ in range(3):
        s.step()
        s.speed *= 0.9
        s.place[0] += s.speed
    t = s
    t.speed = t.speed + x[1]
    return np.sum(s.place) * s.speed


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]),)]
wrt = (0,)
