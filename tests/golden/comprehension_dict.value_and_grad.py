def program_value_and_grad(weights, x):
    """Return the value and the gradient of `program` with respect to weights and x.

    weights: {'a': float, 'b': float, 'c': float}, x: float
    """
    weight = weights['a']
    weight_1 = weights['b']
    weight_2 = weights['c']
    value = weight * x
    value_1 = weight_1 * x
    value_2 = weight_2 * x
    kept = {'a': value, 'c': value_2}
    total = 0 + value + value_2
    value = total * value_1 + len(kept)

    # scaled = {name: weight * x for name, weight in weights.items()}
    weight_bar = value_1 * x
    x_bar = value_1 * weight_2
    weight_bar_1 = total * x
    x_bar += total * weight_1 + value_1 * weight
    weights_bar = {'a': weight_bar, 'b': weight_bar_1, 'c': weight_bar}
    return value, (weights_bar, x_bar)
