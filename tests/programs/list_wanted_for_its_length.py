"""Lists that are others in each round, of which the reverse sweep wants no more than how many items they have."""


def program(costs, a, n):
    row = [j * a for j in range(len(costs) + 1)]
    seen, last = a, []
    for i in range(n):
        below = [i * a + 0.1]
        for j in range(1, len(row)):
            below.append(min(row[j - 1] + costs[j - 1], row[j] + a, below[j - 1] + 0.3 * a))
        for v in last:
            seen = seen + v * 0.1
        last = [below[0] * 2.0]
        last.append(seen)
        if i % 2:
            below.append(seen)
            costs = costs + [a * 0.7]
        row = below
    return row[-1] + seen


inputs = [([0.5, 1.3, 0.2], 0.7, 4), ([0.5, 1.3, 0.2], 0.7, 0), ([2.1], 0.3, 3)]
wrt = (0, 1)
