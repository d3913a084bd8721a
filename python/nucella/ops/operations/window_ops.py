"""Primitives of convolutions and pools, besides the oldest ones in nn_ops."""

from nucella import _core
from nucella.ops._define import function, public_names
from nucella.ops.operations._sizes import check_same, ints_of, sides_of, sizes_of
from nucella.ops.primitive import Primitive, prim_attr_register

_CONV = "stride, pad_mode, padding, dilation, group"
_conv3d = function(f"conv3d(x, weight, {_CONV})")
_input_grad = function(f"conv2d_input_grad(dout, weight, {_CONV}, input_shape)")
_conv_transpose3d = function(
    "conv_transpose3d(dout, weight, bias=None, *, stride, padding, output_padding, group, dilation, pad_mode)"
)
_WINDOW = "(x, kernel_size, stride, pad_mode, padding, ceil_mode"
_max_pool2d = function(f"max_pool2d{_WINDOW}, dilation)")
_max_pool2d_indices = function(f"max_pool2d{_WINDOW}, dilation)", "max_pool2d_indices")
_max_pool3d = function(f"max_pool3d{_WINDOW}, dilation)")
_avg_pool3d = function(f"avg_pool3d{_WINDOW}, count_include_pad, divisor_override)")
_adaptive_avg_pool = function("adaptive_avg_pool(x, output_size)")
_adaptive_max_pool = function("adaptive_max_pool(x, output_size)")
_adaptive_max_pool_indices = function("adaptive_max_pool(x, output_size)", "adaptive_max_pool_indices")
_cast = function("cast(x, dtype)")


class Conv3D(Primitive):
    """3-D convolution of an input (N, C, D, H, W) with weights (out_channel, C / group, kd, kh, kw).

    Examples:
        >>> x, weight = ops.ones((1, 1, 3, 3, 3), nucella.float32), ops.ones((2, 1, 2, 2, 2), nucella.float32)
        >>> ops.Conv3D(out_channel=2, kernel_size=2)(x, weight).shape
        (1, 2, 2, 2, 2)
    """

    @prim_attr_register
    def __init__(self, out_channel, kernel_size, mode=1, pad_mode="valid", pad=0, stride=1, dilation=1, group=1,
                 data_format="NCDHW"):
        """Sizes are an int or three; `pad` an int or (front, back, top, bottom, left, right)."""
        check_same(data_format, "NCDHW", "Conv3D", "data_format")
        check_same(mode, 1, "Conv3D", "mode")
        self.add_prim_attr("kernel_size", sizes_of(kernel_size, 3, "Conv3D", "kernel_size"))
        self.add_prim_attr("stride", (1, 1, *sizes_of(stride, 3, "Conv3D", "stride")))
        self.add_prim_attr("dilation", (1, 1, *sizes_of(dilation, 3, "Conv3D", "dilation")))
        self.add_prim_attr("pad", sides_of(pad, 3, "Conv3D"))

    def __call__(self, x, weight):
        return _conv3d(x, weight, self.stride[2:], self.pad_mode.lower(), self.pad, self.dilation[2:], self.group)


class Conv2DTranspose(Primitive):
    """The gradient of Conv2D by its input of shape `input_size`, from that of its output.

    Examples:
        >>> dout, weight = ops.ones((1, 2, 2, 2), nucella.float32), ops.ones((2, 1, 2, 2), nucella.float32)
        >>> print(ops.Conv2DTranspose(out_channel=2, kernel_size=2)(dout, weight, (1, 1, 3, 3)))
        [[[[2. 4. 2.]
           [4. 8. 4.]
           [2. 4. 2.]]]]
    """

    @prim_attr_register
    def __init__(self, out_channel, kernel_size, pad_mode="valid", pad=0, pad_list=None, mode=1, stride=1, dilation=1,
                 group=1, data_format="NCHW"):
        """Sizes are an int or a pair; `pad`, or `pad_list` in its place, an int or (top, bottom, left, right)."""
        who = type(self).__name__
        check_same(data_format, "NCHW", who, "data_format")
        check_same(mode, 1, who, "mode")
        self.add_prim_attr("kernel_size", sizes_of(kernel_size, 2, who, "kernel_size"))
        self.add_prim_attr("stride", sizes_of(stride, 2, who, "stride"))
        self.add_prim_attr("dilation", sizes_of(dilation, 2, who, "dilation"))
        self.add_prim_attr("pad", sides_of(pad if pad_list is None else pad_list, 2, who))

    def __call__(self, dout, weight, input_size):
        return _input_grad(dout, weight, self.stride, self.pad_mode.lower(), self.pad, self.dilation, self.group,
                           ints_of(input_size))


class Conv2DBackpropInput(Conv2DTranspose):
    """As Conv2DTranspose.

    Examples:
        >>> dout, weight = ops.ones((1, 2, 2, 2), nucella.float32), ops.ones((2, 1, 2, 2), nucella.float32)
        >>> ops.Conv2DBackpropInput(out_channel=2, kernel_size=2)(dout, weight, (1, 1, 3, 3)).shape
        (1, 1, 3, 3)
    """


class Conv3DTranspose(Primitive):
    """The transposed 3-D convolution of an input (N, C, D, H, W) with weights (C, out / group, kd, kh, kw).

    Examples:
        >>> dout, weight = ops.ones((1, 1, 2, 2, 2), nucella.float32), ops.ones((1, 1, 2, 2, 2), nucella.float32)
        >>> ops.Conv3DTranspose(in_channel=1, out_channel=1, kernel_size=2)(dout, weight).shape
        (1, 1, 3, 3, 3)
    """

    @prim_attr_register
    def __init__(self, in_channel, out_channel, kernel_size, mode=1, pad_mode="valid", pad=0, stride=1, dilation=1,
                 group=1, output_padding=0, data_format="NCDHW"):
        """Sizes are an int or three; `pad` an int or (front, back, top, bottom, left, right)."""
        check_same(data_format, "NCDHW", "Conv3DTranspose", "data_format")
        check_same(mode, 1, "Conv3DTranspose", "mode")
        for name, value in (("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation),
                            ("output_padding", output_padding)):
            self.add_prim_attr(name, sizes_of(value, 3, "Conv3DTranspose", name))
        self.add_prim_attr("pad", sides_of(pad, 3, "Conv3DTranspose"))

    def __call__(self, dout, weight, bias=None):
        return _conv_transpose3d(dout, weight, bias, stride=self.stride, padding=self.pad,
                                 output_padding=self.output_padding, group=self.group, dilation=self.dilation,
                                 pad_mode=self.pad_mode.lower())


class MaxPool3D(Primitive):
    """The largest element of each window of an input (N, C, D, H, W).

    Examples:
        >>> ops.MaxPool3D(kernel_size=2, strides=2)(ops.ones((1, 1, 4, 4, 4), nucella.float32)).shape
        (1, 1, 2, 2, 2)
    """

    @prim_attr_register
    def __init__(self, kernel_size=1, strides=1, pad_mode="VALID", pad_list=0, ceil_mode=None, data_format="NCDHW"):
        """Sizes are an int or three; `pad_list` an int or (front, back, top, bottom, left, right) with "PAD"."""
        check_same(data_format, "NCDHW", "MaxPool3D", "data_format")
        self.add_prim_attr("kernel_size", (1, 1, *sizes_of(kernel_size, 3, "MaxPool3D", "kernel_size")))
        self.add_prim_attr("strides", (1, 1, *sizes_of(strides, 3, "MaxPool3D", "strides")))
        self.add_prim_attr("pad_mode", pad_mode.upper())
        self.add_prim_attr("pad_list", sides_of(pad_list, 3, "MaxPool3D"))
        self.add_prim_attr("ceil_mode", bool(ceil_mode))

    def __call__(self, x):
        return _max_pool3d(x, self.kernel_size[2:], self.strides[2:], self.pad_mode.lower(), self.pad_list,
                           self.ceil_mode, 1)


class AvgPool3D(Primitive):
    """The mean of each window of an input (N, C, D, H, W).

    Examples:
        >>> ops.AvgPool3D(kernel_size=2, strides=2)(ops.ones((1, 1, 4, 4, 4), nucella.float32)).shape
        (1, 1, 2, 2, 2)
    """

    @prim_attr_register
    def __init__(self, kernel_size=1, strides=1, pad_mode="valid", pad=0, ceil_mode=False, count_include_pad=True,
                 divisor_override=0, data_format="NCDHW"):
        """Sizes are an int or three; `pad` an int or (front, back, top, bottom, left, right) with "pad"."""
        check_same(data_format, "NCDHW", "AvgPool3D", "data_format")
        self.add_prim_attr("kernel_size", (1, 1, *sizes_of(kernel_size, 3, "AvgPool3D", "kernel_size")))
        self.add_prim_attr("strides", (1, 1, *sizes_of(strides, 3, "AvgPool3D", "strides")))
        self.add_prim_attr("pad_mode", pad_mode.upper())
        self.add_prim_attr("pad_list", sides_of(pad, 3, "AvgPool3D"))

    def __call__(self, x):
        mode = "pad" if self.ceil_mode and self.pad_mode == "VALID" else self.pad_mode.lower()
        return _avg_pool3d(x, self.kernel_size[2:], self.strides[2:], mode, self.pad_list, self.ceil_mode,
                           self.count_include_pad, self.divisor_override)


class MaxPoolWithArgmax(Primitive):
    """The largest element of each window of an input (N, C, H, W), and where it lies, counted row by row (int32).

    Examples:
        >>> values, places = ops.MaxPoolWithArgmax(kernel_size=2)(Tensor([[[[1.0, 2.0], [3.0, 6.0]]]]))
        >>> print(values, places)
        [[[[6.]]]] [[[[3]]]]
    """

    @prim_attr_register
    def __init__(self, kernel_size=1, strides=1, pad_mode="valid", data_format="NCHW"):
        """Sizes are an int or a pair; pad_mode is "valid" or "same" in any case."""
        check_same(data_format, "NCHW", "MaxPoolWithArgmax", "data_format")
        self.add_prim_attr("kernel_size", (1, *sizes_of(kernel_size, 2, "MaxPoolWithArgmax", "kernel_size"), 1))
        self.add_prim_attr("strides", (1, *sizes_of(strides, 2, "MaxPoolWithArgmax", "strides"), 1))
        self.add_prim_attr("pad_mode", pad_mode.upper())

    def __call__(self, x):
        window = (self.kernel_size[1:3], self.strides[1:3], self.pad_mode.lower(), 0, False, 1)
        return _max_pool2d(x, *window), _cast(_max_pool2d_indices(x, *window), _core.int32)


class MaxPoolWithArgmaxV2(Primitive):
    """The largest element of each window of an input (N, C, H, W), and where it lies, counted row by row.

    Examples:
        >>> values, places = ops.MaxPoolWithArgmaxV2(kernel_size=2)(Tensor([[[[1.0, 2.0], [3.0, 6.0]]]]))
        >>> print(values, places)
        [[[[6.]]]] [[[[3]]]]
    """

    @prim_attr_register
    def __init__(self, kernel_size, strides=None, pads=0, dilation=(1, 1), ceil_mode=False,
                 argmax_type=_core.int64):
        """Sizes are an int or a pair; `strides` None is `kernel_size`."""
        who = "MaxPoolWithArgmaxV2"
        self.add_prim_attr("kernel_size", sizes_of(kernel_size, 2, who, "kernel_size"))
        self.add_prim_attr("strides", sizes_of(kernel_size if strides is None else strides, 2, who, "strides"))
        self.add_prim_attr("pads", sizes_of(pads, 2, who, "pads"))
        self.add_prim_attr("dilation", sizes_of(dilation, 2, who, "dilation"))

    def __call__(self, x):
        window = (self.kernel_size, self.strides, "pad", self.pads, self.ceil_mode, self.dilation)
        return _max_pool2d(x, *window), _cast(_max_pool2d_indices(x, *window), self.argmax_type)


class _Unpool(Primitive):
    """Puts elements back where a maximum pool found them."""

    _layer = None
    _axes = 0

    @prim_attr_register
    def __init__(self, ksize, strides=0, pads=0, output_shape=(), data_format=None):
        """`strides` 0 is `ksize`; `output_shape` () the smallest that fits."""
        who = type(self).__name__
        self.add_prim_attr("ksize", sizes_of(ksize, self._axes, who, "ksize"))
        self.add_prim_attr("strides", sizes_of(strides, self._axes, who, "strides"))
        self.add_prim_attr("pads", sizes_of(pads, self._axes, who, "pads"))

    def __call__(self, x, argmax):
        return self._layer(self.ksize, self.strides, self.pads)(x, argmax, self.output_shape or None)


class MaxUnpool2D(_Unpool):
    """Puts the elements of a maximum pool over (N, C, H, W) back where they came from, among zeros.

    Examples:
        >>> ops.MaxUnpool2D(ksize=2)(Tensor([[[[4.0, 6.0]]]]), Tensor([[[[1, 6]]]])).shape
        (1, 1, 2, 4)
    """

    _layer = _core.MaxUnpool2d
    _axes = 2


class MaxUnpool3D(_Unpool):
    """Puts the elements of a maximum pool over (N, C, D, H, W) back where they came from, among zeros.

    Examples:
        >>> ops.MaxUnpool3D(ksize=2)(Tensor([[[[[4.0]]]]]), Tensor([[[[[7]]]]])).shape
        (1, 1, 2, 2, 2)
    """

    _layer = _core.MaxUnpool3d
    _axes = 3


class _Adaptive(Primitive):
    """A pool of which the extents of the result are given."""

    _axes = 0

    @prim_attr_register
    def __init__(self, output_size):
        """An int, or one for each axis with None for an extent that stays; ValueError for another count."""
        sizes = output_size if isinstance(output_size, tuple) else (output_size,) * self._axes
        if len(sizes) != self._axes:
            raise ValueError(
                f"{type(self).__name__}: 'output_size' must be an int or hold {self._axes}, got {output_size!r}"
            )
        self.add_prim_attr("output_size", tuple(-1 if size is None else size for size in sizes))


class AdaptiveAvgPool2D(_Adaptive):
    """Means over (N, C, H, W) or (C, H, W) so that `output_size` comes out.

    Examples:
        >>> print(ops.AdaptiveAvgPool2D(1)(Tensor([[[1.0, 2.0], [3.0, 6.0]]])))
        [[[3.]]]
    """

    _axes = 2

    def __call__(self, x):
        return _adaptive_avg_pool(x, self.output_size)


class AdaptiveAvgPool3D(_Adaptive):
    """Means over (N, C, D, H, W) or (C, D, H, W) so that `output_size` comes out.

    Examples:
        >>> print(ops.AdaptiveAvgPool3D(1)(ops.ones((1, 2, 3, 3), nucella.float32)))
        [[[[1.]]]]
    """

    _axes = 3

    def __call__(self, x):
        return _adaptive_avg_pool(x, self.output_size)


class AdaptiveMaxPool2D(_Adaptive):
    """The largest elements over (N, C, H, W) or (C, H, W) so that `output_size` comes out, and where they lie.

    Examples:
        >>> print(*ops.AdaptiveMaxPool2D(1)(Tensor([[[1.0, 2.0], [3.0, 6.0]]])))
        [[[6.]]] [[[3]]]
    """

    _axes = 2

    def __call__(self, input_x):
        return _adaptive_max_pool(input_x, self.output_size), _adaptive_max_pool_indices(input_x, self.output_size)


class AdaptiveMaxPool3D(Primitive):
    """The largest elements over (N, C, D, H, W) or (C, D, H, W) so that `output_size` comes out, and where they lie.

    Examples:
        >>> print(*ops.AdaptiveMaxPool3D()(ops.ones((1, 2, 3, 3), nucella.float32), Tensor([1, 1, 1])))
        [[[[1.]]]] [[[[0]]]]
    """

    @prim_attr_register
    def __init__(self):
        """The size comes with the call."""

    def __call__(self, x, output_size):
        size = ints_of(output_size)
        return _adaptive_max_pool(x, size), _cast(_adaptive_max_pool_indices(x, size), _core.int32)


__all__ = [name for name in public_names(globals()) if not name.endswith("_of") and name != "check_same"]
