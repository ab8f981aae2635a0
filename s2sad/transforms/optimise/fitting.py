"""Whether the values of two kinds have one shape, and which is broadcast to which."""
from __future__ import annotations

from s2sad.ir.kinds import Array, Kind, Scalar
from s2sad.ir.meeting import same_extent


def same_shape(a: Kind, b: Kind) -> bool:
    """Whether two values, operands of one elementwise operation, surely have the same shape."""
    if isinstance(a, Scalar) and isinstance(b, Scalar):
        return True
    if not (isinstance(a, Array) and isinstance(b, Array)) or a.dims is None or b.dims is None:
        return False
    return len(a.dims) == len(b.dims) and all(map(same_extent, a.dims, b.dims))


def covers(whole: Kind, part: Kind) -> bool:
    """Whether an elementwise operation of the two surely has the shape of the first."""
    return isinstance(part, Scalar) or same_shape(whole, part)


def spans(whole: Kind, one: Kind, two: Kind) -> bool:
    """Whether two values broadcast against each other surely have the shape of the first kind."""
    if not (isinstance(whole, Array) and isinstance(one, Array) and isinstance(two, Array)):
        return False
    if whole.dims is None or one.dims is None or two.dims is None:
        return False
    return all(
        any(place < len(part) and part[-1 - place] != 1 and same_extent(part[-1 - place], extent)
            for part in (one.dims, two.dims))
        for place, extent in enumerate(reversed(whole.dims))
    )


def is_smaller(part: Kind, whole: Kind) -> bool:
    """Whether a factor is a number, or is broadcast in the product."""
    return isinstance(part, Scalar) and isinstance(whole, Array) or is_broadcast(part, whole)


def is_broadcast(part: Kind, whole: Kind) -> bool:
    """Whether an array has fewer axes than another of known rank, or axes of length 1."""
    if not (isinstance(part, Array) and isinstance(whole, Array)) or part.dims is None or whole.dims is None:
        return False
    return not same_shape(whole, part) and (len(part.dims) < len(whole.dims) or 1 in part.dims)


def fits_into(part: Kind, whole: Kind) -> bool:
    """Whether a value of the first kind is surely broadcast to one of the second."""
    if not (isinstance(part, Array) and isinstance(whole, Array)) or part.dims is None or whole.dims is None:
        return False
    pairs = list(zip(reversed(part.dims), reversed(whole.dims), strict=False))
    return len(part.dims) <= len(whole.dims) and all(one == 1 or same_extent(one, two) for one, two in pairs)
