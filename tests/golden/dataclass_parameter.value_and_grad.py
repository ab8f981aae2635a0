import copy
import numpy as np


def program_value_and_grad(shape):
    """Return the value and the gradient of `program` with respect to shape.

    shape: Shape(centre: Point(x: float, y: float), radii: list[float[...]], name:
    str)
    """
    power = (shape.centre.x ** 2 + shape.centre.y ** 2) ** 0.5
    item = shape.radii[0]
    total = np.sum(item)
    item_1 = shape.radii[1]
    product = item_1 * shape.centre.x
    value = power * total + product

    # return shape.centre.norm() * np.sum(shape.radii[0]) + shape.radii[1] * shape....
    product_bar = _unbroadcast(1.0, np.shape(product))
    x_bar = np.sum(product_bar * item_1)
    radii_bar = [np.zeros_like(item) for item in shape.radii]
    radii_bar[1] += _unbroadcast(product_bar * shape.centre.x, np.shape(item_1))
    t = [np.zeros_like(item) for item in shape.radii]
    t[0] += _unbroadcast(power + np.zeros_like(item), np.shape(item))
    radii_bar = [(a + b) for a, b in zip(radii_bar, t)]
    # return (self.x**2 + self.y**2) ** 0.5
    product = 2.0 * (0.5 * total / power)
    y_bar = product * shape.centre.y
    x_bar_1 = product * shape.centre.x
    shape_bar = _like(shape, centre=_like(shape.centre, x=x_bar + x_bar_1, y=y_bar), radii=radii_bar)
    return value, shape_bar


def _unbroadcast(g, shape):
    """Sum ``g`` over the axes along which a value of this shape was broadcast."""
    if np.shape(g) == shape:
        return g
    g = np.expand_dims(g, tuple(range(len(shape) - np.ndim(g))))
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 != g.shape[i])
    g = np.sum(g, axis=axes, keepdims=True) if axes else g
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def _like(obj, **attributes):
    """A copy of an object with other values of these attributes."""
    result = copy.copy(obj)
    for name, value in attributes.items():
        object.__setattr__(result, name, value)
    return result
