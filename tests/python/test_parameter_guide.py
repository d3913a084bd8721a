"""The guide to network parameters: attributes, methods, and the order of side effects."""

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, Tensor, ops
from nucella.common.initializer import initializer
from nucella.nn.utils import no_init_parameters


def declared():
    with no_init_parameters():
        return Parameter(initializer("ones", [2]), name="w")


def test_attributes_have_the_guides_values():
    parameter = Parameter(Tensor(np.arange(6).reshape((2, 3))))
    assert (parameter.name, parameter.sliced, parameter.is_init, parameter.inited_param) == (
        "Parameter", False, False, None,
    )
    assert (parameter.requires_grad, parameter.layerwise_parallel) == (True, False)
    assert repr(parameter.data) == "Parameter (name=Parameter, shape=(2, 3), dtype=Int64, requires_grad=True)"


def test_attributes_are_kept_and_checked():
    parameter = Parameter(1.0)
    parameter.is_init = parameter.sliced = parameter.layerwise_parallel = True
    parameter.requires_grad = False
    assert parameter.is_init and parameter.sliced and parameter.layerwise_parallel and not parameter.requires_grad
    for flag in ("requires_grad", "layerwise_parallel", "parallel_optimizer", "unique", "cache_enable",
                 "requires_aggr"):
        for wrong in (1, "yes", None):
            with pytest.raises(TypeError, match=f"{flag}.*bool.*got"):
                setattr(parameter, flag, wrong)
    with pytest.raises(AttributeError):
        parameter.inited_param = 3
    assert not parameter.requires_grad


def test_set_data_sets_sliced_and_the_shape_only_with_slice_shape():
    parameter = Parameter(f32(1, 2))
    with pytest.raises(ValueError, match=r"set_data.*\(2,\).*\(3,\)"):
        parameter.set_data(f32(1, 2, 3))
    assert parameter.set_data(f32(1, 2, 3), slice_shape=True) is parameter
    assert parameter.sliced and parameter.shape == (3,)
    assert parameter.set_data(initializer("ones", [3])).asnumpy().tolist() == [1, 1, 1]


def test_init_data_checks_its_layout():
    layout = ([2], [0], [1], 0, True, "")
    with pytest.raises(TypeError, match="init_data.*layout.*tuple.*got"):
        declared().init_data(layout="rows")
    with pytest.raises(ValueError, match="init_data.*layout.*6.*got"):
        declared().init_data(layout=(1, 2, 3))
    parameter = declared()
    with pytest.raises(NotImplementedError, match="init_data.*layout"):
        parameter.init_data(layout=layout)
    assert parameter.has_init and parameter.init_data(set_sliced=True) is parameter
    assert not parameter.has_init and parameter.asnumpy().tolist() == [1, 1]


def test_depend_returns_the_value_itself_and_passes_gradients_to_it_alone():
    value, expression = f32(2), f32(3)
    assert ops.depend(value, expression) is value and ops.Depend()(value, expression) is value
    gradients = ops.GradOperation(get_all=True)(lambda a, b: ops.depend(a * a, b * b))(value, expression)
    assert [g.asnumpy().tolist() for g in gradients] == [[4], [0]]


@pytest.mark.parametrize("mode", [ms.PYNATIVE_MODE, ms.GRAPH_MODE])
def test_side_effects_come_in_the_order_written(mode, capsys):
    class Net(ms.nn.Cell):
        def __init__(self):
            super().__init__()
            self.count = Parameter(f32(1), name="count")
            self.print = ops.Print()
            self.assign = ops.Assign()

        def construct(self, x):
            first = self.count * x
            self.print("before", self.count)
            stored = self.assign(self.count, first + 1)
            self.print("after", self.count)
            x = ops.depend(x, stored)
            ops.assign_add(self.count, x)
            return first, self.count + 0

    ms.set_context(mode=mode)
    net = Net()
    first, last = net(f32(3))
    assert first.asnumpy().tolist() == [3] and last.asnumpy().tolist() == [7]
    assert net.count.asnumpy().tolist() == [7]
    shown = "Tensor(shape=[1], dtype=Float32, value= [ {:.8e}])"
    assert capsys.readouterr().out.splitlines() == ["before", shown.format(1), "after", shown.format(4)]
