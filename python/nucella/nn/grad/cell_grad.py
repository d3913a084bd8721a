"""Jvp and Vjp: derivatives along directions, as Cells."""
from nucella import _core
from nucella._core import Cell
from nucella.ops.function.grad import jvp, vjp


def _is_tensor(value):
    return isinstance(value, _core.Tensor)


def _check_same_structure(who, inputs, v):
    """One Tensor for one input, otherwise a tuple with one Tensor for each."""
    if not all(map(_is_tensor, inputs)):
        raise TypeError(f"For '{who}', the inputs must be Tensors, but got "
                        f"{tuple(type(value).__name__ for value in inputs)}.")
    if len(inputs) == 1:
        fits = _is_tensor(v)
    else:
        fits = isinstance(v, tuple) and len(v) == len(inputs) and all(map(_is_tensor, v))
    if not fits:
        raise TypeError(f"For '{who}', 'v' must be built as the inputs: a Tensor for one, a tuple of {len(inputs)} "
                        f"Tensors for {len(inputs)}, but got {type(v).__name__}.")


class Jvp(Cell):
    """The value of a function or Cell and its derivative along `v`; see ops.jvp.

    Inputs:
        The arguments of the function, then `v`: a Tensor for one argument, a tuple of Tensors for several.

    Raises:
        TypeError: for anything but Tensors, and when `v` is not built as the arguments.

    Examples:
        >>> from nucella import Tensor
        >>> from nucella.nn.grad import Jvp
        >>> Jvp(lambda x: x * x)(Tensor([3.0]), Tensor([10.0]))
        (Tensor(shape=[1], dtype=Float32, value= [ 9.00000000e+00]), \
Tensor(shape=[1], dtype=Float32, value= [ 6.00000000e+01]))
    """

    def __init__(self, fn):
        super().__init__()
        self.fn = fn

    def construct(self, *args):
        """(value, derivative)."""
        inputs, v = args[:-1], args[-1]
        _check_same_structure("Jvp", inputs, v)
        return jvp(self.fn, inputs, v if isinstance(v, tuple) else (v,))


class Vjp(Cell):
    """The value of a function or Cell and the gradients of its arguments; see ops.vjp.

    Inputs:
        The arguments of the function, then the gradient of its output: a Tensor, or a tuple of Tensors for a tuple.

    Outputs:
        The value, and the gradient of the argument; a tuple of them for several arguments.

    Raises:
        TypeError: for anything but Tensors.

    Examples:
        >>> from nucella import Tensor
        >>> from nucella.nn.grad import Vjp
        >>> Vjp(lambda x: x * x)(Tensor([3.0]), Tensor([10.0]))
        (Tensor(shape=[1], dtype=Float32, value= [ 9.00000000e+00]), \
Tensor(shape=[1], dtype=Float32, value= [ 6.00000000e+01]))
    """

    def __init__(self, fn):
        super().__init__()
        self.fn = fn

    def construct(self, *args):
        """(value, gradients)."""
        inputs, sens = args[:-1], args[-1]
        if not all(map(_is_tensor, inputs)):
            raise TypeError("For 'Vjp', the inputs must be Tensors, but got "
                            f"{tuple(type(value).__name__ for value in inputs)}.")
        value, vjp_fn = vjp(self.fn, *inputs)
        grads = vjp_fn(*sens) if isinstance(sens, tuple) else vjp_fn(sens)
        return value, grads[0] if len(inputs) == 1 else grads
