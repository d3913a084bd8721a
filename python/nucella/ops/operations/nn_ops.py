"""Primitives that layers are made of."""

from nucella import _core
from nucella.ops._define import function, primitive, public_names
from nucella.ops.primitive import Primitive, prim_attr_register

_gelu = function("gelu(input, approximate='none')").bind(approximate="tanh")

ReLU = primitive("ReLU", "relu(input)")
Sigmoid = primitive("Sigmoid", "sigmoid(input)")
Tanh = primitive("Tanh", "tanh(input)")
ReLU6 = primitive("ReLU6", "relu6(x)")
GeLU = primitive("GeLU", _gelu)
SiLU = primitive("SiLU", "silu(x)")
Elu = primitive("Elu", "elu(input_x)", alpha=1.0)
Softplus = primitive("Softplus", "softplus(x)")
Softsign = primitive("Softsign", "softsign(x)")
Mish = primitive("Mish", "mish(x)")
HSigmoid = primitive("HSigmoid", "hardsigmoid(input_x)")
HSwish = primitive("HSwish", "hardswish(x)")
SeLU = primitive("SeLU", "selu(input_x)")
CeLU = primitive("CeLU", "celu(x)", alpha=1.0)
PReLU = primitive("PReLU", "prelu(input, weight)")
FastGeLU = primitive("FastGeLU", "fast_gelu(x)")
HShrink = primitive("HShrink", "hardshrink(input)", lambd=0.5)
SoftShrink = primitive("SoftShrink", "softshrink(input)", lambd=0.5)
Logit = primitive("Logit", "logit(input)", eps=-1.0)
LogSoftmax = primitive("LogSoftmax", "log_softmax(logits)", axis=-1)
Dense = primitive("Dense", "dense(input, weight, bias=None)")
SoftmaxCrossEntropyWithLogits = primitive(
    "SoftmaxCrossEntropyWithLogits", "softmax_cross_entropy_with_logits(logits, labels)"
)

KLDivLoss = primitive("KLDivLoss", "kl_div(logits:x, labels:target)", reduction="mean")
SoftMarginLoss = primitive("SoftMarginLoss", "soft_margin_loss(input, target)", reduction="mean")
SmoothL1Loss = primitive("SmoothL1Loss", "smooth_l1_loss(prediction, target)", beta=1.0, reduction="none")

LayerNorm = primitive(
    "LayerNorm",
    "layer_norm(input_x, gamma, beta)",
    rename={"begin_norm_axis": "axis"},
    begin_norm_axis=1,
    begin_params_axis=1,
    epsilon=1e-7,
)

_softmax = function("softmax(input, axis)")
_conv2d = function("conv2d(x, weight, *, stride, pad_mode, padding, dilation, group)")
_max_pool2d = function("max_pool2d(x, kernel_size, stride, pad_mode)")
_avg_pool2d = function("avg_pool2d(x, kernel_size, stride, pad_mode)")
_bias_add = function("bias_add(input_x, bias)")
_sparse_cross_entropy = function("sparse_softmax_cross_entropy(logits, labels)")
_adamw = function(
    "AdamWeightDecay(params, moments1, moments2, grads, lr, beta1, beta2, epsilon, weight_decay)", "apply_adamw"
)
_mean = function("mean(x)", "reduce_mean")


def _pair(value, who, name):
    """(height, width) of an int, a pair, or (1, 1, height, width)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value, value)
    if isinstance(value, tuple) and len(value) in (2, 4):
        return value[-2:]
    raise TypeError(f"{who}: '{name}' must be an int or a tuple of two ints, got {value!r}")


def _check_format(data_format, who):
    if data_format != "NCHW":
        raise ValueError(f"{who}: 'data_format' must be 'NCHW' on a CPU, got {data_format!r}")


class Softmax(Primitive):
    """exp(x) / sum(exp(x)) along `axis`.

    Examples:
        >>> print(ops.Softmax()(Tensor([[0.0, 0.0]])))
        [[0.5 0.5]]
    """

    @prim_attr_register
    def __init__(self, axis=-1):
        """TypeError unless `axis` is an int or a tuple of one."""
        axes = axis if isinstance(axis, tuple) else (axis,)
        if len(axes) != 1 or isinstance(axes[0], bool) or not isinstance(axes[0], int):
            raise TypeError(f"Softmax: 'axis' must be an int or a tuple of one int, got {axis!r}")
        self.add_prim_attr("axis", axes)

    def __call__(self, input):
        return _softmax(input, self.axis[0])


class BiasAdd(Primitive):
    """Adds `bias` (C,) along axis 1 of the input (N, C, ...).

    Examples:
        >>> print(ops.BiasAdd()(Tensor([[1.0, 2.0]]), Tensor([10.0, 20.0])))
        [[11. 22.]]
    """

    @prim_attr_register
    def __init__(self, data_format="NCHW"):
        """ValueError for another layout than 'NCHW'."""
        _check_format(data_format, "BiasAdd")

    def __call__(self, input_x, bias):
        return _bias_add(input_x, bias)


class Conv2D(Primitive):
    """2-D convolution of an input (N, C, H, W) with weights (out_channel, C / group, kh, kw).

    Examples:
        >>> x, weight = ops.ones((1, 1, 3, 3), nucella.float32), ops.ones((2, 1, 2, 2), nucella.float32)
        >>> print(ops.Conv2D(out_channel=2, kernel_size=2)(x, weight)[0, 0])
        [[4. 4.]
         [4. 4.]]
    """

    @prim_attr_register
    def __init__(self, out_channel, kernel_size, mode=1, pad_mode="valid", pad=0, stride=1, dilation=1, group=1,
                 data_format="NCHW"):
        """Sizes are an int or a pair; `pad` an int or (top, bottom, left, right) with pad_mode "pad"."""
        _check_format(data_format, "Conv2D")
        if mode != 1:
            raise ValueError(f"Conv2D: 'mode' must be 1, got {mode!r}")
        self.add_prim_attr("stride", (1, 1, *_pair(stride, "Conv2D", "stride")))
        self.add_prim_attr("dilation", (1, 1, *_pair(dilation, "Conv2D", "dilation")))
        self.add_prim_attr("pad", (pad,) * 4 if isinstance(pad, int) else pad)

    def __call__(self, x, weight):
        return _conv2d(x, weight, stride=self.stride[2:], pad_mode=self.pad_mode.lower(), padding=self.pad,
                       dilation=self.dilation[2:], group=self.group)


class _Pool(Primitive):
    """A pool over windows of height and width."""

    @prim_attr_register
    def __init__(self, kernel_size=1, strides=1, pad_mode="VALID", data_format="NCHW"):
        """Sizes are an int or a pair; pad_mode is "valid" or "same" in any case."""
        who = type(self).__name__
        _check_format(data_format, who)
        if not isinstance(pad_mode, str) or pad_mode.upper() not in ("VALID", "SAME"):
            raise ValueError(f"{who}: 'pad_mode' must be 'valid' or 'same', got {pad_mode!r}")
        self.add_prim_attr("kernel_size", (1, 1, *_pair(kernel_size, who, "kernel_size")))
        self.add_prim_attr("strides", (1, 1, *_pair(strides, who, "strides")))
        self.add_prim_attr("pad_mode", pad_mode.upper())

    def _pool(self, function_, x):
        return function_(x, self.kernel_size[2:], self.strides[2:], self.pad_mode.lower())


class MaxPool(_Pool):
    """The largest element of each window of an input (N, C, H, W).

    Examples:
        >>> print(ops.MaxPool(kernel_size=2, strides=2)(Tensor([[[[1.0, 2.0], [3.0, 6.0]]]])))
        [[[[6.]]]]
    """

    def __call__(self, x):
        return self._pool(_max_pool2d, x)


class AvgPool(_Pool):
    """The mean of each window of an input (N, C, H, W).

    Examples:
        >>> print(ops.AvgPool(kernel_size=2, strides=2)(Tensor([[[[1.0, 2.0], [3.0, 6.0]]]])))
        [[[[3.]]]]
    """

    def __call__(self, x):
        return self._pool(_avg_pool2d, x)


class SparseSoftmaxCrossEntropyWithLogits(Primitive):
    """Mean over the samples of -log(softmax(logits)) at the class that `labels` (N,) gives.

    Examples:
        >>> print(ops.SparseSoftmaxCrossEntropyWithLogits()(Tensor([[0.0, 0.0]]), Tensor([1])))
        0.6931472
    """

    @prim_attr_register
    def __init__(self, is_grad=False):
        """`is_grad` gives the derivative with respect to the logits instead."""

    def __call__(self, logits, labels):
        losses, gradient = _sparse_cross_entropy(logits, labels)
        return gradient / logits.shape[0] if self.is_grad else _mean(losses)


class BatchNorm(Primitive):
    """Normalisation of the channels (axis 1) by the statistics of the batch or given ones.

    The result is (output, mean, variance, mean, variance) with the statistics that were used. Training moves the
    given ones: mean = (1 - momentum) * mean + momentum * batch_mean, and the variance likewise, unbiased.

    Examples:
        >>> one, zero = Tensor([1.0, 1.0]), Tensor([0.0, 0.0])
        >>> print(ops.BatchNorm()(Tensor([[1.0, 2.0]]), one, zero, one, one)[0])
        [[0.       0.999995]]
    """

    @prim_attr_register
    def __init__(self, is_training=False, epsilon=1e-5, momentum=0.1, data_format="NCHW"):
        """ValueError for another layout than 'NCHW'."""
        _check_format(data_format, "BatchNorm")

    def __call__(self, input_x, scale, bias, mean, variance):
        return _core._batch_norm_outputs(
            input_x, scale, bias, mean, variance, self.is_training, self.momentum, self.epsilon
        )


class Dropout(Primitive):
    """Clears elements with probability 1 - `keep_prob` and divides the others by it.

    The result is (output, mask), the mask being 1 where an element has stayed. With one of the seeds, a new
    Dropout gives the same masks again; without any they follow from nucella.set_seed.

    Examples:
        >>> print(ops.Dropout(keep_prob=1.0)(Tensor([1.0, 2.0]))[0])
        [1. 2.]
    """

    @prim_attr_register
    def __init__(self, keep_prob=0.5, Seed0=0, Seed1=0):
        """The probability is checked when it is called."""
        self._calls = 0

    def __call__(self, x):
        self._calls += 1
        return _core._dropout_with_mask(x, self.keep_prob, self.Seed0, self.Seed1, self._calls)


class AdamWeightDecay(Primitive):
    """One step of Adam with decoupled weight decay: changes `var`, `m` and `v` in place and returns them.

    Examples:
        >>> var, m, v = (Parameter(Tensor([x]), name=n) for n, x in (("w", 1.0), ("m", 0.0), ("v", 0.0)))
        >>> _ = ops.AdamWeightDecay()(var, m, v, 0.5, 0.9, 0.999, 1e-6, 0.0, Tensor([1.0]))
        >>> print(var.value())
        [-0.5810888]
    """

    @prim_attr_register
    def __init__(self, use_locking=False):
        """`use_locking` is of no effect."""

    def __call__(self, var, m, v, lr, beta1, beta2, epsilon, decay, gradient):
        rate = _core.Tensor(float(lr), _core.float32)
        _adamw([var], [m], [v], [gradient], rate, float(beta1), float(beta2), float(epsilon), float(decay))
        return var, m, v


__all__ = public_names(globals())
