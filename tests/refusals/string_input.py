"""A string is asked for its gradient."""


def program(x, name):
    return x * len(name)


inputs = [(1.5, "abc")]
wrt = (1,)
refused_message = r"str"
refused_error = TypeError
