"""Data sets: sources, what is made of them, iterators, order, and errors."""

import numpy as np
import pytest

import nucella
from nucella import Tensor
from nucella import dataset as ds
from nucella.dataset import transforms, vision

X = np.arange(20, dtype=np.float32).reshape(10, 2)
Y = np.arange(10, dtype=np.int32)
FASHION = "/usr/share/datasets/fashion-mnist"


class Rows:
    def __getitem__(self, index):
        return X[index], Y[index]

    def __len__(self):
        return 10


def generate():
    yield from zip(X[:5], Y[:5])


def rows(**options):
    return ds.GeneratorDataset(Rows(), ["a", "b"], **{"shuffle": False, **options})


def column(dataset, name="b"):
    return [row[name].tolist() for row in dataset.create_dict_iterator(num_epochs=1, output_numpy=True)]


@pytest.fixture(autouse=True)
def no_seed_of_others(monkeypatch):
    monkeypatch.setitem(ds.config._settings, "seed", None)


@pytest.mark.parametrize("source", [generate, generate(), list(generate()), Rows()])
def test_rows_come_from_functions_iterables_and_indexed_objects(source):
    dataset = ds.GeneratorDataset(source, ["a", "b"], shuffle=False)
    first = next(iter(dataset))
    assert isinstance(first, list) and first[0].asnumpy().tolist() == [0, 1] and first[1].dtype == nucella.int32


def test_single_values_are_one_column():
    dataset = ds.GeneratorDataset([1.5, 2.5], "x", shuffle=False)
    assert column(dataset, "x") == [1.5, 2.5]
    assert dataset.output_types() == [np.dtype("float64")]


def test_sizes_shapes_and_types():
    dataset = rows()
    assert len(dataset) == dataset.get_dataset_size() == 10
    assert dataset.output_shapes() == [[2], []]
    assert dataset.output_types() == [np.float32, np.int32]
    assert dataset.get_col_names() == ["a", "b"]
    assert (dataset.get_batch_size(), dataset.get_repeat_count(), dataset.num_classes()) == (1, 1, None)
    assert ds.GeneratorDataset(generate, ["a", "b"]).get_dataset_size() == 5
    assert rows(num_samples=3).get_dataset_size() == len(column(rows(num_samples=3))) == 3
    assert len(column(ds.GeneratorDataset(generate, ["a", "b"], num_samples=2))) == 2


def test_batch():
    batches = rows().batch(4)
    assert (len(batches), batches.get_batch_size(), batches.output_shapes()) == (3, 4, [[4, 2], [4]])
    assert column(batches) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert column(rows().batch(4, drop_remainder=True)) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert column(rows().batch(20, True)) == [] and len(rows().batch(20, True)) == 0
    ragged = ds.GeneratorDataset([np.ones(1), np.ones(2)], "x", shuffle=False).batch(2)
    with pytest.raises(RuntimeError, match=r"column 'x' differ in shape: \[\(1,\), \(2,\)\]"):
        next(iter(ragged))


def test_batches_of_arrays_are_those_of_their_rows():
    arrays = ds.NumpySlicesDataset((X, Y), ["a", "b"], shuffle=False)
    for drop in (True, False):
        assert column(arrays.batch(3, drop), "a") == column(rows().batch(3, drop), "a")


def test_repeat_take_skip_and_concat():
    assert column(rows().take(3).repeat(2)) == [0, 1, 2, 0, 1, 2]
    assert column(rows().repeat(2).batch(8)) == [list(range(8)), [8, 9, *range(6)], [6, 7, 8, 9]]
    assert (len(rows().repeat(3)), rows().repeat(3).get_repeat_count()) == (30, 3)
    assert column(rows().skip(7)) == [7, 8, 9] and len(rows().skip(20)) == 0
    assert len(rows().take(30)) == len(rows().take(-1)) == 10
    assert column(rows().take(2) + rows().skip(8)) == [0, 1, 8, 9]
    forever = iter(rows().repeat())
    assert [int(next(forever)[1].asnumpy()) for _ in range(12)][-2:] == [0, 1]


def test_map():
    assert column(rows().map(lambda v: v * 2, ["b"]))[:3] == [0, 2, 4]
    assert column(rows().map([lambda v: v * 2, lambda v: v + 1], "b"))[:3] == [1, 3, 5]
    assert column(rows().map(lambda v: v + 1), "a")[0] == [1, 2]
    joined = rows().map(lambda a, b: a.sum() + b, ["a", "b"], ["c"])
    assert joined.get_col_names() == ["c"] and column(joined, "c")[:2] == [1, 6]
    split = rows().map(lambda a: (a[0], a[1]), ["a"], ["c", "d"])
    assert split.get_col_names() == ["c", "d", "b"] and column(split, "d")[:2] == [1, 3]
    swapped = rows().map(lambda a, b: (b, a), ["a", "b"])
    assert column(swapped, "a")[3] == 3
    with pytest.raises(RuntimeError, match="expected 1 results of 'operations', got 2"):
        next(iter(rows().map(lambda v: (v, v), ["b"])))
    with pytest.raises(RuntimeError, match="got None"):
        next(iter(rows().map(lambda v: None, ["b"])))


def test_an_exception_of_a_function_reaches_the_caller():
    def fail(value):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        next(iter(rows().map(fail, ["b"])))


def test_filter_rename_project_zip_and_apply():
    assert column(rows().filter(lambda b: b < 3, ["b"])) == [0, 1, 2]
    assert len(rows().filter(lambda a, b: b % 2 == 0)) == 5
    assert rows().rename(["a"], ["z"]).get_col_names() == ["z", "b"]
    assert rows().project("b").get_col_names() == ["b"]
    both = ds.zip((rows(), ds.NumpySlicesDataset(X[:4], ["q"], shuffle=False)))
    assert both.get_col_names() == ["a", "b", "q"] and len(both) == len(column(both)) == 4
    assert column(rows().apply(lambda d: d.take(1))) == [0]
    with pytest.raises(ValueError, match="different names"):
        ds.zip((rows(), rows()))


def test_shuffles_are_permutations_and_differ_between_epochs():
    for dataset in (rows(shuffle=True), rows().shuffle(4), ds.NumpySlicesDataset(Y, "b")):
        epochs = [column(dataset) for _ in range(3)]
        assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
        assert len({tuple(epoch) for epoch in epochs}) > 1


@pytest.mark.parametrize("seed", [ds.config.set_seed, nucella.set_seed])
def test_the_seed_decides_the_order(seed):
    def epochs(dataset):
        seed(3)
        return [column(dataset) for _ in range(2)]

    for make in (lambda: rows(shuffle=True), lambda: rows().shuffle(5), lambda: ds.NumpySlicesDataset(Y, "b").batch(3)):
        assert epochs(make()) == epochs(make())
    dataset = rows(shuffle=True)
    seed(3)
    first = column(dataset)
    other = rows(shuffle=True)
    other.output_shapes()
    assert column(other) == first  # looking at the shapes is no epoch


def test_sampler_and_shards():
    assert column(ds.GeneratorDataset(Rows(), ["a", "b"], sampler=[7, 2])) == [7, 2]
    shards = [column(rows(num_shards=3, shard_id=i)) for i in range(3)]
    assert shards == [[0, 3, 6, 9], [1, 4, 7, 0], [2, 5, 8, 1]]
    assert len(rows(num_shards=3, shard_id=0)) == 4


def test_iterators():
    assert rows().create_dict_iterator().__next__()["b"].asnumpy() == 0
    assert [row[0].tolist() for row in rows().create_tuple_iterator(["b"], 1, output_numpy=True)] == list(range(10))
    twice = rows().create_tuple_iterator(num_epochs=2)
    assert [len(list(twice)) for _ in range(2)] == [10, 10]
    with pytest.raises(RuntimeError, match="no epochs left"):
        next(twice)
    for_ever = rows().create_tuple_iterator()
    assert [len(list(for_ever)) for _ in range(3)] == [10] * 3
    words = ds.GeneratorDataset(["a", "b"], "w", shuffle=False)
    assert [str(row[0]) for row in words] == ["a", "b"]


def test_slices_of_arrays():
    assert ds.NumpySlicesDataset((X, Y)).get_col_names() == ["column_0", "column_1"]
    named = ds.NumpySlicesDataset({"p": [1, 2], "q": [3, 4]}, shuffle=False)
    assert [[int(v.asnumpy()) for v in row] for row in named] == [[1, 3], [2, 4]]
    assert ds.NumpySlicesDataset([[1, 2], [3, 4]], ["a"]).output_shapes() == [[2]]
    assert ds.NumpySlicesDataset(Tensor(X).asnumpy(), "a", num_samples=4).get_dataset_size() == 4


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: ds.GeneratorDataset(1, ["a"]), TypeError, "'source' must be a function"),
        (lambda: ds.GeneratorDataset(Rows()), ValueError, "'column_names' is missing"),
        (lambda: ds.GeneratorDataset(Rows(), []), ValueError, "different names"),
        (lambda: ds.GeneratorDataset(Rows(), [1]), TypeError, "column_names' must be str, got int"),
        (lambda: ds.GeneratorDataset(Rows(), ["a", "a"]), ValueError, "different names"),
        (lambda: rows(shuffle=1), TypeError, "'shuffle' must be bool"),
        (lambda: rows(num_samples=-1), ValueError, "'num_samples' must be at least 0"),
        (lambda: rows(num_parallel_workers=0), ValueError, "at least 1"),
        (lambda: rows(num_shards=2), ValueError, "given together"),
        (lambda: rows(num_shards=2, shard_id=2), ValueError, r"\[0, 2\), got 2"),
        (lambda: rows().batch(0), ValueError, r"'batch_size' must be in \[1,"),
        (lambda: rows().batch(1.0), TypeError, "'batch_size' must be int, got float"),
        (lambda: rows().batch(4, 1), TypeError, "'drop_remainder' must be bool"),
        (lambda: rows().repeat(0), ValueError, "must be -1 or in"),
        (lambda: rows().take(0), ValueError, "must be -1 or in"),
        (lambda: rows().skip(-1), ValueError, r"in \[0,"),
        (lambda: rows().shuffle(1), ValueError, r"in \[2,"),
        (lambda: rows().shuffle("a"), TypeError, "'buffer_size' must be int"),
        (lambda: rows().map(1, ["a"]), ValueError, "'operations' must be functions, got int"),
        (lambda: rows().map(len, ["z"]), ValueError, "no column 'z' among"),
        (lambda: rows().map(len, 1), TypeError, "'input_columns' must be list or str"),
        (lambda: rows().create_tuple_iterator(num_epochs="a"), TypeError, "'num_epochs' must be int"),
        (lambda: rows().create_tuple_iterator(num_epochs=0), ValueError, "-1 or positive"),
        (lambda: rows().create_tuple_iterator(output_numpy=1), TypeError, "'output_numpy' must be bool"),
        (lambda: ds.NumpySlicesDataset((X, Y[:3])), ValueError, r"one length, got \[10, 3\]"),
        (lambda: ds.NumpySlicesDataset(X, ["a", "b"]), ValueError, "expected 1 column names, got 2"),
        (lambda: ds.NumpySlicesDataset(1), TypeError, "'data' must be list or tuple or dict or ndarray"),
        (lambda: ds.NumpySlicesDataset([]), ValueError, "must not be empty"),
        (lambda: ds.FashionMnistDataset("/no/such/folder"), ValueError, "no folder"),
        (lambda: ds.FashionMnistDataset(FASHION, "foo"), ValueError, "'usage' must be one of"),
        (lambda: ds.config.set_seed(-1), ValueError, r"\[0, 2\*\*32\)"),
        (lambda: next(iter(ds.GeneratorDataset([(1,)], ["a", "b"]))), RuntimeError, "must have 2 values"),
        (
            lambda: next(iter(rows(column_types=[nucella.float16, nucella.int64]))),
            RuntimeError,
            "float16.*int64.*got.*float32",
        ),
    ],
)
def test_errors(make, error, text):
    with pytest.raises(error, match=text):
        make()


def test_fashion_mnist():
    dataset = ds.FashionMnistDataset(usage="test", shuffle=False)
    assert (len(dataset), dataset.output_shapes(), dataset.get_col_names()) == (
        10000,
        [[28, 28, 1], []],
        ["image", "label"],
    )
    assert dataset.output_types() == [np.uint8, np.uint32]
    image, label = next(iter(dataset.batch(32)))
    assert image.shape == (32, 28, 28, 1) and label.asnumpy().max() < 10


def test_data_loader_gives_the_batches_of_the_core():
    images = ds.load_images(usage="test").first(100)
    loader = ds.DataLoader(images, batch_size=32, seed=5)
    epochs = [list(loader) for _ in range(2)]
    assert [len(epoch) for epoch in epochs] == [len(loader)] * 2 == [4, 4]
    image, label = epochs[0][0]
    assert (image.shape, image.dtype, label.dtype) == ((32, 1, 28, 28), nucella.float32, nucella.int32)
    labels = [np.concatenate([label.asnumpy() for _, label in epoch]) for epoch in epochs]
    assert sorted(labels[0]) == sorted(labels[1]) and (labels[0] != labels[1]).any()
    plain = np.concatenate([i.asnumpy() for i, _ in ds.DataLoader(images, 30, False, mean=0.0, std=1.0)])
    np.testing.assert_allclose(plain[:, 0], images.images.asnumpy() / np.float32(255), rtol=1e-6)
    with pytest.raises(ValueError, match="batch_size"):
        ds.DataLoader(images, 0)


def test_transforms():
    image = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    assert vision.HWC2CHW()(image).shape == (3, 2, 4) and vision.HWC2CHW()(image[..., 0]).shape == (2, 4)
    normal = vision.Normalize([1, 2, 3], [1, 2, 4])(image)
    assert normal.dtype == np.float32 and normal[0, 0].tolist() == [-1, -0.5, -0.25]
    channels_first = vision.Normalize([1, 2, 3], [1, 2, 4], is_hwc=False)(image.transpose(2, 0, 1))
    assert (channels_first == normal.transpose(2, 0, 1)).all()
    assert vision.Rescale(0.5, 1)(image)[0, 1].tolist() == [2.5, 3, 3.5]
    assert vision.ToTensor()(image[..., 0]).shape == (1, 2, 4)
    both = transforms.Compose([vision.HWC2CHW(), transforms.TypeCast(nucella.float32)])(image)
    assert (both.shape, both.dtype) == ((3, 2, 4), np.float32)
    assert transforms.OneHot(4)(np.array([1, 2])).tolist() == [[0, 1, 0, 0], [0, 0, 1, 0]]
    np.testing.assert_allclose(transforms.OneHot(4, 0.1)(np.array(2)), [0.025, 0.025, 0.925, 0.025])
    assert transforms.TypeCast(np.float16)(3).dtype == np.float16


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: vision.Normalize([1, 2], [1]), ValueError, "one length, got 2 and 1"),
        (lambda: vision.Normalize([1], [0]), ValueError, "'std' must be greater than 0"),
        (lambda: vision.Normalize([1], [1])(np.ones((2, 2, 3))), ValueError, r"1 channels, got shape \(2, 2, 3\)"),
        (lambda: vision.Rescale("a", 1), TypeError, "'rescale' must be a number, got str"),
        (lambda: transforms.Compose([]), ValueError, "must not be empty"),
        (lambda: transforms.Compose([1]), TypeError, "must be functions, got int"),
        (lambda: transforms.OneHot(0), ValueError, "at least 1"),
        (lambda: transforms.OneHot(4)(np.array(4)), ValueError, r"classes must be in \[0, 4\), got 4"),
        (lambda: transforms.TypeCast("foo"), TypeError, "not understood"),
    ],
)
def test_wrong_transforms(make, error, text):
    with pytest.raises(error, match=text):
        make()
