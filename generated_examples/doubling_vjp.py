import numpy as np


def doubled_fwd(x):
    """Return the value of `doubled` and what `doubled_rev` reads."""
    y = x * 2.0
    trips = 0
    while np.linalg.norm(y) < 1000.0:
        y = y * 2.0
        trips += 1
    return y, (trips,)


def doubled_rev(tape, value_bar):
    """Return the cotangents of x for a cotangent of the value of `doubled`."""
    trips, = tape
    y_bar = value_bar
    for _ in range(trips):
        # y = y * 2.0
        y_bar = 2.0 * y_bar
    # y = x * 2.0
    x_bar = 2.0 * y_bar
    return x_bar,


def doubled_vjp(x):
    """Return the value of `doubled` and its pullback."""
    value, tape = doubled_fwd(x)
    return value, lambda value_bar: doubled_rev(tape, value_bar)
