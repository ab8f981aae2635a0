"""A nested function appends an active value to a list of the function around it."""


def program(x):
    log = []

    def record(value):
        log.append(value)
        return value

    y = record(x * x) + record(x)
    return y * log[0]


inputs = [(1.5,)]
wrt = (0,)
