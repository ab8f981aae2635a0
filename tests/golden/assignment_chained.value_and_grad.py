def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float."""
    a = x * x
    a_1 = a + a
    b = a_1 * a
    value = a_1 - b

    # a = a + b
    a_bar = 2.0 * (1.0 - a) - a_1
    # a = b = x * x
    x_bar = 2.0 * (a_bar * x)
    return value, x_bar
