"""Prints and formatted strings of active values have no effect on the result."""


def program(x):
    y = x**2
    print("y is", y, f"x = {x:.3f}, y = {y!r}")
    text = "%.2f" % y + "{:>5}".format(round(y, 2))
    print(text, end="")
    return y * len("abc")


inputs = [(0.7,)]
wrt = (0,)
