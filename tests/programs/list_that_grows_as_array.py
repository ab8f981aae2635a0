"""Arrays that the rounds of loops make of a list of all states so far, which goes on growing behind them."""
import math

import numpy as np


def program(w, x, n):
    total = 0.0
    for s in range(2):
        h = np.tanh(x + s)
        first = np.array([h * x, h])
        states = [h * x, h]
        for k in range(n):
            h = np.sin(w @ h)
            states.append(h)
            past = np.array(states)
            scores = past @ h
            total += np.sum(np.tanh(scores - np.max(scores)) ** 2)
            if k % 2:
                total += np.sum(np.stack(states)[-1] ** 2 * past[k])
        states.append(first[0])
        numbers = []
        r = 0.3
        while r < 2.0:
            numbers.append(math.tanh(total) * r)
            r += 0.4
            steps = np.array(numbers)
            total = total + 0.1 * np.sum(steps * np.cos(steps)) * math.sin(r)
        ragged = []
        for _ in range(3):
            ragged.append(h * math.tanh(total))
            rows = np.stack(ragged)
            h = rows[-1] * 0.1 + np.tanh(np.sum(rows**2))
        ragged.append(h[1:])
        total += np.sum(ragged[-1]) + np.sum(states[0] * states[-1])
    return total


inputs = [
    (np.array([[0.4, -0.3], [0.2, 0.5]]), np.array([0.3, -0.7]), 3),
    (np.array([[0.1, 0.3], [0.6, -0.5]]), np.array([0.2, 0.9]), 0),
]
wrt = (0, 1)
