"""Dataset: rows of columns, and what can be made of them; nothing is read before somebody iterates."""

import contextlib
import itertools

import numpy

from nucella.common.checks import check_bool, check_int, check_type
from nucella.dataset import config
from nucella.dataset.iterators import DictIterator, TupleIterator, as_array

__all__ = ["Dataset", "zip_datasets"]

_MOST = 2**31 - 1


class Dataset:
    """Base of data sets: rows of named columns.

    Every method that changes something returns a new data set that reads from this one.

    Examples:
        >>> data = nucella.dataset.NumpySlicesDataset([1, 2, 3, 4], shuffle=False)
        >>> [row["column_0"].tolist() for row in data.batch(2).create_dict_iterator(num_epochs=1)]
        [[1, 2], [3, 4]]
    """

    def __init__(self, parents, columns):
        self._parents = tuple(parents)
        self._columns = list(columns)
        self._passes = 0

    def rows(self):
        """An iterator over the rows of the next epoch: tuples of NumPy arrays."""
        self._passes += 1
        return self._make_rows()

    def _make_rows(self):
        raise NotImplementedError(f"{type(self).__name__} has no rows")

    def _random(self):
        """A generator of random numbers that is a function of the seed and the number of the epoch."""
        seed = config.get_seed()
        return numpy.random.default_rng(None if seed is None else (seed, self._passes))

    def _nodes(self):
        """This data set and all that it reads from."""
        yield self
        for parent in self._parents:
            yield from parent._nodes()

    def passes(self):
        """How often this data set and each that it reads from has been read: shuffles follow from it."""
        return [node._passes for node in self._nodes()]

    def set_passes(self, passes):
        """Goes on as if it had been read so often.

        Args:
            passes (list[int]): What passes() of an equal data set gave.

        Raises:
            ValueError: There are more or fewer numbers than data sets.
        """
        nodes = list(self._nodes())
        if len(nodes) != len(passes):
            raise ValueError(f"Dataset.set_passes: 'passes' must have {len(nodes)} numbers, got {len(passes)}")
        for node, count in zip(nodes, passes):
            node._passes = count

    def __iter__(self):
        """As create_tuple_iterator(num_epochs=1)."""
        return self.create_tuple_iterator(num_epochs=1)

    def __len__(self):
        """As get_dataset_size()."""
        return self.get_dataset_size()

    def __add__(self, datasets):
        """As concat()."""
        return self.concat(datasets)

    def create_tuple_iterator(self, columns=None, num_epochs=-1, output_numpy=False, do_copy=False):
        """An iterator that gives each row as a list.

        Args:
            columns (list[str]): The columns that are wanted; None: all. Default: None.
            num_epochs (int): How many epochs it may give, each ended by StopIteration; -1: any number. Default: -1.
            output_numpy (bool): Gives NumPy arrays instead of Tensors. Default: False.
            do_copy (bool): Of no effect here: nobody else has the data. Default: False.

        Raises:
            TypeError, ValueError: An argument is of another type or out of range, or a column unknown.
        """
        indices = None if columns is None else self._indices("create_tuple_iterator", columns)
        return TupleIterator(self, num_epochs, output_numpy, indices)

    def create_dict_iterator(self, num_epochs=-1, output_numpy=False, do_copy=False):
        """An iterator that gives each row as a dict from column names; arguments as for create_tuple_iterator()."""
        return DictIterator(self, num_epochs, output_numpy)

    def batch(self, batch_size, drop_remainder=False, num_parallel_workers=None, **kwargs):
        """Rows of so many rows each, stacked along a new first axis.

        Args:
            batch_size (int): At least 1.
            drop_remainder (bool): Leaves out a last batch that is smaller. Default: False.
            num_parallel_workers (int): Of no effect here. Default: None.
            kwargs: `per_batch_map` is not here; others of MindSpore are of no effect.

        Raises:
            TypeError, ValueError: An argument is of another type or out of range.
            RuntimeError: While iterating: rows differ in shape.
        """
        if kwargs.get("per_batch_map") is not None or callable(batch_size):
            raise NotImplementedError("Dataset.batch: functions for 'batch_size' and 'per_batch_map' are not here yet")
        _check_count("batch", "batch_size", batch_size, 1)
        return BatchDataset(self, batch_size, check_bool("Dataset.batch", "drop_remainder", drop_remainder))

    def map(self, operations, input_columns=None, output_columns=None, num_parallel_workers=None, **kwargs):
        """Puts columns through functions of NumPy arrays.

        Args:
            operations (function, list[function]): Each takes what the one before gave: one value or a tuple.
            input_columns (str, list[str]): What the first one takes; None: the first column. Default: None.
            output_columns (str, list[str]): Names of the results; None: as `input_columns`. Default: None.
            num_parallel_workers (int): Of no effect here. Default: None.
            kwargs: Others of MindSpore, of no effect.

        Raises:
            TypeError, ValueError: An argument is of another type, or a column unknown.
            RuntimeError: While iterating: another number of results than columns.
        """
        operations = operations if isinstance(operations, list) else [operations]
        for operation in operations:
            if not callable(operation):
                raise ValueError(f"Dataset.map: 'operations' must be functions, got {type(operation).__name__}")
        names = self._columns[:1] if input_columns is None else _names("map", "input_columns", input_columns)
        outputs = names if output_columns is None else _names("map", "output_columns", output_columns)
        return MapDataset(self, operations, self._indices("map", names), outputs)

    def filter(self, predicate, input_columns=None, num_parallel_workers=None):
        """Leaves out rows.

        Args:
            predicate (function): Of NumPy arrays; rows for which it is false are left out.
            input_columns (str, list[str]): What it takes; None: all columns. Default: None.
            num_parallel_workers (int): Of no effect here. Default: None.

        Raises:
            TypeError, ValueError: An argument is of another type, or a column unknown.
        """
        if not callable(predicate):
            raise TypeError(f"Dataset.filter: 'predicate' must be a function, got {type(predicate).__name__}")
        columns = self._columns if input_columns is None else input_columns
        return FilterDataset(self, predicate, self._indices("filter", columns))

    def shuffle(self, buffer_size):
        """Gives rows in random order, out of a buffer.

        Args:
            buffer_size (int): Rows that are kept to choose from, at least 2.

        Raises:
            TypeError, ValueError: `buffer_size` is no int, or out of range.
        """
        return ShuffleDataset(self, _check_count("shuffle", "buffer_size", buffer_size, 2))

    def repeat(self, count=None):
        """The rows so many times; None or -1: for ever.

        Raises:
            TypeError, ValueError: `count` is no int, or neither -1 nor positive.
        """
        return RepeatDataset(self, _check_forever("repeat", -1 if count is None else count))

    def take(self, count=-1):
        """The first rows; -1: all.

        Raises:
            TypeError, ValueError: `count` is no int, or neither -1 nor positive.
        """
        return SliceDataset(self, 0, _check_forever("take", count))

    def skip(self, count):
        """The rows after the first ones.

        Raises:
            TypeError, ValueError: `count` is no int, or negative.
        """
        return SliceDataset(self, _check_count("skip", "count", count, 0), -1)

    def rename(self, input_columns, output_columns):
        """Gives columns other names.

        Raises:
            TypeError, ValueError: A name is no str or unknown, or there are not as many new ones.
        """
        names = list(self._columns)
        outputs = _names("rename", "output_columns", output_columns)
        indices = self._indices("rename", input_columns)
        if len(indices) != len(outputs):
            raise ValueError(f"Dataset.rename: expected {len(indices)} new names, got {len(outputs)}")
        for index, name in zip(indices, outputs):
            names[index] = name
        return ProjectDataset(self, range(len(names)), names)

    def project(self, columns):
        """These columns, in this order.

        Raises:
            TypeError, ValueError: A name is no str, or unknown.
        """
        names = _names("project", "columns", columns)
        return ProjectDataset(self, self._indices("project", names), names)

    def concat(self, datasets):
        """The rows of this one, then those of others with the same columns.

        Raises:
            TypeError: One is no Dataset.
            ValueError: The columns differ.
        """
        others = datasets if isinstance(datasets, list) else [datasets]
        for other in others:
            check_type("Dataset.concat", "datasets", other, Dataset)
            if other.get_col_names() != self._columns:
                raise ValueError(f"Dataset.concat: expected columns {self._columns}, got {other.get_col_names()}")
        return ConcatDataset([self, *others], self._columns)

    def zip(self, datasets):
        """The columns of this one and others, side by side; as zip((self, *datasets)).

        Examples:
            >>> first = nucella.dataset.NumpySlicesDataset([1, 2], ["a"], shuffle=False)
            >>> second = nucella.dataset.NumpySlicesDataset([3, 4], ["b"], shuffle=False)
            >>> [[value.tolist() for value in row] for row in nucella.dataset.zip((first, second))]
            [[1, 3], [2, 4]]
        """
        return zip_datasets((self, *(datasets if isinstance(datasets, tuple) else (datasets,))))

    def apply(self, apply_func):
        """apply_func(self), which must give a Dataset.

        Raises:
            TypeError: It is no function, or gives something else.
        """
        if not callable(apply_func):
            raise TypeError(f"Dataset.apply: 'apply_func' must be a function, got {type(apply_func).__name__}")
        return check_type("Dataset.apply", "result of apply_func", apply_func(self), Dataset)

    def reset(self):
        """Nothing: each iterator begins with the first row."""

    def get_col_names(self):
        """The names of the columns."""
        return list(self._columns)

    def get_dataset_size(self):
        """Rows of an epoch. Where only reading tells, it reads."""
        with self._unnoticed():
            return sum(1 for _ in self._make_rows())

    def get_batch_size(self):
        """Rows that were joined to one, or 1."""
        return self._parents[0].get_batch_size() if self._parents else 1

    def get_repeat_count(self):
        """How often rows are repeated."""
        return self._parents[0].get_repeat_count() if self._parents else 1

    def output_shapes(self, estimate=False):
        """The shapes of the first row, a list of lists; `estimate` is of no effect here."""
        return [list(array.shape) for array in self._first_row()]

    def output_types(self):
        """The NumPy dtypes of the first row."""
        return [array.dtype for array in self._first_row()]

    def num_classes(self):
        """None: only the labels could tell."""

    def get_class_indexing(self):
        """{}: the classes have no names here."""
        return {}

    def _first_row(self):
        with self._unnoticed():
            return next(iter(self._make_rows()), ())

    def _tree(self):
        return itertools.chain([self], *(parent._tree() for parent in self._parents))

    @contextlib.contextmanager
    def _unnoticed(self):
        """Reads rows without counting it as an epoch, which would change the next order."""
        passes = [(dataset, dataset._passes) for dataset in self._tree()]
        try:
            yield
        finally:
            for dataset, count in passes:
                dataset._passes = count

    def _indices(self, who, columns):
        columns = _names(who, "columns", columns)
        for name in columns:
            if name not in self._columns:
                raise ValueError(f"Dataset.{who}: there is no column '{name}' among {self._columns}")
        return [self._columns.index(name) for name in columns]


def _names(who, argument, names):
    names = [names] if isinstance(names, str) else names
    check_type(f"Dataset.{who}", argument, names, (list, str))
    for name in names:
        check_type(f"Dataset.{who}", f"element of {argument}", name, str)
    if len(set(names)) != len(names):
        raise ValueError(f"Dataset.{who}: '{argument}' must have different names, got {names}")
    return list(names)


def _check_count(who, argument, count, low):
    check_int(f"Dataset.{who}", argument, count)
    if not low <= count <= _MOST:
        raise ValueError(f"Dataset.{who}: '{argument}' must be in [{low}, {_MOST}], got {count}")
    return count


def _check_forever(who, count):
    check_int(f"Dataset.{who}", "count", count)
    if count != -1 and not 1 <= count <= _MOST:
        raise ValueError(f"Dataset.{who}: 'count' must be -1 or in [1, {_MOST}], got {count}")
    return count


class _Derived(Dataset):
    """A data set that reads from another one."""

    def __init__(self, parent, columns=None):
        super().__init__([parent], parent.get_col_names() if columns is None else columns)

    @property
    def _parent(self):
        return self._parents[0]


class BatchDataset(_Derived):
    """What Dataset.batch() gives.

    Examples:
        >>> nucella.dataset.NumpySlicesDataset([1, 2, 3, 4]).batch(2).get_dataset_size()
        2
    """

    def __init__(self, parent, batch_size, drop_remainder):
        super().__init__(parent)
        self._batch_size = batch_size
        self._drop_remainder = drop_remainder

    def _make_rows(self):
        if hasattr(self._parent, "gather"):
            return self._gathered()
        return self._stacked()

    def _gathered(self):
        """The batches of a data set that can give many rows at once."""
        order = self._parent.order()
        for start in range(0, len(order), self._batch_size):
            indices = order[start : start + self._batch_size]
            if len(indices) == self._batch_size or not self._drop_remainder:
                yield self._parent.gather(indices)

    def _stacked(self):
        rows = self._parent.rows()
        while batch := list(itertools.islice(rows, self._batch_size)):
            if len(batch) == self._batch_size or not self._drop_remainder:
                yield tuple(self._stack(name, values) for name, values in zip(self._columns, zip(*batch)))

    def _stack(self, name, values):
        shapes = {value.shape for value in values}
        if len(shapes) > 1:
            raise RuntimeError(f"Dataset.batch: rows of column '{name}' differ in shape: {sorted(shapes)}")
        return numpy.stack(values)

    def get_dataset_size(self):
        """Batches of an epoch."""
        extra = 0 if self._drop_remainder else self._batch_size - 1
        return (self._parent.get_dataset_size() + extra) // self._batch_size

    def get_batch_size(self):
        """Rows of a batch."""
        return self._batch_size


class MapDataset(_Derived):
    """What Dataset.map() gives.

    Examples:
        >>> data = nucella.dataset.NumpySlicesDataset([1, 2], shuffle=False).map(lambda x: 10 * x)
        >>> [row[0].tolist() for row in data]
        [10, 20]
    """

    def __init__(self, parent, operations, inputs, output_names):
        self._operations = operations
        self._inputs = inputs
        self._results = len(output_names)
        super().__init__(parent, self._placed(parent.get_col_names(), output_names))

    def _make_rows(self):
        for row in self._parent.rows():
            values = tuple(row[i] for i in self._inputs)
            for operation in self._operations:
                result = operation(*values)
                values = result if isinstance(result, tuple) else (result,)
            self._check(values)
            yield tuple(self._placed(row, [as_array(value) for value in values]))

    def _placed(self, row, values):
        """Results in the places of the inputs; if they are more or fewer, all where the first input was."""
        if len(values) == len(self._inputs):
            placed = list(row)
            for index, value in zip(self._inputs, values):
                placed[index] = value
            return placed
        first = min(self._inputs)
        rest = [value for i, value in enumerate(row) if i not in self._inputs]
        place = first - sum(i < first for i in self._inputs)
        return rest[:place] + list(values) + rest[place:]

    def _check(self, values):
        if len(values) != self._results or any(value is None for value in values):
            what = "None" if any(value is None for value in values) else len(values)
            raise RuntimeError(f"Dataset.map: expected {self._results} results of 'operations', got {what}")

    def get_dataset_size(self):
        """As before."""
        return self._parent.get_dataset_size()


class FilterDataset(_Derived):
    """What Dataset.filter() gives."""

    def __init__(self, parent, predicate, inputs):
        super().__init__(parent)
        self._predicate = predicate
        self._inputs = inputs

    def _make_rows(self):
        return (row for row in self._parent.rows() if self._predicate(*(row[i] for i in self._inputs)))


class ShuffleDataset(_Derived):
    """What Dataset.shuffle() gives.

    Examples:
        >>> data = nucella.dataset.NumpySlicesDataset([1, 2, 3], shuffle=False).shuffle(3)
        >>> sorted(row[0].tolist() for row in data)
        [1, 2, 3]
    """

    def __init__(self, parent, buffer_size):
        super().__init__(parent)
        self._buffer_size = buffer_size

    def _make_rows(self):
        random = self._random()
        rows = self._parent.rows()
        buffer = list(itertools.islice(rows, self._buffer_size))
        for row in rows:
            chosen = random.integers(len(buffer))
            yield buffer[chosen]
            buffer[chosen] = row
        for chosen in random.permutation(len(buffer)):
            yield buffer[chosen]

    def get_dataset_size(self):
        """As before."""
        return self._parent.get_dataset_size()


class RepeatDataset(_Derived):
    """What Dataset.repeat() gives.

    Examples:
        >>> data = nucella.dataset.NumpySlicesDataset([1, 2], shuffle=False).repeat(2)
        >>> [row[0].tolist() for row in data]
        [1, 2, 1, 2]
    """

    def __init__(self, parent, count):
        super().__init__(parent)
        self._count = count

    def _make_rows(self):
        times = itertools.count() if self._count == -1 else range(self._count)
        return itertools.chain.from_iterable(self._parent.rows() for _ in times)

    def get_dataset_size(self):
        """Rows of all repetitions, or of one when they do not end."""
        return self._parent.get_dataset_size() * max(self._count, 1)

    def get_repeat_count(self):
        """How often rows are repeated."""
        return self._count


class SliceDataset(_Derived):
    """What Dataset.take() and Dataset.skip() give."""

    def __init__(self, parent, begin, count):
        super().__init__(parent)
        self._begin = begin
        self._end = None if count == -1 else begin + count

    def _make_rows(self):
        return itertools.islice(self._parent.rows(), self._begin, self._end)

    def get_dataset_size(self):
        """Rows that are left."""
        return len(range(self._parent.get_dataset_size())[self._begin : self._end])


class ProjectDataset(_Derived):
    """What Dataset.project() and Dataset.rename() give."""

    def __init__(self, parent, indices, names):
        super().__init__(parent, names)
        self._selected = list(indices)

    def _make_rows(self):
        return (tuple(row[i] for i in self._selected) for row in self._parent.rows())

    def get_dataset_size(self):
        """As before."""
        return self._parent.get_dataset_size()


class ConcatDataset(Dataset):
    """What Dataset.concat() gives.

    Examples:
        >>> first, second = (nucella.dataset.NumpySlicesDataset([n], shuffle=False) for n in (1, 2))
        >>> [row[0].tolist() for row in first + second]
        [1, 2]
    """

    def _make_rows(self):
        return itertools.chain.from_iterable(parent.rows() for parent in self._parents)

    def get_dataset_size(self):
        """Rows of all together."""
        return sum(parent.get_dataset_size() for parent in self._parents)


class ZipDataset(Dataset):
    """What zip() gives.

    Examples:
        >>> first = nucella.dataset.NumpySlicesDataset([1, 2], ["a"], shuffle=False)
        >>> second = nucella.dataset.NumpySlicesDataset([3, 4], ["b"], shuffle=False)
        >>> nucella.dataset.zip((first, second)).get_col_names()
        ['a', 'b']
    """

    def _make_rows(self):
        return (sum(rows, ()) for rows in zip(*(parent.rows() for parent in self._parents)))

    def get_dataset_size(self):
        """Rows of the shortest one."""
        return min(parent.get_dataset_size() for parent in self._parents)


def zip_datasets(datasets):
    """The columns of several data sets side by side, as long as the shortest one; `nucella.dataset.zip`.

    Args:
        datasets (tuple[Dataset]): The data sets, whose columns have different names.

    Raises:
        TypeError: `datasets` is no tuple of Datasets.
        ValueError: It is empty, or two columns have one name.

    Examples:
        >>> first = nucella.dataset.NumpySlicesDataset([1, 2], ["a"], shuffle=False)
        >>> second = nucella.dataset.NumpySlicesDataset([3, 4], ["b"], shuffle=False)
        >>> nucella.dataset.zip((first, second)).get_col_names()
        ['a', 'b']
    """
    check_type("dataset.zip", "datasets", datasets, tuple)
    for dataset in datasets:
        check_type("dataset.zip", "element of datasets", dataset, Dataset)
    names = [name for dataset in datasets for name in dataset.get_col_names()]
    if not datasets or len(set(names)) != len(names):
        raise ValueError(f"dataset.zip: expected data sets whose columns have different names, got {names}")
    return ZipDataset(datasets, names)
