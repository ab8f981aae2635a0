"""A test that mixes active values, counters and flags that the loop changes."""


def program(x, n):
    done = False
    i = 0
    y = x
    while not done and i < n:
        y = y * x + 0.2
        if y > 3 and i % 2 == 1:
            done = True
        else:
            i = i + 1
        if i == n - 1:
            y = y - x
    return y if done else y * i


inputs = [(1.6, 10), (0.6, 4)]
wrt = (0,)
