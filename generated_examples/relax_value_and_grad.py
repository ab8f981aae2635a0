import math


def relax_value_and_grad(x, n):
    """Return the value and the gradient of `relax` with respect to x, for x: float, n: int."""
    y_tape = []
    y = x
    for i in range(n):
        y_tape.append(y)
        if y > 1.0:
            y = 0.5 * y
        else:
            y = math.sin(y) + x
    value = y

    y_bar = 1.0
    x_bar = 0.0
    for i in reversed(range(n)):
        y = y_tape.pop()
        if y > 1.0:
            # y = 0.5 * y
            y_bar = 0.5 * y_bar
        else:
            # y = math.sin(y) + x
            x_bar += y_bar
            y_bar *= math.cos(y)
    # for i in range(n):
    x_bar += y_bar
    return value, x_bar
