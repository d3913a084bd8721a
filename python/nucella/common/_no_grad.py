"""_no_grad: code whose calls have no gradient."""
import contextlib

from nucella import _core


class _no_grad(contextlib.ContextDecorator):
    """A `with` block, or a decorator, within which nothing is recorded for gradients.

    Asking for a gradient inside raises RuntimeError.

    Examples:
        >>> import nucella
        >>> from nucella import Tensor, _no_grad
        >>> def fn(x):
        ...     with _no_grad():
        ...         y = x * x
        ...     return x + y
        >>> nucella.grad(fn)(Tensor([3.0]))
        Tensor(shape=[1], dtype=Float32, value= [ 1.00000000e+00])
    """

    def __init__(self):
        self._scope = _core.NoGrad()

    def __enter__(self):
        self._scope.enter()
        return self

    def __exit__(self, *exc_info):
        self._scope.exit()
        return False
