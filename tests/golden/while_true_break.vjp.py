def program_fwd(x):
    """Return the value of `program` and what `program_rev` reads."""
    y_tape = []
    y = x
    while True:
        y_tape.append(y)
        y = y * y + 0.1
        if y > 20:
            break
        y = y * 1.5
    return y, (y_tape,)


def program_rev(tape, value_bar):
    """Return the cotangents of x for a cotangent of the value of `program`."""
    y_tape, = tape
    y_tape = y_tape.copy()
    y_bar = value_bar
    for _ in range(len(y_tape)):
        y = y_tape.pop()
        # y = y * y + 0.1
        y_1 = y * y + 0.1
        if not y_1 > 20:
            # y = y * 1.5
            y_bar = 1.5 * y_bar
        # y = y * y + 0.1
        y_bar = 2.0 * (y_bar * y)
    return y_bar,


def program_vjp(x):
    """Return the value of `program` and its pullback."""
    value, tape = program_fwd(x)
    return value, lambda value_bar: program_rev(tape, value_bar)
