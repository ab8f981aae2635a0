"""``else`` and ``break`` of an inner loop decide how the outer one goes on."""


def program(rows, limit):
    total = 1.0
    for row in rows:
        for x in row:
            if x > limit:
                break
            total = total * x
        else:
            total = total + 1.0
            continue
        total = total * 0.5 + x
        if total > 4:
            break
    else:
        total = total**2
    return total * rows[0][0]


inputs = [
    ([[0.5, 1.2], [0.8, 3.0]], 2.0),
    ([[0.5, 1.2], [8.0, 0.3], [0.4]], 2.0),
    ([[0.5], [0.3]], 2.0),
]
wrt = (0,)
