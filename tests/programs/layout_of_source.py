"""Statements over several lines, several on one line, comments and odd spacing."""


def program(
    x,  # the first
    y=2.0,
):
    # a comment of its own
    z = (x
         * y  # in the middle
         + 3); w = z  ; w = w*x  # noqa: E702, E203
    if z > 0: w = w + 1  # noqa: E701
    total = z \
        - w
    return (
        total * w
    )


inputs = [(0.9, 0.4)]
wrt = (0, 1)
