"""A list of pairs, each of a number that carries a derivative and a truth value that carries none."""


def program(x, n):
    kept = []
    a = x
    for _ in range(n):
        kept.append((a, a > 2.0))
        a = a * x
    total = 0.0
    while kept:
        b, large = kept.pop()
        total = total + b * b if large else total + b
    return total


inputs = [(1.3, 4)]
wrt = (0,)
