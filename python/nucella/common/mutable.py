"""mutable: marks values that a compiled function shall take as inputs instead of constants."""
from nucella._core import Tensor


class _Int(int):
    pass


class _Float(float):
    pass


class _Tuple(tuple):
    pass


class _List(list):
    pass


class _Dict(dict):
    pass


_TYPES = {int: _Int, float: _Float, tuple: _Tuple, list: _List, dict: _Dict}


def _check_input(value):
    if isinstance(value, (bool, int, float, Tensor)):
        return
    if isinstance(value, (tuple, list)):
        items = value
    elif isinstance(value, dict):
        items = value.values()
    else:
        raise TypeError("For 'mutable', the 'input_data' should be one of (bool, int, float, Tensor, tuple, list, "
                        f"dict) or their nested structures, but got {value!r}")
    for item in items:
        _check_input(item)


def mutable(input_data, dynamic_len=False):
    """A value that GRAPH_MODE takes as an input: gradients are computed by the Tensors in a tuple, list or dict.

    Args:
        input_data: a number, a Tensor, or a tuple, list or dict of these, nested or not.
        dynamic_len (bool): its length may vary from call to call; for tuples and lists.

    Raises:
        TypeError: for anything else.
        ValueError: for `dynamic_len` with items of different types.

    Examples:
        >>> from nucella import mutable
        >>> mutable((1, 2))
        (1, 2)
    """
    _check_input(input_data)
    if dynamic_len:
        if not isinstance(input_data, (tuple, list)):
            raise TypeError("For 'mutable', when the variable_len is True, the first input should be list or tuple, "
                            f"but got: {input_data!r}")
        if len(set(map(type, input_data))) > 1:
            raise ValueError("For 'mutable', with a variable length all items must be of one type, but got "
                             f"{input_data!r}")
    kind = next((kind for kind in _TYPES if isinstance(input_data, kind) and not isinstance(input_data, bool)), None)
    marked = input_data if kind is None else _TYPES[kind](input_data)
    if not isinstance(marked, bool):
        marked.__ms_mutable__ = True
        marked.__ms_dynamic_len__ = dynamic_len
        if marked is not input_data:
            marked.__ms_origin_object__ = input_data
    return marked
