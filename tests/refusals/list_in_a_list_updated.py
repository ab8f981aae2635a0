"""The cells of a table of lists are filled one by one."""


def program(x):
    table = [[0.0] * 3 for _ in range(3)]
    for i in range(3):
        for j in range(3):
            table[i][j] = x * (i + j)  # refused: a list in a list is updated in place
    return sum([sum(row) for row in table])


inputs = [(0.7,)]
wrt = (0,)
