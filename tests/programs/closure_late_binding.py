"""A closure reads the value that its name has when it is called, not when it was made."""


def program(x):
    y = x * 2

    def scaled(z):
        return z * y

    first = scaled(x)
    y = x**3
    return first + scaled(x)


inputs = [(0.9,)]
wrt = (0,)
