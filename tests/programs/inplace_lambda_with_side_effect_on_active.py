"""A comprehension whose elements append to a list of active values."""


def program(x):
    log = []
    values = [log.append(x * i) or x for i in range(3)]
    return sum(values) * log[1]


inputs = [(1.5,)]
wrt = (0,)
