"""A context manager hands over an active value of its own making."""
import contextlib


@contextlib.contextmanager
def scaled(x):
    yield x * 3


def program(x):
    with scaled(x) as y:  # refused: with|context|generator|scaled
        return y * x


inputs = [(1.5,)]
wrt = (0,)
