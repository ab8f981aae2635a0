"""A deque collects active values."""
from collections import deque


def program(x):
    window = deque(maxlen=2)
    for i in range(4):
        window.append(x * i)  # refused: append|deque
    return sum(window)


inputs = [(1.5,)]
wrt = (0,)
