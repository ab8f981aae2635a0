"""A helper behind a decorator that uses ``functools.wraps``."""
import functools


def doubled(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return 2 * function(*args, **kwargs)

    return wrapper


@doubled
def area(width, height):
    return width * height


def program(x, y):
    return area(x, height=y) * x


inputs = [(0.9, 0.4)]
wrt = (0, 1)
