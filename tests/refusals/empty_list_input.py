"""An empty list is asked for its gradient."""


def program(xs):
    return sum(xs) + 1.0


inputs = [([],)]
wrt = (0,)
refused_message = "`xs`, which is an empty list"
refused_error = TypeError
