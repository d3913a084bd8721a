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
celu = _mint("celu(input, alpha=1.0)")
selu = _mint("selu(input)")
glu = _mint("glu(input, dim:axis=-1)")
logsigmoid = _mint("logsigmoid(input)")
threshold = _mint("threshold(input, threshold, value)")
kl_div = _mint("kl_div(input:x, target, reduction='mean')")
cosine_embedding_loss = _mint(
    "cosine_embedding_loss(input1:x1, input2:x2, target, margin=0.0, reduction='mean')"
)

__all__ = public_names(globals())
