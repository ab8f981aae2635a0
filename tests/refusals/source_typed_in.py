"""The source of a function made by ``exec`` is nowhere to be found."""

scope = {}
exec("def program(x):\n    return x * x\n", scope)
program = scope["program"]

inputs = [(1.5,)]
wrt = (0,)
refused_message = r"source"
