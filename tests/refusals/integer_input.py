"""An integer is asked for its gradient."""


def program(n):
    return n * 2.0


inputs = [(3,)]
wrt = (0,)
refused_message = r"\bint"
refused_error = TypeError
