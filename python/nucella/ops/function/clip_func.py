"""Functions that bring tensors, mostly gradients, between bounds."""

from nucella._core import clip_by_global_norm, clip_by_norm, clip_by_value
from nucella.ops._define import function, public_names

clamp = function("clamp(input, min=None, max=None)")
clip = function("clip(input, min=None, max=None)", "clamp")

__all__ = public_names(globals())


def get_square_sum(x):
    """The sum of the squares of `x` in float32, as a Tensor of one element."""
    return x.astype("float32").square().sum().expand_dims(0)
