"""A variable that only one branch defines, read under the same test."""


def program(x, flag):
    if flag:
        scale = x * 2
    y = x**2
    if flag:
        y = y * scale
    return y


inputs = [(1.3, True), (1.3, False)]
wrt = (0,)
