def program_value_and_grad(x, y):
    """Return the value and the gradient of `program` with respect to x and y.

    x: float, y: float
    """
    low = x * y
    width = x ** 2 - low
    ratio = width / 2
    total = low + ratio
    value = total * width

    # return self.low + self.width / 2
    width_bar = total + ratio
    # self.width = high - low
    low_bar = width - width_bar
    # interval = Interval(x * y, x**2)
    x_bar = 2.0 * width_bar * x
    y_bar = low_bar * x
    x_bar += low_bar * y
    return value, (x_bar, y_bar)
