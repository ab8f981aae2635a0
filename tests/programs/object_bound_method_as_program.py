"""The differentiated function is a bound method."""


class Spring:
    def __init__(self, stiffness):
        self.stiffness = stiffness

    def energy(self, x, rest):
        return self.stiffness * (x - rest) ** 2 / 2


program = Spring(3.0).energy

inputs = [(0.9, 0.4)]
wrt = (0, 1)
