def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float."""
    values = []
    for i in range(3):
        values.append(x * i)

    values_bar = [0.0] * len(values)
    value = 0
    for k in range(len(values)):
        value = value + values[k]
        # return sum(values)
        values_bar[k] = 1.0
    x_bar = 0.0
    for i in reversed(range(3)):
        # values.append(x * i)
        x_bar += values_bar[i] * i
    return value, x_bar
