"""Where rows come from: Python objects, arrays, Fashion-MNIST."""

import collections.abc
import os

import numpy

from nucella import _core
from nucella.common.checks import check_bool, check_int, check_type
from nucella.dataset.iterators import as_array
from nucella.dataset.pipeline import Dataset
from nucella.dataset.transforms import numpy_type

__all__ = ["FashionMnistDataset", "GeneratorDataset", "NumpySlicesDataset"]

_MNIST_FOLDER = "/usr/share/datasets/fashion-mnist"
_USAGES = ("train", "test", "all")


class _Source(Dataset):
    """A data set that begins a pipeline; one whose rows have numbers can be shuffled, sampled and sharded."""

    def __init__(self, columns, num_samples, num_parallel_workers, shuffle, sampler, num_shards, shard_id):
        super().__init__([], columns)
        who = type(self).__name__
        if num_samples is not None:
            check_int(who, "num_samples", num_samples, 0)
        if num_parallel_workers is not None:
            check_int(who, "num_parallel_workers", num_parallel_workers, 1)
        if shuffle is not None:
            check_bool(who, "shuffle", shuffle)
        if (num_shards is None) != (shard_id is None):
            raise ValueError(f"{who}: 'num_shards' and 'shard_id' must be given together")
        if num_shards is not None:
            check_int(who, "num_shards", num_shards, 1)
            if not 0 <= check_int(who, "shard_id", shard_id) < num_shards:
                raise ValueError(f"{who}: 'shard_id' must be in [0, {num_shards}), got {shard_id}")
        if sampler is not None and not isinstance(sampler, collections.abc.Iterable):
            raise TypeError(f"{who}: 'sampler' must be an iterable of row numbers, got {type(sampler).__name__}")
        self._num_samples = num_samples or None
        self._shuffle = sampler is None if shuffle is None else shuffle
        self._sampler = sampler
        self._shard = None if num_shards is None else (num_shards, shard_id)

    def _length(self):
        """How many rows with numbers there are, or None."""
        raise NotImplementedError

    def order(self):
        """The numbers of the rows of the epoch that begins."""
        self._passes += 1
        return self._make_order()

    def _make_order(self):
        rows = range(self._length()) if self._sampler is None else list(self._sampler)
        order = numpy.fromiter(rows, numpy.int64, len(rows))
        if self._shuffle:
            order = self._random().permutation(order)
        if self._shard is not None and len(order):
            shards, own = self._shard
            share = -(-len(order) // shards)  # all shards get as many: the last ones begin anew
            order = order[(numpy.arange(share) * shards + own) % len(order)]
        return order[: self._num_samples]

    def get_dataset_size(self):
        """Rows of an epoch."""
        if self._length() is None:
            return super().get_dataset_size()
        with self._unnoticed():
            return len(self._make_order())


class GeneratorDataset(_Source):
    """Rows from a Python object.

    Args:
        source: A function that returns an iterator, an iterable, or an object with `__getitem__` and `__len__`. It
            gives rows: tuples (or, for one column, single values) of NumPy arrays, numbers, str or Tensors.
        column_names (str, list[str]): The names of the columns. Default: None.
        column_types (list): The dtypes the columns must have, or None. Default: None.
        schema: Is not here. Default: None.
        num_samples (int): Most rows; None or 0: all. Default: None.
        num_parallel_workers (int): Of no effect here. Default: 1.
        shuffle (bool): Shuffles a source that has `__getitem__`; None: yes, unless there is a sampler. Default: None.
        sampler (iterable): The numbers of the rows, in order. Default: None.
        num_shards (int): Of how many parts this data set is one. Default: None.
        shard_id (int): Which part. Default: None.
        python_multiprocessing, max_rowsize, batch_sampler, collate_fn: Of no effect here.

    Raises:
        TypeError: `source` is none of these, or another argument of another type.
        ValueError: An argument is out of range, or `column_names` missing.
        RuntimeError: While iterating: a row has another number of values than there are columns.

    Examples:
        >>> dataset = GeneratorDataset([(1, 2.0), (3, 4.0)], ["a", "b"], shuffle=False)
        >>> [row["a"].item() for row in dataset.create_dict_iterator(num_epochs=1)]
        [1, 3]
    """

    def __init__(
        self,
        source,
        column_names=None,
        column_types=None,
        schema=None,
        num_samples=None,
        num_parallel_workers=1,
        shuffle=None,
        sampler=None,
        num_shards=None,
        shard_id=None,
        python_multiprocessing=True,
        max_rowsize=None,
        batch_sampler=None,
        collate_fn=None,
    ):
        who = "GeneratorDataset"
        indexed = hasattr(source, "__getitem__") and hasattr(source, "__len__")
        if not (indexed or callable(source) or isinstance(source, collections.abc.Iterable)):
            raise TypeError(f"{who}: 'source' must be a function, an iterable or have __getitem__ and __len__")
        if schema is not None or batch_sampler is not None or collate_fn is not None:
            raise NotImplementedError(f"{who}: 'schema', 'batch_sampler' and 'collate_fn' are not here yet")
        names = _column_names(who, column_names)
        super().__init__(names, num_samples, num_parallel_workers, shuffle, sampler, num_shards, shard_id)
        self._source = source
        self._indexed = indexed
        self._types = None if column_types is None else [numpy_type(kind) for kind in column_types]

    def _length(self):
        return len(self._source) if self._indexed else None

    def _make_rows(self):
        if self._indexed:
            return (self._row(self._source[int(i)]) for i in self._make_order())
        values = self._source() if callable(self._source) else iter(self._source)
        return (self._row(value) for _, value in zip(_up_to(self._num_samples), values))

    def _row(self, value):
        row = tuple(as_array(part) for part in (value if isinstance(value, tuple) else (value,)))
        if len(row) != len(self._columns):
            raise RuntimeError(
                f"GeneratorDataset: a row of 'source' must have {len(self._columns)} values "
                f"for the columns {self._columns}, got {len(row)}"
            )
        if self._types is not None and [part.dtype for part in row] != self._types:
            raise RuntimeError(
                f"GeneratorDataset: the values of 'source' must be {[str(t) for t in self._types]}, "
                f"got {[str(part.dtype) for part in row]}"
            )
        return row


class _ArraySource(_Source):
    """Rows that are slices of arrays; many of them are taken at once."""

    def __init__(self, arrays, columns, *options):
        super().__init__(columns, *options)
        self._arrays = arrays

    def _length(self):
        return len(self._arrays[0])

    def _make_rows(self):
        return (tuple(numpy.asarray(array[i]) for array in self._arrays) for i in self._make_order())

    def gather(self, indices):
        """The rows of these numbers, stacked."""
        return tuple(array[indices] for array in self._arrays)


class NumpySlicesDataset(_ArraySource):
    """Rows that are slices of arrays along their first axis.

    Args:
        data (list, tuple, dict, numpy.ndarray): One array or list; a tuple of several; or a dict from column names.
        column_names (str, list[str]): None: the keys of the dict, or "column_0", ... Default: None.
        num_samples, num_parallel_workers, shuffle, sampler, num_shards, shard_id: As for :class:`GeneratorDataset`.

    Raises:
        TypeError: `data` is of another type, or an argument.
        ValueError: `data` is empty, its parts differ in length, or there are not as many names.

    Examples:
        >>> NumpySlicesDataset((numpy.ones((10, 3)), numpy.zeros(10)), ["x", "y"]).batch(4).output_shapes()
        [[4, 3], [4]]
    """

    def __init__(
        self,
        data,
        column_names=None,
        num_samples=None,
        num_parallel_workers=1,
        shuffle=None,
        sampler=None,
        num_shards=None,
        shard_id=None,
    ):
        who = "NumpySlicesDataset"
        check_type(who, "data", data, (list, tuple, dict, numpy.ndarray))
        if len(data) == 0:
            raise ValueError(f"{who}: 'data' must not be empty")
        parts = list(data.values()) if isinstance(data, dict) else list(data) if isinstance(data, tuple) else [data]
        arrays = [as_array(part) for part in parts]
        if len({len(array) for array in arrays}) > 1:
            raise ValueError(f"{who}: the parts of 'data' must have one length, got {[len(a) for a in arrays]}")
        if column_names is None:
            names = list(data) if isinstance(data, dict) else [f"column_{i}" for i in range(len(arrays))]
        else:
            names = _column_names(who, column_names)
        if len(names) != len(arrays):
            raise ValueError(f"{who}: expected {len(arrays)} column names, got {len(names)}")
        super().__init__(arrays, names, num_samples, num_parallel_workers, shuffle, sampler, num_shards, shard_id)


class FashionMnistDataset(_ArraySource):
    """Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): columns "image", (28, 28, 1) uint8, and "label", uint32.

    Args:
        dataset_dir (str): The folder of the four files, plain or with ".gz"; None: where Debian's package
            dataset-fashion-mnist puts them. Default: None.
        usage (str): "train" (60,000 rows), "test" (10,000) or "all"; None: all. Default: None.
        num_samples, num_parallel_workers, shuffle, sampler, num_shards, shard_id: As for :class:`GeneratorDataset`.
        cache: Of no effect here. Default: None.

    Raises:
        TypeError: An argument is of another type.
        ValueError: There is no such folder, `usage` is another, or a file is damaged.
        FileNotFoundError: A file is missing.

    Examples:
        >>> data = nucella.dataset.FashionMnistDataset(usage="test", num_samples=10)
        >>> data.get_col_names(), data.get_dataset_size()
        (['image', 'label'], 10)
    """

    def __init__(
        self,
        dataset_dir=None,
        usage=None,
        num_samples=None,
        num_parallel_workers=None,
        shuffle=None,
        sampler=None,
        num_shards=None,
        shard_id=None,
        cache=None,
    ):
        who = "FashionMnistDataset"
        folder = _MNIST_FOLDER if dataset_dir is None else dataset_dir
        check_type(who, "dataset_dir", folder, (str, os.PathLike))
        if usage is not None and usage not in _USAGES:
            raise ValueError(f"{who}: 'usage' must be one of {_USAGES}, got {usage!r}")
        if not os.path.isdir(folder):
            raise ValueError(f"{who}: there is no folder '{folder}'; see apt-get install dataset-fashion-mnist")
        parts = ("train", "test") if usage in (None, "all") else (usage,)
        sets = [_core.load_images(os.fspath(folder), part) for part in parts]
        images = numpy.concatenate([image_set.images.asnumpy() for image_set in sets])[..., None]
        labels = numpy.concatenate([image_set.labels.asnumpy() for image_set in sets]).astype(numpy.uint32)
        options = (num_samples, num_parallel_workers, shuffle, sampler, num_shards, shard_id)
        super().__init__([images, labels], ["image", "label"], *options)


def _column_names(who, names):
    if names is None:
        raise ValueError(f"{who}: 'column_names' is missing")
    names = [names] if isinstance(names, str) else check_type(who, "column_names", names, (list, tuple))
    for name in names:
        check_type(who, "element of column_names", name, str)
    if not names or len(set(names)) != len(names):
        raise ValueError(f"{who}: 'column_names' must be different names, got {names}")
    return list(names)


def _up_to(count):
    return iter(int, 1) if count is None else range(count)
