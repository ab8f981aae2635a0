"""The differentiated function is a ``functools.partial``."""
import functools
import math


def wave(amplitude, x, phase=0.0):
    return amplitude * math.sin(x + phase) * x


program = functools.partial(wave, 2.0, phase=0.3)

inputs = [(0.9,)]
wrt = (0,)
