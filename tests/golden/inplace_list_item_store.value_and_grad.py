def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float."""
    values = [x, 2.0]
    values[1] = x * x
    value = values[0] * values[1]

    # return values[0] * values[1]
    values_bar = [0.0] * len(values)
    values_bar[1] += values[0]
    values_bar[0] += values[1]
    # values[1] = x * x
    x_bar = 2.0 * (values_bar[1] * x)
    # values = [x, 2.0]
    x_bar += values_bar[0]
    return value, x_bar
