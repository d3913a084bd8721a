"""Convolutions, pools, borders, and what else moves the elements of signals, images and volumes."""

from nucella import _core
from nucella._core import interpolate
from nucella.ops._define import function, public_names

conv1d = function("conv1d(input, weight, bias=None, stride=1, pad_mode='valid', padding=0, dilation=1, groups:group=1)")
conv2d = function("conv2d(input, weight, bias=None, stride=1, pad_mode='valid', padding=0, dilation=1, groups:group=1)")
conv3d = function("conv3d(input, weight, bias=None, stride=1, pad_mode='valid', padding=0, dilation=1, groups:group=1)")
conv_transpose2d = function(
    "conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups:group=1, dilation=1)"
)
lp_pool1d = function("lp_pool1d(x, norm_type, kernel_size, stride=None, ceil_mode=False)")
lp_pool2d = function("lp_pool2d(x, norm_type, kernel_size, stride=None, ceil_mode=False)")
pixel_shuffle = function("pixel_shuffle(input, upscale_factor)")
pixel_unshuffle = function("pixel_unshuffle(input, downscale_factor)")
channel_shuffle = function("channel_shuffle(x, groups)")
unfold = function("unfold(input, kernel_size, dilation=1, padding=0, stride=1)")
fold = function("fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1)")
bidense = function("bidense(input1, input2, weight, bias=None)")

_WINDOW = "(x, kernel_size, stride, pad_mode, padding, ceil_mode"
_max_pool2d = function(f"max_pool2d{_WINDOW}, dilation)")
_max_pool2d_indices = function(f"max_pool2d{_WINDOW}, dilation)", "max_pool2d_indices")
_max_pool3d = function(f"max_pool3d{_WINDOW}, dilation)")
_max_pool3d_indices = function(f"max_pool3d{_WINDOW}, dilation)", "max_pool3d_indices")
_avg_pool1d = function(f"avg_pool1d{_WINDOW}, count_include_pad)")
_avg_pool2d = function(f"avg_pool2d{_WINDOW}, count_include_pad, divisor_override)")
_avg_pool3d = function(f"avg_pool3d{_WINDOW}, count_include_pad, divisor_override)")
_adaptive_avg_pool = function("adaptive_avg_pool(input, output_size)")
_adaptive_max_pool = function("adaptive_max_pool(input, output_size)")
_adaptive_max_pool_indices = function("adaptive_max_pool(input, output_size)", "adaptive_max_pool_indices")
_pad = function("pad(input_x, padding, value, mode)")
_cast = function("cast(x, dtype)")


def _max_pool(values, indices, x, kernel_size, stride, padding, dilation, return_indices, ceil_mode):
    window = (kernel_size, kernel_size if stride is None else stride, "pad", padding, ceil_mode, dilation)
    return (values(x, *window), indices(x, *window)) if return_indices else values(x, *window)


def max_pool2d(x, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
    """The largest element under a sliding window over images (N, C, H, W); `stride` None is `kernel_size`.

    With `return_indices` also where each comes from, counted row by row.

    Examples:
        >>> print(ops.max_pool2d(Tensor([[[[1.0, 2.0], [3.0, 6.0]]]]), 2))
        [[[[6.]]]]
    """
    return _max_pool(
        _max_pool2d, _max_pool2d_indices, x, kernel_size, stride, padding, dilation, return_indices, ceil_mode
    )


def max_pool3d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest element under a sliding window over volumes (N, C, D, H, W); as max_pool2d.

    Examples:
        >>> ops.max_pool3d(ops.ones((1, 1, 4, 4, 4), nucella.float32), 2).shape
        (1, 1, 2, 2, 2)
    """
    return _max_pool(
        _max_pool3d, _max_pool3d_indices, x, kernel_size, stride, padding, dilation, return_indices, ceil_mode
    )


def avg_pool1d(input_x, kernel_size=1, stride=1, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean under a sliding window over signals (N, C, L).

    Examples:
        >>> print(ops.avg_pool1d(Tensor([[[1.0, 3.0, 2.0]]]), 2))
        [[[2.  2.5]]]
    """
    return _avg_pool1d(input_x, kernel_size, stride, "pad", padding, ceil_mode, count_include_pad)


def avg_pool2d(
    input_x, kernel_size=1, stride=1, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=0
):
    """The mean under a sliding window over images (N, C, H, W); a `divisor_override` takes the place of its size.

    Examples:
        >>> print(ops.avg_pool2d(Tensor([[[[1.0, 2.0], [3.0, 6.0]]]]), 2))
        [[[[3.]]]]
    """
    window = (kernel_size, stride, "pad", padding, ceil_mode, count_include_pad, divisor_override)
    return _avg_pool2d(input_x, *window)


def avg_pool3d(
    input_x, kernel_size=1, stride=1, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=0
):
    """The mean under a sliding window over volumes (N, C, D, H, W); as avg_pool2d.

    Examples:
        >>> ops.avg_pool3d(ops.ones((1, 1, 4, 4, 4), nucella.float32), 2, 2).shape
        (1, 1, 2, 2, 2)
    """
    window = (kernel_size, stride, "pad", padding, ceil_mode, count_include_pad, divisor_override)
    return _avg_pool3d(input_x, *window)


def _output_size(output_size, axes, who):
    """One extent for each of the last axes; -1 for those that stay."""
    sizes = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * axes
    if len(sizes) != axes:
        raise ValueError(f"{who}: 'output_size' must be an int or hold {axes}, got {output_size!r}")
    for size in sizes:
        if size is not None and (isinstance(size, bool) or not isinstance(size, int)):
            raise TypeError(f"{who}: 'output_size' must hold ints or None, got {output_size!r}")
    return tuple(-1 if size is None else size for size in sizes)


def adaptive_avg_pool1d(input, output_size):
    """Means over (N, C, L) or (C, L) so that `output_size` places come out.

    Examples:
        >>> print(ops.adaptive_avg_pool1d(Tensor([[[1.0, 2.0, 3.0, 4.0]]]), 2))
        [[[1.5 3.5]]]
    """
    return _adaptive_avg_pool(input, _output_size(output_size, 1, "adaptive_avg_pool1d"))


def adaptive_avg_pool2d(input, output_size):
    """Means over (N, C, H, W) or (C, H, W) so that `output_size` comes out; None keeps an extent.

    Examples:
        >>> print(ops.adaptive_avg_pool2d(Tensor([[[1.0, 2.0], [3.0, 4.0]]]), (None, 1)))
        [[[1.5]
          [3.5]]]
    """
    return _adaptive_avg_pool(input, _output_size(output_size, 2, "adaptive_avg_pool2d"))


def adaptive_avg_pool3d(input, output_size):
    """Means over (N, C, D, H, W) or (C, D, H, W) so that `output_size` comes out; None keeps an extent.

    Examples:
        >>> print(ops.adaptive_avg_pool3d(ops.ones((1, 2, 3, 3), nucella.float32), 1))
        [[[[1.]]]]
    """
    return _adaptive_avg_pool(input, _output_size(output_size, 3, "adaptive_avg_pool3d"))


def _adaptive_max(input, sizes, return_indices):
    values = _adaptive_max_pool(input, sizes)
    if not return_indices:
        return values
    places = _adaptive_max_pool_indices(input, sizes)
    return values, _cast(places, _core.int32) if len(sizes) == 3 else places


def adaptive_max_pool1d(input, output_size):
    """The largest elements over (N, C, L) or (C, L) so that `output_size` places come out.

    Examples:
        >>> print(ops.adaptive_max_pool1d(Tensor([[[1.0, 2.0, 3.0, 4.0]]]), 2))
        [[[2. 4.]]]
    """
    return _adaptive_max(input, _output_size(output_size, 1, "adaptive_max_pool1d"), False)


def adaptive_max_pool2d(input, output_size, return_indices=False):
    """The largest elements over (N, C, H, W) or (C, H, W) so that `output_size` comes out; None keeps an extent.

    With `return_indices` also where each comes from, counted row by row.

    Examples:
        >>> print(ops.adaptive_max_pool2d(Tensor([[[1.0, 2.0], [3.0, 4.0]]]), (None, 1)))
        [[[2.]
          [4.]]]
    """
    return _adaptive_max(input, _output_size(output_size, 2, "adaptive_max_pool2d"), return_indices)


def adaptive_max_pool3d(input, output_size, return_indices=False):
    """The largest elements over (N, C, D, H, W) or (C, D, H, W) so that `output_size` comes out.

    Examples:
        >>> print(ops.adaptive_max_pool3d(ops.ones((1, 2, 3, 3), nucella.float32), 1))
        [[[[1.]]]]
    """
    return _adaptive_max(input, _output_size(output_size, 3, "adaptive_max_pool3d"), return_indices)


def max_unpool1d(x, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts the elements of a maximum pool over (N, C, L) back where they came from, among zeros.

    Examples:
        >>> print(ops.max_unpool1d(Tensor([[[4.0, 6.0]]]), Tensor([[[1, 2]]]), 2))
        [[[0. 4. 6. 0.]]]
    """
    return _core.MaxUnpool1d(kernel_size, stride, padding)(x, indices, output_size)


def max_unpool2d(x, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts the elements of a maximum pool over (N, C, H, W) back where they came from, among zeros.

    Examples:
        >>> print(ops.max_unpool2d(Tensor([[[4.0, 6.0]]]), Tensor([[[1, 6]]]), 2))
        [[[0. 4. 0. 0.]
          [0. 0. 6. 0.]]]
    """
    return _core.MaxUnpool2d(kernel_size, stride, padding)(x, indices, output_size)


def max_unpool3d(x, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts the elements of a maximum pool over (N, C, D, H, W) back where they came from, among zeros.

    Examples:
        >>> ops.max_unpool3d(Tensor([[[[4.0]]]]), Tensor([[[[7]]]]), 2).shape
        (1, 2, 2, 2)
    """
    return _core.MaxUnpool3d(kernel_size, stride, padding)(x, indices, output_size)


def fractional_max_pool2d(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    """The largest elements under windows at uneven distances over images (Graham, 2015); see nn.FractionalMaxPool2d.

    Examples:
        >>> ops.fractional_max_pool2d(ops.ones((1, 2, 7, 8), nucella.float32), 2, output_size=3).shape
        (1, 2, 3, 3)
    """
    layer = _core.FractionalMaxPool2d(kernel_size, output_size, output_ratio, return_indices, _random_samples)
    return layer(input)


def fractional_max_pool3d(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    """The largest elements under windows at uneven distances over volumes; see nn.FractionalMaxPool3d.

    Examples:
        >>> ops.fractional_max_pool3d(ops.ones((1, 4, 6, 8), nucella.float32), 2, output_ratio=0.5).shape
        (1, 2, 3, 4)
    """
    layer = _core.FractionalMaxPool3d(kernel_size, output_size, output_ratio, return_indices, _random_samples)
    return layer(input)


def pad(input_x, padding, mode="constant", value=None):
    """`input_x` with a border.

    `padding` is (before, after) for the last axis, then for the one before it, and so on; negative numbers cut off.
    `mode` "constant" fills in `value` (0), "reflect" mirrors at the outer elements, "replicate" repeats them,
    "circular" goes on at the other end. ValueError for a `value` with another mode than "constant".

    Examples:
        >>> print(ops.pad(Tensor([1, 2]), (1, 1)))
        [0 1 2 0]
        >>> print(ops.pad(Tensor([1, 2, 3]), (2, 1), mode="reflect"))
        [3 2 1 2 3 2]
    """
    if mode != "constant" and value is not None:
        raise ValueError(f"pad: 'value' goes with the mode 'constant' only, got mode {mode!r} and {value!r}")
    return _pad(input_x, padding, 0 if value is None else value, mode)


def upsample(input, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None):
    """As interpolate().

    Examples:
        >>> print(ops.upsample(Tensor([[[1.0, 2.0]]]), size=4))
        [[[1. 1. 2. 2.]]]
    """
    return interpolate(input, size, scale_factor, mode, align_corners, recompute_scale_factor)


def rrelu(input, lower=1.0 / 8, upper=1.0 / 3):
    """x where it is not negative, a * x elsewhere, with a new a from U(lower, upper) for each element.

    Examples:
        >>> print(ops.rrelu(Tensor([-1.0, 2.0]), 0.5, 0.5))
        [-0.5  2. ]
    """
    return _core.RReLU(lower, upper)(input)


def dropout1d(input, p=0.5, training=True):
    """Clears whole channels of (N, C, L) or (C, L) with probability `p` and scales up the others.

    Examples:
        >>> print(ops.dropout1d(Tensor([[1.0, 2.0]]), training=False))
        [[1. 2.]]
    """
    return _core.Dropout1d(p).set_train(training)(input)


def dropout2d(input, p=0.5, training=True):
    """Clears whole channels of (N, C, H, W) or (C, H, W) with probability `p` and scales up the others.

    Examples:
        >>> print(ops.dropout2d(Tensor([[[1.0, 2.0]]]), training=False))
        [[[1. 2.]]]
    """
    return _core.Dropout2d(p).set_train(training)(input)


def dropout3d(input, p=0.5, training=True):
    """Clears whole channels of (N, C, D, H, W) or (C, D, H, W) with probability `p` and scales up the others.

    Examples:
        >>> print(ops.dropout3d(Tensor([[[[1.0, 2.0]]]]), training=False))
        [[[[1. 2.]]]]
    """
    return _core.Dropout3d(p).set_train(training)(input)


__all__ = public_names(globals())
