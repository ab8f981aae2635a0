"""``zip(*rows)`` turns rows into columns."""


def program(rows):
    total = 1.0
    for a, b in zip(*rows):
        total = total * a + b**2
    first, second = zip(*[(x * x, x) for x in rows[0]])
    return total * sum(first) + second[1]


inputs = [([[0.5, 1.2, -0.3], [0.8, 3.0, 0.6]],)]
wrt = (0,)
