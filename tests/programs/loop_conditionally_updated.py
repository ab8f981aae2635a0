"""A loop that updates one of two carried values in each iteration."""


def program(x, pattern):
    a, b = x, 1.0
    for letter in pattern:
        if letter == "a":
            a = a * b + x
        else:
            b = b * a
    return a * b


inputs = [(0.7, "abba"), (0.7, "bbb")]
wrt = (0,)
