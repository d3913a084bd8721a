"""Primitives of borders, patches and sizes of images."""

from nucella import _core
from nucella.ops._define import function, primitive, public_names
from nucella.ops.operations._sizes import ints_of, sizes_of
from nucella.ops.primitive import Primitive, prim_attr_register

ChannelShuffle = primitive("ChannelShuffle", "channel_shuffle(x)", rename={"group": "groups"}, group=1)

_pad = function("pad(x, padding, value, mode)")
_unfold = function("unfold(x, kernel_size, dilation, padding, stride)")
_fold = function("fold(x, output_size, kernel_size, dilation, padding, stride)")
_transpose = function("transpose(x, perm)")


class Pad(Primitive):
    """Zeros around every axis: `paddings` holds (before, after) for each in order.

    Examples:
        >>> print(ops.Pad(((0, 0), (1, 2)))(Tensor([[1.0, 2.0]])))
        [[0. 1. 2. 0. 0.]]
    """

    @prim_attr_register
    def __init__(self, paddings):
        """TypeError unless `paddings` is a tuple, ValueError unless it holds pairs."""
        if not isinstance(paddings, tuple):
            raise TypeError(f"Pad: 'paddings' must be a tuple, got {type(paddings).__name__}")
        if any(len(pair) != 2 for pair in paddings):
            raise ValueError(f"Pad: 'paddings' must hold pairs, got {paddings!r}")

    def __call__(self, input_x):
        if len(self.paddings) != len(input_x.shape):
            raise ValueError(f"Pad: 'paddings' {self.paddings!r} does not fit an input of shape {input_x.shape}")
        return _pad(input_x, [side for pair in reversed(self.paddings) for side in pair], 0, "constant")


class PadV3(Primitive):
    """A border of one kind around the last axes; see ops.pad. "edge" is "replicate" there.

    Examples:
        >>> print(ops.PadV3(mode="reflect")(Tensor([[1.0, 2.0, 3.0]]), (1, 1)))
        [[2. 1. 2. 3. 2.]]
    """

    @prim_attr_register
    def __init__(self, mode="constant", paddings_contiguous=True):
        """`paddings_contiguous`: both sides of an axis stand together, else all the sides before come first."""
        if mode not in ("constant", "reflect", "edge", "circular"):
            raise ValueError(f"PadV3: 'mode' must be 'constant', 'reflect', 'edge' or 'circular', got {mode!r}")

    def __call__(self, x, paddings, constant_value=None):
        sides = ints_of(paddings)
        if not self.paddings_contiguous:
            half = len(sides) // 2
            sides = tuple(side for pair in zip(sides[:half], sides[half:]) for side in pair)
        value = 0 if constant_value is None else float(constant_value)
        return _pad(x, sides, value, "replicate" if self.mode == "edge" else self.mode)


class MirrorPad(Primitive):
    """A mirrored border around every axis: `paddings` holds (before, after) for each in order.

    Examples:
        >>> print(ops.MirrorPad(mode="SYMMETRIC")(Tensor([[1.0, 2.0]]), Tensor([[0, 0], [1, 1]])))
        [[1. 1. 2. 2.]]
    """

    @prim_attr_register
    def __init__(self, mode="REFLECT"):
        """`mode` "REFLECT" mirrors at the outer elements, "SYMMETRIC" at their edges."""
        if mode not in ("REFLECT", "SYMMETRIC"):
            raise ValueError(f"MirrorPad: 'mode' must be 'REFLECT' or 'SYMMETRIC', got {mode!r}")

    def __call__(self, input_x, paddings):
        pairs = paddings.tolist() if hasattr(paddings, "tolist") else paddings
        return _pad(input_x, [side for pair in reversed(pairs) for side in pair], 0, self.mode.lower())


class Im2Col(Primitive):
    """The patches under a sliding window over (N, C, H, W) as columns (N, C, kh kw, places).

    Examples:
        >>> ops.Im2Col(ksizes=2)(ops.ones((1, 3, 4, 4), nucella.float32)).shape
        (1, 3, 4, 9)
    """

    @prim_attr_register
    def __init__(self, ksizes, strides=1, dilations=1, pads=0):
        """Sizes are an int or a pair."""
        for name, value in (("ksizes", ksizes), ("strides", strides), ("dilations", dilations), ("pads", pads)):
            self.add_prim_attr(name, sizes_of(value, 2, "Im2Col", name))

    def __call__(self, x):
        columns = _unfold(x, self.ksizes, self.dilations, self.pads, self.strides)
        return columns.reshape(x.shape[0], x.shape[1], self.ksizes[0] * self.ksizes[1], columns.shape[-1])


class Col2Im(Primitive):
    """Images of height and width `output_size` as the sum of the patches in columns (N, C, kh kw, places).

    Examples:
        >>> ops.Col2Im(kernel_size=[2, 2])(ops.ones((1, 3, 4, 9), nucella.float32), Tensor([4, 4])).shape
        (1, 3, 4, 4)
    """

    @prim_attr_register
    def __init__(self, kernel_size, dilation=1, padding=0, stride=1):
        """Sizes are an int or a pair."""
        for name, value in (("kernel_size", kernel_size), ("dilation", dilation), ("padding", padding),
                            ("stride", stride)):
            self.add_prim_attr(name, sizes_of(value, 2, "Col2Im", name))

    def __call__(self, x, output_size):
        return _fold(x, ints_of(output_size), self.kernel_size, self.dilation, self.padding, self.stride)


class _Resize(Primitive):
    """Images (N, C, H, W) with another height and width."""

    _mode = "nearest"

    def _check_centers(self):
        if not self.align_corners and not self.half_pixel_centers:
            raise NotImplementedError(
                f"{type(self).__name__}: nucella needs 'align_corners' or 'half_pixel_centers' to be True"
            )

    def _resize(self, x, size):
        return _core.interpolate(x, ints_of(size), None, self._mode, self.align_corners or None)


class ResizeBilinearV2(_Resize):
    """Images (N, C, H, W) with another height and width, interpolated linearly.

    Examples:
        >>> resize = ops.ResizeBilinearV2(align_corners=True)
        >>> print(resize(Tensor([[[[0.0, 2.0]]]]), (1, 3)))
        [[[[0. 1. 2.]]]]
    """

    _mode = "bilinear"

    @prim_attr_register
    def __init__(self, align_corners=False, half_pixel_centers=False):
        """NotImplementedError unless one of the two is True."""
        self._check_centers()

    def __call__(self, image, size):
        return self._resize(image, size)


class ResizeBicubic(_Resize):
    """Images (N, C, H, W) with another height and width, interpolated by cubic polynomials.

    Examples:
        >>> ops.ResizeBicubic(half_pixel_centers=True)(ops.ones((1, 1, 2, 2), nucella.float32), (3, 3)).shape
        (1, 1, 3, 3)
    """

    _mode = "bicubic"

    @prim_attr_register
    def __init__(self, align_corners=False, half_pixel_centers=False):
        """NotImplementedError unless one of the two is True."""
        self._check_centers()

    def __call__(self, images, size):
        return self._resize(images, size)


class ResizeNearestNeighbor(_Resize):
    """Images (N, C, H, W) with another height and width, made of the nearest elements.

    Examples:
        >>> print(ops.ResizeNearestNeighbor((1, 4))(Tensor([[[[1.0, 2.0]]]])))
        [[[[1. 1. 2. 2.]]]]
    """

    @prim_attr_register
    def __init__(self, size, align_corners=False, half_pixel_centers=False):
        """NotImplementedError for `align_corners` or `half_pixel_centers`."""
        if align_corners or half_pixel_centers:
            raise NotImplementedError(
                "ResizeNearestNeighbor: nucella knows neither 'align_corners' nor 'half_pixel_centers'"
            )

    def __call__(self, input_x):
        return self._resize(input_x, self.size)


class ResizeLinear1D(Primitive):
    """Signals (N, C, L) of another length, interpolated linearly.

    Examples:
        >>> print(ops.ResizeLinear1D()(Tensor([[[0.0, 2.0]]]), (3,)))
        [[[0. 1. 2.]]]
    """

    @prim_attr_register
    def __init__(self, coordinate_transformation_mode="align_corners"):
        """The outer elements stay ("align_corners"), or elements have middles ("half_pixel")."""
        if coordinate_transformation_mode not in ("align_corners", "half_pixel"):
            raise ValueError(
                "ResizeLinear1D: 'coordinate_transformation_mode' must be 'align_corners' or 'half_pixel', "
                f"got {coordinate_transformation_mode!r}"
            )

    def __call__(self, x, size):
        align = self.coordinate_transformation_mode == "align_corners"
        return _core.interpolate(x, ints_of(size), None, "linear", align)


class UpsampleNearest3D(Primitive):
    """Volumes (N, C, D, H, W) of other extents, or grown by `scales`, made of the nearest elements.

    Examples:
        >>> ops.UpsampleNearest3D()(ops.ones((1, 1, 2, 2, 2), nucella.float32), [3, 3, 3], None).shape
        (1, 1, 3, 3, 3)
    """

    @prim_attr_register
    def __init__(self):
        """The sizes come with the call."""

    def __call__(self, x, output_size, scales):
        return _core.interpolate(x, output_size and ints_of(output_size), scales, "nearest")


class UpsampleTrilinear3D(Primitive):
    """Volumes (N, C, D, H, W) of other extents, or grown by `scales`, interpolated linearly.

    Examples:
        >>> ops.UpsampleTrilinear3D()(ops.ones((1, 1, 2, 2, 2), nucella.float32), [3, 3, 3], None).shape
        (1, 1, 3, 3, 3)
    """

    @prim_attr_register
    def __init__(self, align_corners=False):
        """`align_corners`: the outer elements stay where they are."""

    def __call__(self, x, output_size, scales):
        return _core.interpolate(x, output_size and ints_of(output_size), scales, "trilinear", self.align_corners)


def _check_block(block_size, who):
    if isinstance(block_size, bool) or not isinstance(block_size, int):
        raise TypeError(f"{who}: 'block_size' must be an int, got {type(block_size).__name__}")
    if block_size < 2:
        raise ValueError(f"{who}: 'block_size' must be at least 2, got {block_size}")


class DepthToSpace(Primitive):
    """Spreads channels over space: (N, b b C, H, W) becomes (N, C, H b, W b), the channels of a place standing apart.

    Examples:
        >>> print(ops.DepthToSpace(2)(Tensor([[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]])))
        [[[[1. 2.]
           [3. 4.]]]]
    """

    @prim_attr_register
    def __init__(self, block_size):
        """TypeError unless an int, ValueError unless at least 2."""
        _check_block(block_size, "DepthToSpace")

    def __call__(self, x):
        b = self.block_size
        n, c, h, w = x.shape
        if c % (b * b):
            raise ValueError(f"DepthToSpace: {b * b} must divide the channels of an input of shape {x.shape}")
        blocks = _transpose(x.reshape(n, b, b, c // (b * b), h, w), (0, 3, 4, 1, 5, 2))
        return blocks.reshape(n, c // (b * b), h * b, w * b)


class SpaceToDepth(Primitive):
    """Gathers space into channels: (N, C, H b, W b) becomes (N, b b C, H, W), the inverse of DepthToSpace.

    Examples:
        >>> print(ops.SpaceToDepth(2)(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]])).reshape(4))
        [1. 2. 3. 4.]
    """

    @prim_attr_register
    def __init__(self, block_size):
        """TypeError unless an int, ValueError unless at least 2."""
        _check_block(block_size, "SpaceToDepth")

    def __call__(self, x):
        b = self.block_size
        n, c, h, w = x.shape
        if h % b or w % b:
            raise ValueError(f"SpaceToDepth: {b} must divide height and width of an input of shape {x.shape}")
        blocks = _transpose(x.reshape(n, c, h // b, b, w // b, b), (0, 3, 5, 1, 2, 4))
        return blocks.reshape(n, b * b * c, h // b, w // b)


__all__ = [name for name in public_names(globals()) if not name.endswith("_of")]
