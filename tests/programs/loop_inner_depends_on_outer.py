"""The range of the inner loop depends on the variable of the outer one."""


def program(x, n):
    total = 0.0
    for i in range(n):
        y = x
        for j in range(i, n):
            y = y * x + j
        for j in range(i):
            y = y - j * x * total
        total = total * 0.5 + y
    return total


inputs = [(0.7, 4), (0.7, 1)]
wrt = (0,)
