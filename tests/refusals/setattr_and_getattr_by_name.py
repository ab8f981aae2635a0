"""``setattr`` of an active value under a name made at run time."""


class Box:
    pass


def program(x, names):
    box = Box()
    for name in names:
        setattr(box, name, x * len(name))  # refused: setattr
    return getattr(box, names[0])


inputs = [(1.5, ["a", "bb"])]
wrt = (0,)
