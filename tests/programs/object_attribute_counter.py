"""An object keeps count of its calls in an attribute that carries no derivative."""


class Counted:
    def __init__(self):
        self.calls = 0
        self.log = []

    def __call__(self, x):
        self.calls += 1
        self.log.append(f"call {self.calls}")
        return x**2 + self.calls


def program(x):
    counted = Counted()
    y = counted(counted(x))
    return y * len(counted.log)


inputs = [(0.9,)]
wrt = (0,)
