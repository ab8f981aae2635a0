"""An inner coroutine is awaited by hand."""


async def double(x):
    return 2 * x


def program(x):
    coroutine = double(x)
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value * x


inputs = [(1.5,)]
wrt = (0,)
refused_message = r"async|coroutine"
