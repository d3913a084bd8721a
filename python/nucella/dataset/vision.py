"""Functions of one image, for Dataset.map()."""

import enum

import numpy

from nucella.common.checks import check_bool, check_number, check_type
from nucella.dataset.iterators import as_array
from nucella.dataset.transforms import numpy_type

__all__ = ["HWC2CHW", "Inter", "Normalize", "Rescale", "ToTensor"]


class Inter(enum.IntEnum):
    """How values between pixels are found.

    Examples:
        >>> Inter.LINEAR is Inter.BILINEAR
        True
    """

    NEAREST = 0
    ANTIALIAS = 1
    BILINEAR = LINEAR = 2
    BICUBIC = CUBIC = 3
    AREA = 4
    PILCUBIC = 5


class Rescale:
    """value * rescale + shift, in float32.

    Args:
        rescale (float): Factor.
        shift (float): What is added.

    Raises:
        TypeError: An argument is no number.

    Examples:
        >>> Rescale(0.5, 1)(numpy.array([2, 4], numpy.uint8)).tolist()
        [2.0, 3.0]
    """

    def __init__(self, rescale, shift):
        self._rescale = numpy.float32(check_number("Rescale", "rescale", rescale))
        self._shift = numpy.float32(check_number("Rescale", "shift", shift))

    def __call__(self, image):
        """An array of the same shape."""
        return as_array(image).astype(numpy.float32) * self._rescale + self._shift


class Normalize:
    """(value - mean) / std for each channel, in float32.

    Args:
        mean (list, tuple): One number for each channel.
        std (list, tuple): One number for each channel, greater than 0.
        is_hwc (bool): The channels are the last axis, not the first. Default: True.

    Raises:
        TypeError: An argument is of another type.
        ValueError: The lists differ in length, or a deviation is not greater than 0; calling it: the image has another
            number of channels.

    Examples:
        >>> Normalize([1.0], [2.0])(numpy.array([[[3], [5]]], numpy.uint8)).tolist()
        [[[1.0], [2.0]]]
    """

    def __init__(self, mean, std, is_hwc=True):
        check_type("Normalize", "mean", mean, (list, tuple))
        check_type("Normalize", "std", std, (list, tuple))
        if len(mean) != len(std):
            raise ValueError(f"Normalize: 'mean' and 'std' must have one length, got {len(mean)} and {len(std)}")
        for value in (*mean, *std):
            check_number("Normalize", "element of mean or std", value)
        if not all(value > 0 for value in std):
            raise ValueError(f"Normalize: 'std' must be greater than 0, got {std}")
        self._axis = -1 if check_bool("Normalize", "is_hwc", is_hwc) else 0
        self._mean = numpy.array(mean, numpy.float32)
        self._std = numpy.array(std, numpy.float32)

    def __call__(self, image):
        """An array of the same shape."""
        image = as_array(image)
        if image.ndim != 3 or image.shape[self._axis] != len(self._mean):
            raise ValueError(f"Normalize: expected an image of {len(self._mean)} channels, got shape {image.shape}")
        shape = (1, 1, -1) if self._axis == -1 else (-1, 1, 1)
        return (image.astype(numpy.float32) - self._mean.reshape(shape)) / self._std.reshape(shape)


class HWC2CHW:
    """(height, width, channel) becomes (channel, height, width); an image without channels stays.

    Examples:
        >>> HWC2CHW()(numpy.zeros((28, 30, 1))).shape
        (1, 28, 30)
    """

    def __call__(self, image):
        """An array."""
        image = as_array(image)
        return numpy.ascontiguousarray(image.transpose(2, 0, 1)) if image.ndim == 3 else image


class ToTensor:
    """value / 255 as (channel, height, width).

    Args:
        output_type (dtype): Of nucella or NumPy. Default: numpy.float32.

    Raises:
        TypeError: `output_type` is no dtype.

    Examples:
        >>> ToTensor()(numpy.full((2, 2), 255, numpy.uint8)).tolist()
        [[[1.0, 1.0], [1.0, 1.0]]]
    """

    def __init__(self, output_type=numpy.float32):
        self._type = numpy_type(output_type)

    def __call__(self, image):
        """An array."""
        image = as_array(image)
        image = HWC2CHW()(image if image.ndim == 3 else image[..., None])
        return (image.astype(numpy.float32) / numpy.float32(255)).astype(self._type)
