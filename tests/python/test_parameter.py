"""Parameter: making, names, printing, data, copies."""

import copy
import pickle

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, Tensor, nn
from nucella.common.initializer import Normal, initializer
from nucella.nn.utils import no_init_parameters

# --- making ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, dtype, shape",
    [
        (3, ms.int32, ()), (2**31 - 1, ms.int32, ()), (3.5, ms.float32, ()), (np.float64(2), ms.float32, ()),
        ([1, 2], ms.int64, (2,)), ([1.5], ms.float32, (1,)), ([1, 2.5], ms.float32, (2,)),
        ([[1], [2]], ms.int64, (2, 1)),
        (np.ones(2), ms.float64, (2,)), (np.ones(2, np.float16), ms.float16, (2,)), (np.ones(1, bool), ms.bool_, (1,)),
        (np.ones(1, np.uint8), ms.uint8, (1,)), (np.ones((0, 3), np.float32), ms.float32, (0, 3)),
        (Tensor([1], ms.int8), ms.int8, (1,)), (Tensor([1.5], ms.bfloat16), ms.bfloat16, (1,)),
        (initializer("ones", [1, 2, 3]), ms.float32, (1, 2, 3)),
    ],
)
def test_what_a_parameter_is_made_of(value, dtype, shape):
    parameter = Parameter(value)
    assert (parameter.dtype, parameter.shape) == (dtype, shape)


@pytest.mark.parametrize(
    "value, error",
    [(True, ValueError), ((1, 2), TypeError), (1j, TypeError), (np.float32(1), TypeError), (np.int64(1), TypeError),
     ("text", TypeError), (None, TypeError), (Normal(), TypeError), ({}, TypeError)],
)
def test_what_it_is_not_made_of(value, error):
    with pytest.raises(error, match="Parameter.*default_input"):
        Parameter(value)


def test_ints_wrap_around():
    assert Parameter(2**40).asnumpy() == 0


def test_an_unknown_shape_is_refused():
    with pytest.raises(ValueError, match="shape"):
        Parameter(Tensor(shape=[3, None], dtype=ms.float32))


def test_positional_arguments_and_unknown_keywords():
    parameter = Parameter(1.0, "n", False, True)
    assert (parameter.name, parameter.requires_grad, parameter.layerwise_parallel) == ("n", False, True)
    with pytest.raises(TypeError):
        Parameter(1.0, unknown=1)


@pytest.mark.parametrize("flag", ["requires_grad", "layerwise_parallel", "parallel_optimizer"])
@pytest.mark.parametrize("wrong", [1, 0, None, "True"])
def test_flags_are_bools(flag, wrong):
    with pytest.raises(TypeError, match=f"{flag}.*bool.*got"):
        Parameter(1.0, **{flag: wrong})
    parameter = Parameter(1.0)
    before = getattr(parameter, flag)
    with pytest.raises(TypeError, match=flag):
        setattr(parameter, flag, wrong)
    assert getattr(parameter, flag) == before


def test_devices():
    assert Parameter(1.0, device="CPU").asnumpy() == 1
    for wrong in ("GPU", 3, "cpu"):
        with pytest.raises(ValueError, match="device"):
            Parameter(1.0, device=wrong)


def test_of_another_parameter_the_data_are_copied_and_nothing_else():
    first = Parameter(f32(1), name="a", requires_grad=False, layerwise_parallel=True)
    second = Parameter(first)
    second[0] = 5
    assert first.asnumpy().tolist() == [1]
    assert (second.name, second.requires_grad, second.layerwise_parallel) == ("Parameter", True, False)


@pytest.mark.parametrize("source", [np.ones(2, np.float32), f32(1, 1)], ids=["numpy", "Tensor"])
def test_the_source_is_copied(source):
    parameter = Parameter(source)
    parameter[0] = 7
    parameter.set_data(f32(8, 8))
    assert np.asarray(source).tolist() == [1, 1]


def test_its_classes():
    parameter = Parameter(1.0)
    assert type(parameter).__name__ == "Parameter"
    assert isinstance(parameter, Parameter) and isinstance(parameter, Tensor)


# --- names -----------------------------------------------------------------------------------------------------


def test_names():
    assert Parameter(1.0).name == "Parameter"
    assert Parameter(1.0, name=" a ").name == "a"
    assert Parameter(1.0, name="").name == "Parameter" == Parameter(1.0, name="  ").name
    assert Parameter(1.0, name="x" * 1024).name == "x" * 1024
    for wrong in (3, b"a", ["a"], "x" * 1025):
        with pytest.raises(ValueError, match="name"):
            Parameter(1.0, name=wrong)
    parameter = Parameter(1.0, name="a")
    for wrong in (3, "x" * 1025):
        with pytest.raises(ValueError, match="name"):
            parameter.name = wrong
    assert parameter.name == "a"
    parameter.name = None
    assert parameter.name == "Parameter"
    parameter.name = "any thing/ü"
    assert parameter.name == "any thing/ü"


# --- printing and comparing --------------------------------------------------------------------------------------


def test_it_prints_as_in_mindspore():
    expected = "Parameter (name=x, shape=(2, 3), dtype=Float32, requires_grad=True)"
    parameter = Parameter(initializer("zeros", (2, 3)), name="x")
    assert repr(parameter) == str(parameter) == f"{parameter}" == expected
    assert repr(Parameter(1.0, requires_grad=False)) == (
        "Parameter (name=Parameter, shape=(), dtype=Float32, requires_grad=False)"
    )
    assert "shape=(3,)" in repr(Parameter([1, 2, 3]))


def test_data_is_the_parameter_and_value_is_not():
    parameter = Parameter(f32(1), name="x")
    assert parameter.data is parameter
    parameter.data = f32(2)
    value = parameter.value()
    assert type(value) is Tensor and value.asnumpy().tolist() == [2]
    value[0] = 3
    assert parameter.asnumpy().tolist() == [3]


def test_equality_is_by_element_and_hash_by_identity():
    first, second = Parameter(f32(1, 2)), Parameter(f32(1, 3))
    assert (first == second).asnumpy().tolist() == [True, False]
    assert hash(first) != hash(second) and {first: 1, second: 2}[second] == 2
    with pytest.raises(ValueError):
        bool(first == second)


def test_it_is_a_tensor_in_all_else():
    parameter = Parameter(f32([1, 2, 3]))
    assert (len(parameter), parameter.ndim, parameter.size, parameter.nbytes) == (1, 2, 3, 12)
    assert parameter.itemsize == 4
    with pytest.raises(AttributeError):
        parameter.dtype = ms.float16
    with pytest.raises(AttributeError):
        _ = parameter.grad


def test_arithmetic_gives_tensors():
    parameter = before = Parameter(f32(2))
    for result in (parameter + 1, 1 - parameter, parameter * parameter, -parameter, parameter > 1):
        assert type(result) is Tensor
    parameter += 1
    assert type(parameter) is Tensor and before.asnumpy().tolist() == [2]


def test_asnumpy_is_a_view():
    parameter = Parameter(f32(1, 2))
    parameter.asnumpy()[0] = 7
    assert parameter.asnumpy().tolist() == [7, 2]


# --- set_data --------------------------------------------------------------------------------------------------


def test_set_data_returns_the_parameter_and_copies():
    parameter, source = Parameter(f32(1, 2), name="x"), f32(3, 4)
    assert parameter.set_data(source) is parameter
    source[0] = 9
    assert parameter.asnumpy().tolist() == [3, 4] and parameter.name == "x"
    parameter.set_data(Parameter(f32(5, 6)))
    assert parameter.asnumpy().tolist() == [5, 6]
    parameter.set_data(initializer("ones", [2]))
    assert parameter.asnumpy().tolist() == [1, 1]
    assert Parameter(1.0).set_data(3).asnumpy() == 3 and Parameter(1.0).set_data(2.5).asnumpy() == 2.5


@pytest.mark.parametrize("wrong", [np.ones(2), [1, 2], "text", None, Normal(), (1, 2)])
def test_set_data_takes_no_other_things(wrong):
    parameter = Parameter(f32(1, 2))
    with pytest.raises(TypeError, match="set_data.*data.*got"):
        parameter.set_data(wrong)
    assert parameter.asnumpy().tolist() == [1, 2]


def test_set_data_and_shapes():
    parameter = Parameter(f32(1, 2))
    with pytest.raises(ValueError, match=r"set_data.*\(2,\).*\(3,\)"):
        parameter.set_data(f32(1, 2, 3))
    with pytest.raises(ValueError):
        parameter.set_data(3)
    assert parameter.shape == (2,) and not parameter.sliced
    parameter.set_data(f32(1, 2, 3), slice_shape=True)
    assert parameter.shape == (3,) and parameter.sliced


def test_set_data_and_dtypes():
    assert Parameter(f32(1)).set_data(Tensor([2], ms.int64)).asnumpy().tolist() == [2]
    for own, given in ((ms.int32, ms.float32), (ms.float16, ms.float32), (ms.float32, ms.float64), (ms.bool_, ms.int8)):
        parameter = Parameter(Tensor([1], own))
        with pytest.raises(TypeError, match="set_data.*dtype"):
            parameter.set_data(Tensor([1], given))
    with pytest.raises(TypeError):
        Parameter(Tensor([1])).set_data(2.5)


# --- copies ----------------------------------------------------------------------------------------------------


def test_clone():
    parameter = Parameter(f32(1, 2), name="x", requires_grad=False, layerwise_parallel=True)
    same = parameter.clone()
    assert same is not parameter
    assert (same.name, same.requires_grad, same.layerwise_parallel) == ("x", False, True)
    same[0] = 9
    assert parameter.asnumpy().tolist() == [1, 2]
    assert parameter.copy().asnumpy().tolist() == [1, 2]
    assert parameter.clone("ones").asnumpy().tolist() == [1, 1]
    assert parameter.clone(3).asnumpy().tolist() == [3, 3]
    assert parameter.clone(f32(4, 5)).asnumpy().tolist() == [4, 5]
    with pytest.raises(ValueError, match="shape"):
        parameter.clone(f32(1, 2, 3))
    with pytest.raises(ValueError):
        parameter.clone("unknown")
    with pytest.raises(TypeError, match="clone"):
        parameter.clone([1, 2])


@pytest.mark.parametrize(
    "copied, layerwise",
    [(copy.copy, True), (copy.deepcopy, False), (lambda p: pickle.loads(pickle.dumps(p)), True)],
    ids=["copy", "deepcopy", "pickle"],
)
def test_copy_deepcopy_and_pickle(copied, layerwise):
    parameter = Parameter(f32(1, 2), name="x", requires_grad=False, layerwise_parallel=True)
    parameter.comm_fusion = 2
    parameter.note = ["mine"]
    other = copied(parameter)
    assert type(other) is Parameter and repr(other) == repr(parameter)
    assert (other.layerwise_parallel, other.comm_fusion, other.note) == (layerwise, 2, ["mine"])
    other[0] = 9
    assert parameter.asnumpy().tolist() == [1, 2]


@pytest.mark.parametrize("dtype", [ms.bool_, ms.int8, ms.uint8, ms.int64, ms.float16, ms.bfloat16, ms.float64])
def test_every_dtype_is_pickled(dtype):
    parameter = Parameter(Tensor([1, 0, 1], dtype))
    other = pickle.loads(pickle.dumps(parameter))
    assert other.dtype == dtype and (other == parameter).asnumpy().all()


def test_a_declared_parameter_is_copied_declared_and_pickled_filled():
    with no_init_parameters():
        parameter = Parameter(initializer("normal", [3]))
    clone = parameter.clone()
    assert clone.has_init and parameter.has_init
    assert (clone.asnumpy() == parameter.asnumpy()).all()
    with no_init_parameters():
        parameter = Parameter(initializer("ones", [3]))
    assert pickle.loads(pickle.dumps(parameter)).asnumpy().tolist() == [1, 1, 1]


# --- attributes ------------------------------------------------------------------------------------------------


def test_defaults():
    parameter = Parameter(1.0)
    assert (parameter.requires_grad, parameter.layerwise_parallel, parameter.parallel_optimizer) == (True, False, True)
    assert (parameter.sliced, parameter.comm_fusion, parameter.has_init, parameter.init_mode) == (False, 1, False, None)


def test_comm_fusion_is_not_negative():
    parameter = Parameter(1.0)
    with pytest.raises(ValueError, match="comm_fusion.*-1"):
        parameter.comm_fusion = -1
    with pytest.raises(TypeError):
        parameter.comm_fusion = "1"
    assert parameter.comm_fusion == 1


def test_init_data_of_what_has_data_is_itself():
    parameter = Parameter(1.0)
    assert parameter.init_data() is parameter and parameter.init_data("any") is parameter


def test_attributes_of_ones_own():
    parameter = Parameter(1.0)
    parameter.tag = 3
    assert parameter.tag == 3
    net = nn.Cell()
    net.p = parameter
    assert net.p.tag == 3
