"""The class Tensor: construction, numbers, NumPy, copies, text."""

import copy
import gc
import pickle
import sys
import threading

import ml_dtypes
import numpy as np
import pytest

import nucella as ms
from nucella import Tensor


def values(t):
    return t.asnumpy().tolist()


@pytest.mark.parametrize(
    ("data", "dtype", "shape", "expected"),
    [
        (3, ms.int64, (), 3),
        (2.5, ms.float32, (), 2.5),
        (True, ms.bool_, (), True),
        ([1, 2], ms.int64, (2,), [1, 2]),
        ((1, 2.5), ms.float32, (2,), [1, 2.5]),
        ([True, 2], ms.int64, (2,), [1, 2]),
        ([True, 2.0], ms.float32, (2,), [1, 2]),
        ([], ms.float32, (0,), []),
        ([[], []], ms.float32, (2, 0), [[], []]),
        ([[[1]], [[2]]], ms.int64, (2, 1, 1), [[[1]], [[2]]]),
        (2**63, ms.uint64, (), 2**63),
        ([np.float64(1), 2], ms.float32, (2,), [1, 2]),
        ([np.int32(1)], ms.int64, (1,), [1]),
        ([np.bool_(True)], ms.bool_, (1,), [True]),
        ([np.ones(2), np.zeros(2)], ms.float32, (2, 2), [[1, 1], [0, 0]]),
    ],
)
def test_python_values_take_their_natural_dtype(data, dtype, shape, expected):
    t = Tensor(data)
    assert (t.dtype, t.shape, values(t)) == (dtype, shape, expected)


@pytest.mark.parametrize(
    "name", ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
             "float64"]
)
def test_arrays_and_scalars_of_numpy_keep_their_dtype(name):
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(name)
    t = Tensor(array)
    assert t.asnumpy().dtype == array.dtype and (t.asnumpy() == array).all()
    assert Tensor(array[0, 1]).asnumpy().dtype == array.dtype
    assert Tensor(array[0, 1]).shape == ()


def test_arrays_are_copied_from_any_layout():
    array = np.arange(24.0).reshape(2, 3, 4)
    for view in (array.T, array[:, ::2], array[::-1, :, ::-1], array[:, 1:2], np.broadcast_to(array[0, 0], (5, 4)),
                 array[:0], np.asfortranarray(array)):
        t = Tensor(view)
        assert (t.asnumpy() == view).all() and t.shape == view.shape
    t = Tensor(array)
    array[:] = 0
    assert values(t)[1][2][3] == 23


def test_dtype_converts():
    assert values(Tensor([1.7, -1.7], ms.int8)) == [1, -1]
    assert values(Tensor(300, ms.int8)) == 44
    assert values(Tensor(-1, ms.uint8)) == 255
    assert values(Tensor([0.1], ms.float64)) == [0.1]
    assert Tensor(np.ones(2), ms.float16).dtype == ms.float16
    assert Tensor(Tensor([1], ms.int32), ms.float32).dtype == ms.float32


def test_a_list_of_tensors_is_stacked():
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    assert values(Tensor([a, b])) == [[1, 2], [3, 4]]
    assert Tensor([[a], [b]]).shape == (2, 1, 2)
    assert values(Tensor([Tensor(1), Tensor(2)])) == [1, 2]


def test_a_tensor_of_a_tensor_shares_its_data():
    a = Tensor([1.0, 2.0])
    b = Tensor(a)
    b[0] = 7
    assert values(a) == [7, 2]
    c = Tensor(a, ms.float64)
    c[0] = 8
    assert values(a) == [7, 2]


@pytest.mark.parametrize(
    "data",
    [None, "a", b"a", range(3), {1}, object(), 1j, [[1, 2], [3]], [1, [2]], [[1], 2], [None], ["a"],
     [Tensor([1.0]), 2], [Tensor([1.0]), Tensor([1.0, 2.0])], np.array([1, 2], object), np.ones(2, ">f4"),
     np.ones(2, np.complex64), np.array("a"), np.datetime64("2020"), np.ones(2, np.longdouble)],
)
def test_other_data_is_refused(data):
    with pytest.raises(TypeError, match="Tensor: "):
        Tensor(data)


def test_arguments_that_exclude_each_other_are_refused():
    with pytest.raises(ValueError, match="there must be no 'shape', got \\(2,\\)"):
        Tensor(1, shape=(2,))
    with pytest.raises(ValueError, match="'init' needs"):
        Tensor(1, init=3)
    with pytest.raises(ValueError, match="'shape' needs 'dtype'"):
        Tensor(shape=(2,))
    with pytest.raises(TypeError, match="'dtype' must be a dtype, got str"):
        Tensor(1, "float32")
    with pytest.raises(ValueError, match="'device' must be 'CPU', got 'GPU'"):
        Tensor(1, device="GPU")
    with pytest.raises(TypeError, match="'const_arg' must be a bool, got int"):
        Tensor(1, const_arg=3)
    with pytest.raises(TypeError):
        Tensor(1, foo=1)
    with pytest.raises(RuntimeError, match="64 bits"):
        Tensor(2**70)


def test_shapes_without_data():
    t = Tensor(shape=[3, None], dtype=ms.float32)
    assert t.shape == (3, -1)
    assert repr(t) == "Tensor(shape=[3, -1], dtype=Float32, value=\n)"
    with pytest.raises(RuntimeError, match="has no data"):
        t + 1
    assert Tensor(shape=None, dtype=ms.int32).shape == (-2,)
    assert values(Tensor(shape=(2,), dtype=ms.float32)) == [0, 0]
    with pytest.raises(TypeError):
        Tensor(shape=(2.0,), dtype=ms.float32)
    with pytest.raises(ValueError):
        Tensor(shape=(-3,), dtype=ms.float32)


def test_functions():
    assert values(ms.tensor([1, 2], ms.float32)) == [1, 2]
    assert ms.is_tensor(Tensor(1)) and not ms.is_tensor(1)
    assert values(ms.from_numpy(np.ones(2))) == [1, 1]


def test_asnumpy_is_a_writable_view_that_outlives_the_tensor():
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    view = t.asnumpy()
    view[0, 0] = 7
    assert values(t) == [[7, 2], [3, 4]]
    assert view.flags.writeable
    part = t.T[1].asnumpy()
    assert part.tolist() == [2, 4] and np.shares_memory(part, view)
    del t
    gc.collect()
    assert view.tolist() == [[7, 2], [3, 4]]


def test_views_do_not_leak():
    t = Tensor(np.ones(1000, np.float32))
    before, used = sys.getrefcount(t), ms._core.memory_stats()["used_bytes"]
    for _ in range(1000):
        view = t.asnumpy()
        memoryview(t).release()
        with pytest.raises(ValueError):
            t.reshape(7, 7)
    del view
    gc.collect()
    assert sys.getrefcount(t) == before
    assert ms._core.memory_stats()["used_bytes"] <= used


def test_from_numpy_shares_memory():
    array = np.ones((2, 3), np.float32)
    t = Tensor.from_numpy(array)
    array[0, 0] = 7
    t[1, 1] = 8
    assert values(t)[0][0] == 7 and array[1, 1] == 8
    strided = Tensor.from_numpy(array.T[::-1])
    assert values(strided) == array.T[::-1].tolist()
    references = sys.getrefcount(array)
    other = Tensor.from_numpy(array)
    assert sys.getrefcount(array) > references
    del other, t, strided
    gc.collect()
    assert sys.getrefcount(array) == references - 2

    array.flags.writeable = False
    copied = Tensor.from_numpy(array)
    copied[0, 0] = 1
    assert array[0, 0] == 7
    for wrong in ([1.0], np.float32(1), 3):
        with pytest.raises(TypeError, match="must be a NumPy array"):
            Tensor.from_numpy(wrong)


def test_numpy_reads_tensors():
    t = Tensor([1.5, 2.5])
    assert np.shares_memory(np.asarray(t), t.asnumpy())
    assert np.array(t, dtype=np.int32).tolist() == [1, 2]
    assert t.__array__(np.float16).dtype == np.float16
    assert t.__array__(copy=True).tolist() == [1.5, 2.5]
    assert isinstance(np.ones(2) + t, np.ndarray)
    with pytest.raises(TypeError, match="operand must be a Tensor"):
        t + np.ones(2)


def test_bfloat16_is_the_dtype_of_ml_dtypes():
    t = Tensor([1.5, -2.0], ms.bfloat16)
    assert t.tolist() == [1.5, -2] and str(t) == "[1.500000 -2.000000]"
    view = t.asnumpy()
    assert view.dtype == ml_dtypes.bfloat16 and view.tolist() == [1.5, -2]
    view[0] = 3
    assert t.tolist() == [3, -2] and values(t.float()) == [3, -2]
    array = np.array([[1, 2], [3, 4]], ml_dtypes.bfloat16).T
    assert Tensor(array).dtype == ms.bfloat16 and Tensor(array).tolist() == [[1, 3], [2, 4]]
    shared = Tensor.from_numpy(array)
    shared[0, 0] = 7
    assert array.tolist() == [[7, 3], [2, 4]]
    assert Tensor(array[0, 1]).dtype == ms.bfloat16
    with pytest.raises(BufferError):
        memoryview(t)


def test_dlpack():
    t = Tensor([[1.0, 2.0, 3.0]])
    assert t.__dlpack_device__() == (1, 0)
    array = np.from_dlpack(t)
    assert np.shares_memory(array, t.asnumpy())
    source = np.arange(6, dtype=np.int32).reshape(2, 3)
    taken = ms._core.from_dlpack(source)
    taken[0, 0] = 9
    assert source[0, 0] == 9
    capsule = t.__dlpack__()
    assert values(ms._core.from_dlpack(capsule)) == [[1, 2, 3]]
    with pytest.raises(ValueError, match="used before"):
        ms._core.from_dlpack(capsule)
    with pytest.raises(TypeError):
        ms._core.from_dlpack(3)


def test_numbers():
    t = Tensor([2.5])
    assert (t.item(), float(t), int(t), bool(t), complex(t)) == (2.5, 2.5, 2, True, 2.5)
    assert type(Tensor([3]).item()) is int and type(Tensor(True).item()) is bool
    assert [10, 20, 30][Tensor(1)] == 20
    with pytest.raises(ValueError, match="integers"):
        [1][t]
    for wrong in (Tensor([1.0, 2.0]), Tensor([])):
        for convert in (bool, int, float, Tensor.item):
            with pytest.raises(ValueError, match="one element"):
                convert(wrong)
    assert Tensor([[1, 2], [3, 4]]).T.tolist() == [[1, 3], [2, 4]]
    assert Tensor(1).tolist() == 1 and Tensor(np.ones((0, 2))).tolist() == []
    assert Tensor([2**64 - 1], ms.uint64).tolist() == [2**64 - 1]


def test_itemset_gives_a_copy():
    t = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert values(t.itemset(1, 9)) == [[1, 9], [3, 4]]
    assert values(t.itemset((1, 0), 9.5)) == [[1, 2], [9.5, 4]]
    assert values(Tensor(1.0).itemset(5)) == 5
    assert values(t) == [[1, 2], [3, 4]]
    for wrong in ((), (0,), (7, 1.0), ((0, 0, 0), 1.0)):
        with pytest.raises((ValueError, IndexError)):
            t.itemset(*wrong)
    with pytest.raises(TypeError):
        t.itemset(0, "a")


def test_properties():
    t = Tensor(np.zeros((2, 3), np.float32))
    assert (t.shape, t.ndim, t.size, t.itemsize, t.nbytes, t.strides) == ((2, 3), 2, 6, 4, 24, (12, 4))
    assert (t.stride(), t.stride(-1), t.storage_offset(), t[1].storage_offset()) == ([3, 1], 1, 0, 3)
    assert (t.numel(), t.nelement(), t.ndimension(), t.dim()) == (6, 6, 2, 2)
    assert t.is_contiguous() and not t.T.is_contiguous() and t.T.contiguous().is_contiguous()
    assert t.contiguous() is t
    assert t.is_floating_point() and t.is_signed() and not t.is_complex()
    assert not Tensor([1], ms.uint8).is_signed()
    assert (t.has_init, t.init, t.const_arg, t.device) == (False, None, False, "CPU")
    assert t.H.shape == (3, 2) and Tensor(np.zeros((4, 2, 3))).mT.shape == (4, 3, 2)
    for name in ("H", "mT", "mH"):
        with pytest.raises(ValueError):
            getattr(Tensor([1.0]), name)
    with pytest.raises(AttributeError):
        t.dtype = ms.int32
    t.note = "any attribute"
    assert t.note == "any attribute"
    with pytest.raises(TypeError, match="data already"):
        t.init_data()


def test_identity():
    t = Tensor([1.0])
    assert hash(t) == hash(t) and t in {t: 1} and Tensor([1.0]) not in {t: 1}
    weak = __import__("weakref").ref(t)
    del t
    gc.collect()
    assert weak() is None


def test_copies():
    t = Tensor([[1.0, 2.0]])
    for other in (t.copy(), copy.copy(t), copy.deepcopy(t), pickle.loads(pickle.dumps(t)), t.T.T.contiguous().copy()):
        assert values(other) == [[1, 2]] and other.dtype == t.dtype
        other[0, 0] = 5
        assert values(t) == [[1, 2]]
    for dtype in (ms.bool_, ms.int8, ms.bfloat16, ms.float16, ms.uint64):
        source = Tensor([[0, 1]], dtype)
        again = pickle.loads(pickle.dumps(source.T))
        assert again.dtype == dtype and again.tolist() == [[0], [1]]
    deferred = pickle.loads(pickle.dumps(Tensor(shape=[2, None], dtype=ms.float32)))
    assert deferred.shape == (2, -1)
    assert pickle.loads(pickle.dumps(ms.float32)) is ms.float32
    assert copy.deepcopy(ms.bool_) is ms.bool_


def test_bytes():
    t = Tensor([1, 2], ms.int16)
    assert t.get_bytes() == b"\1\0\2\0"
    assert values(Tensor.convert_bytes_to_tensor(b"\1\0\2\0", (2,), ms.int16)) == [1, 2]
    with pytest.raises(ValueError, match="4 bytes, got 3"):
        Tensor.convert_bytes_to_tensor(b"abc", (2,), ms.int16)


def test_writing_into_a_tensor():
    t = Tensor([1.0, 2.0])
    assert t.assign_value(Tensor([3.0, 4.0])) is t and values(t) == [3, 4]
    assert t.copy_(Tensor([5])) is t and values(t) == [5, 5]
    with pytest.raises(RuntimeError):
        t.copy_(Tensor([1.0, 2.0, 3.0]))
    p = ms.Parameter(Tensor([1.0, 2.0]), name="p")
    with pytest.raises(ValueError):
        p.assign_value(Tensor([1.0]))
    view, other = t.asnumpy(), Tensor(t)
    assert t.assign_value(Tensor([[7, 8, 9]])) is t
    assert t.tolist() == [[7, 8, 9]] and t.dtype == ms.int64 and view.tolist() == other.tolist() == [5, 5]
    t = other
    for write in (t.copy_, t.assign_value):
        for wrong in (1, None, "a"):
            with pytest.raises(TypeError):
                write(wrong)
    assert values(t) == [5, 5]
    assert t.set_dtype(ms.int32) is ms.int32
    assert t.dtype == ms.int32 and values(t) == [5, 5]


@pytest.mark.parametrize(
    ("tensor", "text"),
    [
        (Tensor([1.0, 2.5]), "Tensor(shape=[2], dtype=Float32, value= [ 1.00000000e+00,  2.50000000e+00])"),
        (Tensor(1 / 3), "Tensor(shape=[], dtype=Float32, value= 0.333333)"),
        (Tensor([True, False]), "Tensor(shape=[2], dtype=Bool, value= [ True, False])"),
        (Tensor(np.arange(7).reshape(1, 7)), "Tensor(shape=[1, 7], dtype=Int64, value=\n[[0, 1, 2 ... 4, 5, 6]])"),
        (Tensor([]), "Tensor(shape=[0], dtype=Float32, value= )"),
        (Tensor([float("nan"), float("inf")]),
         "Tensor(shape=[2], dtype=Float32, value= [            nan,             inf])"),
    ],
)
def test_repr(tensor, text):
    assert repr(tensor) == text


def test_str_is_numpys():
    assert str(Tensor([1.0, 2.5])) == "[1.  2.5]" and str(Tensor(2.0)) == "2.0"
    assert f"{Tensor([4, 5, 6])}" == "[4 5 6]"


def test_dtypes():
    assert str(ms.float32) == "Float32" and repr(ms.float32) == "mindspore.float32"
    assert str(ms.bool_) == "Bool" and repr(ms.bool_) == "mindspore.bool"
    assert ms.float32 == Tensor(1.0).dtype and ms.float32 != ms.float64
    assert ms.float16.itemsize == 2 and ms.float16.is_floating_point and not ms.int8.is_floating_point


def test_threads_share_tensors():
    t = Tensor(np.ones((200, 500), np.float32))
    results, errors = [], []

    def work():
        try:
            for _ in range(20):
                results.append((t * 2 + t).sum().item())
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and results == [300000.0] * 80


def test_settings_of_graphs_are_kept():
    assert (ms.STRICT, ms.COMPATIBLE, ms.LAX) == (0, 1, 2)
    before = ms.get_context("max_call_depth")
    ms.set_recursion_limit(50)
    assert ms.get_context("max_call_depth") == 50
    ms.set_recursion_limit(before)
    for wrong, error in ((0, ValueError), (1.5, TypeError), (True, TypeError)):
        with pytest.raises(error):
            ms.set_recursion_limit(wrong)
