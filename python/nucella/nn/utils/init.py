"""no_init_parameters: build a net without filling its parameters."""

import contextlib

from nucella._core import NoInitScopes

__all__ = ["no_init_parameters"]


class no_init_parameters(contextlib.ContextDecorator):  # noqa: N801 - MindSpore's name
    """While it is entered, Parameters made from ``initializer(...)`` stay declared: no memory, no numbers.

    They are filled when they are first needed, by :meth:`Cell.init_parameters_data`, or by loading a checkpoint, and
    then no initializer runs. A context manager and a decorator; it nests, and holds for the calling thread.

    Examples:
        >>> with nn.utils.no_init_parameters():
        ...     net = nn.Dense(28 * 28, 64)
        >>> net.weight.has_init
        True
    """

    def __init__(self):
        """Opens nothing yet."""
        self._scopes = NoInitScopes()

    def __enter__(self):
        """Parameters stay declared from here on."""
        self._scopes.enter()

    def __exit__(self, *error):
        """What held before holds again."""
        self._scopes.exit()
        return False
