"""Sets and sorted lists that carry no derivative choose elements."""


def program(v, indices):
    unique = sorted(set(indices) - {2})
    unique.sort(key=lambda i: -i)
    total = 0.0
    for i in unique:
        total = total * 0.5 + v[i] ** 2
    return total + (v[0] if 1 in set(indices) else v[1])


inputs = [([0.9, -0.4, 1.3, 0.6], [3, 1, 2, 3]), ([0.9, -0.4, 1.3, 0.6], [0, 2])]
wrt = (0,)
