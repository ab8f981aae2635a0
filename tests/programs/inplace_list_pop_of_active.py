"""``pop`` takes an active value out of a list and changes the list."""


def program(x):
    values = [x, x * x]
    last = values.pop()
    return last * values[-1]


inputs = [(1.5,)]
wrt = (0,)
