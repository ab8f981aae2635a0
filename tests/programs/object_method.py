"""Methods and attributes of a plain object that carries no derivative."""
import math


class Wave:
    def __init__(self, amplitude, frequency):
        self.amplitude = amplitude
        self.frequency = frequency

    def at(self, x, power=1):
        return self.scaled(math.sin(self.frequency * x)) ** power

    def scaled(self, y):
        return self.amplitude * y


WAVE = Wave(2.0, 1.5)


def program(x):
    return WAVE.at(x) + WAVE.at(x * x, power=2) * WAVE.frequency


inputs = [(0.9,)]
wrt = (0,)
