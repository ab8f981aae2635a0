"""A variable is an active float in one branch and a plain integer in the other."""


def program(x):
    if x > 1:
        y = x**2
    else:
        y = 3
    return y * x


inputs = [(2.0,), (0.5,)]
wrt = (0,)
