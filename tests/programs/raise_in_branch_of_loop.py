"""A stack machine that raises at what it does not know: the sweep back never comes from there."""
import math


def program(x, y, codes):
    stack = []
    for code in codes:
        if code == "x":
            stack.append(x)
        elif code == "y":
            stack.append(y)
        elif code == "sin":
            stack.append(math.sin(stack.pop()))
        elif code == "*":
            b, a = stack.pop(), stack.pop()
            stack.append(a * b)
        else:
            raise ValueError(code)
    return stack[-1] * len(stack)


inputs = [(0.7, 1.3, ["x", "y", "*", "sin", "x", "*"])]
wrt = (0, 1)
