"""``try`` around code that carries no derivative decides a number."""


def program(x, text):
    try:
        n = int(text)
    except ValueError:
        n = 2
    else:
        n += 1
    finally:
        done = True
    return x**n * (3 if done else 4)


inputs = [(0.7, "2"), (0.7, "many")]
wrt = (0,)
