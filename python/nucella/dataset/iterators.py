"""Iterators over the rows of a data set."""

import numpy

from nucella.common.checks import check_bool, check_type
from nucella.common.tensor import Tensor

__all__ = ["DictIterator", "TupleIterator", "as_array"]


def as_array(value):
    """A NumPy array of what a source gives: a Tensor, array, number, str or list."""
    return value.asnumpy() if isinstance(value, Tensor) else numpy.asarray(value)


class _RowIterator:
    """Gives the rows of one epoch after the other; each epoch ends with StopIteration.

    Args:
        dataset (Dataset): What gives the rows.
        num_epochs (int): How many epochs there may be; -1: any number.
        output_numpy (bool): Gives NumPy arrays instead of Tensors.
        indices (list[int]): The columns that are wanted, or None for all.
    """

    def __init__(self, dataset, num_epochs, output_numpy, indices=None):
        check_type("create_iterator", "num_epochs", num_epochs, int)
        if num_epochs < -1 or num_epochs == 0:
            raise ValueError(f"create_iterator: 'num_epochs' must be -1 or positive, got {num_epochs}")
        self._dataset = dataset
        self._epochs_left = num_epochs
        self._output_numpy = check_bool("create_iterator", "output_numpy", output_numpy)
        self._indices = range(len(dataset.get_col_names())) if indices is None else indices
        self._rows = None

    def __iter__(self):
        return self

    def __next__(self):
        if self._rows is None:
            if self._epochs_left == 0:
                raise RuntimeError("the iterator of a data set has no epochs left; 'num_epochs' told how many")
            self._epochs_left -= self._epochs_left > 0
            self._rows = self._dataset.rows()
        try:
            row = next(self._rows)
        except StopIteration:
            self._rows = None
            raise
        return self._form([self._out(row[i]) for i in self._indices])

    def _out(self, array):
        return array if self._output_numpy or array.dtype.kind in "USO" else Tensor(array)


class TupleIterator(_RowIterator):
    """Each row as a list."""

    def _form(self, row):
        return row


class DictIterator(_RowIterator):
    """Each row as a dict under the names of the columns."""

    def _form(self, row):
        return dict(zip(self._dataset.get_col_names(), row))
