"""A running maximum and its running sum of exponentials: the streaming log-sum-exp."""
import math


def program(xs):
    largest = xs[0]
    total = 0.0
    for x in xs:
        if x > largest:
            total = total * math.exp(largest - x)
            largest = x
        total = total + math.exp(x - largest)
    return largest + math.log(total)


inputs = [([0.5, 1.2, 0.8, 2.0],)]
wrt = (0,)
