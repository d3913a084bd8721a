"""mindspore.ops._utils: shapes of results."""

import numpy


def get_broadcast_shape(x_shape, y_shape, prim_name="", *_):
    """The shape that both take together; ValueError when they do not fit."""
    try:
        return list(numpy.broadcast_shapes(tuple(x_shape), tuple(y_shape)))
    except ValueError:
        raise ValueError(f"For '{prim_name}', the shapes {x_shape} and {y_shape} can not broadcast") from None
