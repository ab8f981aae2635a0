"""Single items of slices of lists, which are lists of their own."""


def program(values, x, n):
    last = values[1:]
    total = last[0] * last[0] * x
    for k in range(n):
        total += values[::-1][k] * last[k - 1]
    made = [x * k for k in range(4)][n:]
    values[1] = x
    kept = values[:]
    values.reverse()
    return total * made[0] + values[0] * kept[1] * last[0] * tuple(kept)[1:][0] + (values[1:][1:])[0]


inputs = [([0.3, 0.7, 0.9], 0.8, 2), ([0.3, -0.7, 0.9, 0.4], 0.8, 1)]
wrt = (0, 1)
