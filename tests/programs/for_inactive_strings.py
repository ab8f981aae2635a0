"""A loop over strings, dict keys and a set decides what is done."""


def program(x, operations):
    seen = set()
    for operation in operations.split(","):
        if operation in seen:
            x = x + 1
        if operation == "square":
            x = x**2
        elif operation == "halve":
            x = x / 2
        seen.add(operation)
    for operation in sorted(seen):
        x = x * len(operation)
    return x


inputs = [(0.7, "square,halve,square"), (0.7, "halve,nothing")]
wrt = (0,)
