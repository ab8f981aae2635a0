"""The differentiated function is a lambda, one of two on its line."""
import math

program, other = lambda x: x * math.sin(x), lambda x: x * math.cos(x)

inputs = [(0.9,)]
wrt = (0,)
