"""``*args`` of the differentiated function, each a parameter of its own."""


def program(x, *rest):
    total = x
    for value in rest:
        total = total * value + x
    return total + len(rest) * x


inputs = [(0.8, -1.3, 0.4), (0.8, 2.0, 0.1)]
wrt = (0, 1, 2)
