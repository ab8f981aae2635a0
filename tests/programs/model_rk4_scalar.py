"""The classical Runge-Kutta method for a scalar equation given as a function."""
import math


def rk4(slope, y, t, h):
    k1 = slope(t, y)
    k2 = slope(t + h / 2, y + h / 2 * k1)
    k3 = slope(t + h / 2, y + h / 2 * k2)
    k4 = slope(t + h, y + h * k3)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def program(y, rate, n):
    def slope(t, y):
        return -rate * y + math.sin(t)

    h = 1.0 / n
    for i in range(n):
        y = rk4(slope, y, i * h, h)
    return y


inputs = [(0.9, 0.7, 6)]
wrt = (0, 1)
