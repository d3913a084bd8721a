"""Functions of one value, for Dataset.map()."""

import numpy

from nucella import _core
from nucella.common.checks import check_int, check_number, check_type
from nucella.dataset.iterators import as_array

__all__ = ["Compose", "OneHot", "TypeCast", "numpy_type"]


def numpy_type(kind):
    """The NumPy dtype of a dtype of nucella or NumPy. TypeError for anything else.

    Examples:
        >>> nucella.dataset.transforms.numpy_type(nucella.float32)
        dtype('float32')
    """
    return numpy.dtype(str(kind).lower() if isinstance(kind, _core.dtype) else kind)


class TypeCast:
    """Casts to another dtype.

    Args:
        data_type (dtype): Of nucella or NumPy.

    Raises:
        TypeError: `data_type` is no dtype.

    Examples:
        >>> TypeCast(nucella.int32)(numpy.array([1.5])).tolist()
        [1]
    """

    def __init__(self, data_type):
        self._type = numpy_type(data_type)

    def __call__(self, value):
        """An array."""
        return as_array(value).astype(self._type)


class Compose:
    """Several functions, one after the other.

    Args:
        transforms (list[function]): Each takes what the one before gave.

    Raises:
        TypeError: `transforms` is no list of functions.
        ValueError: It is empty.

    Examples:
        >>> Compose([lambda v: v + 1, TypeCast(numpy.float32)])(numpy.array(1)).item()
        2.0
    """

    def __init__(self, transforms):
        check_type("Compose", "transforms", transforms, list)
        if not transforms:
            raise ValueError("Compose: 'transforms' must not be empty")
        for transform in transforms:
            if not callable(transform):
                raise TypeError(f"Compose: 'transforms' must be functions, got {type(transform).__name__}")
        self._transforms = transforms

    def __call__(self, *values):
        """What the last one gives."""
        for transform in self._transforms:
            values = transform(*values)
            values = values if isinstance(values, tuple) else (values,)
        return values[0] if len(values) == 1 else values


class OneHot:
    """Class numbers as rows with a 1 in the place of the class.

    Args:
        num_classes (int): At least 1.
        smoothing_rate (float): Share of the 1 that is spread over all classes, in [0, 1]. Default: 0.0.

    Raises:
        TypeError, ValueError: An argument is of another type or out of range; calling it: a class is out of range.

    Examples:
        >>> OneHot(3)(numpy.array(1)).tolist()
        [0, 1, 0]
    """

    def __init__(self, num_classes, smoothing_rate=0.0):
        self._classes = check_int("OneHot", "num_classes", num_classes, 1)
        self._rate = check_number("OneHot", "smoothing_rate", smoothing_rate)
        if not 0 <= smoothing_rate <= 1:
            raise ValueError(f"OneHot: 'smoothing_rate' must be in [0, 1], got {smoothing_rate}")

    def __call__(self, value):
        """An array with one more axis: int64, or float64 when smoothed."""
        labels = as_array(value)
        if labels.size and not (labels.min() >= 0 and labels.max() < self._classes):
            raise ValueError(f"OneHot: classes must be in [0, {self._classes}), got {labels.tolist()}")
        rows = numpy.eye(self._classes, dtype=numpy.int64)[labels]
        return rows * (1 - self._rate) + self._rate / self._classes if self._rate else rows
