def power_fwd(x, n):
    """Return the value of `power` and what `power_rev` reads."""
    test = n == 0
    if test:
        value = 1.0
        remainder = None
        t = None
        power_tape = None
        half = None
        power_tape_1 = None
    else:
        remainder = n % 2
        if remainder:
            t, power_tape = power_fwd(x, n - 1)
            value = x * t
            half = None
            power_tape_1 = None
        else:
            half, power_tape_1 = power_fwd(x, n // 2)
            value = half * half
            t = None
            power_tape = None
    return value, (test, remainder, t, x, power_tape, half, power_tape_1)


def power_rev(tape, power_bar):
    """Return the cotangents of x for a cotangent of the value of `power`."""
    test, remainder, t, x, power_tape, half, power_tape_1 = tape
    if test:
        x_bar = 0.0
    elif remainder:
        # return x * power(x, n - 1)
        x_bar = power_bar * t
        x_bar += power_rev(power_tape, power_bar * x)[0]
    else:
        # return half * half
        half_bar = 2.0 * (power_bar * half)
        # half = power(x, n // 2)
        x_bar = power_rev(power_tape_1, half_bar)[0]
    return x_bar,


def program_value_and_grad(x, n):
    """Return the value and the gradient of `program` with respect to x, for x: float, n: int."""
    t, power_tape = power_fwd(x, n)
    t_1, power_tape_1 = power_fwd(2 * x, 3)
    value = t + t_1

    # return power(x, n) + power(2 * x, 3)
    x_bar = 2.0 * power_rev(power_tape_1, 1.0)[0]
    x_bar += power_rev(power_tape, 1.0)[0]
    return value, x_bar
