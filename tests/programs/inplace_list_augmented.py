"""``+=`` extends the list that other names share."""


def program(x):
    values = [x]
    other = values
    values += [x * x]
    return other[1] * x


inputs = [(1.5,)]
wrt = (0,)
