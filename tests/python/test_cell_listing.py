"""Listings of parameters, buffers and cells, and the names of parameters."""

import collections

import pytest
from conftest import f32

from nucella import Parameter, nn
from nucella.nn.utils import no_init_parameters


class Leaf(nn.Cell):
    def __init__(self):
        super().__init__()
        self.w = Parameter(f32(1))
        self.frozen = Parameter(f32(2), requires_grad=False)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = Leaf()
        self.own = Parameter(f32(3))
        self.chain = nn.SequentialCell(Leaf(), nn.ReLU())


@pytest.fixture
def net():
    return Net()


PATHS = ["own", "first.w", "first.frozen", "chain.0.w", "chain.0.frozen"]


def test_parameters_own_ones_first_then_children_in_order(net):
    assert [path for path, _ in net.parameters_and_names()] == PATHS
    assert [p.name for p in net.get_parameters()] == PATHS
    assert [path for path, _ in net.parameters_and_names(expand=False)] == ["own"]
    assert [p.name for p in net.get_parameters(expand=False)] == ["own"]
    assert [path for path, _ in net.parameters_and_names("x")] == [f"x.{path}" for path in PATHS]


def test_listings_are_iterators(net):
    for listing in (net.get_parameters(), net.parameters_and_names(), net.cells_and_names(), net.buffers(),
                    net.named_buffers()):
        assert iter(listing) is listing


def test_parameters_dict_goes_by_name(net):
    found = net.parameters_dict()
    assert type(found) is collections.OrderedDict and list(found) == PATHS
    assert list(net.parameters_dict(recurse=False)) == ["own"]
    net.own.name = "first.w"
    assert net.parameters_dict()["first.w"] is net.first.w
    assert "Parameter (name=chain.0.w, shape=(1,), dtype=Float32, requires_grad=True)" in repr(net.parameters_dict())


def test_broadcast_dict_leaves_out_layerwise_parallel(net):
    net.own.layerwise_parallel = True
    assert list(net.parameters_broadcast_dict()) == PATHS[1:]
    assert net.parameters_broadcast_dict(recurse=False) is None
    assert nn.ReLU().parameters_broadcast_dict() is None


def test_trainable_and_untrainable_are_lists(net):
    assert [p.name for p in net.trainable_params()] == ["own", "first.w", "chain.0.w"]
    assert [p.name for p in net.untrainable_params()] == ["first.frozen", "chain.0.frozen"]
    assert net.untrainable_params(recurse=False) == [] and isinstance(net.trainable_params(), list)


def test_cells_are_direct_children_once_each(net):
    net.again = net.first
    net.nothing = nn.ReLU()
    net.nothing = None
    assert list(net.cells()) == [net.first, net.chain]
    assert repr(nn.SequentialCell(nn.ReLU()).cells()) == "odict_values([ReLU()])"
    assert list(net.name_cells().items()) == [("first", net.first), ("chain", net.chain)]


def test_cells_and_names_in_pre_order(net):
    found = list(net.cells_and_names())
    assert [path for path, _ in found] == ["", "first", "chain", "chain.0", "chain.1"]
    assert found[0][1] is net and found[2][1] is net.chain
    assert [path for path, _ in net.cells_and_names({net.first}, "x")] == ["x", "x.chain", "x.chain.0", "x.chain.1"]


def test_apply_goes_children_first(net):
    seen = []
    assert net.apply(lambda cell: seen.append(type(cell).__name__)) is net
    assert seen == ["Leaf", "Leaf", "ReLU", "SequentialCell", "Net"]
    for wrong in (3, None, "text"):
        with pytest.raises(TypeError, match="apply.*fn"):
            net.apply(wrong)


def test_an_exception_in_apply_passes(net):
    with pytest.raises(ZeroDivisionError):
        net.apply(lambda cell: 1 / 0)


def test_get_sub_cell_by_path(net):
    assert net.get_sub_cell("chain.0") is net.chain[0]
    assert net.get_sub_cell("") is net
    for wrong in ("none", "chain.7", "own", "first.w", 3, None):
        with pytest.raises(AttributeError):
            net.get_sub_cell(wrong)


def test_insert_param_to_cell(net):
    parameter = Parameter(f32(1))
    assert net.insert_param_to_cell("bias", parameter) is None
    assert net.bias is parameter and parameter.name == "bias"
    net.insert_param_to_cell("bias", Parameter(f32(9)))
    assert net.bias.asnumpy().tolist() == [9]
    net.insert_param_to_cell("a.b", Parameter(f32(1)), check_name_contain_dot=False)
    assert "a.b" in dict(net.parameters_and_names())
    net.insert_param_to_cell("slot", None)
    assert net.slot is None
    net.plain = 1
    for name in ("", None, "x.y", "first", "plain", "set_train"):
        with pytest.raises(KeyError):
            net.insert_param_to_cell(name, Parameter(f32(1)))
    for wrong in (3, f32(1), nn.ReLU()):
        with pytest.raises(TypeError, match="insert_param_to_cell.*param.*got"):
            net.insert_param_to_cell("x", wrong)


def test_insert_child_to_cell():
    net = nn.ReLU()
    child = nn.Dense(2, 2)
    assert net.insert_child_to_cell("child", child) is None
    assert net.child is child and child.weight.name == "weight"
    assert repr(net) == "ReLU(\n  (child): Dense(input_channels=2, output_channels=2, has_bias=True)\n)"
    net.insert_child_to_cell("slot", None)
    net.plain = 1
    for name in ("", "a.b", "child", "plain", "set_train"):
        with pytest.raises(KeyError):
            net.insert_child_to_cell(name, nn.ReLU())
    with pytest.raises(TypeError, match="child_name"):
        net.insert_child_to_cell(3, nn.ReLU())
    for wrong in (3, f32(1), Parameter(f32(1))):
        with pytest.raises(TypeError, match="child_cell"):
            net.insert_child_to_cell("x", wrong)


def test_update_cell_prefix(net):
    assert net.update_cell_prefix() is None
    assert (net.param_prefix, net.chain.param_prefix, net.chain[0].param_prefix) == ("", "chain", "chain.0")
    with pytest.raises(AttributeError):
        net.param_prefix = "x"


def test_update_parameters_name(net):
    net.update_parameters_name("x.")
    assert [p.name for p in net.get_parameters()] == [f"x.{path}" for path in PATHS]
    net.update_parameters_name("y_", recurse=False)
    assert [p.name for p in net.get_parameters()][:2] == ["y_own", "x.first.w"]
    with pytest.raises(ValueError, match="prefix"):
        net.update_parameters_name("a b")


def test_init_parameters_data_maps_each_parameter_to_itself():
    with no_init_parameters():
        net = nn.SequentialCell(nn.Dense(2, 2), nn.Dense(2, 2))
    replaced = net.init_parameters_data()
    assert list(replaced) == list(net.get_parameters()) or [k is v for k, v in replaced.items()] == [True] * 4
    assert not any(p.has_init for p in net.get_parameters())
    assert list(nn.ReLU().init_parameters_data()) == []


def test_repr_shows_children_and_extend_repr():
    class Shown(nn.Cell):
        def __init__(self, text):
            super().__init__()
            self.text = text

        def extend_repr(self):
            return self.text

    assert repr(Shown("")) == "Shown()" and str(Shown("a=1")) == "Shown(a=1)"
    assert repr(Shown("a=1\nb=2")) == "Shown(\n  a=1\n  b=2\n)"
    outer = Shown("a=1")
    outer.child = Shown("c")
    outer.deep = nn.SequentialCell(Shown("x\ny"))
    assert repr(outer) == (
        "Shown(\n  a=1\n  (child): Shown(c)\n  (deep): SequentialCell(\n"
        "    (0): Shown(\n      x\n      y\n    )\n  )\n)"
    )


def test_many_children_are_quick_to_register_and_find():
    net = nn.Cell()
    for i in range(5000):
        setattr(net, f"child{i}", nn.ReLU())
        setattr(net, f"p{i}", Parameter(f32(1)))
    assert net.child4999 is net._cells["child4999"] and len(list(net.get_parameters())) == 5000
    layers = nn.CellList([nn.ReLU() for _ in range(5000)])
    assert len(layers) == 5000 and layers[4999] is list(layers)[-1]
