"""A compiled function without a rule has no source to read."""
import operator

program = operator.methodcaller("hex")

inputs = [(1.5,)]
wrt = (0,)
refused_message = r"source|methodcaller"
