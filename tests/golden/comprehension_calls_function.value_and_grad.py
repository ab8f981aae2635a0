import math


def program_value_and_grad(xs):
    """Return the value and the gradient of `program` with respect to xs, for xs: list[float]."""
    total = 0
    for x in xs:
        product = math.sin(x) * x if x > 0 else -x
        total = total + product
    items = []
    for k in range(len(xs)):
        items.append(xs[k] ** 2)

    items_bar = [0.0] * len(items)
    total_1 = 0
    for k in range(len(items)):
        total_1 = total_1 + items[k]
        # return sum([soft(x) for x in xs]) * sum(map(lambda x: x**2, xs))
        items_bar[k] = total
    value = total * total_1
    # return sum([soft(x) for x in xs]) * sum(map(lambda x: x**2, xs))
    xs_bar = [0.0] * len(xs)
    for k in reversed(range(len(xs))):
        # return sum([soft(x) for x in xs]) * sum(map(lambda x: x**2, xs))
        xs_bar[k] = 2.0 * items_bar[k] * xs[k]
    for k in reversed(range(len(xs))):
        # return sum([soft(x) for x in xs]) * sum(map(lambda x: x**2, xs))
        x = xs[k]
        if x > 0:
            # return math.sin(x) * x
            x_bar = total_1 * math.sin(x)
            x_bar += total_1 * x * math.cos(x)
        else:
            # return -x
            x_bar = -total_1
        # return sum([soft(x) for x in xs]) * sum(map(lambda x: x**2, xs))
        xs_bar[k] += x_bar
    return value, xs_bar
