"""``break``, ``continue`` and ``return`` at different depths of nested loops."""


def program(x, n):
    total = 0.0
    while True:
        n -= 1
        if n < 0:
            break
        x = x * 1.3
        for i in range(5):
            if i == n:
                continue
            total = total + x * i
            if total > 60:
                return total * x + n
            if total > 4 * x:
                break
            x = x + 0.1 * total
    return total - x


inputs = [(0.7, 3), (0.7, 0), (5.0, 4)]
wrt = (0,)
