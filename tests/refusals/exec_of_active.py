"""``exec`` of statements that bind active values."""


def program(x):
    scope = {"x": x}
    exec("y = x * x", scope)  # refused: exec
    return scope["y"] + x


inputs = [(1.5,)]
wrt = (0,)
