"""An inactive list is read by active expressions while it is changed."""


def program(x, n):
    factors = [2.0, 3.0]
    y = x * factors[0]
    factors[0] = 100.0
    for i in range(n):
        y = y * factors[-1] + x
        factors.append(i * 0.5)
        factors[0] = factors.pop(0) + 1
    factors.clear()
    return y * x


inputs = [(0.7, 3)]
wrt = (0,)
