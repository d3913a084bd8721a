"""ParameterTuple."""

import copy
import pickle

import pytest
from conftest import f32

from nucella import Parameter, ParameterTuple, nn
from nucella.nn.utils import no_init_parameters


def pair():
    return Parameter(f32(1), name="a", requires_grad=False), Parameter(f32(2), name="b")


@pytest.mark.parametrize("make", [list, tuple, iter, lambda p: (x for x in p), ParameterTuple])
def test_made_of_any_iterable(make):
    parameters = pair()
    made = ParameterTuple(make(parameters))
    assert isinstance(made, tuple) and made[0] is parameters[0] and len(made) == 2


def test_empty():
    assert ParameterTuple(()) == () and repr(ParameterTuple([])) == "()"


@pytest.mark.parametrize("wrong", [[1], [f32(1)], [None], None, 3, [Parameter(1.0), "x"]])
def test_wrong_elements(wrong):
    with pytest.raises(TypeError):
        ParameterTuple(wrong)


def test_a_bare_parameter_is_refused():
    with pytest.raises(TypeError, match="ParameterTuple"):
        ParameterTuple(Parameter(f32(1, 2)))


def test_two_of_one_name_are_refused_but_not_the_same_twice():
    with pytest.raises(ValueError, match="'a'"):
        ParameterTuple((Parameter(1.0, name="a"), Parameter(2.0, name="a")))
    same = Parameter(1.0, name="a")
    assert len(ParameterTuple((same, same))) == 2


def test_unnamed_ones_are_not_of_one_name():
    assert len(ParameterTuple([Parameter(1.0), Parameter(2.0)])) == 2


def test_slices_and_sums_are_plain_tuples():
    made = ParameterTuple(pair())
    assert type(made[:1]) is tuple and type(made + ()) is tuple


def test_repr_is_that_of_a_tuple():
    assert repr(ParameterTuple(pair())) == (
        "(Parameter (name=a, shape=(1,), dtype=Float32, requires_grad=False), "
        "Parameter (name=b, shape=(1,), dtype=Float32, requires_grad=True))"
    )


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_copies(copied):
    made = ParameterTuple(pair())
    other = copied(made)
    assert type(other) is ParameterTuple and [p.name for p in other] == ["a", "b"] and other[0] is not made[0]


def test_clone_puts_the_prefix_in_front():
    clones = ParameterTuple(pair()).clone("pre.x")
    assert type(clones) is ParameterTuple
    assert [(p.name, p.requires_grad, p.asnumpy().tolist()) for p in clones] == [
        ("pre.x.a", False, [1]), ("pre.x.b", True, [2]),
    ]
    assert [p.asnumpy().tolist() for p in ParameterTuple(pair()).clone("p", init="zeros")] == [[0], [0]]
    assert [p.asnumpy().tolist() for p in ParameterTuple(pair()).clone("p", 3)] == [[3], [3]]


@pytest.mark.parametrize("prefix", ["", "a b", "a-b", ".a", "ä"])
def test_wrong_prefixes(prefix):
    with pytest.raises(ValueError, match="prefix"):
        ParameterTuple(pair()).clone(prefix)


def test_a_prefix_is_needed_and_is_text():
    with pytest.raises(TypeError):
        ParameterTuple(pair()).clone()
    with pytest.raises(TypeError, match="prefix"):
        ParameterTuple(pair()).clone(3)


def test_a_tuple_of_a_net_is_still_that_of_the_net_after_filling():
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.dense = nn.Dense(2, 2)
            self.weights = ParameterTuple(self.dense.trainable_params())

    with no_init_parameters():
        net = Net()
    net.init_parameters_data()
    assert net.weights[0] is net.dense.weight and not net.weights[0].has_init
