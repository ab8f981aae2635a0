"""A function that calls itself a number of times known from an integer."""


def power(x, n):
    if n == 0:
        return 1.0
    if n % 2:
        return x * power(x, n - 1)
    half = power(x, n // 2)
    return half * half


def program(x, n):
    return power(x, n) + power(2 * x, 3)


inputs = [(0.9, 6), (0.9, 5), (0.9, 0)]
wrt = (0,)
