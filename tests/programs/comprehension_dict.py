"""Dict comprehensions over items."""


def program(weights, x):
    scaled = {name: weight * x for name, weight in weights.items()}
    kept = {name: value for name, value in scaled.items() if name != "b"}
    return sum(kept.values()) * scaled["b"] + len(kept)


inputs = [({"a": 0.9, "b": -0.4, "c": 1.3}, 0.7)]
wrt = (0, 1)
