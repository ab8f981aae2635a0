"""Membership, counting and sorting of lists that carry no derivative."""


def program(x, wanted):
    order = sorted(wanted, reverse=True)
    for name in order:
        if name in ("b", "c"):
            x = x**2
        if name not in ["c"]:
            x = x * wanted.count(name)
    return x * (order.index("a") + 1)


inputs = [(0.9, ["a", "c", "a"]), (0.9, ["b", "a"])]
wrt = (0,)
