"""``return`` from the inner of two loops, one of them a while."""


def program(m, limit):
    total = 0.0
    for row in m:
        j = 0
        while j < len(row):
            total = total + row[j] ** 2
            if total > limit:
                return total * row[0]
            j += 1
        total = total * 1.1
    return total


inputs = [([[0.5, 1.2], [0.8, 0.3]], 2.0), ([[0.5, 1.2], [0.8, 0.3]], 20.0)]
wrt = (0,)
