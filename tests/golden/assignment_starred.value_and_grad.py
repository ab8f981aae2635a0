def program_value_and_grad(x, y):
    """Return the value and the gradient of `program` with respect to x and y.

    x: float, y: float
    """
    end = x - y
    middle = [y, x * y, end]
    front = middle[0:-1]
    head = front[0]
    tail = front[1:]
    total = 0
    for k in range(len(tail)):
        total = total + tail[k]
    value = x * 3.0 + end * head + total + len(front) * x

    # return first * last + end * head + sum(tail) + len(front) * x
    x_bar = 1.0 * len(front)
    tail_bar = [0.0] * len(tail)
    for k in reversed(range(len(tail))):
        # return first * last + end * head + sum(tail) + len(front) * x
        tail_bar[k] = 1.0
    # head, *tail = front
    front_bar = [0.0] * len(front)
    front_bar[1:] = tail_bar
    front_bar[0] = end
    # *front, end = middle
    middle_bar = [0.0] * len(middle)
    middle_bar[0:-1] = front_bar
    # first, *middle, last = values
    y_bar = middle_bar[0]
    product_bar = middle_bar[1]
    end_bar = head + middle_bar[2]
    # values = (x, y, x * y, x - y, 3.0)
    x_bar += 3.0 + end_bar + product_bar * y
    y_bar -= end_bar - product_bar * x
    return value, (x_bar, y_bar)
