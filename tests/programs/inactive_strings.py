"""Work on strings chooses what is computed."""


def program(x, formula):
    for symbol in formula.strip().lower().replace(" ", ""):
        if symbol.isdigit():
            x = x * int(symbol)
        elif symbol == "s":
            x = x**2
    return x + len(formula.split("s"))


inputs = [(0.7, " 2 S 3s "), (0.7, "")]
wrt = (0,)
