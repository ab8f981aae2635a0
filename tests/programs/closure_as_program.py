"""The differentiated function is a closure over numbers and a function."""
import math


def make(scale, function):
    def program(x):
        return scale * function(x) + x

    return program


other = make(-1.0, math.exp)
program = make(3.0, math.sin)

inputs = [(0.9,)]
wrt = (0,)
