"""``grad`` of a function whose result is a tuple."""


def program(x):
    return x * x, x


inputs = [(1.5,)]
wrt = (0,)
refused_message = r"scalar|vjp|has_aux"
refused_error = TypeError
