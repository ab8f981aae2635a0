"""Which function is called is looked up in a module's dict under a constant name."""
import math

ACTIVATIONS = {"tanh": math.tanh, "square": lambda z: z * z}
NAME = "square"


def program(x):
    activation = ACTIVATIONS[NAME]
    return activation(x) * x + ACTIVATIONS["tanh"](x)


inputs = [(0.9,)]
wrt = (0,)
