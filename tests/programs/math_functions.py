"""Functions of the ``math`` module: exponentials, roots, trigonometry, and several arguments."""
import math


def program(x, y):
    a = math.exp(x) * math.log(y) + math.log(x, 3) + math.log2(y) + math.log10(x)
    a = a + math.log1p(y) + math.expm1(x)
    b = math.sin(x) + math.cos(y) * math.tan(x) + math.asin(x) + math.acos(x) * math.atan(y)
    b = b + math.atan2(x, y)
    c = math.sinh(x) + math.cosh(y) * math.tanh(x) + math.asinh(y) + math.acosh(1 + y) + math.atanh(x)
    d = math.sqrt(x) * math.pow(x, y) + math.hypot(x, y) + math.fabs(x - y) + math.erf(x) * math.erfc(y)
    return a * b + c * d + math.degrees(x) * math.radians(y)


inputs = [(0.4, 0.7), (0.9, 0.3)]
wrt = (0, 1)
