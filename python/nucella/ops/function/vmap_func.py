"""vmap: a function of single examples as a function of batches."""

from nucella._core import Tensor
from nucella.ops.function.array_func import stack, unstack

__all__ = ["vmap"]


def _cut(value, axis, sizes):
    """The examples of one argument: a list, or None for one that all examples share."""
    if axis is None:
        return None
    if isinstance(value, tuple | list):
        axes = axis if isinstance(axis, tuple | list) else (axis,) * len(value)
        if len(axes) != len(value):
            raise ValueError(f"vmap: 'in_axes' must have {len(value)} entries for an argument, got {axis}")
        parts = [_cut(v, a, sizes) for v, a in zip(value, axes, strict=True)]
        count = sizes[0] if sizes else 0
        return [tuple(v if p is None else p[i] for v, p in zip(value, parts, strict=True)) for i in range(count)]
    if not isinstance(value, Tensor):
        raise RuntimeError(f"vmap: an argument with an axis in 'in_axes' must be a Tensor, got {type(value).__name__}")
    rows = unstack(value, axis)
    if sizes and sizes[0] != len(rows):
        raise ValueError(f"vmap: the mapped axes must have one extent, got {sizes[0]} and {len(rows)}")
    sizes.append(len(rows))
    return rows


def _join(results, axis):
    """The results of all examples as one, in their structure."""
    if isinstance(results[0], tuple | list):
        axes = axis if isinstance(axis, tuple | list) else (axis,) * len(results[0])
        return tuple(_join([r[i] for r in results], a) for i, a in enumerate(axes))
    if axis is None:
        return results[0]
    return stack([r if isinstance(r, Tensor) else Tensor(r) for r in results], axis)


def vmap(fn, in_axes=0, out_axes=0):
    """`fn`, called for every position of the axes `in_axes` of its arguments, with the results joined along `out_axes`.

    Args:
        fn: a function or Cell of single examples.
        in_axes: the axis that counts the examples in each argument, an int or (nested) tuple of them; None for an
            argument that all examples share.
        out_axes: the axis that counts them in the results; None takes the result of the first example.

    Raises:
        TypeError: `fn` cannot be called. ValueError: the extents of the mapped axes differ, or `in_axes` has no
            axis. RuntimeError: an argument with an axis is no Tensor.

    Examples:
        >>> print(ops.vmap(lambda x, y: (x * y).sum(), (0, None))(Tensor([[1, 2], [3, 4]]), Tensor([1, 1])))
        [3 7]
    """
    if not callable(fn):
        raise TypeError(f"vmap: 'fn' must be callable, got {type(fn).__name__}")

    def mapped(*args):
        axes = in_axes if isinstance(in_axes, tuple | list) else (in_axes,) * len(args)
        if len(axes) != len(args):
            raise ValueError(f"vmap: 'in_axes' must have {len(args)} entries, got {len(axes)}")
        sizes = []
        parts = [_cut(value, axis, sizes) for value, axis in zip(args, axes, strict=True)]
        if not sizes or sizes[0] == 0:
            raise ValueError("vmap: 'in_axes' must name an axis of at least one example")
        results = [fn(*(v if p is None else p[i] for v, p in zip(args, parts, strict=True))) for i in range(sizes[0])]
        return _join(results, out_axes)

    return mapped
