def program_value_and_grad(xs):
    """Return the value and the gradient of `program` with respect to xs, for xs: list[float]."""
    total_tape = []
    total = 1.0
    for x in xs:
        total_tape.append(total)
        x_1 = x + 1
        total = total + total * x_1 * (2.0 * x)
    product = 3.0 * x_1
    product_1 = total * product
    product_2 = x_1 * x
    value = product_1 * product_2

    # return y * x
    x_bar = product_1 * x_1
    # return total * late(3.0) * early(x)
    total_bar = product_2 * product
    # return y * x
    x_bar_1 = 6.0 * (product_2 * total)
    # for x in xs:
    xs_bar = [0.0] * len(xs)
    for k in reversed(range(len(xs))):
        total = total_tape.pop()
        # for x in xs:
        x = xs[k]
        # total = total + late(total) * early(2.0)
        product_bar = total_bar * (2.0 * x)
        # x = x + 1
        x += 1
        # return y * x
        x_bar_1 += product_bar * total
        # x = x + 1
        x_bar += 2.0 * (total_bar * (total * x)) + x_bar_1
        # return y * x
        total_bar += product_bar * x
        # for x in xs:
        xs_bar[k] = x_bar
        x_bar = 0.0
        x_bar_1 = 0.0
    return value, xs_bar
