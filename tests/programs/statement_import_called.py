"""Functions of modules that are imported inside are called at run time."""


def program(x, n):
    import collections.abc
    import itertools as chosen
    from collections import abc

    pairs = len(list(chosen.combinations(range(n), 2)))
    if issubclass(list, abc.Sequence) and issubclass(dict, collections.abc.Mapping):
        x = x * pairs
    return x * x * len(collections.deque(range(n)))


inputs = [(0.7, 4)]
wrt = (0,)
