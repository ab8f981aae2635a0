"""Loops over the items, keys and values of a dict."""


def program(weights, x):
    total = 0.0
    for name, weight in weights.items():
        if name != "bias":
            total = total + weight**2 * x
    for name in weights:
        total = total + weights[name] * len(name)
    for weight in weights.values():
        total = total * weight
    return total + weights["bias"]


inputs = [({"a": 0.5, "slope": -1.2, "bias": 0.8}, 1.7)]
wrt = (0, 1)
