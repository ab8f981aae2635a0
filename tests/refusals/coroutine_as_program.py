"""The differentiated function is a coroutine."""


async def program(x):  # refused: async|coroutine
    return x * x


inputs = [(1.5,)]
wrt = (0,)
