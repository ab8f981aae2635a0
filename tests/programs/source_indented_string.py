"""An indented function whose string reaches the left margin: its text may not be shifted."""

if True:

    def program(x):
        text = """a
 b
        c"""
        # a comment at another depth
        y = (x
             * len(text)
    + 1)
        z = y \
            * x
        return z - len(text.splitlines()[2]) * y


inputs = [(0.9,)]
wrt = (0,)
