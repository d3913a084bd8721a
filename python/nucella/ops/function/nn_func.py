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
selu = function("selu(input_x)")
celu = function("celu(x, alpha=1.0)")
prelu = function("prelu(input, weight)")
glu = function("glu(x, axis=-1)")
fast_gelu = function("fast_gelu(x)")
logsigmoid = function("logsigmoid(x)")
hardtanh = function("hardtanh(input, min_val=-1.0, max_val=1.0)")
hardshrink = function("hardshrink(input, lambd=0.5)")
softshrink = function("softshrink(input, lambd=0.5)")
soft_shrink = function("soft_shrink(input, lambd=0.5)", "softshrink")
tanhshrink = function("tanhshrink(input)")
threshold = function("threshold(input, thr:threshold, value)")
logit = function("logit(input, eps=None)")
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
huber_loss = function("huber_loss(input, target, reduction='mean', delta=1.0)")
kl_div = function("kl_div(logits:x, labels:target, reduction='mean')")
soft_margin_loss = function("soft_margin_loss(input, target, reduction='mean')")
hinge_embedding_loss = function("hinge_embedding_loss(inputs:x, targets:target, margin=1.0, reduction='mean')")
multilabel_soft_margin_loss = function(
    "multilabel_soft_margin_loss(input, target, weight=None, reduction='mean')"
)
margin_ranking_loss = function("margin_ranking_loss(input1:x1, input2:x2, target, margin=0.0, reduction='mean')")
cosine_embedding_loss = function("cosine_embedding_loss(input1:x1, input2:x2, target, margin=0.0, reduction='mean')")
cosine_similarity = function("cosine_similarity(x1, x2, dim=1, eps=1e-08)")
gaussian_nll_loss = function("gaussian_nll_loss(x, target, var:variance, full=False, eps=1e-06, reduction='mean')")
triplet_margin_loss = function(
    "triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2, eps=1e-06, swap=False, reduction='mean')"
)
multi_margin_loss = function("multi_margin_loss(input, target, p=1, margin=1, weight=None, reduction='mean')")


def softmin(x, axis=-1, *, dtype=None):
    """softmax(-x) along `axis`, in `dtype`.

    Examples:
        >>> print(ops.softmin(Tensor([0.0, 0.0])))
        [0.5 0.5]
    """
    return softmax(-(x if dtype is None else x.astype(dtype)), axis)


__all__ = public_names(globals())
