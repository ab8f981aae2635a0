"""The conjugate of Python's own numbers, which have a method of that one name."""


def program(s, numbers):
    turned = (s + 0.4j) ** 2
    return s.conjugate() * s + sum([v.conjugate() * v for v in numbers]) + (turned.conjugate() * turned).real


inputs = [(0.7, [0.5, -1.2])]
wrt = (0, 1)
