"""A recursive walk over nested tuples that hold the parameters."""


def total(tree, depth):
    if isinstance(tree, tuple):
        left, right = tree
        return total(left, depth + 1) * total(right, depth + 1) + depth
    return tree**2 + depth


def program(tree):
    return total(tree, 0)


inputs = [((0.9, (0.4, (1.3, -0.2))),)]
wrt = (0,)
