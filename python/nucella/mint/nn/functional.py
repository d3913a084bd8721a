"""The functions that layers are made of, with the signatures of mindspore.mint.nn.functional."""

from nucella.ops._define import function as _function
from nucella.ops._define import public_names
from nucella.ops.function.nn_func import *


def _mint(signature, op=None):
    return _function(signature, op, module="nucella.mint.nn.functional")


softmax = _mint("softmax(input, dim=None)")
log_softmax = _mint("log_softmax(input, dim=None)")
linear = _mint("linear(input, weight, bias=None)", "dense")
elu = _mint("elu(input, alpha=1.0)")
leaky_relu = _mint("leaky_relu(input, negative_slope:alpha=0.01)")
mish = _mint("mish(input)")
relu6 = _mint("relu6(input)")

__all__ = public_names(globals())
