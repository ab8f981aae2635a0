def program_value_and_grad(scale, x):
    """Return the value and the gradient of `program` with respect to scale and x.

    scale: float, x: float
    """
    product = scale * x
    power = x ** 2
    product_1 = scale * power
    total = product ** 2 + 1 + (product_1 ** 2 + 1)
    power_1 = scale ** 2
    total_1 = x * scale + x * power_1
    value = total * total_1

    # return self.scale * x
    x_bar = total * power_1
    power_bar = total * x
    # return self.value(x) + self.value(x**2)
    scale_bar = 2.0 * power_bar * scale
    # return self.scale * x
    x_bar += total * scale
    # return super().value(x) ** 2 + 1
    product_2 = 2.0 * total_1
    # return self.scale * x
    scale_bar += power_bar + product_2 * product_1 * power
    # return self.value(x) + self.value(x**2)
    x_bar += 4.0 * total_1 * product_1 * scale * x
    # return super().value(x) ** 2 + 1
    product_bar = product_2 * product
    # return self.scale * x
    scale_bar += product_bar * x
    x_bar += product_bar * scale
    return value, (scale_bar, x_bar)
