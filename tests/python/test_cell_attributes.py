"""Attributes of a Cell: what assigning, reading and deleting one does."""

import gc
import weakref

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, ParameterTuple, nn


class Plain(nn.Cell):
    def construct(self, x):
        return x


@pytest.fixture
def cell():
    return Plain()


# --- parameters ----------------------------------------------------------------------------------------------


def test_a_parameter_is_registered_and_takes_the_name_of_the_attribute(cell):
    weight = Parameter(f32(1, 2))
    cell.weight = weight
    assert cell.weight is weight
    assert weight.name == "weight"
    assert list(cell.get_parameters()) == [weight] or [p is weight for p in cell.get_parameters()] == [True]
    assert "weight" not in vars(cell)


def test_an_explicit_name_is_kept(cell):
    cell.weight = Parameter(f32(1), name="mine")
    assert cell.weight.name == "mine"
    assert [path for path, _ in cell.parameters_and_names()] == ["weight"]


def test_a_parameter_replaces_a_plain_attribute(cell):
    cell.weight = 3
    cell.weight = Parameter(f32(1))
    assert isinstance(cell.weight, Parameter)
    del cell.weight
    assert not hasattr(cell, "weight")


def test_a_parameter_replaces_a_parameter_in_its_place(cell):
    cell.a, cell.b = Parameter(f32(1)), Parameter(f32(2))
    cell.a = Parameter(f32(3))
    assert [path for path, _ in cell.parameters_and_names()] == ["a", "b"]
    assert cell.a.asnumpy().tolist() == [3]


def test_a_tensor_over_a_parameter_sets_its_data(cell):
    weight = cell.weight = Parameter(f32(1, 2))
    cell.weight = f32(3, 4)
    assert cell.weight is weight
    assert weight.asnumpy().tolist() == [3, 4]


def test_a_tensor_of_another_shape_over_a_parameter_is_refused(cell):
    cell.weight = Parameter(f32(1, 2))
    with pytest.raises(ValueError, match=r"shape.*\(2,\).*\(3,\)"):
        cell.weight = f32(1, 2, 3)
    assert cell.weight.asnumpy().tolist() == [1, 2]


def test_none_over_a_parameter_leaves_an_empty_slot(cell):
    cell.a, cell.b = Parameter(f32(1)), Parameter(f32(2))
    cell.a = None
    assert cell.a is None
    assert [path for path, _ in cell.parameters_and_names()] == ["b"]
    assert list(cell.state_dict()) == ["b"]
    cell.a = Parameter(f32(3))
    assert [path for path, _ in cell.parameters_and_names()] == ["a", "b"]


@pytest.mark.parametrize("value", [3, 1.5, "text", np.ones(1), [1], (1, 2), {}, object()])
def test_anything_else_over_a_parameter_is_refused(cell, value):
    weight = cell.weight = Parameter(f32(1))
    with pytest.raises(TypeError, match="weight.*Parameter.*got"):
        cell.weight = value
    assert cell.weight is weight


def test_a_cell_over_a_parameter_and_a_parameter_over_a_cell_are_refused(cell):
    cell.weight, cell.child = Parameter(f32(1)), nn.ReLU()
    with pytest.raises(KeyError, match="weight"):
        cell.weight = nn.ReLU()
    with pytest.raises(KeyError, match="child"):
        cell.child = Parameter(f32(1))
    assert isinstance(cell.weight, Parameter) and isinstance(cell.child, nn.ReLU)


@pytest.mark.parametrize("value", [Parameter(1.0), nn.ReLU()])
def test_nothing_registered_may_hide_what_the_class_has(cell, value):
    with pytest.raises(KeyError, match="trainable_params"):
        cell.trainable_params = value
    assert callable(cell.trainable_params)
    with pytest.raises(KeyError, match="cells"):
        cell.cells = value


def test_attributes_of_a_parameter_object_survive(cell):
    cell.weight = Parameter(f32(1))
    cell.weight.note = "mine"
    gc.collect()
    assert cell.weight.note == "mine"
    assert next(cell.get_parameters()).note == "mine"
    net = Plain()
    net.dense = nn.Dense(2, 2)
    next(net.get_parameters()).note = "first"
    gc.collect()
    assert net.dense.weight.note == "first"


def test_parameters_that_are_taken_out_are_freed(cell, collected):
    cell.weight = Parameter(f32(1))
    replaced = weakref.ref(cell.weight)
    cell.weight = Parameter(f32(2))
    assert collected(replaced)
    emptied = weakref.ref(cell.weight)
    cell.weight = None
    assert collected(emptied)
    cell.weight = Parameter(f32(2))
    deleted = weakref.ref(cell.weight)
    del cell.weight
    assert collected(deleted)


# --- tuples and lists of parameters --------------------------------------------------------------------------


def test_a_parameter_tuple_registers_its_parameters_under_their_own_names(cell):
    cell.weights = ParameterTuple([Parameter(f32(1), name="a"), Parameter(f32(2), name="b")])
    assert isinstance(cell.weights, ParameterTuple)
    assert [path for path, _ in cell.parameters_and_names()] == ["a", "b"]


def test_unnamed_parameters_of_a_tuple_are_numbered_per_cell(cell):
    cell.first = ParameterTuple([Parameter(f32(1)), Parameter(f32(2))])
    cell.second = ParameterTuple([Parameter(f32(3))])
    assert [p.name for p in cell.get_parameters()] == ["Parameter$1", "Parameter$2", "Parameter$3"]


def test_deleting_a_parameter_tuple_deletes_the_attribute(cell):
    cell.weights = ParameterTuple([Parameter(f32(1), name="a")])
    del cell.weights
    assert not hasattr(cell, "weights")


def test_a_later_tuple_wins_over_equal_names(cell):
    cell.first = ParameterTuple([Parameter(f32(1), name="a")])
    cell.second = ParameterTuple([Parameter(f32(2), name="a")])
    assert [p.asnumpy().tolist() for p in cell.get_parameters()] == [[2]]


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_plain_sequence_of_parameters_is_not_registered(cell, kind):
    cell.weights = kind([Parameter(f32(1), name="a"), Parameter(f32(2), name="b")])
    assert list(cell.get_parameters()) == []
    assert [p.name for p in cell.weights] == ["a", "b"]


def test_equal_names_in_a_plain_sequence_are_refused(cell):
    with pytest.raises(ValueError, match="'a'"):
        cell.weights = [Parameter(f32(1), name="a"), Parameter(f32(2), name="a")]
    assert not hasattr(cell, "weights")
    same = Parameter(f32(1), name="a")
    cell.weights = [same, same]
    assert len(cell.weights) == 2


def test_unnamed_parameters_may_stand_in_a_plain_sequence(cell):
    cell.weights = [Parameter(f32(1)), Parameter(f32(2))]
    assert len(cell.weights) == 2


def test_a_sequence_of_cells_is_not_registered(cell):
    cell.layers = [nn.Dense(1, 1)]
    assert list(cell.cells()) == [] and list(cell.get_parameters()) == []


# --- children ------------------------------------------------------------------------------------------------


def test_a_child_is_registered_and_prefixes_its_parameters(cell):
    dense = nn.Dense(2, 2)
    cell.dense = dense
    assert cell.dense is dense
    assert [p.name for p in cell.get_parameters()] == ["dense.weight", "dense.bias"]
    assert "dense" not in vars(cell)


def test_attaching_overwrites_names_given_by_hand(cell):
    inner = Plain()
    inner.w = Parameter(f32(1), name="custom")
    cell.c = inner
    assert inner.w.name == "c.w"
    inner.w.name = "again"
    assert cell.c.w.name == "again"


def test_without_auto_prefix_names_stay():
    class Outer(nn.Cell):
        def __init__(self):
            super().__init__(auto_prefix=False)
            self.first, self.second = nn.Dense(1, 1), nn.Dense(1, 1)

    assert [p.name for p in Outer().get_parameters()] == ["weight", "bias", "weight", "bias"]


def test_a_child_replaces_a_child_in_its_place(cell):
    cell.a, cell.b = nn.ReLU(), nn.Tanh()
    cell.a = nn.Sigmoid()
    assert [type(c).__name__ for c in cell.cells()] == ["Sigmoid", "Tanh"]


def test_none_over_a_child_leaves_an_empty_slot(cell):
    cell.a, cell.b = nn.ReLU(), nn.Tanh()
    cell.a = None
    assert cell.a is None
    assert [type(c).__name__ for c in cell.cells()] == ["Tanh"]
    assert repr(cell) == "Plain(\n  (a): None\n  (b): Tanh()\n)"


@pytest.mark.parametrize("value", [3, "text", f32(1), [nn.ReLU()], (1,)])
def test_anything_else_over_a_child_is_refused(cell, value):
    cell.child = nn.ReLU()
    with pytest.raises(TypeError, match="child.*Cell.*got"):
        cell.child = value
    assert isinstance(cell.child, nn.ReLU)


def test_the_same_child_twice_is_listed_once_under_the_first_path(cell):
    cell.x = cell.y = nn.Dense(1, 1)
    assert [path for path, _ in cell.parameters_and_names()] == ["x.weight", "x.bias"]
    assert [p.name for p in cell.get_parameters()] == ["y.weight", "y.bias"]
    assert repr(cell).count("Dense") == 2


def test_any_name_will_do_for_a_child(cell):
    setattr(cell, "initial-4-8", nn.Dense(1, 1))
    assert [p.name for p in cell.get_parameters()] == ["initial-4-8.weight", "initial-4-8.bias"]


# --- buffers and plain values --------------------------------------------------------------------------------


def test_a_buffer_is_registered(cell):
    buffer = nn.Buffer(f32(1, 2))
    cell.mean = buffer
    assert cell.mean is buffer
    assert dict(cell.named_buffers()) == {"mean": buffer} or list(dict(cell.named_buffers())) == ["mean"]
    assert list(cell.state_dict()) == ["mean"]


def test_a_buffer_that_is_not_persistent_stays_out_of_the_state(cell):
    cell.mean = nn.Buffer(f32(1), persistent=False)
    assert list(cell.state_dict()) == []
    assert [name for name, _ in cell.named_buffers()] == ["mean"]


def test_over_a_buffer_only_buffers_and_none(cell):
    cell.mean = nn.Buffer(f32(1))
    cell.mean = nn.Buffer(f32(2))
    for value in (f32(3), 4, "text"):
        with pytest.raises(TypeError, match="mean.*Buffer.*got"):
            cell.mean = value
    with pytest.raises(KeyError, match="mean"):
        cell.mean = Parameter(f32(1))
    assert cell.mean.asnumpy().tolist() == [2]
    cell.mean = None
    assert cell.mean is None and list(cell.named_buffers()) == []


def test_a_buffer_is_written_in_place(cell):
    cell.mean = nn.Buffer(f32(1, 2))
    with pytest.raises(TypeError):
        cell.mean += 1
    cell.mean[0] = 7
    assert cell.mean.asnumpy().tolist() == [7, 2]


def test_a_plain_tensor_is_a_plain_attribute(cell):
    tensor = f32(1)
    cell.constant = tensor
    assert cell.constant is tensor and vars(cell)["constant"] is tensor
    assert list(cell.state_dict()) == [] and list(cell.buffers()) == []
    del cell.constant
    assert not hasattr(cell, "constant")


# --- reading and deleting ------------------------------------------------------------------------------------


def test_a_missing_attribute_is_named():
    class Net(nn.Cell):
        pass

    with pytest.raises(AttributeError, match=r"The 'Net' object has no attribute 'foo'\."):
        _ = Net().foo
    assert getattr(Net(), "foo", 3) == 3
    assert not hasattr(Net(), "foo")
    with pytest.raises(AttributeError):
        del Net().foo


def test_deleting_takes_out_what_is_registered(cell):
    cell.p, cell.b, cell.c = Parameter(f32(1)), nn.Buffer(f32(1)), nn.ReLU()
    for name in "pbc":
        delattr(cell, name)
        assert not hasattr(cell, name)
    assert list(cell.get_parameters()) == [] and list(cell.buffers()) == [] and list(cell.cells()) == []


def test_properties_and_class_attributes_work():
    class Net(nn.Cell):
        kind = "net"

        @property
        def doubled(self):
            return 2 * self.base

        @doubled.setter
        def doubled(self, value):
            self.base = value // 2

    net = Net()
    net.doubled = 8
    assert net.base == 4 and net.doubled == 8 and net.kind == "net"


def test_an_attribute_error_inside_a_property_tells_what_is_missing():
    class Net(nn.Cell):
        @property
        def broken(self):
            return self.missing

    with pytest.raises(AttributeError, match="missing|broken"):
        _ = Net().broken


def test_subclasses_may_define_getattr_and_setattr():
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.log = []
            self.dense = nn.Dense(1, 1)

        def __getattr__(self, name):
            if name.startswith("magic_"):
                return name[6:]
            return super().__getattr__(name)

        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            if name != "log":
                self.log.append(name)

        def __delattr__(self, name):
            super().__delattr__(name)
            self.log.append(f"-{name}")

    net = Net()
    assert net.magic_word == "word"
    assert isinstance(net.dense, nn.Dense)
    net.w = Parameter(f32(1))
    del net.w
    assert net.log == ["dense", "w", "-w"]
    with pytest.raises(AttributeError, match="nothing"):
        _ = net.nothing


def test_object_setattr_hides_a_child_from_the_registry(cell):
    hidden = nn.Dense(1, 1)
    object.__setattr__(cell, "hidden", hidden)
    assert cell.hidden is hidden
    assert list(cell.cells()) == []


def test_multiple_inheritance_with_a_mixin():
    class Mixin:
        def hello(self):
            return f"hello from {type(self).__name__}"

    class Net(Mixin, nn.Cell):
        def __init__(self):
            super().__init__()
            self.dense = nn.Dense(1, 1)

    assert Net().hello() == "hello from Net"
    assert len(list(Net().get_parameters())) == 2


def test_weak_references_and_truth(cell):
    assert weakref.ref(cell)() is cell
    assert bool(cell) and not nn.CellList() and nn.CellList([cell])
    assert {cell: 1}[cell] == 1


# --- super().__init__() forgotten ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [Parameter(1.0), nn.ReLU(), nn.Buffer(f32(1)), ParameterTuple([Parameter(1.0)]), [Parameter(1.0)]],
    ids=["Parameter", "Cell", "Buffer", "ParameterTuple", "list"],
)
def test_without_init_registering_fails_at_once(value):
    class Net(nn.Cell):
        def __init__(self):
            self.attribute = value

    with pytest.raises(AttributeError, match=r"super\(\).__init__\(\)"):
        Net()


@pytest.mark.parametrize(
    "use",
    [
        lambda net: net(f32(1)),
        repr,
        lambda net: list(net.get_parameters()),
        lambda net: net.state_dict(),
        lambda net: net.missing,
        lambda net: net.training,
        lambda net: net.set_train(),
        lambda net: net.register_buffer("b", f32(1)),
        lambda net: net._params,
        lambda net: net.cells(),
        lambda net: net.to_float(ms.float16),
        lambda net: net.register_forward_hook(lambda *args: None),
        lambda net: net.phase,
        lambda net: net.add_flags(a=1),
    ],
)
def test_without_init_plain_values_work_and_everything_else_fails(use):
    class Net(nn.Cell):
        def __init__(self):
            self.number = 1

        def construct(self, x):
            return x

    net = Net()
    net.tensor = f32(1)
    assert net.number == 1
    with pytest.raises(AttributeError, match=r"super\(\).__init__\(\)"):
        use(net)


def test_init_twice_starts_over():
    class Net(nn.Cell):
        def __init__(self):
            super().__init__()
            self.w = Parameter(f32(1))
            super().__init__()
            self.v = Parameter(f32(1))

    assert [path for path, _ in Net().parameters_and_names()] == ["v"]


# --- names that are taken ------------------------------------------------------------------------------------


def test_phase_must_be_text(cell):
    with pytest.raises(TypeError, match="phase"):
        cell.phase = 3
    cell.phase = "export"
    assert cell.phase == "export"


def test_cells_may_be_hidden_by_plain_values_only(cell):
    for value in (nn.ReLU(), nn.CellList([nn.ReLU()])):
        with pytest.raises(KeyError, match="cells"):
            cell.cells = value
    cell.cells = 3
    assert cell.cells == 3


def test_a_method_called_cast_does_no_harm():
    class Net(nn.Cell):
        def cast(self, x):
            return x + 1

        def construct(self, x):
            return self.cast(x)

    assert Net()(f32(1)).asnumpy().tolist() == [2]


# --- the constructor and flags -------------------------------------------------------------------------------


def test_flags_of_the_constructor_become_attributes():
    cell = nn.Cell(flags={"a": 1})
    assert cell.a == 1 and cell.get_flags() == {"a": 1}
    with pytest.raises(TypeError, match="flags.*dict.*got"):
        nn.Cell(flags=[1])
    with pytest.raises(TypeError):
        nn.Cell(unknown=1)


def test_add_flags_sets_attributes_and_remembers_them(cell):
    assert cell.add_flags(sink_mode=True, level="O2") is cell
    assert cell.sink_mode is True and cell.level == "O2"
    cell.add_flags(level="O3", other=[1, 2])
    assert cell.get_flags() == {"sink_mode": True, "level": "O3", "other": [1, 2]}
    cell.level = "O0"
    assert cell.level == "O0"
    cell.add_flags(level="O1")
    assert cell.level == "O1"
    cell.add_flags(training=True)
    assert cell.training is True


def test_add_flags_recursive_reaches_all_cells(cell):
    cell.child = Plain()
    cell.child.layers = nn.SequentialCell(nn.ReLU())
    assert cell.add_flags_recursive(deep=1) is cell
    assert [c.deep for _, c in cell.cells_and_names()] == [1, 1, 1, 1]


def test_defaults_of_a_fresh_cell():
    cell = nn.Cell()
    assert (cell.phase, cell.training, cell.requires_grad, cell.param_prefix) == ("train", False, False, "")
    assert cell.get_flags() == {}


def test_set_train_sets_phase_and_all_below(cell):
    cell.child = nn.Dropout()
    assert cell.set_train() is cell
    assert (cell.training, cell.child.training, cell.phase) == (True, True, "train")
    cell.set_train(False)
    assert (cell.training, cell.child.training, cell.phase) == (False, False, "predict")


def test_set_grad_is_for_the_cell_alone(cell):
    cell.child = nn.ReLU()
    assert cell.set_grad() is cell
    assert cell.requires_grad and not cell.child.requires_grad
    assert not cell.set_grad(False).requires_grad


def test_to_float_flags_the_tree_and_returns_the_cell(cell):
    cell.child = nn.Dense(2, 2)
    assert cell.to_float(ms.float16) is cell
    assert cell.child.fp16 and not cell.child.fp32
    assert cell.child(ms.Tensor(np.ones((1, 2), np.float32))).dtype == ms.float16
    assert cell.child.weight.dtype == ms.float32
    for wrong in (ms.int32, ms.float64, "float16", None):
        with pytest.raises(ValueError, match="dst_type"):
            cell.to_float(wrong)


def test_set_boost_knows_one_algorithm(cell):
    assert cell.set_boost("less_bn") is cell
    with pytest.raises(ValueError, match="less_bn.*more"):
        cell.set_boost("more")


def test_set_comm_fusion_reaches_the_trainable_parameters(cell):
    cell.dense = nn.Dense(1, 1)
    cell.dense.bias.requires_grad = False
    assert cell.set_comm_fusion(3) is cell
    assert (cell.dense.weight.comm_fusion, cell.dense.bias.comm_fusion) == (3, 1)
    with pytest.raises(ValueError, match="-1"):
        cell.set_comm_fusion(-1)
    with pytest.raises(TypeError):
        cell.set_comm_fusion("x")
