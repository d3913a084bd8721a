"""SequentialCell, CellList and CellDict."""

import collections

import pytest
from conftest import f32

from nucella import Parameter, nn


def dense():
    return nn.Dense(1, 1)


def names(cell):
    return [p.name for p in cell.get_parameters()]


class Outer(nn.Cell):
    def __init__(self, cells):
        super().__init__()
        self.l = cells


# --- SequentialCell ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [lambda a, b: nn.SequentialCell(a, b), lambda a, b: nn.SequentialCell([a, b])],
    ids=["args", "list"],
)
def test_a_sequence_calls_its_cells_in_order(make):
    net = make(nn.Dense(2, 2, weight_init="ones", bias_init="zeros"), nn.ReLU())
    assert net(f32([1, -4])).asnumpy().tolist() == [[0, 0]]
    assert [key for key in net._cells] == ["0", "1"]
    assert names(net) == ["0.weight", "0.bias"]


def test_an_ordered_dict_gives_the_names():
    net = nn.SequentialCell(collections.OrderedDict([("a", dense()), ("b", nn.ReLU())]))
    assert names(net) == ["a.weight", "a.bias"]
    assert net.a is net[0] and repr(net).splitlines()[1].startswith("  (a): Dense")


@pytest.mark.parametrize(
    "args",
    [(3,), ("text",), ([3],), (nn.ReLU(), 3), (None,), ([None],), (f32(1),), (nn.ReLU,), ((nn.ReLU(), nn.Tanh()),),
     (iter([nn.ReLU()]),), ({"a": nn.ReLU()},), ([nn.ReLU()], [nn.ReLU()])],
)
@pytest.mark.parametrize("kind", [nn.SequentialCell, nn.CellList])
def test_only_cells_go_in(kind, args):
    with pytest.raises(TypeError, match=kind.__name__):
        kind(*args)


def test_a_container_may_stand_in_a_container():
    inner = nn.SequentialCell(nn.ReLU(), nn.Tanh())
    assert list(nn.SequentialCell(inner)) == [inner] and list(nn.CellList([inner])) == [inner]
    with pytest.raises(TypeError, match="CellList"):
        nn.CellList(nn.ReLU())
    mapping = nn.CellDict({"a": nn.ReLU()})
    with pytest.raises(TypeError, match="CellDict"):
        nn.CellList([mapping])
    for refused in (mapping, inner, nn.CellList()):
        with pytest.raises(TypeError, match="CellDict"):
            nn.CellDict({"b": refused})


@pytest.mark.parametrize("kind", [nn.SequentialCell, nn.CellList])
def test_empty_ones(kind):
    assert len(kind()) == 0 and list(kind()) == [] and repr(kind()) == f"{kind.__name__}()"
    assert len(kind([])) == 0


def test_an_empty_sequence_hands_its_input_through():
    assert nn.SequentialCell()(f32(1)).asnumpy().tolist() == [1]


@pytest.mark.parametrize("kind", [nn.SequentialCell, nn.CellList])
def test_index_slice_and_iteration(kind):
    cells = [nn.ReLU(), nn.Tanh(), nn.Sigmoid()]
    net = kind(cells)
    assert net[0] is cells[0] and net[-1] is cells[2] and list(net) == cells and len(net) == 3
    assert cells[1] in net and nn.ReLU() not in net
    for index in (3, -4, 100):
        with pytest.raises(IndexError, match="index"):
            net[index]
    for index in ("0", 1.5, None, True):
        with pytest.raises(TypeError):
            net[index]
    for where in (slice(1, None), slice(None, 1), slice(None, None, 2), slice(None, None, -1), slice(5, 9)):
        part = net[where]
        assert type(part) is kind and list(part) == cells[where]
    assert repr(net[:1]) == f"{kind.__name__}(\n  (0): ReLU()\n)"


def test_a_slice_leaves_names_alone():
    net = nn.SequentialCell(dense(), dense())
    part = net[1:]
    assert names(net) == ["0.weight", "0.bias", "1.weight", "1.bias"] and names(part) == ["1.weight", "1.bias"]
    assert part(f32([1])).shape == (1, 1)


def test_slices_of_a_subclass_are_of_the_subclass():
    class Mine(nn.SequentialCell):
        pass

    assert type(Mine(nn.ReLU(), nn.Tanh())[1:]) is Mine


@pytest.mark.parametrize("kind", [nn.SequentialCell, nn.CellList])
def test_append_set_and_delete(kind):
    net = kind([dense(), dense(), dense()])
    assert net.append(dense()) is net
    assert names(net)[-1] == "3.bias"
    replaced = net[1] = dense()
    assert net[1] is replaced and names(net)[2] == "1.weight"
    net[-1] = nn.ReLU()
    last = net[2]
    del net[0]
    assert len(net) == 3 and net[1] is last and list(net._cells) == ["0", "1", "2"]
    assert names(net) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    del net[0:2]
    assert [type(c).__name__ for c in net] == ["ReLU"]
    for wrong in (3, None, "text"):
        with pytest.raises(TypeError):
            net.append(wrong)
        with pytest.raises(TypeError):
            net[0] = wrong
    with pytest.raises(IndexError):
        net[5] = nn.ReLU()
    with pytest.raises(IndexError):
        del net[5]
    assert [type(c).__name__ for c in net] == ["ReLU"]


def test_names_follow_the_place_where_the_container_is_attached():
    net = Outer(nn.SequentialCell(dense(), dense()))
    assert names(net) == ["l.0.weight", "l.0.bias", "l.1.weight", "l.1.bias"]
    net.l[1] = dense()
    assert names(net)[2:] == ["l.1.weight", "l.1.bias"]
    del net.l[0]
    assert names(net) == ["l.0.weight", "l.0.bias"]


def test_what_is_appended_to_an_empty_attached_list_is_named_without_the_attribute():
    net = Outer(nn.CellList())
    net.l.append(dense())
    assert names(net) == ["0.weight", "0.bias"]
    assert [path for path, _ in net.parameters_and_names()] == ["l.0.weight", "l.0.bias"]


# --- CellList ------------------------------------------------------------------------------------------------


def test_insert_and_extend():
    cells = nn.CellList([nn.ReLU(), dense()])
    first = dense()
    cells.insert(0, first)
    assert cells[0] is first and names(cells) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    cells.insert(3, nn.Tanh())
    cells.insert(-1, nn.Sigmoid())
    assert [type(c).__name__ for c in cells] == ["Dense", "ReLU", "Dense", "Sigmoid", "Tanh"]
    with pytest.raises(IndexError):
        cells.insert(9, nn.ReLU())
    for wrong in (3, None):
        with pytest.raises(TypeError):
            cells.insert(0, wrong)
    assert cells.extend([nn.ReLU(), nn.ReLU()]) is cells and len(cells) == 7
    for wrong in ([3], 3, [nn.ReLU(), None], (nn.ReLU(),), nn.CellList()):
        with pytest.raises(TypeError):
            cells.extend(wrong)
    assert len(cells) == 7


def test_a_list_cannot_be_called():
    with pytest.raises(NotImplementedError, match="CellList"):
        nn.CellList([nn.ReLU()])(f32(1))


def test_without_auto_prefix_names_have_no_number():
    cells = nn.CellList([dense(), dense()], auto_prefix=False)
    assert names(cells) == ["weight", "bias", "weight", "bias"]
    assert [path for path, _ in cells.parameters_and_names()] == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert names(Outer(cells)) == ["l.0.weight", "l.0.bias", "l.1.weight", "l.1.bias"]


def test_a_list_of_pythons_cells_keeps_the_objects():
    class Block(nn.Cell):
        def __init__(self, i):
            super().__init__()
            self.i = i
            self.w = Parameter(f32(i))

        def construct(self, x):
            return x + self.w

    net = Outer(nn.CellList([Block(i) for i in range(3)]))
    assert [block.i for block in net.l] == [0, 1, 2]
    assert names(net) == ["l.0.w", "l.1.w", "l.2.w"]


def test_subclasses_of_containers_work():
    class Stack(nn.CellList):
        def __init__(self, count):
            super().__init__([nn.Dense(1, 1, weight_init="ones", bias_init="ones") for _ in range(count)])

        def construct(self, x):
            for cell in self:
                x = cell(x)
            return x

    assert Stack(3)(f32([1])).asnumpy().tolist() == [[4]]


# --- CellDict ------------------------------------------------------------------------------------------------


def test_a_dict_of_cells():
    cells = nn.CellDict({"a": nn.ReLU(), "b": dense()})
    assert list(cells) == ["a", "b"] == list(cells.keys()) and len(cells) == 2 and "a" in cells and "x" not in cells
    assert cells["b"] is cells.b and [type(c).__name__ for c in cells.values()] == ["ReLU", "Dense"]
    assert [key for key, _ in cells.items()] == ["a", "b"]
    assert names(cells) == ["b.weight", "b.bias"]
    cells["c"] = nn.Tanh()
    cells["a"] = nn.Sigmoid()
    assert [type(c).__name__ for c in cells.values()] == ["Sigmoid", "Dense", "Tanh"]
    assert isinstance(cells.pop("c"), nn.Tanh) and "c" not in cells
    del cells["a"]
    cells.update({"d": nn.ReLU(), "b": nn.Tanh()})
    cells.update([["e", nn.ReLU()]])
    assert list(cells) == ["b", "d", "e"]
    cells.clear()
    assert len(cells) == 0


def test_wrong_entries_of_a_dict_of_cells():
    cells = nn.CellDict([["a", nn.ReLU()]])
    for wrong in ("x",):
        with pytest.raises(KeyError):
            cells[wrong]
        with pytest.raises(KeyError):
            del cells[wrong]
        with pytest.raises(KeyError):
            cells.pop(wrong)
    for key in ("", "a.b"):
        with pytest.raises(KeyError):
            cells[key] = nn.ReLU()
    with pytest.raises(TypeError):
        cells[3] = nn.ReLU()
    for wrong in (3, None, "text"):
        with pytest.raises(TypeError):
            cells["b"] = wrong
    for wrong in ({"b": nn.ReLU(), "c": 3}, 3, None):
        with pytest.raises(TypeError):
            cells.update(wrong)
    assert list(cells) == ["a"]
    with pytest.raises(NotImplementedError, match="CellDict"):
        cells(f32(1))
