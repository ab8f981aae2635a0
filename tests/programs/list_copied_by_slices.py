"""Slices of lists are lists of their own, which are updated and handed from round to round."""


def program(x, y, steps):
    u = [x * k for k in range(5)]
    first = u[::-1]
    for _ in range(steps):
        v = u[:]
        for i in range(1, 4):
            v[i] = u[i] + y * (u[i + 1] - u[i - 1]) * u[i]
        u = v
    part = u[1:4]
    part[0] = part[1] * part[2]
    first[2] = u[2] * y
    part.append(y)
    return sum(u) * part[0] + sum(part) * u[1] + first[2] * sum(first)


inputs = [(0.7, 0.3, 3), (0.7, 0.3, 0)]
wrt = (0, 1)
