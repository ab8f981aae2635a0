"""A class that is defined where it is used."""


def program(x):
    class Square:  # refused: a class with methods is defined in a function
        def of(self, y):
            return y * y

    return Square().of(x)


inputs = [(0.7,)]
wrt = (0,)
