"""What layers are made of: activations, products with weights, convolutions, losses."""

from nucella._core import batch_norm, dropout, layer_norm
from nucella.ops._define import function, public_names

relu = function("relu(input)")
sigmoid = function("sigmoid(input)")
tanh = function("tanh(input)")
relu6 = function("relu6(x)")
gelu = function("gelu(input, approximate='none')")
silu = function("silu(input)")
elu = function("elu(input_x, alpha=1.0)")
leaky_relu = function("leaky_relu(input, alpha=0.2)")
softplus = function("softplus(input)")
softsign = function("softsign(x)")
mish = function("mish(x)")
hardsigmoid = function("hardsigmoid(input)")
hardswish = function("hardswish(input)")
softmax = function("softmax(input, axis=-1)")
log_softmax = function("log_softmax(logits, axis=-1)")
bias_add = function("bias_add(input_x, bias)")
dense = function("dense(input, weight, bias=None)")

group_norm = function("group_norm(input, num_groups, weight:gamma=None, bias:beta=None, eps:epsilon=1e-5)")
rms_norm = function("rms_norm(x, gamma, epsilon=1e-6)")

cross_entropy = function(
    "cross_entropy(input, target, weight=None, ignore_index=-100, reduction='mean', label_smoothing=0.0)"
)
nll_loss = function(
    "nll_loss(inputs, target, weight=None, ignore_index=-100, reduction='mean', label_smoothing=0.0)"
)
mse_loss = function("mse_loss(input, target, reduction='mean')")
l1_loss = function("l1_loss(input, target, reduction='mean')")
smooth_l1_loss = function("smooth_l1_loss(input, target, beta=1.0, reduction='none')")
binary_cross_entropy = function("binary_cross_entropy(logits, labels, weight=None, reduction='mean')")
binary_cross_entropy_with_logits = function(
    "binary_cross_entropy_with_logits(input, target, weight=None, pos_weight=None, reduction='mean')"
)

__all__ = public_names(globals())
