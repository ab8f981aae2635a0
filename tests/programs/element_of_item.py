"""Elements of arrays and lists that stand in dicts, tuples, objects and lists, beside uses of the whole items."""
import numpy as np


class Layer:
    def __init__(self, weights, bias):
        self.weights = weights
        self.bias = bias


def program(tables, layer, rows, grid, x):
    total = 0.0
    same = [x * 2.0, x]
    same = [*same, same[0]]
    for i in range(len(x)):
        total += tables["a"][i] * x[i] ** 2 + tables["b"][1][-1] * layer.bias[i]
        total += np.sum(tables["a"][i:] * x[i:])
        for k in range(len(rows)):
            total += rows[k][i] * layer.weights[k, i] + grid[k][i] ** 2
        total += np.dot(rows[i % 2], x) * same[2][i] * same[0][i - 1] * same[i % 3][0]
    pairs = [(row[0], row) for row in rows]
    for k in range(len(pairs)):
        total += pairs[k][1][0] * pairs[k][0]
    return total + np.sum(tables["b"][0]) + sum(grid[0]) + np.sum(rows[-1][[0, 0, 1]] ** 2)


inputs = [(
    {"a": np.array([0.9, -0.4, 1.3]), "b": (np.array([0.3]), np.array([0.7, -0.2]))},
    Layer(np.array([[0.5, -1.2, 0.1], [0.3, 0.8, -0.6]]), np.array([0.2, 0.4, -0.9])),
    [np.array([0.6, -0.7, 0.8]), np.array([1.1, 0.2, -0.3])],
    [[0.4, -0.5, 0.6], [0.7, 0.9, -1.1]],
    np.array([0.3, 1.2, -0.8]),
)]
wrt = (0, 1, 2, 3, 4)
