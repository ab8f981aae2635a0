"""The attributes of an object that is passed in are assigned and updated."""
import numpy as np


class Body:
    def __init__(self, place, speed, time):
        self.place = place
        self.speed = speed
        self.time = time

    def step(self, dt):
        self.speed -= dt * self.place**3
        self.place[:] += dt * self.speed
        self.time += dt


def program(body, dt):
    for _ in range(3):
        body.step(dt)
        body.place *= body.time
    return np.sum(body.place * body.speed) * body.time


inputs = [(Body(np.array([0.5, 0.1]), np.array([0.2, 0.3]), 0.7), 0.3)]
wrt = (0, 1)
