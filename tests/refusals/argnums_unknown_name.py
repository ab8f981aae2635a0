"""A parameter name that the function does not have."""


def program(x, width):
    return x * width


inputs = [(1.5, 2.0)]
wrt = ("widht",)
refused_message = r"widht"
refused_error = TypeError
