"""A position beyond the parameters."""


def program(x):
    return x * x


inputs = [(1.5,)]
wrt = (3,)
refused_message = r"argnums|3"
refused_error = TypeError
