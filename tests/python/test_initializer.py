"""Initializers: classes, names, lazy tensors, numbers."""

import math

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, Tensor, nn, set_seed
from nucella.common.initializer import (
    Constant,
    Dirac,
    HeNormal,
    HeUniform,
    Identity,
    Initializer,
    Normal,
    One,
    Orthogonal,
    Sparse,
    TruncatedNormal,
    Uniform,
    VarianceScaling,
    XavierNormal,
    XavierUniform,
    Zero,
    initializer,
)


def values(init, shape, dtype=ms.float32):
    return initializer(init, shape, dtype).init_data().asnumpy()


NAMES = {
    Zero: ["zero", "zeros"], One: ["one", "ones"], Normal: ["normal"], TruncatedNormal: ["truncatednormal"],
    Uniform: ["uniform"], XavierUniform: ["xavieruniform", "xavier_uniform"],
    XavierNormal: ["xaviernormal", "xavier_normal"], HeUniform: ["heuniform", "he_uniform"],
    HeNormal: ["henormal", "he_normal"], Identity: ["identity"], Dirac: ["dirac"], Orthogonal: ["orthogonal"],
    VarianceScaling: ["variancescaling"],
}


@pytest.mark.parametrize("kind, names", NAMES.items(), ids=lambda x: getattr(x, "__name__", ""))
def test_names_in_any_case(kind, names):
    for name in names:
        for spelled in (name, name.upper(), name.title()):
            lazy = initializer(spelled, [2, 2, 2])
            assert type(lazy.init) is kind and lazy.has_init


@pytest.mark.parametrize("name", ["truncated_normal", "variance_scaling", "constant", " normal", "nothing", ""])
def test_unknown_names(name):
    with pytest.raises(ValueError, match="initializer"):
        initializer(name, [2, 2])


def test_a_name_whose_class_needs_arguments():
    with pytest.raises(TypeError):
        initializer("sparse", [2, 2])


@pytest.mark.parametrize("init", [None, [1, 2], np.ones(2), Normal, (1,), {}, object()])
def test_what_is_no_initial_value(init):
    with pytest.raises(TypeError, match="initializer.*init.*got"):
        initializer(init, [2])


def test_numbers_and_tensors():
    assert initializer(3, [2], ms.int32).init_data().asnumpy().tolist() == [3, 3]
    assert values(True, [1]).tolist() == [1] and values(np.float32(2.5), [1]).tolist() == [2.5]
    tensor = f32(1, 2)
    assert initializer(tensor, [2]) is tensor and initializer(tensor, 2) is tensor
    for wrong in ([3], None, [2, 1]):
        with pytest.raises(ValueError):
            initializer(tensor, wrong)


@pytest.mark.parametrize("shape, expected", [(3, (3,)), ([2, 3], (2, 3)), ((), ()), ([], ()), ((True, 2), (1, 2))])
def test_shapes(shape, expected):
    lazy = initializer("ones", shape)
    assert lazy.shape == expected and lazy.init_data().shape == expected


@pytest.mark.parametrize("shape", [[0, 2], [-1], [1.5], ["2"], [None], [np.int64(2)], 0, 2.0])
def test_wrong_shapes(shape):
    with pytest.raises(ValueError, match="shape"):
        initializer("ones", shape)


def test_without_a_shape():
    for init in ("ones", 1, Normal()):
        with pytest.raises(AttributeError, match="shape"):
            initializer(init)


@pytest.mark.parametrize("dtype, error", [("float32", TypeError), (np.float32, TypeError), (None, ValueError)])
def test_wrong_dtypes(dtype, error):
    with pytest.raises(error, match="dtype"):
        initializer("ones", [1], dtype)


def test_a_lazy_tensor_is_filled_in_place_once():
    lazy = initializer("normal", [4])
    assert isinstance(lazy, Tensor) and lazy.has_init
    assert lazy.init_data() is lazy and not lazy.has_init
    with pytest.raises(TypeError):
        lazy.init_data()
    with pytest.raises(RuntimeError):
        initializer("normal", [2]) + 1


# --- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seed, init, shape, expected",
    [
        (0, "normal", [4],
         [-0.0049091060645878315, -0.004230218473821878, -0.014807187020778656, 0.006712398026138544]),
        (0, "uniform", [2], [0.03467477485537529, -0.002566703362390399]),
        (1, "xavier_normal", [2, 2],
         [0.46176692843437195, 1.0671603679656982, 0.18719682097434998, -0.264921098947525]),
    ],
)
def test_the_numbers_of_mindspore(seed, init, shape, expected):
    set_seed(seed)
    assert values(init, shape).ravel().tolist() == expected


def test_the_numbers_of_layers():
    set_seed(1)
    assert nn.Dense(2, 2).weight.asnumpy().ravel().tolist() == [
        0.4122728109359741, -0.36132878065109253, 0.24831634759902954, -0.5307502150535583,
    ]
    set_seed(1)
    assert nn.Dense(2, 2).bias.asnumpy().tolist() == [-0.28297659754753113, -0.023620644584298134]
    set_seed(1)
    assert nn.Conv2d(1, 1, 2).weight.asnumpy().ravel().tolist() == [
        0.2915209233760834, -0.2554980516433716, 0.17558617889881134, -0.37529706954956055,
    ]


def test_numpys_seed_alone_decides():
    np.random.seed(7)
    first = values("normal", [5])
    np.random.seed(7)
    assert (values("normal", [5]) == first).all()
    assert (values("normal", [5]) != first).any()
    np.random.seed(7)
    np.random.rand(1)
    assert (values("normal", [5]) != first).any()


def test_reseeding_repeats_and_two_fills_differ():
    set_seed(3)
    first, second = values("normal", [100]), values("normal", [100])
    assert (first != second).any()
    set_seed(3)
    assert (values("normal", [100]) == first).all()
    assert ms.get_seed() == 3


@pytest.mark.parametrize(
    "wrong, error", [(1.5, TypeError), ("1", TypeError), (True, TypeError), (-1, ValueError), (2**32, ValueError)]
)
def test_wrong_seeds(wrong, error):
    with pytest.raises(error, match="seed"):
        set_seed(wrong)


# --- distributions ------------------------------------------------------------------------------------------------

SHAPE = (400, 200)


@pytest.mark.parametrize(
    "init, spread",
    [
        (Normal(0.5, 2.0), 0.5), (Uniform(0.3), 0.3 / math.sqrt(3)), (XavierNormal(2), 2 * math.sqrt(2 / 600)),
        (XavierUniform(), math.sqrt(6 / 600) / math.sqrt(3)), (HeNormal(), math.sqrt(2) / math.sqrt(200)),
        (HeNormal(mode="fan_out", nonlinearity="relu"), math.sqrt(2) / math.sqrt(400)),
        (HeUniform(math.sqrt(5)), 1 / math.sqrt(200) / math.sqrt(3)), (TruncatedNormal(0.1, 0, -1, 1), 0.1),
        (VarianceScaling(2.0, "fan_out", "untruncated_normal"), math.sqrt(2 / 400)),
    ],
    ids=lambda x: type(x).__name__,
)
def test_spread(init, spread):
    set_seed(0)
    numbers = values(init, SHAPE)
    assert abs(numbers.std() / spread - 1) < 0.02
    assert abs(numbers.mean() - (2.0 if getattr(init, "sigma", 0) == 0.5 else numbers.mean())) < 0.01


def test_bounds():
    assert np.abs(values(Uniform(0.3), SHAPE)).max() <= 0.3
    cut = values(TruncatedNormal(1.0, 0.0, -0.5, 0.25), SHAPE)
    assert cut.min() >= -0.5 and cut.max() <= 0.25


def test_structures():
    assert (values(Identity(), [2, 3]) == np.eye(2, 3)).all()
    dirac = values(Dirac(2), [4, 2, 3])
    assert dirac.sum() == 4 and dirac[0, 0, 1] == dirac[1, 1, 1] == dirac[2, 0, 1] == dirac[3, 1, 1] == 1
    square = values(Orthogonal(2.0), [4, 4])
    np.testing.assert_allclose(square @ square.T, 4 * np.eye(4), atol=1e-5)
    sparse = values(Sparse(0.4), [10, 3])
    assert ((sparse == 0).sum(axis=0) == 4).all()
    assert values(Constant(2.5), [2]).tolist() == [2.5, 2.5]


@pytest.mark.parametrize(
    "make",
    [lambda: Normal(-1.0), lambda: TruncatedNormal(-1.0), lambda: VarianceScaling(-1.0),
     lambda: VarianceScaling(1.0, "x"), lambda: VarianceScaling(1.0, "fan_in", "x"), lambda: HeNormal(True),
     lambda: HeUniform("x")],
)
def test_wrong_arguments_are_refused_when_made_or_used(make):
    with pytest.raises(ValueError):
        values(make(), [2, 2])


@pytest.mark.parametrize(
    "init, shape",
    [(HeNormal(mode="x"), [2, 2]), (HeNormal(nonlinearity="x"), [2, 2]), (XavierNormal(), [2]), (Identity(), [2]),
     (Dirac(), [2, 2]), (Dirac(3), [4, 2, 3]), (Sparse(0.1), [2]), (Orthogonal(), [2])],
)
def test_shapes_that_an_initializer_cannot_fill(init, shape):
    with pytest.raises(ValueError):
        values(init, shape)


@pytest.mark.parametrize("dtype", [ms.float16, ms.bfloat16, ms.float64, ms.int32])
def test_other_dtypes_are_cast_from_float32(dtype):
    set_seed(0)
    wide = Tensor(values(Normal(3.0), [50]))
    set_seed(0)
    assert (values(Normal(3.0), [50], dtype) == wide.astype(dtype).asnumpy()).all()


# --- initializers written in Python --------------------------------------------------------------------------------


class Counting(Initializer):
    def __init__(self, start):
        super().__init__(start=start)
        self.start = start

    def _initialize(self, arr):
        arr[...] = np.arange(arr.size).reshape(arr.shape) + self.start


def test_a_subclass_fills_an_array():
    assert values(Counting(5), [2, 2]).tolist() == [[5, 6], [7, 8]]
    assert Parameter(initializer(Counting(0), [3])).asnumpy().tolist() == [0, 1, 2]
    assert nn.Dense(2, 1, weight_init=Counting(1)).weight.asnumpy().tolist() == [[1, 2]]
    array = np.zeros(2, np.float32)
    Counting(1)(array)
    assert array.tolist() == [1, 2]


def test_the_base_class_fills_nothing():
    with pytest.raises(NotImplementedError):
        values(Initializer(), [2])


def test_an_exception_in_a_subclass_passes():
    class Failing(Initializer):
        def _initialize(self, arr):
            raise LookupError("no")

    with pytest.raises(LookupError):
        values(Failing(), [2])
