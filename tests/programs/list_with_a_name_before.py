"""A list that is appended to while another name is what it was in the round before."""


def program(x, n):
    current = [x]
    previous = current
    total = 0.0
    for _ in range(n):
        total += previous[0] * previous[-1] * len(previous)
        current.append(current[-1] * x)
        previous = current
    return total + previous[-1] ** 2


inputs = [(0.7, 0), (1.1, 3)]
wrt = (0,)
