"""``append`` of an active value."""


def program(x):
    values = []
    for i in range(3):
        values.append(x * i)
    return sum(values)


inputs = [(1.5,)]
wrt = (0,)
