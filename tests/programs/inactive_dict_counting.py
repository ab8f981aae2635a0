"""A dict that counts decides the weights."""
from collections import Counter, defaultdict


def program(xs, names):
    counts = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    groups = defaultdict(list)
    for i, name in enumerate(names):
        groups[name].append(i)
    total = 0.0
    for x, name in zip(xs, names):
        total = total + x**2 * counts[name] * len(groups[name])
    return total * Counter(names).most_common(1)[0][1]


inputs = [([0.9, -0.4, 1.3], ["a", "b", "a"])]
wrt = (0,)
