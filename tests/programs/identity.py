"""The result is the parameter itself."""


def program(x):
    return x


inputs = [(0.8,)]
wrt = (0,)
