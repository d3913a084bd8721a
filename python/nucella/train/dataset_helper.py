"""DatasetHelper: batches out of whatever gives them."""

import collections.abc

import numpy

from nucella.common.checks import check_bool, check_int
from nucella.common.tensor import Tensor

__all__ = ["DatasetHelper"]


class DatasetHelper:
    """The batches of a data set as lists of inputs, one pass for each iter().

    Args:
        dataset (iterable): A data set of :mod:`nucella.dataset`, or any iterable of batches: a tuple, list or dict (its
            values) of Tensors, NumPy arrays and numbers, or one of these alone. Arrays become Tensors.
        dataset_sink_mode (bool): Of no effect here. Default: True.
        sink_size (int): -1 or positive; of no effect here. Default: -1.
        epoch_num (int): How many passes there will be. Default: 1.

    Raises:
        TypeError: `dataset` is no iterable, or another argument of another type.
        ValueError: `sink_size` is 0 or less than -1; several passes over an iterator that can be read only once.

    Examples:
        >>> for data, label in DatasetHelper([(numpy.ones((2, 3)), numpy.zeros(2))]):
        ...     print(data.shape, label.shape)
        (2, 3) (2,)
    """

    def __init__(self, dataset, dataset_sink_mode=True, sink_size=-1, epoch_num=1):
        who = "DatasetHelper"
        check_bool(who, "dataset_sink_mode", dataset_sink_mode)
        check_int(who, "sink_size", sink_size, -1)
        if sink_size == 0:
            raise ValueError(f"{who}: 'sink_size' must be -1 or positive, got 0")
        check_int(who, "epoch_num", epoch_num)
        if not hasattr(dataset, "create_tuple_iterator"):
            if not isinstance(dataset, collections.abc.Iterable):
                raise TypeError(f"{who}: 'dataset' must be an iterable of batches, got {type(dataset).__name__}")
            if epoch_num > 1 and isinstance(dataset, collections.abc.Iterator):
                raise ValueError(f"{who}: 'dataset' is an iterator, which can be read once, not {epoch_num} times")
        self._dataset = dataset

    def __iter__(self):
        """One pass; afterwards the data set is reset."""
        for batch in self._batches():
            yield _inputs(batch)
        if hasattr(self._dataset, "reset"):
            self._dataset.reset()

    def _batches(self):
        if hasattr(self._dataset, "create_tuple_iterator"):
            return self._dataset.create_tuple_iterator(num_epochs=1)
        return iter(self._dataset)

    @property
    def size(self):
        """Batches of one pass, or None if unknown before."""
        if hasattr(self._dataset, "get_dataset_size"):
            return self._dataset.get_dataset_size()
        return len(self._dataset) if hasattr(self._dataset, "__len__") else None

    def passes(self):
        """How often each part of the data set was read; empty for data that is no :class:`nucella.dataset.Dataset`."""
        return self._dataset.passes() if hasattr(self._dataset, "passes") else []

    def set_passes(self, passes):
        """The next pass is the one after so many, as passes() gave them. ValueError for another data set's."""
        if hasattr(self._dataset, "set_passes"):
            self._dataset.set_passes(passes)

    def sink_size(self):
        """1: a step takes one batch."""
        return 1

    def types_shapes(self):
        """Types and shapes of the inputs, from the data set."""
        return self._dataset.output_types(), self._dataset.output_shapes()

    def stop_send(self):
        """Nothing: no other process or device waits for data."""

    def release(self):
        """Nothing, as stop_send()."""

    def continue_send(self):
        """Nothing, as stop_send()."""


def _inputs(batch):
    if isinstance(batch, dict):
        batch = batch.values()
    elif not isinstance(batch, (tuple, list)):
        batch = (batch,)
    return [_tensor(element) for element in batch]


def _tensor(element):
    is_data = isinstance(element, (numpy.ndarray, numpy.generic, int, float)) and not isinstance(element, Tensor)
    return Tensor(element) if is_data else element
