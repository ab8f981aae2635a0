"""``**kwargs`` and a call that spreads a dict."""


def total(scale, **parts):
    result = 0.0
    for name, part in parts.items():
        result += len(name) * part
    return scale * result


def program(x, y):
    options = {"one": x * y, "three": y}
    return total(x, a=x, bb=y**2) + total(scale=y, **options) + total(2.0, other=x, **options)


inputs = [(0.8, -1.3)]
wrt = (0, 1)
