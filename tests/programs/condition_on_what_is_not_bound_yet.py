"""A test is not looked at before what it reads is bound: the test in front of it says so."""


def program(x, n):
    found = False
    total = 0.0
    for i in range(n):
        if x[i] > 0.5:
            last = x[i]
            found = True
    if found and last > 1.0:
        total += last * x[0]
    k = 0
    while k == 0 or k < 6 and step > 0.1:  # noqa: F821
        step = total * 0.25
        total = total * x[k % 3] + x[1]
        k += 1
    for i in range(n):
        if i > 0 and before > 0.1:  # noqa: F821
            total += before * x[i] * total + x[i]  # noqa: F821
        before = x[i] * 1.3
    return total


inputs = [([0.1, 0.2, 0.3], 3), ([1.4, 0.2, 1.3], 3), ([0.9, 0.8, 0.95], 3)]
wrt = (0,)
