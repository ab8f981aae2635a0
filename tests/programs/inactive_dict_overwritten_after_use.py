"""An inactive dict is read by active expressions while it is changed."""


def program(x, n):
    settings = {"rate": 0.5}
    y = x
    for i in range(n):
        y = y - settings["rate"] * y**2
        settings["rate"] *= 0.8
        settings.setdefault("seen", i)
    y = y * settings["seen"] + y
    settings.update(rate=1e9)
    return y


inputs = [(0.7, 3), (0.7, 1)]
wrt = (0,)
