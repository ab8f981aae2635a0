"""A list that is repeated in place, under all of its names."""


def program(x, n):
    values = [x, x * x]
    same = values
    values *= 2
    grown = [x * k for k in range(n)]
    grown *= n
    return values[3] * same[2] * len(same) + sum(grown)


inputs = [(0.7, 3), (0.7, 0)]
wrt = (0,)
