"""recompute: calls that keep no activations for the backward pass."""

from nucella._core import Cell

__all__ = ["recompute"]


class _Recomputed(Cell):
    def __init__(self, block):
        super().__init__(auto_prefix=False)
        self._block = (block,)  # not as a child: its parameters keep their place in their own net

    def construct(self, _alive, *args, **kwargs):
        return self._block[0](*args, **kwargs)


def recompute(block, *args, **kwargs):
    """``block(*args, **kwargs)``, run a second time in the backward pass instead of keeping its activations.

    Args:
        block (Cell): What to call.
        args, kwargs: Its arguments.

    Raises:
        TypeError: `block` is no Cell.

    Examples:
        >>> from nucella import Tensor, nn, recompute
        >>> recompute(nn.ReLU(), Tensor([-1.0, 2.0]))
        Tensor(shape=[2], dtype=Float32, value= [ 0.00000000e+00,  2.00000000e+00])
    """
    if not isinstance(block, Cell):
        raise TypeError(f"recompute: 'block' must be a Cell, got {type(block).__name__}")
    cell = _Recomputed(block)
    cell.recompute()
    # The backward pass keeps the arguments, and with them the cell that it runs again.
    return cell(cell, *args, **kwargs)
