"""A list of pairs, and None where there is none, that are taken apart where they are pairs."""


def program(x, y, n):
    kept = []
    for _ in range(n):
        if x > y:
            kept.append((x, y))
            x = x * 0.5
        else:
            kept.append(None)
            x = x * 1.5
    total = x
    while kept:
        pair = kept.pop()
        if pair is not None:  # refused: items of what may be None
            a, b = pair
            total += a * b
    return total


inputs = [(1.3, 0.7, 5)]
wrt = (0, 1)
