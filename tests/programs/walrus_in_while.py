"""An assignment expression as the condition of a loop."""


def program(x):
    total = 0.0
    while (x := x * 0.5) > 0.1:
        total += x**2
    return total + x


inputs = [(3.0,), (0.15,)]
wrt = (0,)
