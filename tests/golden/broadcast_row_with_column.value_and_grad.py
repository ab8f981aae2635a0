import numpy as np


def program_value_and_grad(column, row, v):
    """Return the value and the gradient of `program` with respect to column, row and v.

    column: float[:, 1], row: float[1, :], v: float[:]
    """
    table = column * row + column ** 2
    difference = column - v
    total = np.sum(difference)
    total_1 = 1 + v ** 2
    ratio = row / total_1
    total_2 = np.sum(ratio)
    value = np.sum(np.sin(table)) + total * total_2 + np.sum(table * v)

    # return np.sum(np.sin(table)) + np.sum(column - v) * np.sum(row / (1 + v**2)) ...
    v_bar = np.sum(table, axis=0)
    ratio_1 = total / total_1
    v_bar += 2.0 * (ratio_1 * -ratio)[0] * v
    column_bar = np.sum(np.full_like(difference, total_2), axis=1)[:, None]
    v_bar += np.sum(np.full_like(difference, -total_2), axis=0)
    table_bar = np.cos(table) + v
    # table = column * row + column**2
    column_bar = column_bar + 2.0 * np.sum(table_bar, axis=1)[:, None] * column
    column_bar += (table_bar @ row[0])[:, None]
    row_bar = (column[:, 0] @ table_bar)[None] + ratio_1
    return value, (column_bar, row_bar, v_bar)
