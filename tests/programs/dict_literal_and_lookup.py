"""Dicts of active values: literals, ``dict(...)``, unions, lookups, ``get`` and membership."""


def program(x, y):
    values = {"x": x, "y": y}
    more = dict(product=x * y, **values)
    merged = {**more, "x": x**2}
    total = merged["x"] * values["x"] + more["product"]
    if "y" in merged and "z" not in merged:
        total = total * merged["y"]
    return total + len(merged) * merged.get("y", 1.0) + merged.get("z", 2.0) * x


inputs = [(0.9, 0.4)]
wrt = (0, 1)
