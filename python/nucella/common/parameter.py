"""Parameter, ParameterTuple and Buffer."""

from nucella._core import Parameter, Tensor
from nucella._core import check_parameters as _check_parameters
from nucella._core import clone_parameters as _clone_parameters

__all__ = ["Buffer", "Parameter", "ParameterTuple"]


class ParameterTuple(tuple):
    """A fixed sequence of Parameters.

    Args:
        iterable (Iterable[Parameter]): The parameters.

    Raises:
        TypeError: An element is no Parameter.
        ValueError: Two different parameters have the same name.

    Examples:
        >>> pair = nucella.ParameterTuple([Parameter(1.0, name="a"), Parameter(2.0, name="b")])
        >>> [p.name for p in pair]
        ['a', 'b']
    """

    def __new__(cls, iterable):
        """Makes the tuple once its parameters have been checked."""
        if isinstance(iterable, Parameter):
            raise TypeError("ParameterTuple: expected a sequence of Parameters, got a Parameter")
        parameters = tuple(iterable)
        _check_parameters(parameters)
        return super().__new__(cls, parameters)

    def clone(self, prefix, init="same"):
        """Parameters of their own, named `prefix.name`.

        Args:
            prefix (str): Letters, digits, underscores and dots, not beginning with a dot.
            init (str, number, Tensor): As in :meth:`Parameter.clone`. Default: "same".

        Raises:
            TypeError: `prefix` is no str.
            ValueError: `prefix` has other characters.

        Examples:
            >>> pair = nucella.ParameterTuple([Parameter(1.0, name="a"), Parameter(2.0, name="b")])
            >>> [p.name for p in pair.clone("old")]
            ['old.a', 'old.b']
        """
        return ParameterTuple(_clone_parameters(self, prefix, init))

    def __reduce__(self):
        """Copies and pickles as what it is."""
        return ParameterTuple, (list(self),)


class Buffer(Tensor):
    """A Tensor that becomes a buffer of the Cell to which it is assigned as an attribute.

    Args:
        data (Tensor): The value; its memory is shared.
        persistent (bool): Whether it is part of the cell's state_dict. Default: True.

    Raises:
        ValueError: `data` is None.
        TypeError: `data` is no Tensor.

    Examples:
        >>> net = nn.Cell()
        >>> net.mean = nn.Buffer(Tensor([4, 5, 6]))
        >>> print(net.mean, list(net.state_dict()))
        [4 5 6] ['mean']
    """

    def __init__(self, data=None, *, persistent=True):
        if data is None:
            raise ValueError("Buffer: 'data' must be a Tensor, got None")
        if not isinstance(data, Tensor):
            raise TypeError(f"Buffer: 'data' must be a Tensor, got {type(data).__name__}")
        super().__init__(data)
        self.persistent = persistent

    def __repr__(self):
        """As the Tensor it is."""
        return Tensor.__repr__(self)

    def __copy__(self):
        """A Buffer with data of its own."""
        return Buffer(super().__copy__(), persistent=self.persistent)

    def __deepcopy__(self, memo):
        """A Buffer with data of its own."""
        return self.__copy__()

    def __reduce__(self):
        """Pickles as what it is."""
        return _unpickled_buffer, (super().__copy__(), self.persistent)


def _unpickled_buffer(data, persistent):
    return Buffer(data, persistent=persistent)
