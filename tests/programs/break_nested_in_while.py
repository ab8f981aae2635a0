"""A break in a for loop inside a while loop."""


def program(x):
    total = 0.0
    while x < 40:
        for i in range(1, 6):
            total = total + x / i
            if total > 1.5 * x:
                break
            x = x * 1.1
        x = x * 1.5 + 0.1 * total
    return (total + 1) * x


inputs = [(1.9,), (25.0,), (50.0,)]
wrt = (0,)
