"""Active assignments within a context manager of one's own, nested, with ``as``."""
import contextlib


@contextlib.contextmanager
def logged(log, name):
    log.append(f"enter {name}")
    yield len(log)
    log.append(f"leave {name}")


def program(x):
    log = []
    with logged(log, "outer") as depth, contextlib.suppress(ValueError):
        y = x**2 * depth
        with logged(log, "inner") as depth:
            y = y * x + depth
    return y * len(log)


inputs = [(0.7,)]
wrt = (0,)
