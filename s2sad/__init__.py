"""s2sad: the derivative of a Python function, as readable Python source."""
from s2sad.api import (
    differentiate,
    grad,
    source,
    value_and_grad,
    vjp,
)
from s2sad.checking import check_grads
from s2sad.errors import S2sadError, SignatureError, SourceNotFoundError, UnsupportedError
from s2sad.version import __version__

__all__ = [
    "S2sadError",
    "SignatureError",
    "SourceNotFoundError",
    "UnsupportedError",
    "__version__",
    "check_grads",
    "differentiate",
    "grad",
    "source",
    "value_and_grad",
    "vjp",
]
