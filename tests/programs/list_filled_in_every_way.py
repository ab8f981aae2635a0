"""Lists that are empty at first, and filled in every way that is followed."""


def program(x):
    extended = []
    extended.extend([x, x * x])
    inserted = []
    inserted.insert(0, x * x)
    inserted.insert(0, x)
    augmented = []
    augmented += [x, x**3]
    spliced = []
    spliced[0:0] = [x, x**3]
    rows = []
    for i in range(3):
        row = []
        for j in range(i):
            row.append(x * j)
        rows.append(row)
    total = extended[0] * extended[1] + inserted[0] * inserted[1] ** 2 + augmented[1] * spliced[0]
    return total + sum(sum(row) for row in rows)


inputs = [(0.7,)]
wrt = (0,)
